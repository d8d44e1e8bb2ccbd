"""A checklist asked of a language model, and written into the issue."""

from bot.clients.errors import ClientError, PermanentError, TransientError
from bot.clients.llm.endpoints import COMPATIBLE
from bot.core.budget import seconds_for_task
from bot.core.effects import AskPlan, WritePlan
from bot.core.events import Event, PlanAnswered, PlanNotWritten, PlanRefused, PlanWritten
from bot.core.prompts.plan_prompt import SCHEMA, PlanContext, plan_messages
from bot.core.text.checklist import MAX_TASKS, parse_checklist
from bot.core.transitions.epic.plan_lines import new_lines, with_plan
from bot.services import Services
from jobs.handlers.handler import Context, Handler, safe_to_repeat


def service_for(services: Services, effect: AskPlan) -> str:
    """Return the name of the service that is asked; a general one where no key is left."""
    model = services.language_model
    return COMPATIBLE if model is None else model.service(effect.model)


def _ask(context: Context, effect: AskPlan) -> Event:
    """Ask with what the repository says of itself; the answer is passed on as it came."""
    model = context.services.language_model
    if model is None:
        raise PermanentError(COMPATIBLE, "this server has no key for a language model")
    epic = context.epic
    known = PlanContext(
        seconds=seconds_for_task(epic.settings, context.services.terms),
        readme=context.github.readme(),
        files=context.github.paths(_branch(context)),
    )
    messages = plan_messages(epic, known, effect.instruction, effect.wrong)
    said = model.ask(effect.model, messages, SCHEMA)
    return PlanAnswered(
        plan=effect.plan,
        attempt=effect.attempt,
        answer=said.text,
        refusal=said.refusal,
        is_cut_off=said.is_cut_off,
    )


def _branch(context: Context) -> str:
    """Return the branch that tasks go into; the epic's own does not exist before its start."""
    epic = context.epic
    return epic.default_branch if epic.has_epic_branch and not epic.started_at else epic.base


def _refused(effect: AskPlan, error: ClientError) -> Event:
    return PlanRefused(
        plan=effect.plan, attempt=effect.attempt, service=error.service, reason=error.message
    )


def _write(context: Context, effect: WritePlan) -> Event:
    """Add what is missing to the body as it is now, and check that it stayed."""
    epic, number = context.epic, context.epic.issue_number
    body = context.github.issue(number).body
    missing = new_lines(epic, body, effect.tasks)
    if not missing:
        return PlanWritten(plan=effect.plan)
    grown = with_plan(epic, body, effect.tasks)
    if grown is None:
        full = parse_checklist(body).open_count + len(missing) > MAX_TASKS
        return PlanNotWritten(plan=effect.plan, full=full)
    context.github.set_issue_body(number, grown)
    if new_lines(epic, context.github.issue(number).body, effect.tasks):
        raise TransientError("GitHub", "somebody edited the issue while the plan was written")
    return PlanWritten(plan=effect.plan)


def _not_written(effect: WritePlan, error: ClientError) -> Event:
    return PlanNotWritten(plan=effect.plan, reason=error.message)


# An answer that was lost is asked for again: nothing outside has changed. Of two, the first counts.
ASK = Handler[AskPlan](
    service=COMPATIBLE, perform=_ask, already_applied=safe_to_repeat, refused=_refused
)
# What stands there already is not added again.
WRITE = Handler[WritePlan](
    service="GitHub", perform=_write, already_applied=safe_to_repeat, refused=_not_written
)
