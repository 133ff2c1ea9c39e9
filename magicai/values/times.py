"""Time is kept as integer UTC microseconds, and shown as ISO 8601."""

from datetime import UTC, datetime, timedelta
from time import time_ns
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, PlainSerializer, WithJsonSchema

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
HOUR_US, DAY_US = 3_600_000_000, 86_400_000_000


def now_us() -> int:
    """The present, in microseconds since 1970-01-01T00:00:00Z."""
    return time_ns() // 1_000


def to_us(moment: datetime) -> int:
    """Microseconds since 1970-01-01T00:00:00Z of an aware datetime.

    Raises:
        ValueError: the datetime has no offset.
    """
    if moment.tzinfo is None:
        raise ValueError(f"{moment!r} has no time zone offset")
    return (moment - _EPOCH) // _MICROSECOND


def to_datetime(us: int) -> datetime:
    """The aware UTC datetime of a number of microseconds."""
    return _EPOCH + us * _MICROSECOND


def to_iso(us: int) -> str:
    """ISO 8601 in UTC with a Z, as results show it."""
    return to_datetime(us).isoformat().replace("+00:00", "Z")


def said_us(said: Any) -> int | None:
    """What another system says when something was, in UTC microseconds; None where it is no ISO 8601.

    Args:
        said: of UTC where it has no zone.
    """
    try:
        found = datetime.fromisoformat(str(said))
        return to_us(found if found.tzinfo else found.replace(tzinfo=UTC))
    except (ValueError, OverflowError):
        return None


def _read(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return to_us(datetime.fromisoformat(value))
    except OverflowError as exc:
        raise ValueError(str(exc)) from exc


# UTC microseconds in Python, ISO 8601 in JSON, where it is read from either.
Moment = Annotated[
    int,
    BeforeValidator(_read),
    PlainSerializer(to_iso, return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
# ISO 8601 in UTC, in results as they are kept.
IsoTime = Annotated[str, Field(json_schema_extra={"format": "date-time"})]
