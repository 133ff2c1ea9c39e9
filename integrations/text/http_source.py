"""A file over HTTP that resumes where it stopped, however it was stopped."""

import asyncio
import json
from collections.abc import Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Any

import httpx

from integrations.text.progress import Meter
from magicai.errors import Permanent, Temporary
from magicai.loopback import is_loopback
from magicai.values.masked import masked

# Of one source, without anything gained in between.
_TRIES = 3
_WORTH_A_NEW_TRY = 1_000_000
_CHUNK = 1 << 18  # what a kill may lose, and how often a slow line tells of its progress
_LONGEST_WAIT_S = 30.0
_MAY_PASS = {
    HTTPStatus.REQUEST_TIMEOUT,
    HTTPStatus.TOO_EARLY,
    HTTPStatus.TOO_MANY_REQUESTS,
    HTTPStatus.INTERNAL_SERVER_ERROR,
    HTTPStatus.BAD_GATEWAY,
    HTTPStatus.SERVICE_UNAVAILABLE,
    HTTPStatus.GATEWAY_TIMEOUT,
}


class HttpSource:
    """One address that serves the whole file."""

    def __init__(self, address: str, *, wait_s: float = 1.0) -> None:
        self.address = address
        self._wait_s = wait_s

    @property
    def name(self) -> str:
        """Its host."""
        try:
            return httpx.URL(self.address).host or self.address
        except httpx.InvalidURL:
            return masked(self.address)

    async def fetch(self, part: Path, size: int, meter: Meter) -> None:
        """Bring `part` to `size` bytes.

        Raises:
            Temporary: no answer, or a cut connection, again and again.
            Permanent: it serves something else, or nothing.
        """
        try:
            client = httpx.AsyncClient(
                follow_redirects=True,
                timeout=httpx.Timeout(30, connect=10),
                trust_env=not is_loopback(httpx.URL(self.address).host),
            )
        except (ImportError, ValueError, httpx.InvalidURL) as exc:
            raise Permanent("proxy_settings_invalid", reason=exc) from exc
        failures = 0
        async with client:
            while (have := _size(part)) != size:
                try:
                    await self._once(client, part, size, meter)
                except Temporary as exc:
                    failures = 1 if _size(part) - have >= _WORTH_A_NEW_TRY else failures + 1
                    if failures >= _TRIES:
                        raise
                    await asyncio.sleep(min(_LONGEST_WAIT_S, exc.retry_after_s or self._wait_s * 2**failures))

    async def _once(self, client: httpx.AsyncClient, part: Path, size: int, meter: Meter) -> None:
        have = _size(part)
        try:
            async with client.stream("GET", self.address, headers=self._headers(part, have)) as answer:
                start = self._start(answer, part, have, size)
                await _write(answer, part, start, size, meter)
        except (httpx.InvalidURL, httpx.UnsupportedProtocol) as exc:
            raise Permanent("download_address_invalid", address=masked(self.address), reason=exc) from exc
        except httpx.HTTPError as exc:
            raise Temporary("model_server_error", name=self.name, reason=str(exc) or type(exc).__name__) from exc

    def _headers(self, part: Path, have: int) -> dict[str, str]:
        headers = {"Accept-Encoding": "identity"}
        note = _read_note(part)
        if have and note.get("address") == self.address:
            headers["Range"] = f"bytes={have}-"
            if note.get("validator"):
                headers["If-Range"] = note["validator"]
        return headers

    def _start(self, answer: httpx.Response, part: Path, have: int, size: int) -> int:
        """At which byte the answer begins; the note beside `part` is up to date then."""
        status = answer.status_code
        if status == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
            part.unlink(missing_ok=True)
            raise Temporary("download_file_changed", name=self.name, have=have)
        if status in _MAY_PASS:
            raise Temporary(
                "address_error_status", retry_after_s=_seconds(answer.headers), url=self.name, status=status
            )
        if status not in (HTTPStatus.OK, HTTPStatus.PARTIAL_CONTENT):
            raise Permanent("download_error_status", name=self.name, status=status, address=masked(self.address))
        if answer.headers.get("Content-Encoding", "identity") != "identity":
            raise Permanent("download_encoding_unexpected", name=self.name, headers=answer.headers["Content-Encoding"])
        start = have if status == HTTPStatus.PARTIAL_CONTENT else 0
        if status == HTTPStatus.PARTIAL_CONTENT and not _continues(answer, part, have):
            part.unlink(missing_ok=True)
            raise Temporary("download_part_mismatch", name=self.name)
        length = answer.headers.get("Content-Length")
        if length is not None and length.isdecimal() and start + int(length) != size:
            kind = answer.headers.get("Content-Type", "unknown")
            raise Permanent("download_size_mismatch", name=self.name, start=start + int(length), kind=kind, size=size)
        if start == 0:
            part.unlink(missing_ok=True)
            _note_path(part).write_text(json.dumps({"address": self.address, "validator": _validator(answer.headers)}))
        return start


async def _write(answer: httpx.Response, part: Path, start: int, size: int, meter: Meter) -> None:
    done = start
    with part.open("ab") as file:
        async for chunk in answer.aiter_raw(_CHUNK):
            done += len(chunk)
            if done > size:
                raise Permanent("download_too_large", host=answer.url.host, size=size)
            await asyncio.to_thread(file.write, chunk)
            await meter.at(done)
    if done < size:
        raise Temporary("download_truncated", host=answer.url.host, done=done, size=size)


def _continues(answer: httpx.Response, part: Path, have: int) -> bool:
    """Whether a partial response continues the existing file; not every server checks If-Range."""
    before, now = _read_note(part).get("validator", ""), _validator(answer.headers)
    same = not before or not now or before == now
    return same and answer.headers.get("Content-Range", "").startswith(f"bytes {have}-")


def _validator(headers: Mapping[str, str]) -> str:
    tag = headers.get("ETag", "")
    return tag if tag.startswith('"') else headers.get("Last-Modified", "")


def _seconds(headers: Mapping[str, str]) -> float | None:
    value = headers.get("Retry-After", "")
    return float(value) if value.isdecimal() else None


def _size(part: Path) -> int:
    return part.stat().st_size if part.exists() else 0


def _note_path(part: Path) -> Path:
    return part.with_suffix(".json")


def _read_note(part: Path) -> dict[str, Any]:
    try:
        return json.loads(_note_path(part).read_text())
    except (OSError, ValueError):
        return {}
