"""The fake as its users see it, and over ASGI."""

import asyncio
import json
import secrets
import threading
from dataclasses import asdict
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from sandbox.clock import Clock
from sandbox.ledger import Entry, Ledger
from sandbox.llm.planner import Planner, sentences
from sandbox.llm.replies import Reply

KIND = "POST /v1/chat/completions"
MODEL = "gpt-4.1"


class LanguageModel:
    """A chat completion for each question: the replies that were set, then the planner's.

    All public methods may be called from any thread. A dropped connection is in the ledger with
    status 0. `seconds` is how long an answer takes.
    """

    def __init__(self, clock: Clock, *, api_key: str | None = None, seconds: float = 0.0) -> None:
        self.api_key = api_key or f"sk-sandbox-{secrets.token_hex(24)}"
        self.ledger = Ledger()
        self.planner: Planner = sentences
        self.seconds = seconds
        self._clock = clock
        self._replies: list[Reply] = []
        self._lock = threading.Lock()
        self._answered = 0

    @property
    def asgi(self) -> Any:
        """The ASGI application."""
        return self._serve

    def reply(self, *replies: Reply) -> None:
        """Answer the next questions so, in this order."""
        with self._lock:
            self._replies += replies

    @property
    def questions(self) -> list[list[dict[str, Any]]]:
        """The messages of every question that came with the right key, oldest first."""
        known = [entry for entry in self.ledger.of_kind(KIND) if entry.actor]
        return [entry.request["messages"] for entry in known]

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        request = Request(scope, receive)
        raw = await request.body()
        if self.seconds:
            await asyncio.sleep(self.seconds)
        reply = self._answer(request, raw)
        if reply is None:
            raise ConnectionResetError("dropped without an answer")
        await reply(scope, receive, send)

    def _answer(self, request: Request, raw: bytes) -> Response | None:
        known = request.headers.get("authorization") == f"Bearer {self.api_key}"
        body = _read(raw)
        if f"{request.method} {request.url.path}" != KIND:
            reply = Reply(status=404, error=f"Unknown request URL: {request.url.path}")
        elif not known:
            reply = Reply(status=401, error="Incorrect API key provided.")
        elif not isinstance(body.get("messages"), list) or not body.get("model"):
            reply = Reply(status=400, error="you must provide a model and messages")
        else:
            reply = self._next(body)
        answer = self._completion(reply, str(body.get("model") or MODEL))
        self.ledger.add(
            Entry(
                at=self._clock.now(),
                actor="Orchestra key" if known else "",
                kind=f"{request.method} {request.url.path}",
                method=request.method,
                path=request.url.path,
                query=request.url.query,
                request=body,
                status=reply.status,
                answer=answer,
            )
        )
        return JSONResponse(answer, reply.status, reply.headers) if reply.status else None

    def _next(self, body: dict[str, Any]) -> Reply:
        with self._lock:
            if self._replies:
                return self._replies.pop(0)
        return Reply(json.dumps(self.planner(body["messages"])))

    def _completion(self, reply: Reply, model: str) -> dict[str, Any]:
        if reply.status >= 400:
            error = {"message": reply.error, "type": "error", "param": None, "code": None}
            return {"error": error}
        with self._lock:
            self._answered += 1
            number = self._answered
        message = {"role": "assistant", "content": reply.content, "refusal": reply.refusal}
        return {
            "id": f"chatcmpl-{number}",
            "object": "chat.completion",
            "created": int(self._clock.now().timestamp()),
            "model": model,
            "choices": [
                {
                    "index": 0,
                    "message": message,
                    "logprobs": None,
                    "finish_reason": reply.finish_reason,
                }
            ],
            "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2},
        }


def reply_of(body: dict[str, Any]) -> Reply:
    """Return the reply of those fields; raises ValueError naming what is unknown."""
    if unknown := sorted(body.keys() - asdict(Reply()).keys()):
        raise ValueError(f"Reply has no {', '.join(unknown)}")
    return Reply(**body)


def _read(raw: bytes) -> dict[str, Any]:
    try:
        body = json.loads(raw)
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}
