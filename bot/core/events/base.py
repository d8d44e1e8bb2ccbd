"""What all events have, and what is read from GitHub for some of them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from bot.core.model.findings import Finding
from bot.core.model.identifiers import Login
from bot.core.model.mistakes import SettingsMistake
from bot.core.model.observations import BaseBranch, BranchRules
from bot.core.model.reference import Referenced
from bot.core.model.settings import EpicSettings


@dataclass(frozen=True, kw_only=True)
class Event:
    """Anything that happens. `needs_enrichment` events wait until GitHub was asked."""

    needs_enrichment: ClassVar[bool] = False


class Shown(StrEnum):
    """How somebody learns that they may not command: strangers are to cost little."""

    WORDS = "words"
    SIGN = "sign"
    NOTHING = "nothing"


@dataclass(frozen=True, kw_only=True)
class IssueText:
    """An issue's text at one moment."""

    title: str
    body: str


@dataclass(frozen=True, kw_only=True)
class IssueEdit:
    """An edit of the issue by somebody else than us.

    `title_before` is what the title was before a change of it, None for a change of the body.
    """

    by: Login
    at: datetime
    may_command: bool = False
    title_before: str | None = None


@dataclass(frozen=True, kw_only=True)
class Enrichment:
    """What was fetched from GitHub for an event before deciding on it.

    `permission` is the sender's role by GitHub's name (`admin`, `maintain`, `write`, `triage`,
    `read`, `none`), None where it could not be fetched: `refusal` is then GitHub's reason, None
    when it did not answer, and `failed` says that it was an error of our own. `teams` are those of
    the settings' teams that the sender is in; `served` is false for an account that the operator
    does not serve. `settings` are those of the repository's file; the epic's replace them where it
    was not fetched or has mistakes. `eyes_id` is the id of our 👀 reaction, to remove it later.
    `name_taken` is a branch that leaves no room for the names of the epic's branches. The rest is
    fetched only for events that take over the issue's text; `edits` are those that not everybody
    can have read. `unknown_model` is the one that a command names and the provider does not offer,
    whose `models` those are. `referenced` are the issues that its tasks are about, None where they
    were not asked for. `findings` are only for `doctor`. `shown` is set for whoever may not
    do it.
    """

    permission: str | None = None
    refusal: str | None = None
    failed: bool = False
    teams: tuple[str, ...] = ()
    served: bool = True
    settings: EpicSettings | None = None
    settings_mistakes: tuple[SettingsMistake, ...] = ()
    eyes_id: int | None = None
    title: str | None = None
    body: str | None = None
    is_labelled: bool = False
    base: BaseBranch | None = None
    base_rules: BranchRules | None = None
    base_missing: str | None = None
    name_taken: str | None = None
    other_epics: tuple[int, ...] = ()
    edits: tuple[IssueEdit, ...] = ()
    findings: tuple[Finding, ...] = ()
    unknown_model: str | None = None
    models: tuple[str, ...] = ()
    referenced: Referenced | None = None
    shown: Shown | None = None

    @property
    def unprotected_base(self) -> bool:
        """True when neither checks nor review rules stand before a merge into the base."""
        if self.base is None or self.base_rules is None:
            return False
        return not self.base_rules.guards and not self.base.has_checks
