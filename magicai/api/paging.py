"""Lists in pages: each takes `limit` and `cursor`, and answers `items` and `next_cursor`."""

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from typing import Annotated, Any, Generic, TypeVar, cast

from fastapi import Query
from pydantic import BaseModel, Field

from magicai.api.strict_json import Unreadable, checked
from magicai.errors import Invalid

T = TypeVar("T")
Place = tuple[str | int, ...]
MOST, USUAL = 200, 50
_LARGEST = 2**53
_LONGEST = 2000

Limit = Annotated[int, Query(ge=1, le=MOST, description="Most items of a page.")]
Cursor = Annotated[str, Query(max_length=_LONGEST, description="`next_cursor` of the page before.")]


class Page(BaseModel, Generic[T]):
    """A page of a list."""

    items: list[T]
    next_cursor: str | None = Field(description="The `cursor` of the next page; null on the last one.")


def cut(found: Sequence[T], limit: int, place: Callable[[T], Place]) -> tuple[list[T], str | None]:
    """A page's items, and the cursor of the next one.

    Args:
        found: what follows the page before, one more than `limit` where there is more.
        place: where the list goes on behind an item.
    """
    shown = list(found[:limit])
    return shown, cursor_at(*place(shown[-1])) if len(found) > limit else None


def sliced(whole: Sequence[T], limit: int, cursor: str) -> tuple[list[T], str | None]:
    """A page of a list that is short, and at hand."""
    place = place_of(cursor, int)
    begin = place[0] if place else 0
    numbered = list(enumerate(whole))[begin : begin + limit + 1]
    shown, following = cut(numbered, limit, lambda one: (one[0] + 1,))
    return [one for _, one in shown], following


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
        text = checked(base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True))
    except (Unreadable, binascii.Error, ValueError) as exc:
        raise _unknown(cursor) from exc
    place: Any = json.loads(text)
    if not isinstance(place, list) or tuple(map(type, cast("list[Any]", place))) != kinds:
        raise _unknown(cursor)
    found = tuple(cast("list[str | int]", place))
    if any(isinstance(one, int) and not 0 <= one <= _LARGEST for one in found):
        raise _unknown(cursor)
    return found


def _unknown(cursor: str) -> Invalid:
    return Invalid(
        f"{cursor[:80]!r} is no cursor of this list.", way_out="Give `next_cursor` of the page before, or none."
    )
