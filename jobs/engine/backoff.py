"""How long what is limited, refused or unanswered is left alone."""


def limited_seconds(told: float | None, refused: float, *, least: float, most: float) -> float:
    """Return the seconds to wait for a limit that has stood for `refused` seconds.

    It is `told` where that is `least` or more. One that tells less, or nothing, is believed the
    first time: then it is left alone for as long again as it has refused.
    """
    if told is not None and told >= least:
        return told
    return min(max(refused, least if told is None else told, 1.0), most)
