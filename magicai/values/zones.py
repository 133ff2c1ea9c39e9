"""Time zones by their names."""

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from magicai.errors import Invalid


def zone_of(name: str) -> ZoneInfo:
    """A time zone by its name.

    Raises:
        Invalid: there is no such zone.
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as exc:
        raise Invalid("unknown_time_zone", name=name[:60]) from exc
