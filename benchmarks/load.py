"""A closed-loop HTTP load generator over raw sockets, light enough not to be what is measured.

`python -m benchmarks.load PORT CONNECTIONS SECONDS SECRET` prints one JSON line.
"""

import asyncio
import hashlib
import hmac
import json
import sys
import time
import uuid
from dataclasses import asdict, dataclass

import uvloop

BODY_SIZE = 10_272


@dataclass(frozen=True)
class Result:
    """Answered requests, seconds they took together, and latencies in milliseconds."""

    requests: int
    failures: int
    seconds: float
    p50: float
    p99: float


def comment_body() -> bytes:
    """An `issue_comment.created` of BODY_SIZE bytes that gives a command."""
    payload = {
        "action": "created",
        "issue": {"number": 7, "title": "Widgets", "body": ""},
        "comment": {"id": 1, "body": "/orchestra status", "user": {"login": "mona"}},
        "repository": {"id": 1, "full_name": "acme/widgets"},
        "installation": {"id": 1},
        "sender": {"login": "mona", "type": "User"},
    }
    padding = BODY_SIZE - len(json.dumps(payload))
    payload["issue"]["body"] = "x" * padding  # type: ignore[index]
    return json.dumps(payload).encode()


def _head(secret: str, body: bytes) -> bytes:
    """Everything of a request but the delivery's GUID, which differs each time."""
    signature = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return (
        "POST /webhooks/github HTTP/1.1\r\nHost: localhost\r\n"
        "User-Agent: GitHub-Hookshot/bench\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\nX-Hub-Signature-256: sha256={signature}\r\n"
        "X-GitHub-Event: issue_comment\r\nX-GitHub-Delivery: "
    ).encode()


async def _client(port: int, secret: str, until: float, latencies: list[float]) -> int:
    """Send one request after another on one connection; the number that was not answered 202."""
    body = comment_body()
    head = _head(secret, body)
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    failures = 0
    while (began := time.perf_counter()) < until:
        writer.write(b"%b%b\r\n\r\n%b" % (head, str(uuid.uuid4()).encode(), body))
        answer = await reader.readuntil(b"\r\n\r\n")
        await reader.readexactly(_content_length(answer))
        latencies.append(time.perf_counter() - began)
        failures += not answer.startswith(b"HTTP/1.1 202")
    writer.close()
    return failures


def _content_length(head: bytes) -> int:
    return int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])


async def run(port: int, connections: int, seconds: float, secret: str) -> Result:
    """Keep `connections` busy for `seconds`."""
    latencies: list[float] = []
    began = time.perf_counter()
    until = began + seconds
    clients = (_client(port, secret, until, latencies) for _ in range(connections))
    failures = sum(await asyncio.gather(*clients))
    elapsed = time.perf_counter() - began
    latencies.sort()
    p50, p99 = (latencies[int(len(latencies) * share)] * 1000 for share in (0.5, 0.99))
    return Result(len(latencies), failures, elapsed, p50, p99)


if __name__ == "__main__":
    port, connections, seconds, secret = sys.argv[1:]
    result = uvloop.run(run(int(port), int(connections), float(seconds), secret))
    print(json.dumps(asdict(result)))
