"""Work on many things as rows: products, rows of a CSV file, passages, posts.

    @step(provides="priced", retries=2)
    async def price_products(run: StepRun, saved: Saved) -> Priced:
        counts = await each(run, inputs(saved), price, at_once=8, attempts=3)
        return Priced(done=counts.done, by_key={key: one async for key, one in results(run)})

Each thing is kept with its state before work on it begins. Who goes on after a kill begins with the first that is not
done; one that fails is a problem of the run, which is partial then, and the others go on. One that was cut may be
worked on twice, so what it writes has a key of its own.
"""

import asyncio
import logging
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Protocol

from pydantic_core import PydanticSerializationError, to_jsonable_python

from magicai.errors import Cancelled, Invalid, MagicError, OverBudget, Temporary
from magicai.ports import Item, ItemChange, ItemCounts, ItemRecords, ItemState, NewItem, Reporter
from magicai.runs.run import Attempt, Problem
from magicai.values.digest import digest_of
from magicai.values.ids import new_id
from magicai.values.units import so_many

_log = logging.getLogger(__name__)

ItemSource = AsyncIterable[tuple[str, Any]] | Iterable[tuple[str, Any]]
ItemHandler = Callable[[str, Any], Awaitable[Any]]

# Items that are listed, or read, at a time: as many are in memory.
_PAGE = 200
_LONGEST_KEY = 500
_LONGEST_WAIT_S = 60.0
# How often a wish to stop is listened for while nothing ends.
_LISTEN_S = 5.0
# Failed items that are told one by one.
_MOST_REPORTED = 20


@dataclass(slots=True)
class StepItems:
    """The items of one step, in the name of the attempt that carries the run out."""

    records: ItemRecords
    attempt: Attempt
    step: str
    begun: bool = False


class _Run(Protocol):
    """What `each` needs of a StepRun."""

    @property
    def reporter(self) -> Reporter: ...

    @property
    def items(self) -> StepItems | None: ...


async def each(
    run: _Run,
    given: ItemSource,
    do: ItemHandler,
    *,
    at_once: int = 8,
    attempts: int = 3,
    wait_s: float = 1.0,
    unit: str | None = "items",
) -> ItemCounts:
    """Work on each item, once per step; answers how many are done and how many failed.

    What a killed or an earlier attempt at the run did of the same input stands. Failed items are told as problems of
    the run, and tried again where somebody asks for it (`magicai resume`).

    Args:
        run: of the step.
        given: keys, unique and of at most 500 characters, with their inputs (JSON values or models), in the order of
            work; small ones: whoever needs much gives its name. Read some at a time, and again by each attempt.
        do: works on one, given its key and its input as JSON; answers what is kept of it. What it says to
            `run.reporter` is said by this attempt only: what its thing lacks belongs into its answer.
        at_once: how many are worked on at any time.
        attempts: how often work on one begins at most, where trying again can help or its process ended meanwhile.
        wait_s: before the second try; doubles with each further one.
        unit: what they are, in the plural, for people; None where `do` tells how far it is.

    Raises:
        Invalid: a key is none, or two items have the same.
        Cancelled, OverBudget: likewise of `do`; what was done is kept.
        Conflict: a later attempt has taken over.
    """
    items = _of(run)
    assert not items.begun, f"{items.step} works on its items twice: make two steps of it"
    items.begun = True
    listing = await _list(items, given)
    counts = await items.records.finish_listing(items.attempt, items.step, listing)
    work = _Work(items, run.reporter, do, counts, at_once=at_once, attempts=attempts, wait_s=wait_s, unit=unit)
    counts = await work.carry_out()
    await _report_failed(run, counts, unit or "items")
    return counts


async def results(run: _Run) -> AsyncIterator[tuple[str, Any]]:
    """What came of the items of a step that are done, in their order, some at a time in memory."""
    async for item in _listed(run, ItemState.DONE):
        yield item.key, item.result


async def failed(run: _Run) -> AsyncIterator[tuple[str, Problem]]:
    """Why items of a step failed, in their order, some at a time in memory."""
    async for item in _listed(run, ItemState.FAILED):
        assert item.problem is not None
        yield item.key, item.problem


async def _listed(run: _Run, state: ItemState) -> AsyncIterator[Item]:
    items = _of(run)
    after = (items.step, -1)
    while page := await items.records.listed(
        items.attempt.run_id, step=items.step, states=(state,), after=after, limit=_PAGE
    ):
        for item in page:
            yield item
        after = (items.step, page[-1].position)


def _of(run: _Run) -> StepItems:
    assert run.items is not None, "the executor gives a step its items"
    return run.items


async def _list(items: StepItems, given: ItemSource) -> str:
    listing, at = new_id(), 0
    page: list[NewItem] = []
    async for key, value in _in_turn(given):
        page.append(_new(key, value))
        if len(page) == _PAGE:
            await items.records.add(items.attempt, items.step, listing, page, at=at)
            at += len(page)
            page = []
    await items.records.add(items.attempt, items.step, listing, page, at=at)
    return listing


async def _in_turn(given: ItemSource) -> AsyncIterator[tuple[str, Any]]:
    if isinstance(given, AsyncIterable):
        async for one in given:
            yield one
    else:
        for one in given:
            yield one


def _new(key: object, value: Any) -> NewItem:
    if not isinstance(key, str) or not 0 < len(key) <= _LONGEST_KEY:
        raise Invalid(
            f"{str(key)[:100]!r} is no key of an item.", way_out=f"A key is text of 1 to {_LONGEST_KEY} characters."
        )
    try:
        plain = to_jsonable_python(value, inf_nan_mode="null")
    except PydanticSerializationError as exc:
        raise Invalid(f"The input of item {key!r} can't be kept: {exc}") from exc
    return NewItem(key, plain, digest_of(plain))


class _Work:
    """Claims items as others end: as many are running as may be, and no more are claimed than are running."""

    def __init__(
        self,
        items: StepItems,
        reporter: Reporter,
        do: ItemHandler,
        counts: ItemCounts,
        *,
        at_once: int,
        attempts: int,
        wait_s: float,
        unit: str | None,
    ) -> None:
        self._items, self._reporter, self._do = items, reporter, do
        self._at_once, self._attempts, self._wait_s, self._unit = at_once, attempts, wait_s, unit
        self._total, self._done, self._failed = counts.total, counts.done, counts.failed
        self._running: dict[asyncio.Task[Any], Item] = {}
        # What came of items, and is not written yet.
        self._changes: list[ItemChange] = []
        self._alone = False

    async def carry_out(self) -> ItemCounts:
        """Until none is left that may be worked on."""
        try:
            await self._take_over()
            while (wait_s := await self._claim_next()) is not None or self._running:
                await self._wait(wait_s)
        finally:
            await asyncio.shield(self._cancel_running())
        return ItemCounts(done=self._done, failed=self._failed)

    async def _take_over(self) -> None:
        """Take note of what was cut, in an earlier attempt or an earlier try of this step."""
        run_id, running = self._items.attempt.run_id, (ItemState.RUNNING,)
        for item in await self._items.records.listed(run_id, step=self._items.step, states=running, limit=self._total):
            self._note(self._after_cut(item))

    def _after_cut(self, item: Item) -> ItemChange:
        if item.token == self._items.attempt.token:
            return _unclaimed(item)
        if item.attempts < self._attempts:
            # Whether it or one beside it ends processes shows once it is alone: its last try is.
            alone = item.attempts == self._attempts - 1
            return ItemChange(item.key, ItemState.PENDING, item.attempts, alone=alone)
        what = f"The process ended while this was worked on, {so_many(item.attempts, 'times')}."
        way_out = f"To try it again: magicai resume {self._items.attempt.run_id}"
        problem = Problem(where=item.key, what=what, way_out=way_out)
        return ItemChange(item.key, ItemState.FAILED, item.attempts, problem=problem)

    async def _claim_next(self) -> float | None:
        """Write what has ended, and begin with the next; answers when there will be more, None where never."""
        written = list(self._changes)
        claimed = await self._items.records.claim(
            self._items.attempt,
            self._items.step,
            written,
            most=0 if self._alone else self._at_once - len(self._running),
            alone=not self._running,
        )
        del self._changes[: len(written)]
        self._alone = self._alone or claimed.alone
        for item in claimed.items:
            self._running[asyncio.create_task(self._handle(item))] = item
        if self._unit is not None:
            ended = self._done + self._failed
            more = {"failed": self._failed} if self._failed else {}
            await self._reporter.progress(ended, self._total, self._unit, **more)
        return claimed.wait_s

    async def _handle(self, item: Item) -> Any:
        return to_jsonable_python(await self._do(item.key, item.input), inf_nan_mode="null")

    async def _wait(self, wait_s: float | None) -> None:
        """Until one has ended, or the next may begin."""
        limit_s = min(wait_s, _LISTEN_S) if wait_s else _LISTEN_S
        if not self._running:
            await asyncio.sleep(limit_s if wait_s else 0)
            return
        ended, _ = await asyncio.wait(self._running, timeout=limit_s, return_when=asyncio.FIRST_COMPLETED)
        stops = [stop for stop in map(self._record_ended, ended) if stop is not None]
        if stops:
            raise stops[0]

    def _record_ended(self, task: asyncio.Task[Any]) -> MagicError | None:
        """Note what came of one that has ended; answers what ends the step, too."""
        item = self._running.pop(task)
        self._alone = False
        error = asyncio.CancelledError() if task.cancelled() else task.exception()
        if error is None:
            self._note(ItemChange(item.key, ItemState.DONE, item.attempts, result=task.result()))
            return None
        if isinstance(error, Cancelled | OverBudget):
            self._note(_unclaimed(item))
            return error
        self._note(self._after_error(item, error))
        return None

    def _after_error(self, item: Item, error: BaseException) -> ItemChange:
        temporary = isinstance(error, Temporary)
        if isinstance(error, MagicError):
            problem = Problem(where=item.key, what=error.what, way_out=error.way_out, temporary=temporary)
        else:
            _log.error("item %s of %s met a fault", item.key, item.step, exc_info=error)
            what = f"{type(error).__name__}: {error}"
            problem = Problem(where=item.key, what=what, way_out="This is a fault of MagicAI's.")
        if not isinstance(error, Temporary) or item.attempts >= self._attempts:
            return ItemChange(item.key, ItemState.FAILED, item.attempts, problem=problem)
        wait_s = min(self._wait_s * 2 ** (item.attempts - 1), _LONGEST_WAIT_S)
        wait_s = max(wait_s, error.retry_after_s or 0.0)
        return ItemChange(item.key, ItemState.PENDING, item.attempts, problem=problem, wait_s=wait_s)

    def _note(self, change: ItemChange) -> None:
        self._changes.append(change)
        self._done += change.state is ItemState.DONE
        self._failed += change.state is ItemState.FAILED

    async def _cancel_running(self) -> None:
        """End what is still running, and write down what came of it."""
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)
        for task, item in list(self._running.items()):
            if task.cancelled():
                self._changes.append(_unclaimed(item))
            else:
                self._record_ended(task)
        if self._changes:
            # Where that can't be written, the next attempt finds them running.
            with suppress(MagicError):
                await self._items.records.claim(
                    self._items.attempt, self._items.step, self._changes, most=0, alone=False
                )


def _unclaimed(item: Item) -> ItemChange:
    """As it was before it was claimed."""
    return ItemChange(item.key, ItemState.PENDING, item.attempts - 1)


async def _report_failed(run: _Run, counts: ItemCounts, unit: str) -> None:
    if not counts.failed:
        return
    items, left = _of(run), _MOST_REPORTED
    async for _, problem in failed(run):
        if not left:
            break
        what = problem.what if problem.what.startswith(problem.where) else f"{problem.where}: {problem.what}"
        await run.reporter.problem(problem.where, what, problem.way_out, temporary=problem.temporary)
        left -= 1
    if counts.failed > _MOST_REPORTED:
        more = so_many(counts.failed - _MOST_REPORTED, unit)
        way_out = f"To try them again: magicai resume {items.attempt.run_id}"
        await run.reporter.problem(items.step, f"{more} more failed.", way_out)
