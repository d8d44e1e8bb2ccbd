"""A stateful fake for Cursor's Cloud Agents API, versions v0 and v1."""

from sandbox.cursor.cursor import Cursor
from sandbox.cursor.faults import (
    Fault,
    bad_gateway,
    cancel_failed,
    connection_dropped,
    github_throttled,
    rate_limited,
    unverifiable_branch,
)
from sandbox.cursor.scripts import AgentScript, Quirks, StopScript, WebhookScript
from sandbox.cursor.state import Agent, CodeHost, Message, PullRequest, Run

__all__ = [
    "Agent",
    "AgentScript",
    "CodeHost",
    "Cursor",
    "Fault",
    "Message",
    "PullRequest",
    "Quirks",
    "Run",
    "StopScript",
    "WebhookScript",
    "bad_gateway",
    "cancel_failed",
    "connection_dropped",
    "github_throttled",
    "rate_limited",
    "unverifiable_branch",
]
