"""Mathematics that GitHub draws with MathJax: of a formula only what is drawn is given.

https://docs.github.com/get-started/writing-on-github/working-with-advanced-formatting/writing-mathematical-expressions
"""

import re
from collections.abc import Iterator, Sequence

from bot.core.text.html_text import Span
from bot.core.text.word_set import word_set

# What draws what stands in it, in the size, place and colour of its surroundings. Any other
# command may hide it: `phantom`, `color`, `def`, `rlap` and so on.
_DRAWN = word_set(
    # Greek letters, and others
    "alpha|beta|gamma|delta|epsilon|varepsilon|zeta|eta|theta|vartheta|iota|kappa|lambda|mu|nu|xi"
    "|pi|varpi|rho|varrho|sigma|varsigma|tau|upsilon|phi|varphi|chi|psi|omega|Gamma|Delta|Theta"
    "|Lambda|Xi|Pi|Sigma|Upsilon|Phi|Psi|Omega|hbar|ell|aleph|Re|Im|partial|nabla|infty|emptyset"
    "|varnothing|prime|angle|triangle|square|top|bot"
    # Operators and relations
    "|pm|mp|times|div|cdot|ast|star|circ|bullet|oplus|otimes|odot|cap|cup|setminus|wedge|vee|land"
    "|lor|neg|lnot|le|leq|ge|geq|ne|neq|ll|gg|equiv|sim|simeq|approx|cong|propto|in|notin|ni|subset"
    "|subseteq|supset|supseteq|mid|nmid|parallel|perp|forall|exists|nexists|vdash|models|mapsto|to"
    "|gets|rightarrow|leftarrow|leftrightarrow|Rightarrow|Leftarrow|Leftrightarrow|iff|implies"
    "|longrightarrow|uparrow|downarrow|cdots|ldots|dots|vdots|ddots|colon|bmod|pmod|mod"
    # Functions, and what stands under or over a range
    "|sin|cos|tan|cot|sec|csc|arcsin|arccos|arctan|sinh|cosh|tanh|log|ln|lg|exp|lim|limsup|liminf"
    "|max|min|sup|inf|arg|det|dim|gcd|ker|deg|Pr|sum|prod|coprod|int|iint|iiint|oint|bigcup|bigcap"
    "|bigoplus|bigotimes|bigvee|bigwedge|limits|nolimits|operatorname"
    # Composition
    "|frac|dfrac|tfrac|cfrac|binom|sqrt|hat|widehat|bar|overline|underline|vec|tilde|widetilde|dot"
    "|ddot|overrightarrow|overbrace|underbrace|overset|underset|stackrel|boxed|substack"
    "|left|right|middle|big|Big|bigg|Bigg|bigl|bigr|Bigl|Bigr|langle|rangle|lfloor|rfloor|lceil"
    "|rceil|lvert|rvert|lVert|rVert|vert|Vert|lbrace|rbrace|backslash"
    "|text|mathrm|mathbf|mathit|mathsf|mathtt|mathbb|mathcal|mathfrak|mathscr|boldsymbol|bold|rm|bf"
    "|it|textbf|textit|textrm|texttt|mbox|displaystyle|textstyle"
    "|quad|qquad|begin|end|hline|tag|not"
)
_COMMAND = re.compile(r"\\([A-Za-z]+)")
# Whether Markdown takes a backslash before MathJax sees it is not told.
_COMMENT = re.compile(r"%[^\n]*")
_DOLLAR = re.compile(r"\$")


def is_all_drawn(formula: str) -> bool:
    """Tell whether all that stands in the formula is drawn, but for its comments."""
    return all(found[1] in _DRAWN for found in _COMMAND.finditer(formula))


def without_comments(formula: str) -> str:
    """Return a formula without its comments."""
    return _COMMENT.sub("", formula)


def hidden_in_formulas(text: str, code: Sequence[tuple[int, int]]) -> Iterator[Span]:
    """Yield what is not drawn of formulas in a paragraph's text; `code` has its code spans.

    Which dollars belong together is not told here: each stretch between two may be a formula.
    """
    if "$" not in text or not ("\\" in text or "%" in text):
        return
    # Code directly between two dollars is a formula as well.
    plain = blanked(text, [one for one in code if not _is_between_dollars(text, *one)])
    dollars = [found.start() for found in _DOLLAR.finditer(plain)]
    for before, start, end in zip([-1, *dollars], dollars, dollars[1:], strict=False):
        formula = plain[start + 1 : end]
        if not is_all_drawn(formula):
            yield start + 1, end, ""
        elif before == start - 1 or _is_tight(formula, plain[end + 1 : end + 2]):
            for found in _COMMENT.finditer(formula):
                yield start + 1 + found.start(), start + 1 + found.end(), ""


def _is_tight(formula: str, after: str) -> bool:
    """Tell a formula from what costs $5, 20% less than $6."""
    return formula.strip() == formula and not after.isdigit()


def _is_between_dollars(text: str, start: int, end: int) -> bool:
    return text[start - 1 : start] == "$" and text[end : end + 1] == "$"


def blanked(text: str, ranges: Sequence[tuple[int, int]]) -> str:
    """Return the text with spaces instead of what stands in these ranges of it."""
    parts, done = [], 0
    for start, end in ranges:
        parts += [text[done:start], " " * (end - start)]
        done = end
    return "".join([*parts, text[done:]])
