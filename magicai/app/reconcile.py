"""Compares the stores with the records, and mends both ways."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from magicai.app.relay import drain
from magicai.domain.entity import Held, Store, Versioned
from magicai.errors import MagicError
from magicai.ports import Projection, Records

_PAGE = 1000
_DRAIN_LIMIT_S = 300.0

Key = tuple[str, str]
T = TypeVar("T", Versioned, Held)


@dataclass(slots=True)
class Differences:
    """How one store differs from the records; of a cache, what is missing does not count."""

    missing: list[Key] = field(default_factory=list[Key])
    stale: list[Key] = field(default_factory=list[Key])
    orphaned: list[Key] = field(default_factory=list[Key])

    def __len__(self) -> int:
        return len(self.missing) + len(self.stale) + len(self.orphaned)


@dataclass(frozen=True, slots=True)
class Reconciled:
    """What was found, and what was mended."""

    differences: int
    mended: int
    stores: Mapping[Store, Mapping[str, int]]

    def as_json(self) -> dict[str, Any]:
        """The shape of contracts.md."""
        return {"differences": self.differences, "mended": self.mended, "stores": dict(self.stores)}

    def __str__(self) -> str:
        lines = [
            f"{store}: {', '.join(f'{n} {what}' for what, n in counts.items())}"
            for store, counts in self.stores.items()
        ]
        return "\n".join([*lines, f"{self.differences} differences, {self.mended} mended"])


async def reconcile(
    records: Records,
    projections: Mapping[Store, Projection],
    *,
    mend: bool = True,
    on_progress: Callable[[str], object] | None = None,
) -> Reconciled:
    """Compare every store with the records; mend what is missing, stale or orphaned.

    Raises:
        MagicError: of the first store that is down or not there, once all others are mended.
    """
    if mend:
        await drain(records, projections, limit_s=_DRAIN_LIMIT_S)
    stores: dict[Store, dict[str, int]] = {}
    found = left = 0
    down: list[MagicError] = []
    for store, port in projections.items():
        try:
            differs = await _compare(records, store, port, on_progress)
            after = len(differs)
            if mend and differs:
                await _mend(records, store, port, differs)
                after = len(await _compare(records, store, port, None))
        except MagicError as exc:
            down.append(exc)
            continue
        found, left = found + len(differs), left + after
        stores[store] = {
            "missing": len(differs.missing),
            "stale": len(differs.stale),
            "orphaned": len(differs.orphaned),
            "mended": len(differs) - after,
        }
    if down:
        raise down[0]
    return Reconciled(found, found - left, stores)


async def _compare(
    records: Records, store: Store, port: Projection, on_progress: Callable[[str], object] | None
) -> Differences:
    """Walk both sides in key order, a page of each in memory."""
    differs = Differences()
    truth = _pages(lambda after: records.entities.all(store, after=after, limit=_PAGE))
    shown = _pages(lambda after: port.held(after=after, limit=_PAGE))
    there, held = await anext(truth, None), await anext(shown, None)
    seen = 0
    while there is not None or held is not None:
        if held is None or (there is not None and _key(there) < _key(held)):
            assert there is not None
            if there.entity is not None and store != "cache":
                differs.missing.append(_key(there))
            there = await anext(truth, None)
        elif there is None or _key(held) < _key(there):
            differs.orphaned.append(_key(held))
            held = await anext(shown, None)
        else:
            if there.entity is None:
                differs.orphaned.append(_key(held))
            elif (there.version, there.digest) != (held.version, held.digest):
                differs.stale.append(_key(held))
            there, held = await anext(truth, None), await anext(shown, None)
        seen += 1
        if on_progress is not None and seen % _PAGE == 0:
            on_progress(f"{store}: {seen} compared, {len(differs)} differ")
    return differs


async def _mend(records: Records, store: Store, port: Projection, differs: Differences) -> None:
    # Dropped first: a projection refuses what is not newer than what it holds, and what it holds may be wrong.
    await port.drop([*differs.stale, *differs.orphaned])
    await records.entities.soil(store, [*differs.missing, *differs.stale])
    await drain(records, {store: port}, limit_s=_DRAIN_LIMIT_S)


async def _pages(page: Callable[[Key], Awaitable[list[T]]]) -> AsyncIterator[T]:
    after = ("", "")
    while rows := await page(after):
        for row in rows:
            yield row
        after = _key(rows[-1])


def _key(row: Versioned | Held) -> Key:
    return (row.kind, row.entity_id)
