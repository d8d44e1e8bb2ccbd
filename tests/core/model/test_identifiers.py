import pytest

from bot.core.model.identifiers import RepositoryName


@pytest.mark.parametrize("name", ["acme/.github", "acme-2/a.b_c-d", "ada_corp/..."])
def test_what_a_repository_can_be_called(name: str) -> None:
    assert str(RepositoryName.parse(name)) == name


@pytest.mark.parametrize(
    "name",
    ["../..", "acme/..", "acme/.", "./x", "acme", "acme/", "/x", "a/b/c", "acme/x?y", "a.b/c"],
)
def test_what_no_repository_can_be_called(name: str) -> None:
    with pytest.raises(ValueError, match="not an owner/name"):
        RepositoryName.parse(name)
