"""The language model that writes checklists: its key, and whether its service lists the model."""

from collections.abc import Iterator

from bot.clients.errors import ClientError
from bot.clients.llm.endpoints import choose
from bot.clients.llm.listing import is_listed, list_models
from bot.core.model.findings import Finding, Topic
from bot.core.model.findings import FindingKind as Kind
from jobs.enrich.doctor.subject import Subject


def examine(subject: Subject) -> Iterator[Finding]:
    """Try the key that a plan would be asked for with. One request, where there is one.

    Epics with a checklist need none, so nothing here is a fault. What else the operator's account
    offers, models of its own for one, is for the operator alone: a comment is read by everybody.
    """
    topic, known = Topic.PLANNING, subject.services.model_endpoints
    chosen = choose(known, subject.settings.plan_model) if known else None
    if chosen is None:
        yield Finding(kind=Kind.NO_PLANNER, topic=topic)
        return
    endpoint, model = chosen
    service = endpoint.name
    try:
        offered = list_models(endpoint)
    except ClientError as error:
        kind, quote = Kind.PLANNER_UNAVAILABLE, error.message
        yield Finding(kind=kind, topic=topic, service=service, quote=quote)
        return
    if is_listed(model, offered):
        yield Finding(kind=Kind.PLANNER_LISTED, topic=topic, service=service, word=model)
        return
    own = (endpoint.model,) if is_listed(endpoint.model, offered) else ()
    names = offered if subject.epic is None else own
    kind = Kind.PLANNER_NOT_LISTED
    yield Finding(kind=kind, topic=topic, service=service, word=model, names=names)
