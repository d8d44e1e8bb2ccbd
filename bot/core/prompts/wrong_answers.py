"""What is wrong with a language model's answer, in words for the model and for people."""

from bot.core.model.plan import Wrong
from bot.core.model.plan import WrongKind as Kind

_WORDS = {
    Kind.CUT_OFF: "It was cut off because it is too long. Propose fewer tasks, in fewer words.",
    Kind.TOO_LONG: "It has {count:,} characters. It can have {limit:,}.",
    Kind.NO_JSON: "It isn't JSON.",
    Kind.NO_TASKS: "It has no list of tasks.",
    Kind.TOO_MANY_TASKS: "It proposes {count} tasks. It can propose {limit}.",
    Kind.NOT_AN_OBJECT: "Task {task} isn't an object.",
    Kind.TITLE: "The title of task {task} isn't an order of several words in at most {limit}"
    " characters.",
    Kind.DESCRIPTION: "The description of task {task} isn't text.",
    Kind.DESCRIPTION_TOO_LONG: "The description of task {task} has {count:,} characters. It can"
    " have {limit:,}.",
    Kind.ACCEPTANCE: "The acceptance of task {task} isn't a list of 1 to {limit} texts.",
    Kind.COMPLEXITY: "The complexity of task {task} isn't one of those accepted.",
    Kind.AFTER: "`after` of task {task} isn't a list of numbers.",
    Kind.AFTER_LATER: "`after` of task {task} names a task that doesn't come before it.",
    Kind.SAME: "Tasks {task} and {other} are the same.",
}


def wrong_text(wrong: Wrong) -> str:
    """Return what is wrong, as a sentence or two."""
    return _WORDS[wrong.kind].format_map(vars(wrong))
