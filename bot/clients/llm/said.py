"""What a language model answered."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Said:
    """One answer; `refusal` holds the model's words where it declines to give any."""

    text: str = ""
    refusal: str | None = None
    is_cut_off: bool = False
