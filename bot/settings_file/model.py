"""The settings file's keys: the one source of what is accepted, its schema and its table."""

from typing import Annotated, Any

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    create_model,
    model_validator,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import core_schema

from bot.core.commands.parsing import COMMANDS
from bot.core.model.identifiers import Login
from bot.core.model.money import DOLLAR, Micros
from bot.core.model.settings import (
    MAX_PARALLEL,
    Approver,
    EpicSettings,
    MergeMethod,
    MergeWhen,
    OnFailure,
    Permissions,
    Rule,
    TaskSource,
    UpToDate,
)
from bot.core.text.checklist import MAX_TASKS
from bot.settings_file.accepts import (
    AMOUNT,
    BRANCH,
    CHECKS,
    LABEL,
    LOGINS,
    MODEL,
    PATHS,
    RULE,
    YES_NO,
    Accepts,
    duration,
    in_units,
    one_of,
    whole_number,
)

_DEFAULT = EpicSettings()
_HOUR = 3600


def _key(default: object, does: str, *examples: object, written: object = None) -> Any:
    """Return a field; `written` is its default as a file has it, where that differs."""
    extra: dict[str, Any] = {} if written is None else {"default": written}
    return Field(
        default, description=does, examples=list(examples) or None, json_schema_extra=extra
    )


def _lasting(default: int, does: str, *examples: object) -> Any:
    return _key(default, does, *examples, written=in_units(default))


class Section(BaseModel):
    """Keys that belong together; one with all its keys commented out is as if left out."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _nothing_under_it(cls, raw: Any) -> Any:
        return {} if raw is None else raw

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        json_schema = handler(schema)
        handler.resolve_ref_schema(json_schema)["type"] = ["object", "null"]
        return json_schema


class Merge(Section):
    """When and how a task's pull request is merged."""

    when: Annotated[MergeWhen, one_of(MergeWhen)] = _key(
        _DEFAULT.merge_when,
        "What a merge waits for: passing checks and GitHub's rules (green), an approving review "
        "too (approved), nothing that GitHub does not require (immediately), or a person (manual).",
    )
    method: Annotated[MergeMethod | None, one_of(MergeMethod)] = _key(
        _DEFAULT.merge_method,
        "How commits are put onto the base branch; without it, by the first of squash, merge and "
        "rebase that the repository allows.",
        "squash",
    )
    delete_branch: Annotated[bool, YES_NO] = _key(
        _DEFAULT.delete_branch,
        "Delete a task's branches after the merge: those under `orchestra/` that no other open"
        " pull request needs.",
    )
    undraft: Annotated[bool, YES_NO] = _key(
        _DEFAULT.undraft, "Mark a draft as ready for review before judging it."
    )
    up_to_date: Annotated[UpToDate, one_of(UpToDate)] = _key(
        _DEFAULT.up_to_date,
        "Whether a task's branch is brought up to date with its base before the merge.",
    )
    ignore_checks: Annotated[tuple[str, ...], CHECKS] = _key(
        _DEFAULT.ignore_checks,
        "Checks whose result does not count; GitHub's rules hold all the same.",
        ["codecov/patch", "nightly"],
        written=list(_DEFAULT.ignore_checks),
    )
    grace: Annotated[int, duration(0, _HOUR)] = _lasting(
        _DEFAULT.grace,
        "How long checks may take to appear where no rule requires them by name.",
        "90s",
    )
    checks_timeout: Annotated[int, duration(60, 24 * _HOUR)] = _lasting(
        _DEFAULT.checks_timeout,
        "How long a required check may take to start before a person is asked.",
        "60m",
    )
    approver: Annotated[Approver, one_of(Approver)] = _key(
        _DEFAULT.approver,
        "Whose approval counts under `approved`: that of anyone with write permission who did not"
        " push to the pull request, or only of those who neither started nor steered the epic"
        " (not_starter).",
    )
    governed: Annotated[tuple[str, ...], PATHS] = _key(
        _DEFAULT.governed,
        "Files and folders that govern the repository, besides the settings file, workflows,"
        " actions and CODEOWNERS: who may command has to approve changes to them.",
        ["deploy/", "**/*.tf"],
        written=list(_DEFAULT.governed),
    )


class ModelByComplexity(Section):
    """The models of tasks by how complex they are; without one, that of `agents.model`."""

    simple: Annotated[str | None, MODEL] = _key(
        _DEFAULT.simple_model, "The model for tasks marked `complexity: simple`.", "composer-2"
    )
    medium: Annotated[str | None, MODEL] = _key(
        _DEFAULT.medium_model,
        "The model for tasks marked `complexity: medium`.",
        "claude-4-sonnet-thinking",
    )
    complex: Annotated[str | None, MODEL] = _key(
        _DEFAULT.complex_model,
        "The model for tasks marked `complexity: complex`, and for every task of an epic with"
        " `priority=quality`.",
        "claude-4-opus-thinking",
    )


class Agents(Section):
    """The agents that do the tasks."""

    model: Annotated[str | None, MODEL] = _key(
        _DEFAULT.model,
        "The model that agents are launched with; `default` lets Cursor choose.",
        "claude-4-sonnet-thinking",
        written="default",
    )
    model_by_complexity: ModelByComplexity = Field(default_factory=ModelByComplexity)
    max_parallel: Annotated[int, whole_number(MAX_PARALLEL, 1)] = _key(
        _DEFAULT.max_parallel,
        "How many tasks of an epic may be under way at a time. More than one starts every task that"
        " waits for no other; `after` says what a task waits for.",
        3,
    )
    timeout: Annotated[int, duration(300, 24 * _HOUR)] = _lasting(
        _DEFAULT.agent_timeout, "How long one run of an agent may take.", "1h30m"
    )
    retries: Annotated[int, whole_number(10)] = _key(
        _DEFAULT.retries, "How often a failed run is tried again by itself.", 3
    )
    pushers: Annotated[tuple[Login, ...], LOGINS] = _key(
        _DEFAULT.pushers,
        "Accounts that push for agents, such as a machine user: theirs count as an agent's pushes.",
        ["our-machine-user"],
        written=list(_DEFAULT.pushers),
    )


class Fixes(Section):
    """How often an agent is sent back to its own pull request before its task fails."""

    ci: Annotated[int, whole_number(20)] = _key(
        _DEFAULT.ci_fixes, "How often a task's agent is sent back to failed checks.", 2
    )
    review: Annotated[int, whole_number(20)] = _key(
        _DEFAULT.review_fixes,
        "How often a task's agent is sent back to reviews that request changes.",
        5,
    )
    conflict: Annotated[int, whole_number(20)] = _key(
        _DEFAULT.conflict_fixes, "How often a task's agent is sent back to merge conflicts.", 1
    )


class Budget(Section):
    """What agents may cost, in US dollars, before a person is asked."""

    task: Annotated[Micros, AMOUNT] = _key(
        _DEFAULT.task_budget,
        "What the agents of one task may cost together.",
        5,
        written=_DEFAULT.task_budget // DOLLAR,
    )
    epic: Annotated[Micros, AMOUNT] = _key(
        _DEFAULT.epic_budget,
        "What the agents of an epic may cost together; `budget +N` raises it for one epic.",
        25,
        written=_DEFAULT.epic_budget // DOLLAR,
    )
    month: Annotated[Micros, AMOUNT] = _key(
        _DEFAULT.month_budget,
        "What all agents of the repository may cost in a calendar month (UTC).",
        100,
        written=_DEFAULT.month_budget // DOLLAR,
    )


class Plan(Section):
    """The checklist that a language model writes where there is none."""

    model: Annotated[str | None, MODEL] = _key(
        _DEFAULT.plan_model,
        "The language model that writes plans; `default` is the operator's.",
        "gpt-4.1",
        written="default",
    )
    max_tasks: Annotated[int, whole_number(MAX_TASKS, 1)] = _key(
        _DEFAULT.plan_max_tasks, "How many tasks a plan may propose.", 10
    )
    auto_start: Annotated[bool, YES_NO] = _key(
        _DEFAULT.plan_auto_start,
        "Where `start` finds no checklist: write the plan into the issue and start at once, without"
        " waiting for `plan accept`.",
    )


class Notify(Section):
    """Who is notified."""

    mention: Annotated[bool, YES_NO] = _key(
        _DEFAULT.mention, "Mention who started the epic where a person is needed."
    )


class Labels(Section):
    """The labels on an epic's issue."""

    state: Annotated[bool, YES_NO] = _key(
        _DEFAULT.state_labels, "Show the epic's state as a label."
    )


class _Command(Section):
    """Who may give commands. Levels are the repository's roles; each includes those above it."""

    command: Annotated[Rule, RULE] = _key(
        _DEFAULT.permissions.command,
        "Who may give the commands that have no key of their own.",
        ["maintain", "alice", "acme/platform"],
        written="write",
    )

    def rules(self) -> Permissions:
        """Return who may command; of the verbs, those that the file names."""
        verbs = tuple((verb, rule) for verb, rule in self if verb in self.model_fields_set)
        named = tuple(pair for pair in verbs if pair[0] != "command")
        return Permissions(command=self.command, verbs=named)


_VERBS: dict[str, Any] = {
    command.verb: (
        Annotated[Rule | None, RULE],
        _key(None, f"Who may give `{command.verb}`; without it, as `permissions.command`."),
    )
    for command in COMMANDS
}
_PermissionsSection = create_model(
    "Permissions", __base__=_Command, __doc__=_Command.__doc__, **_VERBS
)


class SettingsFile(Section):
    """Settings of Orchestra for this repository."""

    label: Annotated[str, LABEL] = _key(
        _DEFAULT.label, "The label that makes an issue an epic.", "orchestra"
    )
    base_branch: Annotated[str | None, BRANCH] = _key(
        _DEFAULT.base_branch,
        "Where tasks are merged to; without it, the repository's default branch. A name with "
        "`{number}` makes a branch for each epic.",
        "main",
        "epic/{number}",
    )
    tasks: Annotated[TaskSource, one_of(TaskSource)] = _key(
        _DEFAULT.task_source,
        "Where an epic's tasks stand: the checklist in its text (checklist), or its sub-issues in"
        " their order (sub_issues), each of which is closed once its task is merged.",
    )
    merge: Merge = Field(default_factory=Merge)
    agents: Agents = Field(default_factory=Agents)
    fixes: Fixes = Field(default_factory=Fixes)
    on_failure: Annotated[OnFailure, one_of(OnFailure)] = _key(
        _DEFAULT.on_failure,
        "What a failed task means for its epic: it waits for a person (pause), continues with "
        "the next task (continue), or ends (stop).",
    )
    budget: Budget = Field(default_factory=Budget)
    permissions: _PermissionsSection = Field(default_factory=_PermissionsSection)
    plan: Plan = Field(default_factory=Plan)
    notify: Notify = Field(default_factory=Notify)
    labels: Labels = Field(default_factory=Labels)

    def settings(self) -> EpicSettings:
        """Return how epics are run; what the file leaves out has its default."""
        rules: Permissions = self.permissions.rules()
        return EpicSettings(
            label=self.label,
            base_branch=self.base_branch,
            task_source=self.tasks,
            merge_when=self.merge.when,
            merge_method=self.merge.method,
            delete_branch=self.merge.delete_branch,
            undraft=self.merge.undraft,
            up_to_date=self.merge.up_to_date,
            ignore_checks=self.merge.ignore_checks,
            grace=self.merge.grace,
            checks_timeout=self.merge.checks_timeout,
            approver=self.merge.approver,
            governed=self.merge.governed,
            model=self.agents.model,
            simple_model=self.agents.model_by_complexity.simple,
            medium_model=self.agents.model_by_complexity.medium,
            complex_model=self.agents.model_by_complexity.complex,
            max_parallel=self.agents.max_parallel,
            agent_timeout=self.agents.timeout,
            retries=self.agents.retries,
            pushers=self.agents.pushers,
            ci_fixes=self.fixes.ci,
            review_fixes=self.fixes.review,
            conflict_fixes=self.fixes.conflict,
            on_failure=self.on_failure,
            task_budget=self.budget.task,
            epic_budget=self.budget.epic,
            month_budget=self.budget.month,
            plan_model=self.plan.model,
            plan_max_tasks=self.plan.max_tasks,
            plan_auto_start=self.plan.auto_start,
            permissions=rules,
            mention=self.notify.mention,
            state_labels=self.labels.state,
        )


def section_at(path: tuple[str | int, ...]) -> type[BaseModel] | None:
    """Return the model of the section at that path, if one is there."""
    model: type[BaseModel] = SettingsFile
    for name in path:
        found = model.model_fields.get(str(name))
        if found is None or not isinstance(found.annotation, type):
            return None
        if not issubclass(found.annotation, BaseModel):
            return None
        model = found.annotation
    return model


def accepted_at(path: tuple[str | int, ...]) -> Accepts | None:
    """Return what the key at that path takes; None for a section, or where there is no key."""
    section = section_at(path[:-1]) if path else None
    found = section.model_fields.get(str(path[-1])) if section else None
    kinds = [one for one in found.metadata if isinstance(one, Accepts)] if found else []
    return kinds[0] if kinds else None
