"""How often the progress comment may change."""

MIN_INTERVAL = 10.0
# Half of what GitHub allows an installation in content-creating requests per hour (500, "Rate
# limits for the REST API"); the other half is for answers, merges and people.
EDITS_PER_HOUR = 250


def progress_interval(active_epics: int) -> float:
    """Return the seconds between two edits of a comment: `active_epics` share the hour."""
    return max(MIN_INTERVAL, 3600 * active_epics / EDITS_PER_HOUR)
