"""A fake for a service that speaks OpenAI's chat completions."""

from sandbox.llm.planner import Planner, numbered
from sandbox.llm.replies import (
    Reply,
    cut_off,
    declined,
    no_json,
    overloaded,
    plan,
    rate_limited,
    unauthorized,
    unknown_option,
    wrong_shape,
)
from sandbox.llm.service import LanguageModel

__all__ = [
    "LanguageModel",
    "Planner",
    "Reply",
    "cut_off",
    "declined",
    "no_json",
    "numbered",
    "overloaded",
    "plan",
    "rate_limited",
    "unauthorized",
    "unknown_option",
    "wrong_shape",
]
