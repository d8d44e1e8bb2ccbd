"""All tables. The columns of epics, tasks and agent_runs are the fields of the core's facts."""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    UniqueConstraint,
    false,
)

from bot.core.effects import Cancellable
from bot.core.model.calls import Call
from bot.core.model.fixes import Fixes
from bot.core.model.identifiers import AgentStatus, EpicStatus, Login, TaskStatus
from bot.core.model.interruptions import Interruption
from bot.core.model.kept_branch import KeptBranch
from bot.core.model.known_base import KnownBase
from bot.core.model.mistakes import ChecklistMistake, SettingsMistake
from bot.core.model.money import Bill, Money
from bot.core.model.notices import Notice
from bot.core.model.options import TaskOptions
from bot.core.model.plan import Plan
from bot.core.model.pull_request import PullRequest
from bot.core.model.pushes import Push
from bot.core.model.reasons import Failure, Hold, Pause, Wait
from bot.core.model.reference import Reference, Referenced
from bot.core.model.settings import EpicSettings, Overrides
from bot.core.model.text_shown import TextShown
from storage.columns import Name, Prose, UtcTime, Value, Word

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite counts rows by itself only in a column that is exactly INTEGER.
Id = BigInteger().with_variant(Integer, "sqlite")


def _faults() -> tuple[Column[Any], ...]:
    """How often we failed on a row through a fault of our own, on which, and since when it is left.

    `error` names the exception and where it was raised; its message may hold secrets.
    """
    return (
        Column("faults", Integer, nullable=False, server_default="0"),
        Column("error", Name(200)),
        Column("parked_at", UtcTime),
    )


installations = Table(
    "installations",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("account", Name(100), nullable=False),
)

repositories = Table(
    "repositories",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("installation_id", ForeignKey("installations.id"), nullable=False),
    Column("full_name", Name(200), nullable=False),
    Column("default_branch", Name(255), nullable=False),
    Column("settings", Value(EpicSettings)),
    Column("settings_mistakes", Value(tuple[SettingsMistake, ...])),
    Column("settings_etag", Name(200)),
    Column("settings_read_at", UtcTime),
)

epics = Table(
    "epics",
    metadata,
    Column("id", Id, primary_key=True),
    Column("repository_id", ForeignKey("repositories.id"), nullable=False),
    Column("issue_number", Integer, nullable=False),
    Column("token", Name(32), nullable=False),
    Column("status", Word(EpicStatus), nullable=False),
    Column("activated", Boolean, nullable=False),
    Column("title", Prose, nullable=False),
    Column("goal", Prose, nullable=False),
    Column("body", Prose, nullable=False),
    Column("body_written", Prose),
    Column("mistakes", Value(tuple[ChecklistMistake, ...]), nullable=False),
    Column("settings_mistakes", Value(tuple[SettingsMistake, ...]), nullable=False),
    Column("approved_at", UtcTime),
    Column("edit_not_used_by", Name(100)),
    Column("edit_not_used_at", UtcTime),
    Column("text_shown", Value(TextShown)),
    Column("unprotected_base", Boolean, nullable=False),
    Column("base_branch", Name(255)),
    Column("has_epic_branch", Boolean, nullable=False),
    Column("base_is_ready", Boolean, nullable=False),
    Column("base_red", Value(tuple[str, ...]), nullable=False),
    Column("revert_offered", Name(64)),
    Column("known_base", Value(KnownBase), nullable=False, server_default="{}"),
    Column("kept_branches", Value(tuple[KeptBranch, ...]), nullable=False, server_default="[]"),
    Column("calls", Value(tuple[Call, ...]), nullable=False, server_default="[]"),
    Column("unreachable", Word(Interruption)),
    Column("settings", Value(EpicSettings), nullable=False),
    Column("overrides", Value(Overrides), nullable=False),
    Column("referenced", Value(Referenced), nullable=False, server_default="{}"),
    Column("plan", Value(Plan)),
    Column("money", Value(Money), nullable=False, server_default="{}"),
    Column("start_at", UtcTime),
    Column("started_by", Name(100)),
    Column("steered_by", Value(tuple[Login, ...]), nullable=False, server_default="[]"),
    Column("started_at", UtcTime),
    Column("ended_at", UtcTime),
    Column("pausing", Boolean, nullable=False),
    Column("pausing_by", Name(100)),
    Column("pause", Value(Pause)),
    Column("slot_wanted_since", UtcTime),
    Column("throttled_until", UtcTime),
    Column("throttled_by", Name(32)),
    Column("hold", Value(Hold)),
    Column("progress_comment_id", BigInteger),
    Column("progress_updated_at", UtcTime),
    Column("due_at", UtcTime),
    Column("created_at", UtcTime, nullable=False),
    # A worker that could not load the epic, or let time pass for it, leaves it alone until then.
    Column("held_until", UtcTime),
    *_faults(),
    UniqueConstraint("repository_id", "issue_number"),
    Index("ix_epics_due_at", "due_at"),
    Index("ix_epics_status", "status", "repository_id"),
    Index("ix_epics_slot_wanted_since", "slot_wanted_since"),
)

tasks = Table(
    "tasks",
    metadata,
    Column("epic_id", ForeignKey("epics.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("position", Integer, nullable=False),
    Column("title", Prose, nullable=False),
    Column("description", Prose, nullable=False),
    Column("options", Value(TaskOptions), nullable=False, server_default="{}"),
    Column("reference", Value(Reference)),
    Column("listed_title", Prose),
    Column("same_title_before", Integer, nullable=False),
    Column("status", Word(TaskStatus), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("retries_used", Integer, nullable=False),
    Column("failure", Value(Failure)),
    Column("wait", Value(Wait)),
    Column("needs_person", Boolean, nullable=False),
    Column("feedback", Prose),
    Column("merge_now", Boolean, nullable=False),
    Column("fixes", Value(Fixes), nullable=False),
    Column("branch", Name(255)),
    Column("pushed_branch", Name(255)),
    Column("pushes", Value(tuple[Push, ...]), nullable=False, server_default="[]"),
    Column("base_sha", Name(64)),
    Column("pull_request_number", Integer),
    Column("pull_request", Value(PullRequest)),
    Column("check_run_id", BigInteger),
    Column("check_run_sha", Name(64)),
    Column("merge_sha", Name(64)),
    Column("summary", Prose),
    Column("retry_at", UtcTime),
    Column("due_at", UtcTime),
    Column("started_at", UtcTime),
    Column("ended_at", UtcTime),
    Index("ix_tasks_branch", "branch"),
)

agent_runs = Table(
    "agent_runs",
    metadata,
    Column("id", Name(36), primary_key=True),
    Column("epic_id", ForeignKey("epics.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("task_number", Integer, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("branch", Name(255), nullable=False),
    Column("start_ref", Name(255), nullable=False),
    Column("requested_at", UtcTime),
    Column("reported_branch", Name(255)),
    Column("agent_id", Name(100), index=True),
    Column("url", Prose),
    Column("status", Word(AgentStatus), nullable=False),
    Column("prompt_index", Integer, nullable=False),
    Column("prompted_at", UtcTime),
    Column("prompt_ref", Name(100)),
    Column("opens_pull_request", Boolean, nullable=False),
    Column("stop_requested", Boolean, nullable=False),
    Column("lost", Boolean, nullable=False),
    Column("model", Name(100)),
    Column("bill", Value(Bill), nullable=False, server_default="{}"),
    Column("summary", Prose),
    Column("launched_at", UtcTime),
    Column("deadline", UtcTime),
    Column("ended_at", UtcTime),
    Column("seen_at", UtcTime),
    Column("seen_mark", Prose),
    Column("used_at", UtcTime),
    Index("ix_agent_runs_status_seen_at", "status", "seen_at"),
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", Id, primary_key=True),
    Column("guid", Name(64), nullable=False, unique=True),
    Column("event", Name(64), nullable=False),
    Column("body", LargeBinary),
    Column("received_at", UtcTime, nullable=False),
    Column("ingested_at", UtcTime),
    Column("tries", Integer, nullable=False, default=0),
    Column("not_before", UtcTime),
    *_faults(),
    Index("ix_deliveries_ingested_at", "ingested_at", "id"),
)

inbox = Table(
    "inbox",
    metadata,
    Column("id", Id, primary_key=True),
    Column("epic_id", ForeignKey("epics.id", ondelete="CASCADE"), nullable=False),
    Column("key", Name(200), nullable=False, unique=True),
    Column("kind", Name(64), nullable=False),
    Column("payload", Prose, nullable=False),
    Column("delivery", Name(64)),
    Column("received_at", UtcTime, nullable=False),
    Column("needs_enrichment", Boolean, nullable=False),
    Column("enrichment", Prose),
    # Lower case, null where nobody is behind it; what stops things is read before all else.
    Column("sender", Name(100)),
    Column("stops", Boolean, nullable=False, server_default=false()),
    Column("tries", Integer, nullable=False),
    Column("not_before", UtcTime, nullable=False),
    Column("handled_at", UtcTime),
    *_faults(),
    Index("ix_inbox_epic_id_handled_at", "epic_id", "handled_at", "id"),
    Index("ix_inbox_handled_at_not_before", "handled_at", "not_before"),
)

effects = Table(
    "effects",
    metadata,
    Column("id", Id, primary_key=True),
    Column("epic_id", ForeignKey("epics.id", ondelete="CASCADE"), nullable=False),
    Column("key", Name(300), nullable=False),
    Column("kind", Name(64), nullable=False),
    Column("payload", Prose, nullable=False),
    Column("state", Name(16), nullable=False),
    Column("urgency", Integer, nullable=False),
    Column("irreversible", Boolean, nullable=False),
    Column("again", Boolean, nullable=False),
    Column("cancel_requested", Boolean, nullable=False),
    Column("sent_at", UtcTime),
    Column("claim", Name(32)),
    Column("claim_until", UtcTime),
    Column("not_before", UtcTime, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("first_tried_at", UtcTime),
    Column("created_at", UtcTime, nullable=False),
    Column("done_at", UtcTime),
    # Its scope, by which it is cancelled.
    Column("task", Integer),
    Column("pull_request", Integer),
    Column("cancellable", Word(Cancellable)),
    *_faults(),
    UniqueConstraint("epic_id", "key"),
    Index("ix_effects_epic_id_state", "epic_id", "state"),
    Index("ix_effects_state_not_before", "state", "not_before"),
)

# Those of the last day, by which strangers get few words.
refusals = Table(
    "refusals",
    metadata,
    Column("id", Id, primary_key=True),
    Column("repository_id", BigInteger, nullable=False),
    Column("login", Name(100), nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("told", Boolean, nullable=False),
    Index("ix_refusals_repository_id_at", "repository_id", "at"),
)

log_events = Table(
    "log_events",
    metadata,
    Column("id", Id, primary_key=True),
    Column("epic_id", ForeignKey("epics.id", ondelete="CASCADE"), nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("task_number", Integer),
    Column("delivery", Name(64)),
    Column("notice", Value(Notice), nullable=False),
    Index("ix_log_events_epic_id_id", "epic_id", "id"),
)

# What the agents of a month (UTC, as 2026-11) may spend: `scope` is a repository's id or `all`.
budgets = Table(
    "budgets",
    metadata,
    Column("scope", Name(64), primary_key=True),
    Column("month", Name(7), primary_key=True),
    Column("reserved", BigInteger, nullable=False),
    Column("spent", BigInteger, nullable=False),
)

# What each run of an agent has cost, in millionths of a dollar; these rows outlive their epics.
ledger = Table(
    "ledger",
    metadata,
    Column("run", Name(36), primary_key=True),
    Column("repository_id", BigInteger, nullable=False),
    Column("issue_number", Integer, nullable=False),
    Column("task_number", Integer, nullable=False),
    Column("model", Name(100)),
    Column("spent", BigInteger, nullable=False),
    Column("reported", Boolean, nullable=False),
    Column("at", UtcTime, nullable=False),
    Index("ix_ledger_repository_id_at", "repository_id", "at"),
)

# The models that a credential's provider offers, as last read.
models = Table(
    "models",
    metadata,
    Column("credential", Name(64), primary_key=True),
    Column("names", Value(tuple[str, ...]), nullable=False),
    Column("read_at", UtcTime, nullable=False),
)

throttles = Table(
    "throttles",
    metadata,
    Column("name", Name(64), primary_key=True),
    Column("since", UtcTime),
    Column("until", UtcTime, nullable=False),
)

ticks = Table(
    "ticks",
    metadata,
    Column("name", Name(32), primary_key=True),
    Column("last", UtcTime, nullable=False),
)
