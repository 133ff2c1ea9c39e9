"""Times of day that are chosen for a post."""

from datetime import datetime, time, timedelta

from magicai.values.times import to_datetime, to_us
from magicai.values.zones import zone_of

NOW = "now"
_HOURS = {"morning": 8, "noon": 12, "afternoon": 16, "evening": 20}
SLOTS = (NOW, *_HOURS)


def next_slot(slot: str, zone: str, now: int) -> int | None:
    """When a time of day comes next in a zone, UTC in microseconds; None of `now`."""
    if slot not in _HOURS:
        return None
    here = to_datetime(now).astimezone(zone_of(zone or "UTC"))
    at = datetime.combine(here.date(), time(_HOURS[slot]), here.tzinfo)
    return to_us(at if at > here else at + timedelta(days=1))
