"""Why a command was not carried out: a stable code, which the API shows, and its parameters."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.core.model.identifiers import Login
from bot.core.model.mistakes import ChecklistMistake, SettingsMistake
from bot.core.model.reasons import Failure
from bot.core.model.settings import Level
from bot.core.model.ways import Way


class RefusalKind(StrEnum):
    """Why a command was refused."""

    # Who commands.
    ACCOUNT_NOT_SERVED = "account_not_served"
    COULD_NOT_ASK = "could_not_ask"
    INTERNAL_ERROR = "internal_error"
    NOT_ALLOWED = "not_allowed"
    SUPERSEDED = "superseded"
    # How it is written.
    COMMENT_TOO_LONG = "comment_too_long"
    TOO_MANY_COMMANDS = "too_many_commands"
    NO_COMMAND = "no_command"
    UNKNOWN_COMMAND = "unknown_command"
    UNEXPECTED_WORDS = "unexpected_words"
    NOT_A_TASK_NUMBER = "not_a_task_number"
    NOT_ALL_OR_A_TASK_NUMBER = "not_all_or_a_task_number"
    NO_SETTING = "no_setting"
    UNKNOWN_KEY = "unknown_key"
    NO_VALUE = "no_value"
    DUPLICATE_KEY = "duplicate_key"
    UNKNOWN_VALUE = "unknown_value"
    NOT_A_MODEL = "not_a_model"
    UNKNOWN_MODEL = "unknown_model"
    NOT_A_BRANCH = "not_a_branch"
    NOT_A_TIME = "not_a_time"
    NOT_A_NUMBER = "not_a_number"
    NO_AMOUNT = "no_amount"
    NOT_AN_AMOUNT = "not_an_amount"
    NO_TITLE = "no_title"
    TITLE_TOO_LONG = "title_too_long"
    WRONG_ATTRIBUTES = "wrong_attributes"
    NO_INSTRUCTION = "no_instruction"
    INSTRUCTION_TOO_LONG = "instruction_too_long"
    # Where it stands.
    NOT_AN_EPIC = "not_an_epic"
    NOT_A_TASKS_PULL_REQUEST = "not_a_tasks_pull_request"
    NOT_ON_A_PULL_REQUEST = "not_on_a_pull_request"
    # The epic.
    NOT_RUNNING = "not_running"
    PAUSED = "paused"
    NOT_PAUSED = "not_paused"
    ALREADY_ENDED = "already_ended"
    ALL_DONE = "all_done"
    NO_SUCH_BRANCH = "no_such_branch"
    NAME_TAKEN = "name_taken"
    TIME_PASSED = "time_passed"
    EDITED_JUST_BEFORE = "edited_just_before"
    PLEASE_REPEAT = "please_repeat"
    TEXT_CHANGED = "text_changed"
    SETTINGS_MISTAKES = "settings_mistakes"
    CHECKLIST_MISTAKES = "checklist_mistakes"
    NO_CHECKLIST = "no_checklist"
    NO_SUB_ISSUES = "no_sub_issues"
    CHECKLIST_FULL = "checklist_full"
    NO_PLACE_IN_CHECKLIST = "no_place_in_checklist"
    TASKS_ARE_SUB_ISSUES = "tasks_are_sub_issues"
    # The plan.
    NO_LANGUAGE_MODEL = "no_language_model"
    PLAN_INSTRUCTION_TOO_LONG = "plan_instruction_too_long"
    NO_PLAN = "no_plan"
    PLAN_NOT_READY = "plan_not_ready"
    PLAN_NOT_ACCEPTED = "plan_not_accepted"
    PLAN_ALREADY_ACCEPTED = "plan_already_accepted"
    PLAN_JUST_PROPOSED = "plan_just_proposed"
    PLAN_OUTDATED = "plan_outdated"
    # The task.
    WHICH_TASK = "which_task"
    NO_SUCH_TASK = "no_such_task"
    TASKS_NOT_NUMBERED = "tasks_not_numbered"
    TASK_FAILED = "task_failed"
    TASK_NOT_FAILED = "task_not_failed"
    NO_TASK_FAILED = "no_task_failed"
    TASK_NOT_BEGUN = "task_not_begun"
    TASK_MERGED = "task_merged"
    TASK_DONE = "task_done"
    TASK_SKIPPED = "task_skipped"
    NO_AGENT = "no_agent"
    NO_OPEN_PULL_REQUEST = "no_open_pull_request"
    TOO_MANY_INSTRUCTIONS = "too_many_instructions"
    LEGACY = "legacy"


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """Why a command was refused.

    `by` is who gave it, or who superseded it with `verb`; `level` and `people` say who may. `verb`,
    `key` and `word` are what the person wrote, `accepted` what could stand there; `usage` and
    `nearest` are what would follow `/orchestra` on a right line. `task` is the task's number,
    `title` its title. `editor` edited the issue's text. `count` is over the `limit`. `ways` are the
    commands that would be accepted instead.
    """

    kind: RefusalKind
    by: Login | None = None
    level: Level | None = None
    people: tuple[str, ...] = ()
    account: str | None = None
    verb: str | None = None
    word: str | None = None
    key: str | None = None
    accepted: tuple[str, ...] = ()
    usage: str | None = None
    nearest: str | None = None
    task: int | None = None
    title: str | None = None
    pull_request: int | None = None
    count: int | None = None
    limit: int | None = None
    branch: str | None = None
    label: str | None = None
    editor: Login | None = None
    at: datetime | None = None
    now: datetime | None = None
    failure: Failure | None = None
    mistakes: tuple[ChecklistMistake, ...] = ()
    settings_mistakes: tuple[SettingsMistake, ...] = ()
    quote: str | None = None
    ways: tuple[Way, ...] = ()
