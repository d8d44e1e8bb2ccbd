import pytest
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.testclient import TestClient

from tests.databases import sqlite_only


@sqlite_only
def test_the_first_page_names_the_product_and_leads_on(web: TestClient) -> None:
    page = web.get("/").text

    assert page.startswith("Orchestra")
    assert "/health" in page


@sqlite_only
def test_an_unexpected_error_is_answered_without_detail_and_raised_to_the_server(
    application: FastAPI,
) -> None:
    async def fail(_request: Request) -> Response:
        raise RuntimeError("secret detail")

    application.router.routes.append(Route("/fail", fail))

    answer = TestClient(application, raise_server_exceptions=False).get("/fail")

    assert answer.status_code == 500
    assert answer.json()["error"]["code"] == "INTERNAL_ERROR"
    assert "secret detail" not in answer.text
    with pytest.raises(RuntimeError, match="secret detail"):
        TestClient(application).get("/fail")
