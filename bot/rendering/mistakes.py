"""Words for mistakes in a checklist and a settings file; what people wrote isn't escaped yet."""

from bot.core.model.mistakes import (
    Accepted,
    ChecklistMistake,
    SettingsMistake,
    ValueShape,
    ValueType,
)
from bot.core.model.mistakes import ChecklistMistakeKind as Checklist
from bot.core.model.mistakes import SettingsMistakeKind as Settings
from bot.rendering.words import numbered_tasks

SETTINGS_PATH = ".github/orchestra.yml"
_UNITS = (("h", 3600), ("m", 60), ("s", 1))
_CHECKLIST = {
    Checklist.TOO_MANY_TASKS: "The checklist has {count:,} tasks. An epic can have {limit:,}.",
    Checklist.TOO_MANY_LINES: "The text has {count:,} lines. I read up to {limit:,}.",
    Checklist.NO_TITLE: "This task has no title.",
    Checklist.TITLE_TOO_LONG: "This task's title has {count:,} characters. It can have {limit:,}.",
    Checklist.DESCRIPTION_TOO_LONG: "This task's description has {count:,} characters."
    " It can have {limit:,}.",
    Checklist.NEAR_BOX: "“{quote}” isn't a checkbox on GitHub. Write it as “- [ ] …”.",
    Checklist.PLACEHOLDER: "“{quote}” is a placeholder. Write what is to be done.",
    Checklist.ATTRIBUTE: "“{quote}” isn't an attribute.{nearest}",
    Checklist.ATTRIBUTE_VALUE: "“{quote}” isn't accepted. Accepted: {accepted}.",
    Checklist.ATTRIBUTE_TWICE: "The attribute {key} is given twice. Keep one.",
    Checklist.UNKNOWN_TASK: "This task is to wait for {tasks}, which isn't there.",
    Checklist.CIRCLE: "{tasks} wait for each other. Take out one “after”.",
    Checklist.REFERENCE_UNREADABLE: "I can't use the issue {quote}. Check the number, whether this"
    " App is installed there, and whether everybody who can read this issue can read that one. You"
    " can also write the task's text here instead.",
    Checklist.REFERENCE_PULL_REQUEST: "{quote} is a pull request. A task can refer to an issue.",
    Checklist.REFERENCE_THIS_EPIC: "{quote} is this issue itself.",
    Checklist.REFERENCE_OTHER_EPIC: "{quote} is an epic itself, with agents of its own. Take its"
    " label away or this line, or start that epic by itself.",
    Checklist.REFERENCE_TOO_LONG: "The text of the issue {quote} is longer than {limit:,}"
    " characters. Shorten it, or write the task's text here instead.",
    Checklist.REFERENCE_EDITED: "The issue {quote} was edited by @{by}, whose edit nobody has read"
    " here yet. Read it, then give the command again to use it. While the epic runs, that is"
    " `pause` and `resume`.",
    Checklist.REFERENCE_ADDED: "The sub-issue {quote} was added by @{by}, and nobody has read it"
    " here yet. Read it, then give the command again to use it.",
    Checklist.REFERENCE_TWICE: "{quote} is the issue of line {other_line} too, and would be done"
    " twice. Keep one of the lines.",
    Checklist.LEGACY: "{quote}",
}
_SETTINGS = {
    Settings.NOT_A_FILE: "This is a {word}, not a file.",
    Settings.NOT_TEXT: "This file isn't UTF-8 text.",
    Settings.NOT_READABLE: "GitHub doesn't let me read this file: “{quote}”",
    Settings.TOO_LARGE: "The file is larger than {limit:,} bytes.",
    Settings.NOT_YAML: "This isn't YAML: {quote}.",
    Settings.CHARACTER: "The character {word} isn't accepted.",
    Settings.DIRECTIVE: "YAML directives (lines that start with %) aren't accepted.",
    Settings.SEVERAL_DOCUMENTS: "The file holds several documents. Keep one.",
    Settings.TOO_MANY_VALUES: "The file holds more than {limit:,} values.",
    Settings.MORE: "There are {count} more mistakes after these.",
    Settings.TOO_DEEP: "This is nested too deeply.",
    Settings.ALIAS: "The alias *{word} isn't accepted. Write the value itself.",
    Settings.TAG: "The tag {word} isn't accepted. Write the value itself.",
    Settings.KEY_NOT_A_WORD: "A key must be a word.",
    Settings.DUPLICATE_KEY: "This key is already set in line {other_line}.",
    Settings.UNKNOWN_KEY: "There is no such key.{nearest} Accepted: {keys}.",
    Settings.NOT_A_SECTION: "{written} isn't accepted here. Accepted: keys with values: {keys}.",
    Settings.NOT_ACCEPTED: "{written} isn't accepted.{nearest} Accepted: {accepted}.",
    Settings.LEGACY: "{quote}",
}
_SHAPES = {
    ValueShape.LIST: "This list",
    ValueShape.SECTION: "A section of keys",
    ValueShape.EMPTY: "An empty value",
}
_ACCEPTED = {
    ValueType.CHOICE: "{choices}",
    ValueType.DURATION: "a duration from {least} to {most}, such as 90s, 10m or 1h30m",
    ValueType.NUMBER: "a whole number from {low} to {high}",
    ValueType.TASKS: "the numbers of tasks, such as 1,3",
    ValueType.AMOUNT: "US dollars up to {high:,}, such as 4 or 2.50",
    ValueType.YES_NO: "true or false (also yes, no, on, off)",
    ValueType.LABEL: "a label's name of {low} to {high} characters",
    ValueType.BRANCH: "a branch name, in which {{number}} stands for the epic's number",
    ValueType.MODEL: "the name of a model, or default",
    ValueType.PATHS: "a list of up to {high} paths from the top, in which * and ** stand for names",
    ValueType.LOGINS: "a list of up to {high} logins",
    ValueType.CHECKS: "a list of up to {high} names of checks, workflows or Apps",
    ValueType.RULE: "{choices}; or a list of {low} to {high} logins and org/team-slugs, with at"
    " most one of those levels among them",
}


def checklist_mistake(mistake: ChecklistMistake) -> str:
    """Return the mistake as a sentence that names its line, as in `line 4: …`."""
    place = f"line {mistake.line}: " if mistake.line else ""
    words = vars(mistake) | {
        "nearest": f" Did you mean {mistake.nearest}?" if mistake.nearest else "",
        "accepted": accepted_words(mistake.accepted) if mistake.accepted else "",
        "tasks": numbered_tasks(mistake.tasks),
    }
    return place + _CHECKLIST[mistake.kind].format_map(words)


def settings_mistake(mistake: SettingsMistake) -> str:
    """Return the mistake as text that names the file, the line and the key."""
    if mistake.kind is Settings.LEGACY:
        return mistake.quote or ""
    place = f" line {mistake.line}" if mistake.line else ""
    key = f"{mistake.key}: " if mistake.key else ""
    return f"{SETTINGS_PATH}{place}: {key}{settings_words(mistake)}"


def settings_words(mistake: SettingsMistake) -> str:
    """Return what is wrong, without its place."""
    words = vars(mistake) | {
        "quote": mistake.quote or "it can't be read",
        "keys": ", ".join(mistake.keys),
        "written": _SHAPES.get(mistake.shape) or f"“{mistake.word}”",
        "nearest": f" Did you mean {mistake.nearest}?" if mistake.nearest else "",
        "accepted": accepted_words(mistake.accepted) if mistake.accepted else "",
    }
    return _SETTINGS[mistake.kind].format_map(words)


def accepted_words(accepted: Accepted) -> str:
    """Return what a key accepts, as in `a whole number from 0 to 10`."""
    return _ACCEPTED[accepted.type].format(
        choices=either(accepted.choices),
        low=accepted.low,
        high=accepted.high,
        least=in_units(accepted.low),
        most=in_units(accepted.high),
    )


def either(words: tuple[str, ...]) -> str:
    """Return `a, b or c`."""
    *others, last = words or ("",)
    return f"{', '.join(others)} or {last}" if others else last


def in_units(seconds: int) -> str:
    """Return the duration in the largest unit that divides it, as in `90s` or `2h`."""
    fitting = (one for one in _UNITS if seconds and seconds % one[1] == 0)
    unit, length = next(fitting, ("s", 1))
    return f"{seconds // length}{unit}"
