"""The repository's settings file, asked for at most once a minute by all workers together."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.clients.errors import PermanentError, Unauthorized
from bot.clients.github.contents import FileAnswer
from bot.core.model.mistakes import SettingsMistake, SettingsMistakeKind
from bot.core.model.settings import EpicSettings
from bot.settings_file import parse_settings
from jobs.enrich.lookup import Lookup
from storage import repositories
from storage.repositories import StoredSettings

SETTINGS_MAX_AGE = timedelta(seconds=60)


def settings_of(lookup: Lookup, *, at_once: bool = False) -> StoredSettings:
    """Return the settings as they are now, or, unless `at_once`, were within the last minute.

    Raises a ClientError when GitHub cannot be asked; its refusal to show the file is a mistake.
    """
    database = lookup.services.database
    with database.read() as connection:
        now = database.now(connection)
        before = repositories.stored_settings(connection, lookup.repository_id)
    if not at_once and before.read_at is not None and now - before.read_at <= SETTINGS_MAX_AGE:
        return before
    # That there is no file is certain once it has been looked for in two ways.
    is_open = before.etag is not None or before.read_at is None
    try:
        answer = lookup.github.settings_file(before.etag, doubts=lookup.doubts and is_open)
    except Unauthorized:
        raise
    except PermanentError as error:
        if lookup.doubts:
            raise
        # Not kept: a push tells of a corrected file, but nothing tells of a permission given.
        return replace(before, mistakes=(_not_readable(error.message),))
    after = _understood(before, answer, now)
    with database.write() as connection:
        repositories.store_settings(connection, lookup.repository_id, before, after)
    return after


def _understood(before: StoredSettings, answer: FileAnswer, now: datetime) -> StoredSettings:
    if answer.unchanged:
        return replace(before, etag=answer.etag, read_at=now)
    # Without a tag no file was there: no good one is known yet, so admins alone command.
    known = before.settings if before.etag is not None else None
    if answer.problem is not None:
        return StoredSettings(
            settings=known, mistakes=(answer.problem,), etag=answer.etag, read_at=now
        )
    parsed = parse_settings(answer.text or "")
    if isinstance(parsed, EpicSettings):
        return StoredSettings(settings=parsed, etag=answer.etag, read_at=now)
    return StoredSettings(settings=known, mistakes=parsed, etag=answer.etag, read_at=now)


def _not_readable(reason: str) -> SettingsMistake:
    return SettingsMistake(kind=SettingsMistakeKind.NOT_READABLE, quote=reason)
