"""Several processes write at once, and one is killed with -9 again and again: nothing acknowledged may be lost."""

import asyncio
import hashlib
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from integrations.cache.sqlite import SqliteCache
from integrations.files.folder import FolderFiles
from magicai.stores.entity import ProjectedEntity

from .entities import as_held
from .implementations import BY_COST, IMPLEMENTATIONS, Place
from .killing import STEADY, VICTIMS, acknowledged, batch, body

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="the writers are forked")


async def kill(what: str, place: Place) -> dict[int, int]:
    """Let them write and die; answers how many writes of each writer were acknowledged."""
    command = [sys.executable, str(Path(__file__).with_name("killing.py"))]
    command += [what, str(place.home), place.name, str(place.server_home)]
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
    done = await asyncio.to_thread(
        subprocess.run, command, env=environment, capture_output=True, text=True, timeout=200, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    counts = {w: acknowledged(place.home, w).read_bytes().count(b"\n") for w in range(STEADY + VICTIMS)}
    assert min(counts.values()) >= 2
    return counts


def after(writer: int, batches: int) -> dict[tuple[str, str], ProjectedEntity]:
    """What is held of a writer's batches."""
    held: dict[tuple[str, str], ProjectedEntity] = {}
    for number in range(batches):
        for one in batch(writer, number):
            if one.entity is None:
                held.pop((one.kind, one.entity_id), None)
            else:
                held[one.kind, one.entity_id] = as_held(one)
    return held


@pytest.mark.faults
@pytest.mark.parametrize("name", BY_COST)
async def test_a_projection_loses_nothing_that_it_took(name: str, place: Place, opened: Callable[[str], Any]) -> None:
    projection = opened(name)
    await projection.check()
    counts = await kill(name, place)
    held = {(one.kind, one.entity_id): one for one in await projection.held(limit=1_000_000)}
    for writer, batches in counts.items():
        mine = {key: one for key, one in held.items() if key[1].startswith(f"{writer}-")}
        # A batch that was cut may be there, but then it is there whole: as a batch, or each of its entities.
        before, since = after(writer, batches), after(writer, batches + 1)
        if IMPLEMENTATIONS[name].whole:
            assert mine in (before, since), writer
        for key in {*mine, *before, *since}:
            assert mine.get(key) in (before.get(key), since.get(key)), key
    if file := IMPLEMENTATIONS[name].file:
        with closing(sqlite3.connect(place.home / file)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    await projection.check()


@pytest.mark.faults
async def test_a_counter_counts_every_acknowledged_use_once(place: Place) -> None:
    counts = await kill("counter", place)
    cache = SqliteCache(place.home / "c.sqlite3")
    value = await cache.count("writes", 0, ttl_s=3600)
    await cache.close()
    assert sum(counts.values()) <= value <= sum(counts.values()) + STEADY + VICTIMS


@pytest.mark.faults
async def test_files_are_whole_and_none_that_was_kept_is_missing(place: Place) -> None:
    counts = await kill("files", place)
    files = FolderFiles(place.home / "files")
    for writer, times in counts.items():
        for number in range(times):
            wanted = body(writer, number)
            assert await files.get(hashlib.sha256(wanted).hexdigest()) == wanted
        result = (place.home / "files" / "results" / f"run-{writer}" / "result.txt").read_bytes()
        assert result in (body(writer, times - 1), body(writer, times))
