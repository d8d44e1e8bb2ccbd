"""How often the progress comment may change."""

SHORTEST_INTERVAL = 10.0
# Half of what GitHub allows an installation in content-creating requests per hour (500, "Rate
# limits for the REST API"); the other half is for answers, merges and people.
EDITS_PER_HOUR = 250


def progress_interval(active_epics: int) -> float:
    """Seconds between two edits of one epic's comment, sharing the hour among `active_epics`."""
    return max(SHORTEST_INTERVAL, 3600 * active_epics / EDITS_PER_HOUR)
