"""Each format that GitHub's descriptions name is checked, and by what it asks for."""

import pytest

from tests.conformance.schemas import Schemas


@pytest.mark.parametrize(
    ("form", "kind", "right", "wrong"),
    [
        ("date-time", "string", "2026-11-21T10:00:00Z", "2026-11-21T10:00:00"),
        ("date-time", "string", "2026-11-21T10:00:00.5+01:00", "20261121T100000Z"),
        ("date-time", "string", "2026-11-21T10:00:00Z", "2026-02-30T10:00:00Z"),
        ("date", "string", "2026-11-21", "2026-11-31"),
        ("uri", "string", "http://127.0.0.1:80/apps/cursor%5Bbot%5D", "http://a/cursor[bot]"),
        ("uri", "string", "https://[::1]:8080/a?b=c#d", "/a/b"),
        ("uri", "string", "https://a/b", "https://a/b c"),
        ("uri-template", "string", "http://a/keys{/key_id}", "http://a/keys{/key_id"),
        ("uri-template", "string", "http://a/n{?since,all}", "keys{/key_id}"),
        ("email", "string", "7+cursor[bot]@users.noreply.github.com", "cursor[bot]"),
        ("email", "string", "ada@example.org", "ada@example org"),
        ("email", "string", "ada@example.org", "ada@@example.org"),
        ("repo.nwo", "string", "acme/widgets", "widgets"),
        ("int32", "integer", 2**31 - 1, 2**31),
        ("int64", "integer", -(2**63), 2**63),
        ("timestamp", "integer", 1_790_000_000, 2**63),
    ],
)
def test_a_format_is_checked(form: str, kind: str, right: object, wrong: object) -> None:
    schema = {"type": kind, "format": form}
    assert list(Schemas({}).mistakes(right, schema)) == []
    [mistake] = Schemas({}).mistakes(wrong, schema)
    assert mistake.endswith(f"is not a '{form}'")


def test_a_document_with_a_format_that_nobody_checks_is_refused() -> None:
    document = {"properties": {"format": {"type": "string"}, "at": {"format": "duration"}}}
    with pytest.raises(ValueError, match="not checked: duration"):
        Schemas(document)


def test_null_has_no_format() -> None:
    schema = {"type": ["string", "null"], "format": "email"}
    assert list(Schemas({}).mistakes(None, schema)) == []
