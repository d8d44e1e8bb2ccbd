"""Words that would notify somebody, made into code."""

import re

# A code span or fence, or else a word with the sign; addresses of mail have a letter before it.
_CODE_OR_MENTION = re.compile(r"(?P<ticks>`++)|(?<![\w`/@.-])@(?=[A-Za-z0-9])[\w./-]{1,100}")


def without_mentions(text: str) -> str:
    """Return Markdown in which nobody is mentioned: a name after an @ stands in a code span."""
    parts, done = [], 0
    while (found := _CODE_OR_MENTION.search(text, done)) is not None:
        parts.append(text[done : found.start()])
        end = found.end()
        if found["ticks"]:
            end = _end_of_code(text, found["ticks"], end)
            parts.append(text[found.start() : end])
        else:
            word = found[0].rstrip(".-/")
            end = found.start() + len(word)
            parts.append(f"`{word}`")
        done = end
    return "".join([*parts, text[done:]])


def _end_of_code(text: str, ticks: str, start: int) -> int:
    """Return where the code ends that so many ticks begin; they are text where nothing ends it."""
    end = start
    while (end := text.find(ticks, end)) >= 0:
        after = end + len(ticks)
        longer = text[after : after + 1] == "`" or text[end - 1] == "`"
        if not longer:
            return after
        while text[after : after + 1] == "`":
            after += 1
        end = after
    return start
