"""Numbers over the records by DuckDB, which only reads: it is never out of step."""

import asyncio
import contextlib
import json
import os
import sys
import tempfile
from collections.abc import Awaitable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from integrations.analytics import columns
from integrations.analytics.measure import Measured, measure
from integrations.analytics.offers import Part, Source
from integrations.analytics.statistics import Named, groups, named
from magicai.errors import Invalid, MagicError, Permanent, Temporary, error_of
from magicai.messages import Message, say
from magicai.shops.analysis import Changes, PriceStats, ShopAnalysis
from magicai.shops.crawl import Crawl

if TYPE_CHECKING:
    import pyarrow as pa

T = TypeVar("T")

# Rows from which on a process of their own costs no more than reading here, measured; its memory goes with it.
MANY = 100_000
_LIMIT_S = 300.0
_MOST_THREADS = 4
_KILLED = -9


class DuckAnalytics:
    """Numbers over the records.

    Args:
        source: where they are: a SqliteSource or PostgresSource.
        many: offers from which on a process of its own counts them.
    """

    def __init__(self, source: Source, *, many: int = MANY) -> None:
        self._source, self._many = source, many

    async def shop(self, crawl: Crawl, previous: Crawl | None, whole: Crawl | None = None) -> ShopAnalysis:
        """A crawl's numbers, with changes against an earlier crawl, by the rules of magicai/shops/analysis.py.

        Raises:
            Invalid: `previous` is of another shop or owner.
            Temporary: the records are busy, memory is short, or it took longer than 5 minutes.
        """
        if previous is not None and (previous.owner_id, previous.shop) != (crawl.owner_id, crawl.shop):
            raise Invalid("previous_crawl_invalid", crawl_id=previous.crawl_id, shop=crawl.shop)
        measured = await self._measured(crawl, previous)
        found = named(measured["groups"])
        (stats,) = [one.stats for one in found if one.by == "shop"] or [()]
        return ShopAnalysis(
            shop=crawl.shop,
            products=sum(own.count for own in stats),
            stats=stats,
            categories=groups(found, "category"),
            brands=groups(found, "brand"),
            changes=None
            if previous is None
            else await self._translating(asyncio.to_thread(_changes, self._source, measured, crawl, previous, whole)),
        )

    async def table(self, crawl: Crawl) -> "pa.Table":
        """A crawl's numbers, one row a group and currency.

        Columns `by` (shop, category, brand) and `name`, then those of PriceStats: amounts are decimal128(38, 4) in the
        row's currency, counts int64, `median_discount` a share as float64.
        """
        measured = await self._measured(crawl, None)
        return await asyncio.to_thread(_as_table, named(measured["groups"]))

    async def _measured(self, crawl: Crawl, previous: Crawl | None) -> Measured:
        compared = previous is not None
        now = Part(crawl.crawl_id, crawl.owner_id, compared=compared)
        before = previous and Part(previous.crawl_id, previous.owner_id, compared=True, earlier=True)
        ids = [part.crawl_id for part in (now, before) if part]
        by_column = await self._translating(asyncio.to_thread(self._by_column, now, before))
        if by_column is not None:
            return by_column
        rows = await self._translating(asyncio.to_thread(self._rows, ids))
        work = self._in_child(now, before) if rows >= self._many else asyncio.to_thread(self._here, now, before)
        try:
            return await asyncio.wait_for(self._translating(work), _LIMIT_S)
        except TimeoutError as exc:
            raise Temporary("product_count_timed_out", shop=crawl.shop, limit_s=f"{_LIMIT_S:.0f}") from exc

    def _rows(self, crawl_ids: list[str]) -> int:
        with self._source.reading() as reader:
            return reader.rows(crawl_ids, self._many)

    def _pieces(self, parts: tuple[Part, Part | None], threads: int) -> list[list[Part]]:
        with self._source.reading() as reader:
            return [reader.split(part, threads) for part in parts if part]

    def _by_column(self, now: Part, before: Part | None) -> Measured | None:
        import duckdb

        try:
            return columns.measured(self._source, now, before, threads=_threads())
        except (duckdb.Error, OSError) as exc:
            raise _fault(self._source.where, f"{type(exc).__name__}: {exc}") from exc

    def _here(self, now: Part, before: Part | None) -> Measured:
        import duckdb

        with self._source.reading() as reader:
            tables = [reader.table(part) for part in (now, before) if part]
        try:
            return measure(tables[:1], tables[1:] if before else None, threads=1)
        except duckdb.Error as exc:
            raise _fault(self._source.where, f"{type(exc).__name__}: {exc}") from exc

    async def _in_child(self, now: Part, before: Part | None) -> Measured:
        from integrations.analytics import child

        threads = _threads()
        spill = tempfile.TemporaryDirectory(prefix="magicai-")
        try:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-P", "-m", child.__name__),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
                start_new_session=True,
            )
            assert process.stdin is not None
            assert process.stdout is not None
            assert process.stderr is not None
            try:
                pieces = await asyncio.to_thread(self._pieces, (now, before), threads)
                asked = (pieces[0], pieces[1] if before else None)
                # Its standard input stays open: that it closes tells the child that this process is gone.
                process.stdin.write(child.request(self._source, *asked, threads=threads, spill=Path(spill.name)))
                with contextlib.suppress(ConnectionError):
                    await process.stdin.drain()
                answer, words = await asyncio.gather(process.stdout.read(), process.stderr.read())
                status = await process.wait()
            finally:
                if process.returncode is None:
                    process.kill()
                    await process.wait()
        finally:
            await asyncio.to_thread(spill.cleanup)
        return said_by_child(self._source.where, status, answer, words.decode(errors="replace"))

    async def _translating(self, work: Awaitable[T]) -> T:
        try:
            return await work
        except self._source.vendor as exc:
            raise self._source.translated(exc) from exc


def _changes(source: Source, measured: Measured, crawl: Crawl, previous: Crawl, whole: Crawl | None) -> Changes:
    # It brings SQLAlchemy, whose import takes as long as counting a million rows.
    from integrations.analytics.changes import changes

    return changes(source, measured, crawl, previous, whole)


def _threads() -> int:
    return min(os.cpu_count() or 1, _MOST_THREADS)


def said_by_child(where: str, status: int, answer: bytes, words: str) -> Measured:
    """What child.py answered.

    Raises:
        MagicError: it could not count.
    """
    answered: dict[str, Any] = json.loads(answer) if answer else {}
    if "measured" in answered:
        return answered["measured"]
    if error := error_of(answered.get("error")):
        raise error
    fault = answered.get("fault") or say("process_ended", status=status, words=words.strip().rpartition("\n")[2])
    raise _fault(where, fault, out_of_memory=status == _KILLED)


def _fault(where: str, reason: str | Message, *, out_of_memory: bool = False) -> MagicError:
    words = str(reason)
    if out_of_memory or "OutOfMemory" in words:
        return Temporary("product_count_failed", way_out="free_memory_and_retry", place=where, reason=reason)
    if "locked" in words or "busy" in words:
        return Temporary("product_count_failed", way_out="try_again", place=where, reason=reason)
    return Permanent("product_count_failed", place=where, reason=reason)


def _as_table(found: list[Named]) -> "pa.Table":
    import pyarrow as pa

    amounts = ("total", "average", "median", "low", "high", "q1", "q3")
    text, whole, money = pa.string(), pa.int64(), pa.decimal128(38, 4)
    special = {"currency": text, "median_discount": pa.float64(), **dict.fromkeys(amounts, money)}
    columns = {"by": text, "name": text, **{name: special.get(name, whole) for name in PriceStats.model_fields}}
    rows = [{"by": one.by, "name": one.name, **dict(stats)} for one in found for stats in one.stats]
    return pa.Table.from_pylist(rows, schema=pa.schema(columns))
