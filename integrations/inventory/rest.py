"""A shop's API, and the counts in its answers."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

from pydantic import ValidationError

from integrations.fetcher.addresses import AddressRules
from integrations.http.json_client import JsonClient
from magicai.catalogue.inventory.sent import SentLevel
from magicai.catalogue.inventory.stock import Level
from magicai.errors import Invalid
from magicai.messages import say
from magicai.values.times import said_us

_LIMIT_S = 30.0
_LARGEST = 20_000_000


def shop_at(rules: AddressRules, address: str, headers: Mapping[str, str], secrets: Sequence[str]) -> JsonClient:
    """A shop that is asked with these headers; the secrets are never quoted."""
    return JsonClient(
        rules,
        address,
        limit_s=_LIMIT_S,
        max_bytes=_LARGEST,
        renewal=say("add_stock_source_again"),
        headers=headers,
        secrets=secrets,
    )


def level(item: Any, quantity: Any, version: int) -> Level:
    """A count that a shop states.

    Raises:
        Invalid: no store takes such an item or number.
    """
    try:
        found = SentLevel.model_validate({"type": "level", "item": item, "quantity": quantity, "version": version})
    except ValidationError as exc:
        raise Invalid(
            "stock_count_invalid", item=str(item)[:60], quantity=str(quantity)[:40], reason=exc.errors()[0]["msg"]
        ) from exc
    return found.value


def rows(value: Any) -> list[dict[str, Any]]:
    """The objects of a list.

    Raises:
        Invalid: it is no list of objects.
    """
    found = cast("list[Any]", value) if isinstance(value, list) else [None]
    if not all(isinstance(one, dict) for one in found):
        raise Invalid("shop_answer_invalid")
    return cast("list[dict[str, Any]]", found)


def whole(value: Any) -> int:
    """A whole number of a shop's.

    Raises:
        Invalid: it is none.
    """
    try:
        return int(value)
    except (TypeError, ValueError, OverflowError) as exc:
        raise Invalid("stock_number_invalid", value=str(value)[:40]) from exc


def version_of(moment: Any) -> int:
    """A version of a time of the shop's.

    Raises:
        Invalid: it is no time.
    """
    if (version := said_us(moment)) is None:
        raise Invalid("stock_time_invalid", moment=str(moment)[:40])
    return version


def told(read: Callable[[], Level | None]) -> Level | None:
    """What a shop counts after a change that it took over; None where its answer does not say so."""
    try:
        return read()
    except (Invalid, LookupError, TypeError, ValueError, AttributeError, OverflowError):
        return None


def part(value: Any, *names: str) -> Any:
    """A value inside JSON, by the names that lead there.

    Raises:
        Invalid: it is not there.
    """
    for name in names:
        if not isinstance(value, dict) or name not in value:
            raise Invalid("shop_answer_incomplete", name=name)
        value = cast("dict[str, Any]", value)[name]
    return value
