"""Fenced blocks as GitHub shows them: their language only if it is one, and diagrams drawn.

https://docs.github.com/get-started/writing-on-github/working-with-advanced-formatting/creating-diagrams
"""

import re
from collections.abc import Callable, Sequence

from markdown_it.common.utils import unescapeAll

from bot.core.text.diagrams import drawn_lines
from bot.core.text.formulas import is_all_drawn, without_comments
from bot.core.text.word_set import word_set

_WORD = re.compile(r"[A-Za-z0-9+#.-]{1,20}")
# The word is not shown, but colours the code: any other is but a word that nobody sees.
_LANGUAGES = word_set(
    "abap|ada|apache|applescript|asm|astro|awk|bash|bat|batch|bicep|c|c#|c++|caddyfile|cfg|clj"
    "|clojure|cmake|cmd|cobol|coffee|coffeescript|conf|console|cpp|cs|csharp|css|csv|cuda|cypher"
    "|d|dart|diff|docker|dockerfile|dotenv|elixir|elm|env|erb|erlang|ex|f#|fish|fortran|fsharp"
    "|gherkin|git|gitignore|glsl|go|golang|gradle|graphql|groovy|h|haml|handlebars|haskell|hbs|hcl"
    "|hpp|hs|html|http|ini|java|javascript|jinja|jinja2|jl|js|json|json5|jsonc|jsonl|jsx|julia"
    "|kotlin|kt|latex|less|liquid|lisp|log|lua|make|makefile|markdown|matlab|md|mdx|nginx|nim|nix"
    "|none|objc|objective-c|ocaml|patch|pascal|perl|pgsql|php|pl|plain|plaintext|plpgsql|powershell"
    "|prisma|prolog|properties|proto|protobuf|ps|ps1|psql|pug|puppet|py|python|python3|r|razor|rb"
    "|regex|rest|rs|rst|ruby|rust|sass|sbt|scala|scheme|scss|sh|shell|shellsession|sql|sqlite|ssh"
    "|stylus|suggestion|sv|svelte|svg|swift|systemverilog|tcl|terraform|tex|text|tf|toml|ts|tsv|tsx"
    "|twig|txt|typescript|v|vb|vbnet|verilog|vhdl|vim|vue|wasm|wgsl|xml|yaml|yml|zig|zsh"
)
_Drawing = Callable[[Sequence[str]], Sequence[str]]


def language(info: str) -> str:
    """Return the language that stands behind a fence, "" where it is none or not drawn as such."""
    word = _first_word(info)
    return word if word.lower() in _LANGUAGES or word.lower() in _DRAWINGS else ""


def shown_of_fence(info: str, lines: Sequence[str]) -> Sequence[str]:
    """Return what is shown of each line in a fence, "" for nothing."""
    drawing = _DRAWINGS.get(_first_word(info).lower())
    return drawing(lines) if drawing else lines


def _first_word(info: str) -> str:
    found = _WORD.match(unescapeAll(info).strip())
    return found[0] if found else ""


def _formula(lines: Sequence[str]) -> Sequence[str]:
    if not is_all_drawn("\n".join(lines)):
        return [""] * len(lines)
    return [without_comments(line) for line in lines]


def _of_a_map(lines: Sequence[str]) -> Sequence[str]:
    """Return nothing: the words in a map or a solid body are not what is drawn."""
    return [""] * len(lines)


_DRAWINGS: dict[str, _Drawing] = {
    "mermaid": drawn_lines,
    "math": _formula,
    "geojson": _of_a_map,
    "topojson": _of_a_map,
    "stl": _of_a_map,
}
