"""Bodies in their file: what they leave in memory, and where they are written."""

import _sqlite3
import ctypes
import os
import threading
from collections.abc import Sequence
from pathlib import Path

import pytest

import integrations.files.bodies
from integrations.files.bodies import Bodies

_SIZE = 20_000
_MOST_HELD = 1_000_000


def _memory_of_sqlite() -> int:
    try:
        used = ctypes.CDLL(_sqlite3.__file__).sqlite3_memory_used
    except (AttributeError, OSError):
        pytest.skip("this Python does not tell what its SQLite holds")
    used.restype = ctypes.c_int64
    return used()


async def test_no_statement_holds_on_to_bodies_that_were_put(tmp_path: Path) -> None:
    """Each number of bodies is a statement of its own, and Python keeps 128 of them with their values."""
    bodies = Bodies(tmp_path / "bodies.sqlite3")
    before = _memory_of_sqlite()
    for number in range(1, 21):
        await bodies.put([os.urandom(_SIZE) for _ in range(number)])
    assert _memory_of_sqlite() - before < _MOST_HELD
    await bodies.close()


async def test_the_log_stays_short_however_much_is_put(tmp_path: Path) -> None:
    bodies = Bodies(tmp_path / "bodies.sqlite3")
    for _ in range(60):
        await bodies.put([os.urandom(_SIZE) for _ in range(20)])
    assert (tmp_path / "bodies.sqlite3-wal").stat().st_size < 12_000_000
    await bodies.close()


async def test_pages_are_written_at_once_and_a_large_sitemap_beside_the_loop(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads: list[str] = []
    pack = integrations.files.bodies._all_packed  # pyright: ignore[reportPrivateUsage]

    def packed(part: Sequence[tuple[bytes, bytes]]) -> list[object]:
        threads.append(threading.current_thread().name)
        return pack(part)

    made = Bodies(tmp_path / "bodies.sqlite3")
    await made.put([b"the first makes the file, in a thread"])
    monkeypatch.setattr(integrations.files.bodies, "_all_packed", packed)
    await made.put([os.urandom(_SIZE) for _ in range(20)])
    await made.put([b" " * 2_000_000])
    await made.close()
    assert [name == threading.current_thread().name for name in threads] == [True, False]
