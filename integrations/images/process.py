"""Reads images in processes of their own: what an image does to its reader ends with that process."""

import asyncio
import json
import sys
from asyncio.subprocess import Process
from collections.abc import Sequence
from contextlib import suppress
from importlib.util import find_spec
from typing import Any

from integrations.images import child, limits
from integrations.images.limits import missing
from integrations.images.looks import blurhash, fingerprint, is_flat, pixels_of
from magicai.catalogue.ports.images import ImageFormat, ImageProcessor, ProcessedImage, Rendition
from magicai.errors import MagicError, Refused, error_of

_LONGEST_LINE = 1_000_000


class _Reader:
    """One process, which reads one image at a time."""

    def __init__(self) -> None:
        self._process: Process | None = None
        self._read = 0

    async def process(self, body: bytes, asked: dict[str, Any]) -> ProcessedImage:
        process = await self._running()
        assert process.stdin is not None
        assert process.stdout is not None
        self._read += 1
        process.stdin.write(json.dumps({**asked, "size": len(body)}).encode() + b"\n" + body)
        await process.stdin.drain()
        answer: dict[str, Any] = json.loads(await process.stdout.readline())
        if error := error_of(answer.get("error")):
            raise error
        said: dict[str, Any] = answer["image"]
        looks = pixels_of(await process.stdout.readexactly(said.pop("looks")))
        made = [
            Rendition(one["format"], one["width"], one["height"], await process.stdout.readexactly(one["size"]))
            for one in said.pop("renditions")
        ]
        return ProcessedImage(
            **said,
            blurhash=blurhash(looks),
            fingerprint=fingerprint(looks),
            flat=is_flat(looks),
            renditions=tuple(made),
        )

    async def end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()

    async def _running(self) -> Process:
        if self._process is not None and (self._process.returncode is not None or self._read >= limits.MOST_IMAGES):
            await self.end()
        if self._process is None:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-P", "-m", child.__name__),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,
                limit=_LONGEST_LINE,
            )
            self._read = 0
        return self._process


class ProcessImages(ImageProcessor):
    """Images by `integrations.images.child`, in a few processes that are kept.

    Args:
        at_once: processes at most.
        limit_s: for an image, by the clock.
    """

    def __init__(self, *, at_once: int = 2, limit_s: float = limits.LIMIT_S) -> None:
        self._limit_s = limit_s
        self._readers = [_Reader() for _ in range(at_once)]
        self._free = asyncio.Queue[_Reader]()
        for reader in self._readers:
            self._free.put_nowait(reader)

    def check(self) -> None:
        """Let it pass that libvips is installed."""
        if find_spec("pyvips") is None:
            raise missing()

    async def process(self, body: bytes, *, widths: Sequence[int], formats: Sequence[ImageFormat]) -> ProcessedImage:
        """An image in widths and formats, without metadata."""
        if not 0 < len(body) <= limits.MOST_BYTES:
            raise Refused("image_too_large", count=f"{len(body):,}", limit=f"{limits.MOST_BYTES:,}")
        reader = await self._free.get()
        try:
            asked = {"widths": [*widths], "formats": [*formats]}
            # A process may have died since its last image: that is not this one's fault, unless it happens again.
            return await self._tried(reader, body, asked) or await self._tried(reader, body, asked) or _died()
        finally:
            self._free.put_nowait(reader)

    async def _tried(self, reader: _Reader, body: bytes, asked: dict[str, Any]) -> ProcessedImage | None:
        """The image; None where the process died."""
        try:
            async with asyncio.timeout(self._limit_s):
                return await reader.process(body, asked)
        except TimeoutError as exc:
            await reader.end()
            raise Refused("image_reading_timed_out", limit_s=f"{self._limit_s:g}") from exc
        except (OSError, EOFError, ValueError):  # EOFError and an empty line: the process died
            await reader.end()
            return None
        except MagicError:
            raise
        except BaseException:
            await reader.end()  # cancelled in between: what it still says belongs to nobody
            raise

    async def close(self) -> None:
        """End the processes."""
        for reader in self._readers:
            await reader.end()


def _died() -> ProcessedImage:
    raise Refused("image_reader_crashed")
