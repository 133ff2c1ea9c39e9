"""Lists in pages: whoever lists takes a limit and a cursor, and answers items and the cursor of the next page."""

import base64
import json
from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar, cast

from pydantic import BaseModel, Field

from magicai.errors import Invalid

T = TypeVar("T")
Place = tuple[str | int, ...]
LONGEST = 2000  # characters of a cursor
_LARGEST = 2**53


class Page(BaseModel, Generic[T]):
    """A page of a list."""

    items: list[T]
    next_cursor: str | None = Field(description="The `cursor` of the next page; null on the last one.")


def cut(found: Sequence[T], limit: int, place: Callable[[T], Place]) -> tuple[list[T], str | None]:
    """A page's items, and the cursor of the next one.

    Args:
        found: what follows the page before, one more than `limit` where there is more.
        place: where the list continues after an item.
    """
    shown = list(found[:limit])
    return shown, cursor_at(*place(shown[-1])) if len(found) > limit else None


def sliced(whole: Sequence[T], limit: int, cursor: str) -> tuple[list[T], str | None]:
    """A page of a list that is short, and at hand."""
    (begin,) = place_of(cursor, int) or (0,)
    end = begin + limit
    return list(whole[begin:end]), cursor_at(end) if len(whole) > end else None


def cursor_at(*place: str | int) -> str:
    """A cursor: nothing that a client should read, or make by itself."""
    return base64.urlsafe_b64encode(json.dumps(place, separators=(",", ":")).encode()).decode().rstrip("=")


def place_of(cursor: str, *kinds: type[str | int]) -> tuple[Any, ...] | None:
    """Where a page begins; None where it is the first.

    Raises:
        Invalid: this list has given no such cursor.
    """
    if not cursor:
        return None
    try:
        text = base64.b64decode(cursor[:LONGEST] + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        place: Any = json.loads(text)
    except (ValueError, RecursionError) as exc:
        raise _unknown(cursor) from exc
    if not isinstance(place, list) or tuple(map(type, cast("list[Any]", place))) != kinds:
        raise _unknown(cursor)
    found = tuple(cast("list[str | int]", place))
    if not all(_can_be_asked_for(one) for one in found):
        raise _unknown(cursor)
    return found


def _can_be_asked_for(one: str | int) -> bool:
    """Whether every database takes it."""
    if isinstance(one, int):
        return 0 <= one <= _LARGEST
    return "\0" not in one and one.encode(errors="replace").decode() == one


def _unknown(cursor: str) -> Invalid:
    shown = cursor[:80].encode(errors="replace").decode()
    return Invalid("cursor_invalid", shown=shown)
