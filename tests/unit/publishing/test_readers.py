"""An address is one reader a day, and is not kept."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from integrations.cache.sqlite import SqliteCache
from magicai.publishing.readers import counts_today

KEY = b"key"


@pytest.fixture
async def cache(tmp_path: Path) -> AsyncIterator[SqliteCache]:
    opened = SqliteCache(tmp_path / "cache.sqlite3")
    yield opened
    await opened.close()


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("192.0.2.1", "192.0.2.1", True),
        ("192.0.2.1", "192.0.2.2", False),
        ("192.0.2.1", "::ffff:192.0.2.1", True),
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("nowhere", "nowhere", True),
    ],
)
async def test_each_connection_counts_once_for_a_post(
    cache: SqliteCache, first: str, second: str, *, same: bool
) -> None:
    assert await counts_today(cache, KEY, "answer c site", first)
    assert await counts_today(cache, KEY, "answer c site", second) is not same
    assert await counts_today(cache, KEY, "answer c news", second)
    assert await counts_today(cache, KEY, "click c site", second)


def files(folder: Path) -> list[bytes]:
    return [one.read_bytes() for one in folder.iterdir()]


async def test_no_address_is_kept(cache: SqliteCache, tmp_path: Path) -> None:
    await counts_today(cache, KEY, "answer c site", "192.0.2.77")
    assert not [file for file in files(tmp_path) if b"192.0.2.77" in file]
