"""The agents' provider: the key, what it reaches, the models named in settings and checklist."""

from collections.abc import Iterator

from bot.clients.agents.provider import AgentProvider
from bot.clients.errors import ClientError
from bot.core.model.findings import Finding, Topic
from bot.core.model.findings import FindingKind as Kind
from bot.core.model.settings import DEFAULT_MODEL
from jobs.enrich.doctor.subject import Subject

_TOPIC = Topic.AGENTS


def examine(subject: Subject) -> Iterator[Finding]:
    """Try the key, look for the repository and the models. Two or three requests."""
    provider = subject.services.agents.of(subject.epic)
    yield Finding(kind=Kind.AGENT_KEY, topic=_TOPIC, word=provider.me())
    if not provider.capabilities.launches_once:
        yield Finding(kind=Kind.LAUNCHES_MAY_DOUBLE, topic=_TOPIC)
    yield _repository(subject, provider)
    yield from _models(subject, provider)


def _repository(subject: Subject, provider: AgentProvider) -> Finding:
    """Look for the repository among those that the key reaches; asked too often, it is refused."""
    name = str(subject.repository)
    try:
        reached = name.lower() in provider.repositories()
    except ClientError as error:
        return Finding(
            kind=Kind.REPOSITORIES_NOT_LISTED,
            topic=_TOPIC,
            service=error.service,
            quote=error.message,
        )
    kind = Kind.REPOSITORY_REACHED if reached else Kind.REPOSITORY_NOT_REACHED
    return Finding(kind=kind, topic=_TOPIC, word=name)


def _models(subject: Subject, provider: AgentProvider) -> Iterator[Finding]:
    """Look for what is named; what is not offered is replaced at the launch."""
    if not (wanted := _wanted(subject)):
        return
    offered, catalogue = tuple(provider.models()), provider.catalogue
    for model in wanted:
        chosen = catalogue.choose(model, offered)
        known = catalogue.knows(model, offered)
        yield Finding(
            kind=Kind.MODEL_OFFERED if known else Kind.MODEL_NOT_OFFERED,
            topic=_TOPIC,
            word=model,
            names=offered,
            instead=chosen if chosen != model else None,
        )


def _wanted(subject: Subject) -> list[str]:
    settings = subject.settings
    named = (
        settings.model,
        settings.simple_model,
        settings.medium_model,
        settings.complex_model,
        *(task.options.model for task in subject.open_tasks()),
    )
    return [one for one in dict.fromkeys(named) if one not in (None, DEFAULT_MODEL)]
