"""The addresses that a crawl still has to read: stored in the records, with the best of them at hand.

What was read is committed in batches, page bodies first. An address is pending in the records until its page is
committed, so a crawl that was killed continues with exactly those that it has not stored.
"""

import asyncio
import heapq
from collections.abc import Sequence
from dataclasses import replace
from itertools import count
from time import monotonic

from magicai.ports import Files
from magicai.shops.crawl import CrawlBatch, Discovered, FrontierUrl, UrlState, Visit
from magicai.shops.crawling import urls
from magicai.shops.ports import CrawlRecords
from magicai.shops.product import Observation
from magicai.values.times import now_us

_BATCH = 64
# Bodies that wait take memory: so many bytes are kept sooner than their rows are committed.
_MOST_BYTES = 640_000
# And so does what pages state: a list states as much as two dozen product pages, and lists come one after the other.
_MOST_STATED = 96
# Of a slow shop, what was read in so long is committed, however little it is: a crawl that is killed asks for it anew.
_LONGEST_S = 5.0
_CHUNK = 128
_MOST_AT_HAND = 256
_FEW_AT_HAND = 64
_MOST_WAITING = 256
_SECOND_US = 1_000_000


class Frontier:
    """What is still to be read, best first, and what was read but is not committed yet.

    Memory stays flat: of addresses that were found only a hash is kept, of those that are pending about a thousand.
    """

    def __init__(self, crawl_id: str, records: CrawlRecords, files: Files) -> None:
        self._crawl_id = crawl_id
        self._records = records
        self._files = files
        self._known = set[int]()
        self._ready: list[tuple[float, int, FrontierUrl]] = []
        self._waiting: list[tuple[int, int, FrontierUrl]] = []
        self._order = count()
        # At hand, being read, or not committed: the records call them pending, and they are not handed out again.
        self._taken: set[str] = set()
        self._more_stored = True
        self._reading = 0
        self._stopped = False
        self._promoted = set[int]()
        self._handed = set[int]()
        self._visits: dict[str, Visit] = {}
        self._found: list[Discovered] = []
        self._bodies: dict[str, bytes] = {}
        self._bytes = 0
        self._stated = 0
        self._writing = asyncio.Lock()
        self._keeping = asyncio.Lock()
        self._news = asyncio.Event()
        self._since = monotonic()
        self.pending = 0

    async def load(self, pending: int) -> None:
        """Take up what the records have of this crawl.

        Args:
            pending: how many of its addresses are to be read.
        """
        for url in await self._records.known(self._crawl_id):
            self._known.add(urls.key(url))
        self.pending = pending

    def contains(self, url: str) -> bool:
        """Whether an address was found before, in any spelling."""
        return urls.key(url) in self._known

    def mark_found(self, url: str) -> bool:
        """Remember an address; answers whether it is new."""
        known = len(self._known)
        self._known.add(urls.key(url))
        return len(self._known) > known

    def add(self, found: Discovered) -> None:
        """Take a new address."""
        self.pending += 1
        self._found.append(found)
        self._hand(FrontierUrl(found.url, found.kind, found.priority, found.depth, found.found_on))
        if len(self._ready) > 2 * _MOST_AT_HAND:
            self._ready.sort()
            for _, _, row in self._ready[_MOST_AT_HAND:]:
                self._taken.discard(row.url)
            del self._ready[_MOST_AT_HAND:]
            self._more_stored = True

    def promote(self, found: Discovered) -> None:
        """An address that waits turns out to be better than it looked: have it read sooner."""
        self._promoted.add(hash(found.url))
        self._hand(FrontierUrl(found.url, found.kind, found.priority, found.depth, found.found_on))

    async def fetch_next(self) -> FrontierUrl | None:
        """The best address that may be read now; waits where others may still bring one. None when nothing is left."""
        while not self._stopped:
            due_s = self._wake()
            if self._is_running_low():
                await self._refill()
                continue
            if self._ready:
                row = heapq.heappop(self._ready)[2]
                if self._is_read_already(row):
                    continue
                self._reading += 1
                return row
            if self._waiting or self._reading:
                await self._something_new(due_s)
            else:
                break
        self._news.set()
        return None

    async def mark_handled(self, row: FrontierUrl, stated: Sequence[Observation] = (), body: bytes = b"") -> None:
        """An address that `fetch_next` gave was read, or put off where it is still pending."""
        self._reading -= 1
        self.add_visit(row, stated, body)
        if row.state is UrlState.PENDING:
            self._taken.add(row.url)
            heapq.heappush(self._waiting, (row.not_before_us, next(self._order), row))
        else:
            self.pending -= 1
        self._news.set()
        await self.commit_if_full()

    def add_visit(self, row: FrontierUrl, stated: Sequence[Observation] | None = (), body: bytes = b"") -> None:
        """Have a row committed with the next batch; where `stated` is None, what its page stated stays as it is."""
        waiting = self._visits.get(row.url)
        if stated is None and waiting is not None:
            stated = waiting.observations
        # A postponed row keeps changing while the batch is written.
        self._visits[row.url] = Visit(replace(row) if row.state is UrlState.PENDING else row, stated)
        self._stated += len(stated or ())
        self.add_body(row.digest, body)

    def add_body(self, digest: str, body: bytes) -> None:
        """Have a body kept before what is committed next, whenever its row may be settled."""
        if body and digest not in self._bodies:
            self._bodies[digest] = body
            self._bytes += len(body)

    def reclaim(self) -> None:
        """An address that `fetch_next` gave will not be read after all; it stays pending in the records."""
        self._reading -= 1
        self._news.set()

    def stop(self) -> None:
        """Hand out nothing more."""
        self._stopped = True
        self._news.set()

    async def commit_if_full(self) -> None:
        """Commit what has gathered, where it is a whole batch; else only keep its bodies, where they are many."""
        if self._is_full():
            await self._commit_full_batch()
        elif self._bytes >= _MOST_BYTES:
            await self._keep_bodies(_MOST_BYTES)

    async def flush(self) -> None:
        """Commit everything that is there: bodies first, so that no row names one that is missing."""
        async with self._writing:
            await self._commit()

    async def _commit_full_batch(self) -> None:
        async with self._writing:
            # Who waited for the lock finds that another has done it.
            if self._is_due():
                await self._commit()

    def _is_full(self) -> bool:
        # While rows are written, as many may gather again: who reads need not wait for who writes.
        if self._writing.locked():
            return len(self._visits) >= 2 * _BATCH or self._stated >= 2 * _MOST_STATED
        return self._is_due()

    def _is_due(self) -> bool:
        late = monotonic() - self._since > _LONGEST_S
        return late or len(self._visits) >= _BATCH or self._stated >= _MOST_STATED

    async def _keep_bodies(self, least: int = 1) -> None:
        """Keep the bodies that wait, if so many bytes do still, once those are kept that somebody else is keeping."""
        async with self._keeping:
            if self._bytes < least:
                return
            bodies, self._bodies, self._bytes = self._bodies, {}, 0
            try:
                await self._files.put(list(bodies.values()), list(bodies))
            except BaseException:
                self._bodies = bodies | self._bodies
                self._bytes = sum(map(len, self._bodies.values()))
                raise

    async def _commit(self) -> None:
        visits, found = self._visits, self._found
        if not visits and not found:
            return
        self._visits, self._found, stated, self._stated = {}, [], self._stated, 0
        now = monotonic()
        batch = CrawlBatch(list(visits.values()), found, spent_us=int((now - self._since) * _SECOND_US))
        try:
            await self._keep_bodies()
            await self._records.commit(self._crawl_id, batch)
        except BaseException:
            # Cut short: it is written once more with what comes next; that is harmless.
            self._visits, self._found = visits | self._visits, found + self._found
            self._stated += stated
            raise
        self._since = now
        for url, visit in visits.items():
            if visit.row.state is not UrlState.PENDING:
                self._taken.discard(url)

    def _is_running_low(self) -> bool:
        """Whether to look for more in the records: one reader does, while the others continue with what is left."""
        if not self._more_stored or len(self._waiting) >= _MOST_WAITING:
            return False
        return not self._ready or (len(self._ready) < _FEW_AT_HAND and not self._writing.locked())

    async def _refill(self) -> None:
        async with self._writing:
            if len(self._ready) >= _FEW_AT_HAND or not self._more_stored:
                return
            await self._commit()
            limit = _CHUNK + len(self._taken)
            stored = await self._records.pending(self._crawl_id, limit)
            self._more_stored = len(stored) == limit
            for row in stored:
                if row.url not in self._taken:
                    self._hand(row)

    def _hand(self, row: FrontierUrl) -> None:
        self._taken.add(row.url)
        if row.not_before_us > now_us():
            heapq.heappush(self._waiting, (row.not_before_us, next(self._order), row))
        else:
            heapq.heappush(self._ready, (-row.priority, next(self._order), row))
        self._news.set()

    def _is_read_already(self, row: FrontierUrl) -> bool:
        """Whether this is the worse of two entries of an address that was promoted."""
        if not self._promoted:
            return False
        entry = hash(row.url)
        if entry in self._handed:
            return row.tries == 0
        if entry in self._promoted:
            self._handed.add(entry)
        return False

    def _wake(self) -> float | None:
        """Hand out again what was put off and is due; answers seconds until the next, or None."""
        now = now_us()
        while self._waiting and self._waiting[0][0] <= now:
            row = heapq.heappop(self._waiting)[2]
            heapq.heappush(self._ready, (-row.priority, next(self._order), row))
        return (self._waiting[0][0] - now) / _SECOND_US if self._waiting else None

    async def _something_new(self, within_s: float | None) -> None:
        self._news.clear()
        try:
            await asyncio.wait_for(self._news.wait(), within_s)
        except TimeoutError:
            return
