"""What the systems' APIs have in common: patience, GraphQL, and values out of their answers."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, TypeVar, cast

from integrations.http.json_client import JsonClient, objects
from magicai.catalogue.shop_system import amount
from magicai.errors import Invalid, MagicError, OutcomeUnknown, Refused, Temporary
from magicai.messages import say

T = TypeVar("T")
_TRIES = 5
_PAUSE_S = 1.0
_QUOTED = 300
_DENIED = ("FORBIDDEN", "UNAUTHENTICATED", "UNAUTHORIZED", "ACCESS_DENIED")


async def patiently(call: Callable[[], Awaitable[T]]) -> T:
    """What a call answers; one that did nothing, since the shop is busy, is made again for a while.

    Raises:
        Temporary: the shop stays busy.
    """
    for done in range(1, _TRIES):
        try:
            return await call()
        except Temporary as exc:
            await asyncio.sleep(exc.pause_s(_PAUSE_S * done))
    return await call()


class GraphQL:
    """A shop that is asked by GraphQL; that it answers 200 says nothing.

    Attributes:
        headers: of every call.
    """

    def __init__(self, client: JsonClient, path: str) -> None:
        self.client, self._path = client, path
        self.headers: dict[str, str] = {}

    async def ask(self, query: str, /, **variables: Any) -> dict[str, Any]:
        """The data of a query.

        Raises:
            Temporary: it does not answer now, or half of what was asked for.
        """

        async def call() -> dict[str, Any]:
            try:
                return (await self._send(query, variables))[0]
            except OutcomeUnknown as exc:
                raise Temporary(exc.message, way_out=exc.way) from exc

        return await patiently(call)

    async def change(self, mutation: str, /, **variables: Any) -> dict[str, Any]:
        """The data of a mutation with one field, and so of one transaction."""
        return (await patiently(lambda: self._send(mutation, variables)))[0]

    async def _send(self, query: str, variables: Mapping[str, Any]) -> tuple[dict[str, Any], Mapping[str, str]]:
        body = {"query": query, "variables": dict(variables)}
        answer = await self.client.change("POST", self._path, headers=self.headers, body=body)
        if errors := objects(answer.object.get("errors")):
            raise self._fault(errors, answer.object)
        data: Any = answer.object.get("data")
        if not isinstance(data, dict):
            raise self.client.unreadable("JSON")
        return cast("dict[str, Any]", data), answer.headers

    async def sign_in(self, mutation: str, /, **variables: Any) -> tuple[dict[str, Any], Mapping[str, str]]:
        """The data of a mutation that does no harm twice, and the answer's headers."""
        try:
            return await patiently(lambda: self._send(mutation, variables))
        except OutcomeUnknown as exc:
            raise Temporary(exc.message, way_out=exc.way) from exc

    def _fault(self, errors: list[dict[str, Any]], answer: Mapping[str, Any]) -> MagicError:
        extensions: dict[str, Any] = errors[0].get("extensions") or {}
        code = str(extensions.get("code") or "")
        details = said(str(errors[0].get("message") or code))
        address = self.client.address
        if code == "THROTTLED":
            wait = _wait_s(answer)
            return Temporary("rate_limit_reached", retry_after_s=wait, address=address, details=details)
        if code in _DENIED:
            return Refused("credentials_refused", way_out="connect_again", address=address, status=200, details=details)
        if code == "INTERNAL_SERVER_ERROR":
            return OutcomeUnknown("server_error_status", address=address, status=200, details=details)
        return Invalid("request_refused", address=address, status=200, details=details)

    def refused(self, errors: Any) -> None:
        """Of the errors that a mutation lists beside its result, the first.

        Raises:
            Invalid: there is one: nothing was changed.
        """
        if found := objects(errors):
            details = said(str(found[0].get("message") or ""))
            raise Invalid("request_refused", address=self.client.address, status=200, details=details)


def said(words: str) -> Any:
    """A shop's own words."""
    return say("server_says", words=" ".join(words.split())[:_QUOTED])


def _wait_s(answer: Mapping[str, Any]) -> float | None:
    """How long until a bucket of query costs holds enough, as Shopify tells it; None where it does not."""
    try:
        cost = answer["extensions"]["cost"]
        status = cost["throttleStatus"]
        lacking = float(cost["requestedQueryCost"]) - float(status["currentlyAvailable"])
        return max(lacking, 0.0) / float(status["restoreRate"])
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        return None


def just_before(moment: str) -> str:
    """A moment before this one, since "after" leaves out what changed in it."""
    return (datetime.fromisoformat(moment) - timedelta(seconds=1)).isoformat()


def money(value: Any) -> str:
    """An amount that a shop states.

    Raises:
        Temporary: it is none, in what must be half an answer.
    """
    try:
        return amount(value)
    except ArithmeticError as exc:
        raise Temporary("stock_number_invalid", value=str(value)[:40]) from exc
