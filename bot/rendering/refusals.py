"""Words for why a command was refused, with the commands that would be accepted instead."""

from bot.core.commands.help import Help
from bot.core.model.refusals import Refusal
from bot.core.model.refusals import RefusalKind as Kind
from bot.core.text.prefix import PREFIX
from bot.rendering.escape import code, cut, inline
from bot.rendering.mistakes import checklist_mistake, settings_mistake
from bot.rendering.reasons import failure_text
from bot.rendering.style import MARKDOWN
from bot.rendering.ways import way_lines
from bot.rendering.words import capital, clock, joined

_MAX_MISTAKE = 1_000
_TEXTS = {
    # Who commands.
    Kind.ACCOUNT_NOT_SERVED: "This Orchestra server isn't enabled for {account}. Its operator can"
    " add the account to `ALLOWED_ACCOUNTS`.",
    Kind.COULD_NOT_ASK: "{asked}",
    Kind.INTERNAL_ERROR: "An error in Orchestra itself kept me from carrying this out. The"
    " operator of this server finds it in the log. Nothing was done.",
    Kind.NOT_ALLOWED: "Sorry{by}, {allowed} can {do}.",
    Kind.SUPERSEDED: "Superseded by{by}'s `{verb}`, so this was not done.",
    # How it is written.
    Kind.COMMENT_TOO_LONG: "A comment with commands can have up to {limit:,} lines. Put the"
    " commands into a comment of their own.",
    Kind.TOO_MANY_COMMANDS: "Only the first {limit} commands of a comment are carried out.",
    Kind.NO_COMMAND: f"There is no command after `{PREFIX}`.",
    Kind.UNKNOWN_COMMAND: "There is no command {word}.",
    Kind.UNEXPECTED_WORDS: "{unexpected}",
    Kind.NOT_A_TASK_NUMBER: "{word} isn't a task number (1 to {limit}).",
    Kind.NOT_ALL_OR_A_TASK_NUMBER: "{word} is neither `all` nor a task number (1 to {limit}).",
    Kind.NO_SETTING: "`set` needs a setting: {accepted}.",
    Kind.UNKNOWN_KEY: "`{verb}` has no setting {word}. It accepts {all_accepted}.",
    Kind.NO_VALUE: "`{key}` needs a value: `{key}=…`.",
    Kind.DUPLICATE_KEY: "`{key}` is given twice.",
    Kind.UNKNOWN_VALUE: "`{key}` can be {accepted}; {word} isn't one of them.",
    Kind.NOT_A_MODEL: "{word} can't be the name of a model.",
    Kind.NOT_A_BRANCH: "{word} can't be the name of a branch.",
    Kind.NOT_A_NUMBER: "`{key}` takes a whole number from 1 to {limit}. {word} isn't one.",
    Kind.NO_AMOUNT: "How much may this epic cost? Write US dollars, for example"
    f" `{PREFIX} budget 30`, or `{PREFIX} budget +10` for more than so far.",
    Kind.NOT_AN_AMOUNT: "I can't read {word} as US dollars. Write for example 4 or 2.50.",
    Kind.UNKNOWN_MODEL: "There is no model {word}. Offered are, among others, {all_accepted}.",
    Kind.NOT_A_TIME: "I can't read {word} as a time. Use ISO 8601, for example"
    " `at=2026-11-22T08:00+01:00` (UTC if no offset).",
    Kind.NO_TITLE: "`add` needs a title for the new task.",
    Kind.TITLE_TOO_LONG: "This title has {count:,} characters. A title can have up to {limit:,}.",
    Kind.NO_INSTRUCTION: "`fix` needs a message for the agent.",
    Kind.INSTRUCTION_TOO_LONG: "This message has {count:,} characters. A message to the agent can"
    " have up to {limit:,}.",
    # Where it stands.
    Kind.NOT_AN_EPIC: "This issue isn't an epic yet. Label it {label}, or comment:",
    Kind.NOT_A_TASKS_PULL_REQUEST: "This pull request doesn't belong to a task. Give commands on"
    " the epic's issue.",
    Kind.NOT_ON_A_PULL_REQUEST: f"Comment `{PREFIX} {{verb}}` on the epic's issue instead of on a"
    " pull request.",
    # The epic.
    Kind.NOT_RUNNING: "This epic isn't running.",
    Kind.PAUSED: "This epic is paused.",
    Kind.NOT_PAUSED: "This epic isn't paused.",
    Kind.ALREADY_ENDED: "This epic has already ended.",
    Kind.ALL_DONE: "Every task is already done.",
    Kind.NO_SUCH_BRANCH: "This repository has no branch {branch}.",
    Kind.NAME_TAKEN: "The branch {branch} leaves no room for Orchestra's branches, whose names"
    " begin with `orchestra/`. Rename or delete it, then comment the command again.",
    Kind.TIME_PASSED: "{at} has already passed. It is {now} now.",
    Kind.EDITED_JUST_BEFORE: "The issue's text was edited by {editor} just before your command."
    " Read it, then comment the command again to use it.",
    Kind.PLEASE_REPEAT: "GitHub told me late of your command, and {editor} has edited the issue's"
    " text since. Please comment the command again.",
    Kind.TEXT_CHANGED: "The issue's text has changed since this button was shown. Read it, then"
    " use the new button.",
    Kind.SETTINGS_MISTAKES: "The settings file has mistakes:\n\n{mistakes}\n\nCorrect them, then"
    " comment the command again.",
    Kind.WRONG_ATTRIBUTES: "The new task's attributes aren't right:\n\n{mistakes}",
    Kind.CHECKLIST_MISTAKES: "The checklist has mistakes:\n\n{mistakes}\n\nCorrect them, then"
    " comment the command again.",
    Kind.NO_CHECKLIST: "This issue has no checklist. Add lines like `- [ ] First task`, then"
    " comment the command again.",
    Kind.NO_SUB_ISSUES: "This issue has no sub-issues. Add one on GitHub, then comment the command"
    " again.",
    Kind.CHECKLIST_FULL: "The checklist is full: an epic can have up to {limit} tasks.",
    Kind.TASKS_ARE_SUB_ISSUES: "This epic's tasks are its sub-issues. Add one on GitHub. The"
    " next `/orchestra start` or `/orchestra resume` takes it over.",
    Kind.NO_PLACE_IN_CHECKLIST: "I can't add a line to this checklist. Edit the issue to add it.",
    # The plan.
    Kind.NO_LANGUAGE_MODEL: "This server has no key for a language model, so it can't write a plan."
    " Its operator can set `OPENAI_API_KEY`, `ANTHROPIC_API_KEY` or `GEMINI_API_KEY`, and"
    " `LLM_BASE_URL` for another service that works like OpenAI's. You can write the checklist"
    " yourself: each `- [ ] item` in the issue becomes a task.",
    Kind.PLAN_INSTRUCTION_TOO_LONG: "These instructions have {count:,} characters. They can have up"
    " to {limit:,}.",
    Kind.NO_PLAN: "There is no plan to accept.",
    Kind.PLAN_NOT_READY: "The plan is still being written. A comment shows it once it is ready.",
    Kind.PLAN_NOT_ACCEPTED: "This issue has no checklist, and nobody has accepted the plan yet.",
    Kind.PLAN_ALREADY_ACCEPTED: "This plan is already accepted.",
    Kind.PLAN_JUST_PROPOSED: "A new plan was proposed just after your comment. Read it, then accept"
    " it.",
    Kind.PLAN_OUTDATED: "The issue's text has changed since this plan was proposed, so nothing was"
    " written. Another comment shows what the plan adds to the text as it is now.",
    # The task.
    Kind.WHICH_TASK: "Which task? {example}",
    Kind.NO_SUCH_TASK: "There is no task {digits}. The last one is task {limit}.",
    Kind.TASKS_NOT_NUMBERED: "Tasks get their numbers when the epic starts.",
    Kind.TASK_FAILED: "{task} failed: {failure}\n\nDecide about it first:",
    Kind.TASK_NOT_FAILED: "{task} hasn't failed, so there is nothing to retry.",
    Kind.NO_TASK_FAILED: "No task has failed, so there is nothing to retry.",
    Kind.TASK_NOT_BEGUN: "{task} hasn't begun yet, so there is nothing to restart.",
    Kind.TASK_MERGED: "{task} is already merged{request}.",
    Kind.TASK_DONE: "{task} is already done.",
    Kind.TASK_SKIPPED: "{task} is already skipped.",
    Kind.NO_AGENT: "{agentless}",
    Kind.NO_OPEN_PULL_REQUEST: "{task} has no open pull request.",
    Kind.TOO_MANY_INSTRUCTIONS: "The agent is still working, and too many messages already wait for"
    " it. Send this one once it has finished.",
    Kind.LEGACY: "{quote}",
}


def refusal_text(refusal: Refusal) -> str:
    """Return the whole answer: why, what was probably meant, and what can be done instead."""
    near = f" Did you mean {code(f'{PREFIX} {refusal.nearest}')}?" if refusal.nearest else ""
    parts = [_why(refusal) + near, _usage(refusal.usage), way_lines(refusal.ways)]
    return "\n\n".join(filter(None, parts))


def _why(refusal: Refusal) -> str:
    words = {
        **vars(refusal),
        **_people(refusal),
        **_task(refusal),
        "word": f"“{inline(refusal.word or '')}”",
        "digits": refusal.word,
        "unexpected": _unexpected(refusal),
        "accepted": joined(MARKDOWN.codes(refusal.accepted), "or"),
        "all_accepted": joined(MARKDOWN.codes(refusal.accepted)),
        "label": code(refusal.label or ""),
        "editor": MARKDOWN.person(refusal.editor) if refusal.editor else "",
        "branch": code(refusal.branch or ""),
        "at": refusal.at and clock(refusal.at),
        "now": refusal.now and clock(refusal.now, refusal.at),
        "mistakes": _mistakes(refusal),
        "quote": inline(refusal.quote or ""),
    }
    return _TEXTS[refusal.kind].format_map(words)


def _people(refusal: Refusal) -> dict[str, str]:
    level = f"people with {refusal.level} access to this repository" if refusal.level else ""
    allowed = [*filter(None, [level]), *map(MARKDOWN.person, refusal.people)]
    return {
        "account": inline(refusal.account or ""),
        "by": f" {MARKDOWN.person(refusal.by)}" if refusal.by else "",
        "allowed": f"only {joined(allowed, 'or')}" if allowed else "nobody",
        "do": f"use `{refusal.verb}`" if refusal.verb else "give commands",
        "asked": _could_not_ask(refusal),
    }


def _could_not_ask(refusal: Refusal) -> str:
    if refusal.quote is None:
        return (
            "I couldn't ask GitHub who can give commands here, so nothing was done. Please repeat"
            " the command."
        )
    return (
        f"GitHub refused to say who can give commands here{MARKDOWN.saying(refusal.quote)}. Nothing"
        " was done. An owner of the account can check under Settings, GitHub Apps, Configure"
        " whether the App has access to this repository and asks for a permission."
    )


def _task(refusal: Refusal) -> dict[str, str]:
    is_final = refusal.task == 0
    name = "The final pull request" if is_final else f"Task {refusal.task}"
    return {
        "task": name,
        "request": f" (#{refusal.pull_request})" if refusal.pull_request else "",
        "agentless": f"{name} has no agent."
        if is_final
        else f"{name} has no agent and no open pull request yet.",
        "failure": failure_text(refusal.failure) if refusal.failure else "",
        "example": _example(refusal),
    }


def _example(refusal: Refusal) -> str:
    if refusal.task is None:
        return f"Put its number after `{refusal.verb}`."
    title = inline(cut(refusal.title or "", 80))
    return f"For example `{PREFIX} {refusal.verb} {refusal.task}` ({title})."


def _unexpected(refusal: Refusal) -> str:
    if refusal.verb == refusal.usage:
        return f"`{refusal.verb}` takes no arguments."
    return f"I don't understand “{inline(refusal.word or '')}” after `{refusal.verb}`."


def _mistakes(refusal: Refusal) -> str:
    texts = [
        *(settings_mistake(mistake) for mistake in refusal.settings_mistakes),
        *(capital(checklist_mistake(mistake)) for mistake in refusal.mistakes),
    ]
    return "\n".join(f"- {inline(text, _MAX_MISTAKE)}" for text in texts)


def _usage(usage: str | None) -> str:
    if usage is None:
        return ""
    if usage == Help.usage:
        return f"`{PREFIX} {usage}` lists the commands."
    return f"Usage: `{PREFIX} {usage}`"
