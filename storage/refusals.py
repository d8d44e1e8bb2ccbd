"""Who was refused lately, so that strangers cost few words."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, func, insert, select

from storage.tables import refusals

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
MAX_AN_HOUR = 20


def note(connection: Connection, repository_id: int, login: str, now: datetime) -> bool:
    """Note that somebody was refused; returns whether that is to be said in words.

    Words come once per person, repository and day, and none beyond 20 refusals an hour in the
    repository. The table stays small: what is beyond those is not noted either.
    """
    columns = refusals.c
    of_repository = columns.repository_id == repository_id
    connection.execute(delete(refusals).where(of_repository, columns.at <= now - DAY))
    lately = select(func.count()).where(of_repository, columns.at > now - HOUR)
    if connection.execute(lately).scalar_one() >= MAX_AN_HOUR:
        return False
    person = login.lower()
    told = select(func.count()).where(of_repository, columns.login == person, columns.told)
    is_first = not connection.execute(told).scalar_one()
    row = {"repository_id": repository_id, "login": person, "at": now, "told": is_first}
    connection.execute(insert(refusals).values(row))
    return is_first
