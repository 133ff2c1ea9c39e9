"""Compares the stores with the records, and repairs both ways.

Both sides are read in key order, a page of each in memory, and what differs is repaired in parts as it is met: memory
stays flat whatever the size. What no record knows is removed last, once it was counted: where it is most of a store, it
is likelier that records are lost. Then all is compared once more, since a store may say that it took what it did not.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

from magicai.errors import MagicError, Refused, Temporary
from magicai.ports import Projection, Records
from magicai.stores.entity import ProjectedEntity, Store, Versioned
from magicai.stores.relay import drain

_PAGE = 1000
_PART = 500
_DRAIN_LIMIT_S = 3600.0
# So few may be removed whatever their share.
FEW = 20
# A larger share of a store is deleted only where somebody says so.
LARGEST_SHARE = 0.2

Key = tuple[str, str]
Kind = Literal["missing", "stale", "orphaned"]
T = TypeVar("T", Versioned, ProjectedEntity)
OnProgress = Callable[[str], object]


@dataclass(frozen=True, slots=True)
class StoreDifferences:
    """How one store differed from the records.

    Attributes:
        counts: missing, stale, orphaned, and how many of these were repaired; of a cache, what is missing does not
            count.
        outdated: how many of the stale ones an earlier release stored, without what this one shows.
        aside: how many entries it can't take, whatever is tried.
        down: why it could not be compared, or not to its end.
        refused: why nothing that is orphaned was removed.
    """

    counts: Mapping[str, int]
    outdated: int = 0
    aside: int = 0
    down: MagicError | None = None
    refused: MagicError | None = None

    @property
    def differences(self) -> int:
        """All of them."""
        return sum(self.counts[kind] for kind in ("missing", "stale", "orphaned"))

    def as_json(self) -> dict[str, Any]:
        """All of it, by name."""
        shown: dict[str, Any] = {**self.counts, "outdated": self.outdated, "set_aside": self.aside}
        if (why := self.down or self.refused) is not None:
            shown |= {"what": why.what, "way_out": why.way_out}
        return shown

    def __str__(self) -> str:
        said = ", ".join(f"{number} {what}" for what, number in self.counts.items())
        if self.outdated:
            said += f" ({self.outdated} of the stale ones were stored by an earlier version of MagicAI)"
        if self.aside:
            said += f", {self.aside} set aside"
        if self.refused is not None:
            said += f"; {self.refused}"
        return f"{said}; could not be compared: {self.down}" if self.down is not None else said


@dataclass(frozen=True, slots=True)
class Reconciled:
    """What was found, and what was repaired."""

    stores: Mapping[Store, StoreDifferences]

    @property
    def differences(self) -> int:
        """Of all stores."""
        return sum(found.differences for found in self.stores.values())

    @property
    def repaired(self) -> int:
        """Of all stores."""
        return sum(found.counts["repaired"] for found in self.stores.values())

    @property
    def down(self) -> list[Store]:
        """Stores that could not be compared."""
        return [store for store, found in self.stores.items() if found.down is not None]

    def checked(self) -> "Reconciled":
        """The same.

        Raises:
            MagicError: of the first store that could not be compared.
        """
        for found in self.stores.values():
            if found.down is not None:
                raise found.down
        return self

    def as_json(self) -> dict[str, Any]:
        """As `magicai reconcile --json` prints it."""
        stores = {store: found.as_json() for store, found in self.stores.items()}
        return {"differences": self.differences, "repaired": self.repaired, "stores": stores}

    def __str__(self) -> str:
        lines = [f"{store}: {found}" for store, found in self.stores.items()]
        return "\n".join([*lines, f"{self.differences} differences, {self.repaired} repaired"])


async def reconcile(
    records: Records,
    projections: Mapping[Store, Projection],
    *,
    repair: bool = True,
    largest_share: float = 1.0,
    on_progress: OnProgress | None = None,
) -> Reconciled:
    """Compare every store with the records, side by side; repair what is missing, stale or orphaned.

    A store that is down or not there keeps no other from being repaired; the answer says why.

    Args:
        records, projections: what is compared.
        repair: or only count.
        largest_share: of a store's entries that are removed because no record knows them; beyond that, and where they
            are more than `FEW`, none of them is, and the answer says why.
        on_progress: told how far it is.
    """
    found = await asyncio.gather(
        *(_Comparison(records, port, largest_share, on_progress).whole(repair=repair) for port in projections.values())
    )
    return Reconciled(dict(zip(projections, found, strict=True)))


class _Comparison:
    """Of one store."""

    def __init__(
        self, records: Records, port: Projection, largest_share: float, on_progress: OnProgress | None
    ) -> None:
        self._records, self._port, self._on_progress = records, port, on_progress
        self._largest_share = largest_share
        self._store: Store = port.store
        self._held = self._outdated = self._seen_outdated = 0
        self._refused: Refused | None = None
        self._counts: Counter[str] = Counter()

    async def whole(self, *, repair: bool) -> StoreDifferences:
        """Compare, repair, compare again."""
        down: MagicError | None = None
        try:
            if repair:
                await self._drain()
            await self._walk(repair=repair)
            if repair and (self._store == "cache" or not self._counts.total()):
                await self._try_again()
        except MagicError as exc:
            down = exc
        counts = {kind: self._counts[kind] for kind in ("missing", "stale", "orphaned", "repaired")}
        aside = await self._records.entities.dead_letter_count(self._store)
        return StoreDifferences(counts, self._outdated, aside, down, self._refused)

    async def _walk(self, *, repair: bool) -> None:
        async for kind, _ in self._each(
            ("missing", "stale", "orphaned"), repairing=("missing", "stale") if repair else ()
        ):
            self._counts[kind] += 1
        self._outdated = self._seen_outdated
        if self._too_many():
            self._refused = self._too_much()
        if not repair or not self._counts.total():
            return
        if self._counts["orphaned"] and self._refused is None:
            async for _ in self._each(("orphaned",), repairing=("orphaned",)):
                pass
        left = 0
        async for _ in self._differences():
            left += 1
        self._counts["repaired"] = max(0, self._counts.total() - left)

    async def _each(self, kinds: Sequence[Kind], *, repairing: Sequence[Kind]) -> AsyncIterator[tuple[Kind, Key]]:
        """Differences of these kinds; some of them are repaired as they are met."""
        part: list[Key] = []
        async for kind, key in self._differences():
            if kind in repairing:
                part.append(key)
            if len(part) >= _PART:
                await self._mend(part)
                part.clear()
            if kind in kinds:
                yield kind, key
        if part:
            await self._mend(part)

    def _too_many(self) -> bool:
        return self._counts["orphaned"] > max(FEW, self._largest_share * self._held)

    def _too_much(self) -> Refused:
        return Refused(
            "too_many_orphaned_entries",
            counts=self._counts["orphaned"],
            held=self._held,
            store=self._store,
            limit=f"{self._largest_share:.0%}",
        )

    async def _try_again(self) -> None:
        """Let it have once more what was set aside, and is no difference: a cache need not show it."""
        tried = False
        while aside := await self._records.entities.dead_letters(self._store, limit=_PAGE):
            await self._records.entities.enqueue(self._store, [(kind, key) for kind, key, _ in aside])
            tried = True
        if tried:
            await self._drain()

    async def _mend(self, keys: Sequence[Key]) -> None:
        # Dropped first: a store refuses what is not newer than what it holds, and what it holds may be wrong. Then all
        # of it is told again, tombstones too; of what the records never had, there is nothing to tell.
        await self._port.drop(keys)
        await self._records.entities.enqueue(self._store, keys)
        await self._drain()

    async def _drain(self) -> None:
        down: list[MagicError] = []
        behind = await drain(
            self._records,
            {self._store: self._port},
            limit_s=_DRAIN_LIMIT_S,
            ignore_backoff=True,
            on_down=lambda _, why: down.append(why),
        )
        if down:
            raise down[-1]
        if behind[self._store]:
            raise Temporary("store_behind", store=self._store, behind=behind[self._store])

    async def _differences(self) -> AsyncIterator[tuple[Kind, Key]]:
        """Walk both sides in key order."""
        truth = _pages(lambda after: self._records.entities.all(self._store, after=after, limit=_PAGE))
        shown = _pages(lambda after: self._port.held(after=after, limit=_PAGE))
        there, held = await anext(truth, None), await anext(shown, None)
        seen = self._held = self._seen_outdated = 0
        while there is not None or held is not None:
            if held is None or (there is not None and _key(there) < _key(held)):
                assert there is not None
                if there.entity is not None and self._store != "cache":
                    yield "missing", _key(there)
                there = await anext(truth, None)
            elif there is None or _key(held) < _key(there):
                self._held += 1
                yield "orphaned", _key(held)
                held = await anext(shown, None)
            else:
                self._held += 1
                if there.entity is None:
                    yield "orphaned", _key(held)
                elif held.outdated or (there.version, there.digest) != (held.version, held.digest):
                    self._seen_outdated += held.outdated
                    yield "stale", _key(held)
                there, held = await anext(truth, None), await anext(shown, None)
            seen += 1
            if self._on_progress is not None and seen % _PAGE == 0:
                self._on_progress(f"{self._store}: {seen} compared, {self._counts.total()} differ")


async def _pages(page: Callable[[Key], Awaitable[list[T]]]) -> AsyncIterator[T]:
    after = ("", "")
    while rows := await page(after):
        for row in rows:
            yield row
        after = _key(rows[-1])


def _key(row: Versioned | ProjectedEntity) -> Key:
    return (row.kind, row.entity_id)
