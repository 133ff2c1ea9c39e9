"""Calls of a gateway's API; what it answers with becomes an answer, or an error of ours."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from importlib.metadata import version
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

import httpx

from magicai.cli.remote.gateway import Server
from magicai.errors import (
    Conflict,
    Invalid,
    MagicError,
    Missing,
    NoSpace,
    NotFound,
    Permanent,
    Refused,
    Temporary,
    TooMany,
    Unknown,
)
from magicai.messages import message_in
from magicai.operations.operation import COMMAND_LINE, COUNTS, WORKSPACE_HEADER, Operation, filled
from magicai.runs.run import JSON
from magicai.surfaces import TERMINAL
from magicai.values.ids import new_id

T = TypeVar("T")

_PROBLEM = "urn:magicai:problem:"
_KINDS: dict[str, type[MagicError]] = {
    "too-many": TooMany,
    "temporary": Temporary,
    "slow": Temporary,
    "not-found": NotFound,
    "conflict": Conflict,
    "unknown": Unknown,
    "refused": Refused,
    "misdirected": Refused,
    "missing": Missing,
    "internal": Permanent,
    "no-space": NoSpace,
}
_CONNECT_S = 10
_LIMITS = httpx.Timeout(60, connect=_CONNECT_S)
_PAUSES_S = (0.5, 2.0)
_LONGEST_PAUSE_S = 30.0


def headers_of(server: Server) -> dict[str, str]:
    """What says who asks, and in which workspace."""
    workspace = {WORKSPACE_HEADER: server.workspace_id} if server.workspace_id else {}
    return {"Authorization": f"Bearer {server.token}", "User-Agent": f"{COMMAND_LINE}{version('magicai')}", **workspace}


class Calls:
    """Asks one gateway as one caller."""

    def __init__(self, server: Server) -> None:
        self._url = server.url
        self._http = httpx.AsyncClient(
            base_url=server.url,
            headers=headers_of(server),
            timeout=_LIMITS,
            # A proxy of the company's is asked for what is out there only. Redirects are not followed: the token would.
            trust_env=not server.loopback,
        )

    async def __aenter__(self) -> Self:
        """Ready."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let go of the connections."""
        await self._http.aclose()

    async def save(self, path: str, to: Path, *, method: str = "GET", **more: Any) -> httpx.Headers:
        """Write what is there to a file, part by part."""

        async def fetch() -> httpx.Headers:
            async with self._http.stream(method, path, **more) as answer:
                if not answer.is_success:
                    await answer.aread()
                _checked(answer, self._url)
                with to.open("wb") as file:
                    async for part in answer.aiter_bytes():
                        file.write(part)
                return answer.headers

        return await self._trying(fetch, again=True)

    async def do(self, operation: Operation[..., T], given: Mapping[str, Any]) -> T:
        """What an operation answers to arguments by parameter."""
        path, more = _request(operation, given)
        again = operation.method != "POST" or bool(operation.idempotency_key)
        answer = await self._asked(operation.method, path, again=again, **more)
        return operation.from_json(None if answer.status_code == HTTPStatus.NO_CONTENT else _json(answer, self._url))

    async def download(self, operation: Operation[..., Any], given: Mapping[str, Any], to: Path) -> dict[str, int]:
        """Write the file that an operation answers; returns its counts."""
        path, more = _request(operation, given)
        headers = await self.save(path, to, **more)
        counts = (part.partition("=") for part in headers.get(COUNTS, "").split(", ") if part)
        return {name: int(count) for name, _, count in counts}

    async def upload(self, path: str, file: Path) -> Any:
        """What came of handing a file in: the same one again is the same."""
        body = await asyncio.to_thread(lambda: file.expanduser().read_bytes())
        answer = await self._asked("POST", path, params={"name": file.name}, content=body)
        return _json(answer, self._url)

    async def _asked(self, method: str, path: str, *, again: bool = True, **more: Any) -> httpx.Response:
        """An answer that is none of an error."""

        async def ask() -> httpx.Response:
            return _checked(await self._http.request(method, path, **more), self._url)

        return await self._trying(ask, again=again)

    async def _trying(self, ask: Callable[[], Awaitable[T]], *, again: bool) -> T:
        """What comes of it; tried a few times where that can help and does no harm."""
        for pause in (*_PAUSES_S, None):
            try:
                return await ask()
            except httpx.TransportError as exc:
                error: Temporary = unreachable(self._url, exc)
                if pause is None or not (again or isinstance(exc, httpx.ConnectError)):
                    raise error from exc
            except Temporary as exc:
                wait = exc.retry_after_s or 0.0
                if pause is None or wait > _LONGEST_PAUSE_S:
                    raise
                pause = max(pause, wait)  # noqa: PLW2901 - at least as long as it was asked for
            except (httpx.HTTPError, httpx.InvalidURL) as exc:
                raise Permanent("gateway_request_failed", url=self._url, reason=exc) from exc
            await asyncio.sleep(pause)
        raise AssertionError("the last try answers or raises")


def _request(operation: Operation[..., Any], given: Mapping[str, Any]) -> tuple[str, JSON]:
    """The path of an operation, and what else httpx takes for it."""
    values = operation.to_json(given)
    more: JSON = {"timeout": httpx.Timeout(operation.patience_s, connect=_CONNECT_S)}
    if operation.body:
        more["json"] = values.pop(operation.body[0])
    if operation.idempotency_key:
        more["headers"] = {"Idempotency-Key": values.pop(operation.idempotency_key, None) or new_id()}
    query = {name: value for name, value in values.items() if not operation.in_path(name)}
    return filled(operation.path, values), {**more, "params": query}


def unreachable(url: str, error: Exception) -> Temporary:
    """A gateway that can't be reached."""
    return Temporary("remote_gateway_unreachable", url=url, reason=error)


def _checked(answer: httpx.Response, url: str) -> httpx.Response:
    if answer.is_success:
        return answer
    status = f"{answer.status_code} {HTTPStatus(answer.status_code).phrase if answer.status_code in _KNOWN else ''}"
    if "problem+json" in answer.headers.get("content-type", ""):
        raise _problem(answer.json(), answer.headers.get("retry-after", ""))
    if answer.is_server_error or answer.status_code == HTTPStatus.TOO_MANY_REQUESTS:
        raise Temporary("gateway_error_status", url=url, status=status.strip())
    raise _no_gateway(url, f"it answers {status.strip()}")


_KNOWN = frozenset(int(status) for status in HTTPStatus)


def _problem(body: Mapping[str, Any], retry_after: str) -> MagicError:
    """The error that a gateway's problem was made from, in the words of the command line."""
    name = str(body.get("type", "")).removeprefix(_PROBLEM)
    what = message_in(body.get("message")) or str(body.get("detail", ""))
    way_out = message_in(body.get("way")) or str(body.get("way_out", ""))
    if body.get("errors"):
        # What is wrong with the whole body is no field's.
        faults = (
            fault["what"] if fault["where"] == "body" else f"{fault['where']}: {fault['what']}"
            for fault in body["errors"]
        )
        what, way_out = " ".join(faults), ""
    kind = _KINDS.get(name, Invalid)
    if kind is Unknown:
        way_out = "Create an API key (the page, Settings, API keys), and set MAGICAI_TOKEN or --token-file."
    error = kind(what, way_out=way_out)
    if isinstance(error, Temporary) and retry_after.isdigit():
        error.retry_after_s = float(retry_after)
    return error


def _json(answer: httpx.Response, url: str) -> Any:
    """An answer, its problems in the words of the command line."""
    try:
        return TERMINAL.value(answer.json())
    except ValueError as exc:
        raise _no_gateway(url, "it answers no JSON") from exc


def _no_gateway(url: str, why: str) -> Invalid:
    return Invalid("gateway_not_recognized", url=url, reason=why)
