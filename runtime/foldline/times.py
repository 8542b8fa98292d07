"""Times as they are told: one form, wherever they are shown."""

from datetime import UTC, datetime


def time_text(moment: datetime) -> str:
    """RFC 3339, UTC, milliseconds: `2026-01-31T12:00:00.000Z`. Texts of this form are in order as their times are."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def log_time_text(time: int) -> str:
    """The same of a record's time: milliseconds since 1970, UTC."""
    return time_text(datetime.fromtimestamp(time / 1000, UTC))
