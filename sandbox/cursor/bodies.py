"""Request bodies of both versions, checked as their OpenAPI descriptions say."""

import re
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from sandbox.cursor.http import Call, RefusedError

Text = Annotated[str, StringConstraints(min_length=1)]
AgentId = Annotated[
    str, StringConstraints(pattern=r"^bc-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")
]
REPOSITORY = re.compile(r"(?:https?://)?github\.com/([\w.-]+/[\w.-]+?)(?:\.git)?/?")


class Loose(BaseModel):
    """v0: unknown keys pass unread; types are not bent."""

    model_config = ConfigDict(strict=True, extra="ignore")


class V0Prompt(Loose):
    """`prompt`, without the contents of images."""

    text: Text
    images: list[dict[str, Any]] = Field(default=[], max_length=5)


class V0Source(Loose):
    """`source`."""

    repository: str | None = None
    ref: str | None = None
    prUrl: str | None = None  # noqa: N815


class V0Target(Loose):
    """`target`."""

    autoCreatePr: bool = False  # noqa: N815
    openAsCursorGithubApp: bool = False  # noqa: N815
    skipReviewerRequest: bool = False  # noqa: N815
    branchName: Text | None = None  # noqa: N815
    autoBranch: bool = True  # noqa: N815


class V0Webhook(Loose):
    """`webhook`."""

    url: Annotated[str, StringConstraints(max_length=2048, pattern=r"^https?://")]
    secret: Annotated[str, StringConstraints(min_length=32, max_length=256)] | None = None


class V0Launch(Loose):
    """`POST /v0/agents`."""

    prompt: V0Prompt
    model: str | None = None
    source: V0Source
    target: V0Target = V0Target()
    webhook: V0Webhook | None = None


class V0FollowUp(Loose):
    """`POST /v0/agents/{id}/followup`."""

    prompt: V0Prompt


class Strict(BaseModel):
    """v1: an unknown key is refused."""

    model_config = ConfigDict(strict=True, extra="forbid")


class V1Prompt(Strict):
    """`prompt`, without the contents of images."""

    text: Text
    images: list[dict[str, Any]] = Field(default=[], max_length=5)


class V1Param(Strict):
    """One of a model's parameters; the value is a string, even for a boolean."""

    id: str
    value: str


class V1Model(Strict):
    """`model`."""

    id: Text
    params: list[V1Param] = []


class V1Repository(Strict):
    """One of `repos`."""

    url: str
    startingRef: str | None = None  # noqa: N815
    prUrl: str | None = None  # noqa: N815


class V1Environment(Strict):
    """`env`."""

    type: Literal["cloud", "pool", "machine"]
    name: str | None = None


class V1Launch(Strict):
    """`POST /v1/agents`."""

    prompt: V1Prompt
    model: V1Model | None = None
    name: Annotated[str, StringConstraints(max_length=100)] | None = None
    repos: list[V1Repository] = Field(default=[], max_length=20)
    workOnCurrentBranch: bool = False  # noqa: N815
    autoCreatePR: bool = False  # noqa: N815
    skipReviewerRequest: bool = False  # noqa: N815
    openAsCursorGithubApp: bool = False  # noqa: N815
    env: V1Environment | None = None
    envVars: dict[str, str] | None = Field(default=None, max_length=50)  # noqa: N815
    mcpServers: list[dict[str, Any]] = Field(default=[], max_length=50)  # noqa: N815
    customSubagents: list[dict[str, Any]] = Field(default=[], max_length=20)  # noqa: N815
    mode: Literal["agent", "plan"] = "agent"
    agentId: AgentId | None = None  # noqa: N815


class V1FollowUp(Strict):
    """`POST /v1/agents/{id}/runs`."""

    prompt: V1Prompt
    model: V1Model | None = None
    mcpServers: list[dict[str, Any]] = Field(default=[], max_length=50)  # noqa: N815
    mode: Literal["agent", "plan"] = "agent"


Body = TypeVar("Body", bound=BaseModel)


def parse(call: Call, shape: type[Body]) -> Body:
    """Return the request's body; 400 names what is wrong with it."""
    if not call.raw:
        raise RefusedError(400, "missing_body", "Request body is required")
    try:
        return shape.model_validate_json(call.raw)
    except ValidationError as error:
        raise RefusedError(400, "validation_error", _complaint(error)) from None


def repository_name(url: str) -> str:
    """`owner/name` of a GitHub address; 400 for anything else."""
    found = REPOSITORY.fullmatch(url)
    if found is None:
        raise RefusedError(400, "validation_error", f"Invalid repository URL: {url}")
    return found.group(1)


def page_limit(call: Call) -> int:
    """`limit` of a list: 1 to 100, 20 when left out."""
    text = call.query.get("limit", "20")
    if not text.isdecimal() or not 1 <= int(text) <= 100:
        raise RefusedError(400, "validation_error", "limit must be between 1 and 100")
    return int(text)


def _complaint(error: ValidationError) -> str:
    unknown = [str(e["loc"][-1]) for e in error.errors() if e["type"] == "extra_forbidden"]
    if unknown:
        return f"Unrecognized key(s) in object: {', '.join(map(repr, unknown))}"
    first = error.errors()[0]
    return f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}"
