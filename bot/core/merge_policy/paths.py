"""Patterns of paths in the settings, matched without regular expressions: both are people's."""

_ANY_DEPTH = "**"


def is_under(path: str, pattern: str) -> bool:
    """Return whether the pattern names the path, or a folder that it is in.

    `*` stands for any part of a name, `**` for any folders. A pattern without a slash before its
    end names a file or folder at the top, as do those that begin with `/` or `./`.
    """
    parts = tuple(part for part in pattern.split("/") if part not in ("", "."))
    return bool(parts) and _matches(tuple(path.split("/")), parts)


def _matches(names: tuple[str, ...], parts: tuple[str, ...]) -> bool:
    """Match from the top; what is below a folder that is named counts."""
    reached = {0}
    for part in parts:
        if part == _ANY_DEPTH:
            reached = set(range(min(reached), len(names) + 1)) if reached else reached
        else:
            reached = {at + 1 for at in reached if at < len(names) and _is_like(names[at], part)}
    return bool(reached)


def _is_like(name: str, part: str) -> bool:
    """Match one name, `*` standing for any part of it."""
    if "*" not in part:
        return name == part
    first, *middle, last = part.split("*")
    if len(name) < len(first) + len(last) or not name.startswith(first):
        return False
    at, end = len(first), len(name) - len(last)
    if not name.endswith(last):
        return False
    for piece in middle:
        found = name.find(piece, at, end)
        if found < 0:
            return False
        at = found + len(piece)
    return True
