"""What GitHub publishes about its interfaces, as npm packages it is released in."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

from graphql import GraphQLSchema, build_schema

_WANTED = Path(__file__).with_name("package.json")
_PLACE = Path(__file__).parents[2] / ".conformance"
_MODULES = _PLACE / "node_modules/@octokit"


def install() -> None:
    """Put the packages into `.conformance`, unless exactly these are there; ends without npm."""
    npm = shutil.which("npm")
    installed = _PLACE / "installed.json"
    wanted = _WANTED.read_text("utf-8")
    if installed.is_file() and installed.read_text("utf-8") == wanted:
        return
    if npm is None:
        raise SystemExit("conformance: npm is needed")
    _PLACE.mkdir(exist_ok=True)
    (_PLACE / "package.json").write_text(wanted, "utf-8")
    options = ["--no-save", "--no-package-lock", "--ignore-scripts", "--no-audit", "--no-fund"]
    command = [npm, "install", *options, "--loglevel=error"]
    subprocess.run(command, cwd=_PLACE, check=True, timeout=600)
    installed.write_text(wanted, "utf-8")


def rest_document() -> dict[str, Any]:
    """The OpenAPI 3.0 document of github.com's REST API."""
    return _json("openapi")


def webhooks_document() -> dict[str, Any]:
    """The OpenAPI 3.1 document of github.com's webhooks."""
    return _json("openapi-webhooks")


def graphql_schema() -> GraphQLSchema:
    """The schema of github.com's GraphQL API."""
    text = (_MODULES / "graphql-schema/schema.graphql").read_text("utf-8")
    return build_schema(text, assume_valid=True)


def _json(package: str) -> dict[str, Any]:
    path = _MODULES / package / "generated/api.github.com.json"
    document: dict[str, Any] = json.loads(path.read_bytes())
    return document
