"""`orchestra doctor OWNER/REPO`: what would keep the epics of a repository from being done."""

import re

from bot.clients.errors import NotFound, PermanentError, Unauthorized
from bot.clients.github import Installation, RepositoryClient
from bot.core.model.findings import Finding, FindingKind, Topic
from bot.core.model.identifiers import RepositoryName
from bot.core.model.mistakes import SettingsMistake, SettingsMistakeKind
from bot.core.model.settings import EpicSettings
from bot.services import Services
from bot.settings_file import parse_settings
from jobs.enrich.doctor import Subject, examine

_ADDRESS = re.compile(r"(?:https?://[^/\s]+/)?([\w.-]{1,100}/[\w.-]{1,100}?)(?:\.git)?/?", re.ASCII)


class UnknownRepositoryError(Exception):
    """The App reaches no repository of that name; the message says what to do."""


def check(services: Services, address: str) -> tuple[Finding, ...]:
    """Examine `owner/name`, or the repository at a web address, as it is without an epic.

    Asks neither database nor queue. Raises UnknownRepositoryError, or a ClientError where not even
    the repository's own settings can be read.
    """
    name = parse(address)
    installation = _installation(services, name)
    if installation.suspended_at is not None:
        return (Finding(kind=FindingKind.SUSPENDED, topic=Topic.INSTALLATION),)
    github = services.github.repository(installation.id, name)
    about = github.about()
    settings, mistakes = _settings(github)
    return examine(
        Subject(
            services=services,
            github=github,
            repository=name,
            default_branch=about.default_branch,
            settings=settings,
            mistakes=mistakes,
        )
    )


def parse(address: str) -> RepositoryName:
    """Read `owner/repo` or a repository's web address; raises UnknownRepositoryError."""
    found = _ADDRESS.fullmatch(address.strip())
    if found is None:
        raise UnknownRepositoryError(f"“{address}” names no repository: write it as owner/repo")
    return RepositoryName.parse(found[1])


def _installation(services: Services, name: RepositoryName) -> Installation:
    """Return the App's installation; GitHub does not tell why there is none."""
    try:
        return services.github.installation(name)
    except NotFound:
        slug = services.github.identity.slug
        raise UnknownRepositoryError(
            f"GitHub has no repository {name}, or the App {slug} isn't installed on it: check the"
            " name, or install the App from its settings page, under Install App"
        ) from None


def _settings(github: RepositoryClient) -> tuple[EpicSettings, tuple[SettingsMistake, ...]]:
    """Return the file's settings, or the defaults and what is wrong with the file."""
    try:
        answer = github.settings_file(None)
    except Unauthorized:
        raise
    except PermanentError as error:
        kind = SettingsMistakeKind.NOT_READABLE
        return EpicSettings(), (SettingsMistake(kind=kind, quote=error.message),)
    if answer.problem is not None:
        return EpicSettings(), (answer.problem,)
    parsed = parse_settings(answer.text or "")
    return (parsed, ()) if isinstance(parsed, EpicSettings) else (EpicSettings(), parsed)
