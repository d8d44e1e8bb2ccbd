"""GitHub's OpenAPI document in another API version than its own.

The document describes version 2022-11-28 and holds, where later versions break with it, patches:
`x-github-breaking-changes` is a list of `{version, patch}`, the patch a merge patch (RFC 7396) or
a list of JSON Patch operations (RFC 6902).
"""

from collections.abc import Iterable
from typing import Any

CHANGES = "x-github-breaking-changes"


def in_version(node: Any, version: str) -> Any:
    """`node` and all below it with the patches up to `version` (an ISO date) applied."""
    if isinstance(node, list):
        return [in_version(item, version) for item in node]
    if not isinstance(node, dict):
        return node
    patched = {key: in_version(value, version) for key, value in node.items() if key != CHANGES}
    for change in node.get(CHANGES, ()):
        if change["version"] <= version:
            _apply(patched, change["patch"])
    return patched


def _apply(node: dict[str, Any], patch: Any) -> None:
    if isinstance(patch, dict):
        _merge(node, patch)
        return
    for operation in patch:
        _operate(node, operation)


def _merge(node: dict[str, Any], patch: dict[str, Any]) -> None:
    """RFC 7396, but `required` only ever loses the properties that go.

    Two patches of one schema each repeat the whole list as it was before the other.
    """
    for key, value in patch.items():
        if key == "required" and "properties" in node:
            continue
        if value is None:
            node.pop(key, None)
        elif isinstance(value, dict) and isinstance(node.get(key), dict):
            _merge(node[key], value)
        else:
            node[key] = value
    gone = [name for name, value in (patch.get("properties") or {}).items() if value is None]
    _no_longer_required(node, gone)


def _operate(node: dict[str, Any], operation: dict[str, Any]) -> None:
    """One operation; indices into `required` are left to the property's own removal."""
    *way, last = [_unescaped(part) for part in operation["path"].split("/")[1:]]
    if "required" in way:
        return
    parents: list[Any] = [node]
    for part in way:
        parents.append(_child(parents[-1], part))
    if operation["op"] != "remove":
        parents[-1][last] = operation["value"]
        return
    parents[-1].pop(last, None)
    if way and way[-1] == "properties":
        _no_longer_required(parents[-2], [last])


def _child(node: Any, part: str) -> Any:
    return node[int(part)] if isinstance(node, list) else node[part]


def _no_longer_required(schema: dict[str, Any], names: Iterable[str]) -> None:
    required = schema.get("required")
    if isinstance(required, list):
        schema["required"] = [name for name in required if name not in names]


def _unescaped(part: str) -> str:
    return part.replace("~1", "/").replace("~0", "~")
