"""JSON over HTTP to a shop's API, at checked addresses, within limits; and the counts in it."""

import asyncio
import json
from collections.abc import Callable, Mapping
from importlib.metadata import version
from typing import Any, cast

import aiohttp
from pydantic import ValidationError

from integrations.fetcher.addresses import AddressRules
from integrations.fetcher.faults import translated
from integrations.fetcher.headers import retry_after_s
from integrations.fetcher.session import checked_session, trust, url_of
from magicai.catalogue.inventory.sent import SentLevel
from magicai.catalogue.inventory.stock import Level
from magicai.errors import Invalid, NotFound, OutcomeUnknown, Refused, Temporary, TooMany

_LIMIT_S = 30.0
_MOST_BYTES = 20_000_000
_PIECE = 65_536
_PER_HOST = 4
# What is larger is parsed beside the event loop.
_SMALL = 65_536
_REFUSED, _GONE, _BUSY, _WRONG, _BROKEN = (401, 403), (404, 410), 429, 400, 500
# Time-out and conflict: an earlier try of the same may have arrived.
_UNCLEAR = (408, 409)


class Rest:
    """Asks one shop.

    Args:
        rules: which addresses may be asked.
        base: the shop's address; credentials go to no other host.
        headers: of every request.
    """

    def __init__(self, rules: AddressRules, base: str, headers: Mapping[str, str]) -> None:
        self._rules, self._base = rules, base.rstrip("/")
        # The session decodes nothing, so that a small answer can't become a large one.
        own = {
            "User-Agent": f"MagicAI/{version('magicai')}",
            "Accept": "application/json",
            "Accept-Encoding": "identity",
        }
        self._headers = {**own, **headers}
        self._opened: aiohttp.ClientSession | None = None

    async def get(self, path: str) -> tuple[Any, Mapping[str, str]]:
        """An answer, and its headers with names in lower case.

        Raises:
            MagicError: there is none.
        """
        try:
            return await self._ask("GET", path, None)
        except OutcomeUnknown as exc:
            raise Temporary(exc.what) from exc

    async def send(self, method: str, path: str, body: Any) -> Any:
        """The answer to a change.

        Raises:
            OutcomeUnknown: it may have been changed.
            MagicError: nothing was changed.
        """
        answer, _ = await self._ask(method, path, body)
        return answer

    async def close(self) -> None:
        """Let go of connections."""
        if self._opened is not None:
            await self._opened.close()
            self._opened = None

    async def _ask(self, method: str, path: str, body: Any) -> tuple[Any, Mapping[str, str]]:
        target = self._rules.target(f"{self._base}{path}")
        if target.scheme != "https" and not target.listed:
            raise Invalid(f"http://{target.authority} has no TLS.", way_out="Use an address that begins with https:.")
        if self._opened is None:
            self._opened = checked_session(self._rules, self._headers, per_host=_PER_HOST)
        try:
            async with (
                asyncio.timeout(_LIMIT_S),
                self._opened.request(
                    method, url_of(target), json=body, allow_redirects=False, ssl=trust(target)
                ) as response,
            ):
                self._check(target.authority, response)
                said = await _whole(response, target.authority)
                headers = {name.lower(): value for name, value in response.headers.items()}
        except aiohttp.ClientConnectorError as exc:
            raise translated(exc, target) from exc
        except TimeoutError as exc:
            raise OutcomeUnknown(f"{target.authority} did not answer within {_LIMIT_S:g} s.") from exc
        except (aiohttp.ClientError, OSError) as exc:
            raise OutcomeUnknown(f"The connection to {target.authority} was lost: {exc}") from exc
        try:
            return await _parsed(said), headers
        except (ValueError, RecursionError) as exc:
            raise OutcomeUnknown(f"{target.authority} did not answer in JSON.") from exc

    def _check(self, where: str, response: aiohttp.ClientResponse) -> None:
        status = response.status
        if status in _REFUSED:
            raise Refused(f"{where} refuses the credentials ({status}).", way_out="Add the source again with new ones.")
        if status in _GONE:
            raise NotFound(f"{where} has no {response.url.path} ({status}).", way_out="Check the source's address.")
        if status == _BUSY:
            wait = response.headers.get("Retry-After")
            after = None if wait is None else retry_after_s(wait)
            raise TooMany(f"{where} asks to wait.", way_out="Try again later.", retry_after_s=after)
        if status >= _BROKEN or status in _UNCLEAR:
            raise OutcomeUnknown(f"{where} answers {status}.")
        if status >= _WRONG:
            raise Invalid(f"{where} answers {status} to {response.url.path}.", way_out="Correct it in the shop.")
        if status >= 300:  # noqa: PLR2004 - an address that moved would get the credentials
            raise Invalid(f"{where} answers {status} to {response.url.path}.", way_out="Check the source's address.")


async def _whole(response: aiohttp.ClientResponse, where: str) -> bytes:
    body = bytearray()
    async for piece in response.content.iter_chunked(_PIECE):
        body += piece
        if len(body) > _MOST_BYTES:
            raise OutcomeUnknown(f"{where} answers with more than {_MOST_BYTES // 1_000_000} MB.")
    return bytes(body)


async def _parsed(said: bytes) -> Any:
    return json.loads(said) if len(said) <= _SMALL else await asyncio.to_thread(json.loads, said)


def level(item: Any, quantity: Any, version: int) -> Level:
    """A count that a shop states.

    Raises:
        Invalid: no store takes such an item or number.
    """
    try:
        found = SentLevel.model_validate({"type": "level", "item": item, "quantity": quantity, "version": version})
    except ValidationError as exc:
        raise Invalid(
            f"The shop's count of {str(item)[:60]!r} is {str(quantity)[:40]!r}: {exc.errors()[0]['msg']}.",
            way_out="Correct it in the shop.",
        ) from exc
    return found.value


def rows(value: Any) -> list[dict[str, Any]]:
    """The objects of a list.

    Raises:
        Invalid: it is no list of objects.
    """
    found = cast("list[Any]", value) if isinstance(value, list) else [None]
    if not all(isinstance(one, dict) for one in found):
        raise Invalid("The shop's answer has another shape.", way_out="Check the source's kind and address.")
    return cast("list[dict[str, Any]]", found)


def whole(value: Any) -> int:
    """A whole number of a shop's.

    Raises:
        Invalid: it is none.
    """
    try:
        return int(value)
    except (TypeError, ValueError, OverflowError) as exc:
        raise Invalid(f"{str(value)[:40]!r} is not a number.", way_out="Check the source's kind.") from exc


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
            raise Invalid(f"The shop's answer has no {name!r}.", way_out="Check the source's kind and address.")
        value = cast("dict[str, Any]", value)[name]
    return value
