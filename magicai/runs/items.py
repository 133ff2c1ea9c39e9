"""Process many items as rows: products, rows of a CSV file, passages, posts.

    @step(provides="priced", retries=2)
    async def price_products(run: StepRun, saved: Saved) -> Priced:
        counts = await each(run, inputs(saved), price, at_once=8, attempts=3)
        return Priced(done=counts.done, by_key={key: one async for key, one in results(run)})

Each item is saved with its state before it is processed. After a crash, processing resumes with the first item that is
not done. An item that fails is reported as a problem of the run, which is then partial, and the others continue. An
interrupted item may be processed twice, so its writes need a key.
"""

import asyncio
import logging
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable, Collection, Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import Any, Protocol

from pydantic_core import PydanticSerializationError, to_jsonable_python

from magicai.errors import LONGEST_PAUSE_S, Cancelled, Invalid, MagicError, OverBudget, Temporary
from magicai.messages import Message, amount, say
from magicai.ports import Item, ItemChange, ItemCounts, ItemRecords, ItemState, NewItem, Reporter
from magicai.runs.run import Attempt, Problem
from magicai.values.digest import digest_of
from magicai.values.ids import new_id

_log = logging.getLogger(__name__)


class PutOff(Temporary):
    """Raised for an item whose turn has not come, such as one of a host that has enough requests: it costs no attempt.

    Others are processed meanwhile.

    Args:
        why: what it waits for, which the run shows meanwhile.
    """

    def __init__(self, wait_s: float, *, why: Message | None = None) -> None:
        super().__init__(why or say("item_postponed", seconds=f"{wait_s:.1f}"), retry_after_s=wait_s)
        self.why = why


ItemSource = AsyncIterable[tuple[str, Any]] | Iterable[tuple[str, Any]]
ItemHandler = Callable[[str, Any], Awaitable[Any]]
# What people call an item, by its key and its input as JSON.
ItemName = Callable[[str, Any], str | Message]

# Items that are listed or read at a time, and so are in memory.
_PAGE = 200
_LONGEST_KEY = 500
# How often a stop request is looked for while no item ends.
_LISTEN_S = 5.0
# Failed items that are reported one by one.
_MOST_REPORTED = 20


@dataclass(slots=True)
class StepItems:
    """The items of one step of an attempt."""

    records: ItemRecords
    attempt: Attempt
    step: str
    begun: bool = False


class _Run(Protocol):
    """The part of a StepRun that `each` uses."""

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
    called: ItemName = lambda key, _input: key,
    waits_for_others: bool = False,
    untold: Collection[str] = (),
) -> ItemCounts:
    """Process each item, and return how many are done and how many failed. A step may call it once.

    Results of earlier attempts for the same inputs are kept. Failed items are reported as problems of the run, and
    retried by `magicai resume`.

    Args:
        run: the step's run.
        given: pairs of a key (unique, at most 500 characters) and an input (a JSON value or model), in processing
            order. They are read in pages, and again by each attempt. Keep inputs small; pass a reference to large data.
        do: processes one item, given its key and its input as JSON, and returns the result to save. Only this attempt
            reports what it passes to `run.reporter`, so put what an item lacks into its result.
        at_once: how many items are processed at a time.
        attempts: how often an item is tried at most, if it failed with Temporary, or its process ended while no other
            item was running. Of several, none is blamed: each is then tried alone.
        wait_s: delay before the second try; doubles with each further one.
        unit: the items' name in the plural, for people; None if `do` reports progress itself.
        called: what people call an item that failed, by its key and its input as JSON.
        waits_for_others: whether an item mostly waits for servers, and so rarely is what ended its process: those that
            were interrupted for the first time are tried side by side, and only then alone.
        untold: codes of problems that the caller reports itself, of many items at once.

    Raises:
        Invalid: a key is invalid or used twice, or the step has called `each` before.
        Cancelled, OverBudget: raised by `do`; results so far are kept.
        Conflict: a later attempt has taken over.
    """
    items = _of(run)
    if items.begun:
        raise Invalid("step_items_used_twice", step=items.step)
    items.begun = True
    listing = await _list(items, given)
    counts = await items.records.finish_listing(items.attempt, items.step, listing)
    work = _Work(
        items,
        run.reporter,
        do,
        counts,
        at_once=at_once,
        attempts=attempts,
        wait_s=wait_s,
        unit=unit,
        waits_for_others=waits_for_others,
    )
    counts = await work.carry_out()
    await _report_failed(run, unit or "items", called, untold)
    return counts


async def results(run: _Run) -> AsyncIterator[tuple[str, Any]]:
    """Yield the keys and results of a step's done items in order, a page at a time."""
    async for item in _listed(run, ItemState.DONE):
        yield item.key, item.result


async def failed(run: _Run) -> AsyncIterator[tuple[str, Problem]]:
    """Yield the keys and problems of a step's failed items in order, a page at a time."""
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
    if run.items is None:
        raise Invalid("step_items_unavailable")
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
        raise Invalid("item_key_invalid", key=str(key)[:100], limit=_LONGEST_KEY)
    try:
        plain = to_jsonable_python(value, inf_nan_mode="null")
    except PydanticSerializationError as exc:
        raise Invalid("item_input_invalid", key=key, reason=exc) from exc
    return NewItem(key, plain, digest_of(plain))


class _Work:
    """Claims an item whenever another ends, so that claimed and running items are the same."""

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
        waits_for_others: bool,
    ) -> None:
        self._waits_for_others = waits_for_others
        self._items, self._reporter, self._do = items, reporter, do
        self._at_once, self._attempts, self._wait_s, self._unit = at_once, attempts, wait_s, unit
        self._total, self._done, self._failed = counts.total, counts.done, counts.failed
        self._running: dict[asyncio.Task[Any], Item] = {}
        # Outcomes that are not saved yet.
        self._changes: list[ItemChange] = []
        self._alone = False
        # Items that were put off, with the reason to show, until they may be claimed again.
        self._put_off: dict[str, Message] = {}

    async def carry_out(self) -> ItemCounts:
        """Process items until none is left that may be tried."""
        try:
            await self._take_over()
            while (wait_s := await self._claim_next()) is not None or self._running:
                await self._wait(wait_s)
        finally:
            await asyncio.shield(self._cancel_running())
        return ItemCounts(done=self._done, failed=self._failed)

    async def _take_over(self) -> None:
        """Record items that an earlier attempt, or an earlier try of this step, left running."""
        run_id, running = self._items.attempt.run_id, (ItemState.RUNNING,)
        left = await self._items.records.listed(run_id, step=self._items.step, states=running, limit=self._total)
        cut = [item for item in left if item.token != self._items.attempt.token]
        for item in left:
            self._note(self._after_cut(item, among=len(cut)) if item in cut else _unclaimed(item))

    def _after_cut(self, item: Item, *, among: int) -> ItemChange:
        """Judge one of so many items that were running when their process ended."""
        if self._waits_for_others and item.attempts == 1:
            return ItemChange(item.key, ItemState.PENDING, item.attempts)
        if among > 1:
            # Any of them may have ended it: the next try runs alone, which shows whether it was this one.
            return ItemChange(item.key, ItemState.PENDING, item.attempts - 1, alone=True)
        if item.attempts < self._attempts:
            return ItemChange(item.key, ItemState.PENDING, item.attempts, alone=True)
        what = say("item_interrupted", n=item.attempts, run_id=self._items.attempt.run_id)
        problem = Problem.saying(item.key, what)
        return ItemChange(item.key, ItemState.FAILED, item.attempts, problem=problem)

    async def _claim_next(self) -> float | None:
        """Save outcomes and start the next items; return the seconds until more can start, or None if none will."""
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
            self._put_off.pop(item.key, None)
            self._running[asyncio.create_task(self._handle(item))] = item
        if self._unit is not None:
            more: dict[str, Any] = {"failed": self._failed} if self._failed else {}
            if self._put_off:
                why = next(reversed(self._put_off.values()))
                waiting = say("items_waiting", items=amount(len(self._put_off), self._unit), why=why)
                more |= {"waiting": str(waiting), "waiting_message": asdict(waiting)}
            await self._reporter.progress(self._done, self._total, self._unit, **more)
        return claimed.wait_s

    async def _handle(self, item: Item) -> Any:
        return to_jsonable_python(await self._do(item.key, item.input), inf_nan_mode="null")

    async def _wait(self, wait_s: float | None) -> None:
        """Wait until an item ends, or the next may start."""
        limit_s = min(wait_s, _LISTEN_S) if wait_s else _LISTEN_S
        if not self._running:
            await asyncio.sleep(limit_s if wait_s else 0)
            return
        ended, _ = await asyncio.wait(self._running, timeout=limit_s, return_when=asyncio.FIRST_COMPLETED)
        stops = [stop for stop in map(self._record_ended, ended) if stop is not None]
        if stops:
            raise stops[0]

    def _record_ended(self, task: asyncio.Task[Any]) -> MagicError | None:
        """Record an ended item's outcome, and return its error if that ends the step."""
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
        if isinstance(error, PutOff):
            if error.why:
                self._put_off[item.key] = error.why
            return ItemChange(item.key, ItemState.PENDING, item.attempts - 1, wait_s=error.retry_after_s or 0.0)
        if isinstance(error, MagicError):
            problem = Problem.of(item.key, error)
        else:
            _log.error("item %s of %s: fault", item.key, item.step, exc_info=error)
            problem = Problem.saying(item.key, say("unexpected_error", kind=type(error).__name__, detail=str(error)))
        if not isinstance(error, Temporary) or item.attempts >= self._attempts:
            return ItemChange(item.key, ItemState.FAILED, item.attempts, problem=problem)
        wait_s = min(self._wait_s * 2 ** (item.attempts - 1), LONGEST_PAUSE_S)
        return ItemChange(item.key, ItemState.PENDING, item.attempts, problem=problem, wait_s=error.pause_s(wait_s))

    def _note(self, change: ItemChange) -> None:
        self._changes.append(change)
        self._done += change.state is ItemState.DONE
        self._failed += change.state is ItemState.FAILED

    async def _cancel_running(self) -> None:
        """Cancel running items, and save their outcomes."""
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)
        for task, item in list(self._running.items()):
            if task.cancelled():
                self._changes.append(_unclaimed(item))
            else:
                self._record_ended(task)
        if self._changes:
            # If saving fails, the next attempt finds them running.
            with suppress(MagicError):
                await self._items.records.claim(
                    self._items.attempt, self._items.step, self._changes, most=0, alone=False
                )


def _unclaimed(item: Item) -> ItemChange:
    """Return the item's state before it was claimed."""
    return ItemChange(item.key, ItemState.PENDING, item.attempts - 1)


async def _report_failed(run: _Run, unit: str, called: ItemName, untold: Collection[str]) -> None:
    count = 0
    async for item in _listed(run, ItemState.FAILED):
        problem = item.problem
        assert problem is not None
        if problem.said.code in untold:
            continue
        count += 1
        if count > _MOST_REPORTED:
            continue
        name = called(item.key, item.input)
        names_it = problem.what.startswith(str(name))
        what = problem.said if names_it else say("item_failed", item=name, why=problem.said)
        await run.reporter.problem(problem.where, what, problem.way_said, temporary=problem.temporary)
    if count > _MOST_REPORTED:
        items = _of(run)
        what = say("more_items_failed", items=amount(count - _MOST_REPORTED, unit), run_id=items.attempt.run_id)
        await run.reporter.problem(items.step, what)
