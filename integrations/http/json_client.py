"""JSON over HTTP to one server: at checked addresses, within limits, with three kinds of error.

Whether a call that changes something has happened is told from how it ended:

    no connection, 429                                           Temporary: nothing happened
    other 3xx and 4xx, 501                                       Permanent: nothing happened
    time-out, reset, 303, 408, 409, 5xx, 2xx that can't be read  OutcomeUnknown; of a read, Temporary
"""

import asyncio
import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from importlib.metadata import version
from typing import Any, cast

import aiohttp

from integrations.fetcher.addresses import AddressRules, Target
from integrations.fetcher.faults import translated
from integrations.fetcher.headers import LONGEST_WAIT_S, retry_after_s
from integrations.fetcher.session import checked_session, trust, url_of
from magicai.errors import Invalid, NotFound, OutcomeUnknown, Refused, Temporary
from magicai.messages import Message, say
from magicai.values.times import said_us

_PER_HOST = 4
# What is larger is parsed beside the event loop.
_SMALL = 65_536
_QUOTED = 300
# 303 answers what was done by where its result is.
_UNCLEAR = (HTTPStatus.SEE_OTHER, HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.CONFLICT)
_NOT_THERE = (HTTPStatus.NOT_FOUND, HTTPStatus.GONE)
_LACKS = (HTTPStatus.METHOD_NOT_ALLOWED, HTTPStatus.NOT_IMPLEMENTED)
_DENIED = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)
# Headers in which servers say how many calls are left, and when there are more.
_LEFT = ("x-ratelimit-remaining", "ratelimit-remaining")
_RESET = ("x-ratelimit-reset", "ratelimit-reset")
# The session decodes nothing, so that a small answer can't become a large one.
_HEADERS = {
    "User-Agent": f"MagicAI/{version('magicai')}",
    "Accept": "application/json",
    "Accept-Encoding": "identity",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """A server's answer.

    Attributes:
        value: its JSON; None where it has none, as with 204 or what is not there.
        headers: with names in lower case.
    """

    status: int
    value: Any
    headers: Mapping[str, str]

    @property
    def object(self) -> dict[str, Any]:
        """The JSON object; empty where it is none."""
        value: Any = self.value
        return cast("dict[str, Any]", value) if isinstance(value, dict) else {}

    @property
    def list(self) -> list[dict[str, Any]]:
        """The JSON objects in a list; empty where it is none."""
        return objects(self.value)

    @property
    def is_there(self) -> bool:
        """Whether what was asked for exists."""
        return self.status not in _NOT_THERE


def objects(value: Any) -> list[dict[str, Any]]:
    """The JSON objects in a list; empty where it is none."""
    found = cast("list[Any]", value) if isinstance(value, list) else []
    return [cast("dict[str, Any]", one) for one in found if isinstance(one, dict)]


class JsonClient:
    """Asks one server.

    Args:
        rules: which addresses may be asked.
        address: of the server.
        limit_s: how long it may take for one call.
        max_bytes: how large an answer may be.
        renewal: what to do where it refuses the credentials.
        headers: of every call.
        secrets: never quoted in an error.
    """

    def __init__(
        self,
        rules: AddressRules,
        address: str,
        *,
        limit_s: float,
        max_bytes: int,
        renewal: Message | None,
        headers: Mapping[str, str] | None = None,
        secrets: Sequence[str] = (),
    ) -> None:
        self._rules, self.address, self._limit_s, self._max_bytes = rules, address.rstrip("/"), limit_s, max_bytes
        self._renewal, self._headers, self._secrets = renewal, {**_HEADERS, **(headers or {})}, secrets
        self._opened: aiohttp.ClientSession | None = None
        self._not_before = 0.0

    async def read(
        self,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,
        query: Mapping[str, str] | None = None,
        shape: type = dict,
        signs_in: bool = False,
    ) -> Answer:
        """Ask for something; that it is not there is an answer, too.

        Args:
            shape: what its JSON is: `dict`; `list`, of objects; or `object`, where it need not be JSON.
            signs_in: whether every refusal is one of the credentials, as of the address that says whose they are.

        Raises:
            Temporary: it does not answer now, or something else than was asked for, such as a page or half an answer.
            Refused: the credentials are wrong.
            Invalid: it refuses the question, or redirects.
        """
        try:
            answer = await self._call("GET", path, headers=headers, query=query)
        except OutcomeUnknown as exc:
            raise Temporary(exc.message, way_out=exc.way) from exc
        if answer.is_there:
            self._check(answer, "GET", path, changes=False, signs_in=signs_in)
            if not _is(answer.value, shape):
                raise self.incomplete("a list" if shape is list else "JSON")
        return answer

    async def get(self, path: str, **given: Any) -> Answer:
        """Ask for what every server of this kind has, as `read` does.

        Raises:
            NotFound: this one does not.
        """
        answer = await self.read(path, **given)
        if not answer.is_there:
            raise self._lacking(answer, path)
        return answer

    async def change(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,
        query: Mapping[str, str] | None = None,
        body: Any = None,
        data: Any = None,
    ) -> Answer:
        """Change something.

        Args:
            body: sent as JSON.
            data: sent as it is, or as a form.

        Raises:
            OutcomeUnknown: it may have happened.
            Temporary: nothing happened; later it may.
            Permanent: nothing happened, and never will.
        """
        if (wait := self._not_before - time.monotonic()) > 0:
            raise Temporary("rate_limit_reached", retry_after_s=wait, address=self.address, details="")
        answer = await self._call(method, path, headers=headers, query=query, body=body, data=data)
        self._check(answer, method, path, changes=True)
        return answer

    async def change_freely(self, method: str, path: str, **given: Any) -> Answer:
        """Change what does no harm twice: upload an image, sign in.

        Raises:
            Temporary: it may not have happened.
            Permanent: it never will.
        """
        try:
            return await self.change(method, path, **given)
        except OutcomeUnknown as exc:
            raise Temporary(exc.message, way_out=exc.way) from exc

    async def close(self) -> None:
        """Let go of connections."""
        if self._opened is not None:
            await self._opened.close()
            self._opened = None

    def unreadable(self, what: str | Message) -> OutcomeUnknown:
        """The error for an answer that says it worked, and not what came of it."""
        return OutcomeUnknown("outcome_unknown", address=self.address, what=what)

    def incomplete(self, what: str | Message) -> Temporary:
        """The error for an answer to a question that lacks what every such answer has."""
        return Temporary("server_answer_incomplete", address=self.address, what=what)

    async def _call(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,
        query: Mapping[str, str] | None = None,
        body: Any = None,
        data: Any = None,
    ) -> Answer:
        address = path if path.startswith(("https://", "http://")) else f"{self.address}{path}"
        target, sent = self._rules.confidential(address), {**(headers or {})}
        if body is not None:
            data, sent["Content-Type"] = json.dumps(body, ensure_ascii=False).encode(), "application/json"
        try:
            async with asyncio.timeout(self._limit_s):
                return await self._send(method, target, sent, query, data)
        except TimeoutError as exc:
            raise OutcomeUnknown("service_timed_out", server=target.authority, limit_s=f"{self._limit_s:g}") from exc

    async def _send(
        self, method: str, target: Target, headers: Mapping[str, str], query: Mapping[str, str] | None, data: Any
    ) -> Answer:
        if self._opened is None:
            self._opened = checked_session(self._rules, self._headers, per_host=_PER_HOST)
        try:
            url = url_of(target)
        except ValueError as exc:
            raise translated(exc, target) from exc
        url = url.update_query(query) if query else url
        try:
            async with self._opened.request(
                method, url, data=data, headers=headers, allow_redirects=False, ssl=trust(target)
            ) as response:
                raw = await self._whole(response, target)
                value = _json(raw) if len(raw) <= _SMALL else await asyncio.to_thread(_json, raw)
                answer = Answer(response.status, value, {k.lower(): v for k, v in response.headers.items()})
        except aiohttp.ClientConnectorError as exc:
            raise translated(exc, target) from exc
        except (aiohttp.ClientError, OSError, ValueError) as exc:
            fault = translated(exc, target)
            raise OutcomeUnknown(self._without_secrets(fault.message), way_out=fault.way) from exc
        self._note_limits(answer)
        return answer

    async def _whole(self, response: aiohttp.ClientResponse, target: Target) -> bytes:
        raw = bytearray()
        while more := await response.content.read(self._max_bytes + 1 - len(raw)):
            raw += more
            if len(raw) > self._max_bytes:
                raise OutcomeUnknown(
                    "server_answer_too_large", authority=target.authority, limit=self._max_bytes // 1_000_000
                )
        return bytes(raw)

    def _check(self, answer: Answer, method: str, path: str, *, changes: bool, signs_in: bool = False) -> None:
        status = answer.status
        if status < HTTPStatus.MULTIPLE_CHOICES:
            if changes and answer.value is None and status not in (HTTPStatus.NO_CONTENT, HTTPStatus.RESET_CONTENT):
                raise self.unreadable("JSON")
            return
        said = self._said(answer)
        if status < HTTPStatus.BAD_REQUEST and not (changes and status in _UNCLEAR):
            where = self._plain(answer.headers.get("location", ""))[:_QUOTED]
            raise Invalid("address_redirects", address=self.address, target=where)
        if status == HTTPStatus.TOO_MANY_REQUESTS:
            wait = retry_after_s(answer.headers.get("retry-after", "")) or self._wait_s(answer)
            self._not_before = max(self._not_before, time.monotonic() + (wait or 0.0))
            raise Temporary("rate_limit_reached", retry_after_s=wait, address=self.address, details=said)
        if status in _LACKS:
            raise NotFound(
                "remote_method_not_found",
                address=self.address,
                method=method,
                path=path.partition("?")[0],
                status=status,
                details=said,
            )
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status in _UNCLEAR:
            raise (
                OutcomeUnknown("server_error_status", address=self.address, status=status, details=said)
                if changes
                else Temporary("server_error_status", address=self.address, status=status, details=said)
            )
        if status in _NOT_THERE:
            raise self._lacking(answer, path)
        if status in _DENIED or signs_in:
            raise Refused(
                "credentials_refused", way_out=self._renewal, address=self.address, status=status, details=said
            )
        if not said:
            raise Invalid("request_refused_without_reason", way_out=self._renewal, address=self.address, status=status)
        raise Invalid("request_refused", address=self.address, status=status, details=said)

    def _lacking(self, answer: Answer, path: str) -> NotFound:
        return NotFound(
            "remote_path_not_found",
            address=self.address,
            path=path.partition("?")[0],
            status=answer.status,
            details=self._said(answer),
        )

    def _said(self, answer: Answer) -> Message | str:
        """What the server says of an error, in one line, without the secrets."""
        found = answer.object
        errors = found.get("errors")
        if isinstance(errors, list) and errors and isinstance(errors[0], dict):
            found = cast("dict[str, Any]", errors[0])
        words = [str(found[name]) for name in ("error", "message", "error_description", "context") if found.get(name)]
        return say("server_says", words=self._plain(" ".join(" ".join(words).split()))[:_QUOTED]) if words else ""

    def _plain(self, text: str) -> str:
        for secret in filter(None, self._secrets):
            text = text.replace(secret, "***")
        return text

    def _without_secrets(self, message: Message) -> Message:
        params = {
            name: self._plain(value) if isinstance(value, str) else value for name, value in message.params.items()
        }
        return Message(message.code, params)

    def _note_limits(self, answer: Answer) -> None:
        left = next((answer.headers[name] for name in _LEFT if name in answer.headers), "")
        if left.strip() == "0" and (wait := self._wait_s(answer)):
            self._not_before = max(self._not_before, time.monotonic() + wait)

    def _wait_s(self, answer: Answer) -> float | None:
        """Seconds until there are more calls: a time in ISO 8601, or seconds since 1970 or from now."""
        given = next((answer.headers[name] for name in _RESET if name in answer.headers), "")
        if given.isdecimal():
            seconds = float(given)
            wait = max(0.0, seconds - time.time()) if seconds > 1_000_000_000 else seconds  # noqa: PLR2004
            return min(wait, LONGEST_WAIT_S)
        at = said_us(given)
        return None if at is None else min(max(0.0, at / 1_000_000 - time.time()), LONGEST_WAIT_S)


def _json(raw: bytes) -> Any:
    try:
        return json.loads(raw)
    except (ValueError, RecursionError):
        return None


def _is(value: Any, shape: type) -> bool:
    """Whether JSON has a shape; a list is one of objects."""
    return isinstance(value, shape) and (shape is not list or len(objects(value)) == len(value))
