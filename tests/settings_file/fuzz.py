"""Random settings files by the million: `python -m tests.settings_file.fuzz 1000000`.

Prints how many were read, the slowest, and how many were mistakes; ends with the text that raised.
"""

import random
import sys
import time
import timeit

from bot.settings_file import parse_settings
from tests.settings_file.example import example

CHARACTERS = "ab0 :-,#'\"[]{}&*!|>%@`?~\\\t\n\r\u00e9\u2028\ufeff\x00\U0001f600"
SNIPPETS = (
    *("&a ", "*a", "!!python/object:os ", "!x ", "<<: ", "---\n", "...\n", "%YAML 1.1\n", "? "),
    *("\n  ", "\n", ": ", "- ", "[", "]", "{", "}", "'", '"', "|\n", ">-\n", "#", "\t", "\x00"),
    *("off", "yes", "null", ".nan", "-1", "1e999", "9" * 400, "1h30m", "{number}", "write"),
)
KEYS = (
    *("label", "base_branch", "merge", "agents", "fixes", "on_failure", "permissions", "notify"),
    *("when", "grace", "ci", "command", "start", "model", "complex", "mention", "x", "wehn"),
)


def noise(chance: random.Random) -> str:
    """Characters in any order."""
    return "".join(chance.choices(CHARACTERS, k=chance.randrange(60)))


def mutated(chance: random.Random, text: str) -> str:
    """The text, with pieces put in, taken out or doubled."""
    for _ in range(chance.randrange(1, 6)):
        start = chance.randrange(len(text) + 1)
        end = start + chance.choice((0, 0, 1, 5, 40))
        piece = chance.choice((*SNIPPETS, text[start:end] * 2, ""))
        text = text[:start] + piece + text[end:]
    return text


def structure(chance: random.Random, depth: int = 0) -> str:
    """Flow YAML with known and unknown keys at any place."""
    shape = chance.randrange(6 if depth < 5 else 2)
    if shape < 2:
        return chance.choice(SNIPPETS) if shape else chance.choice(("3", "green", "90s", "a"))
    parts = [structure(chance, depth + 1) for _ in range(chance.randrange(4))]
    if shape == 2:
        return f"[{', '.join(parts)}]"
    return f"{{{', '.join(f'{chance.choice(KEYS)}: {part}' for part in parts)}}}"


def random_file(chance: random.Random, valid: str) -> str:
    """One of the three."""
    kind = chance.randrange(3)
    if kind == 0:
        return noise(chance)
    return mutated(chance, valid) if kind == 1 else structure(chance)


def milliseconds(text: str) -> float:
    """How long reading takes; of three times the shortest, as others use the machine too."""
    return 1000 * min(timeit.repeat(lambda: parse_settings(text), number=1, repeat=3))


def main(count: int) -> None:
    """Read that many and print the figures."""
    chance, valid = random.Random(0), example()
    slowest, mistaken = 0.0, 0
    for _ in range(count):
        text = random_file(chance, valid)
        started = time.perf_counter()
        try:
            mistaken += isinstance(parse_settings(text), tuple)
        except Exception:
            print(repr(text))
            raise
        if 1000 * (time.perf_counter() - started) > slowest:
            slowest = max(slowest, milliseconds(text))
    print(f"{count:,} files, slowest {slowest:.1f} ms, {mistaken:,} with mistakes")


if __name__ == "__main__":
    main(int(sys.argv[1]))
