"""What the product needs from the outside, as small protocols.

`integrations/` has one folder per port and one file per implementation; `integrations/open.py` chooses among them.
Every method may raise `Temporary` or a branch of `Permanent` (magicai/errors.py), and nothing vendor-shaped.
"""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, Protocol, TypeVar

from pydantic import BaseModel

from magicai.domain.analysis import SharedBrand, ShopAnalysis
from magicai.domain.crawl import Crawl, CrawlBatch, CrawlCounts, Discovered, FrontierUrl, UrlKind, UrlState
from magicai.domain.entity import Entity, Held, Store, Versioned
from magicai.domain.plan import Plan
from magicai.domain.product import Observation, Product
from magicai.domain.run import JSON, Attempt, Run, RunEvent, RunStatus
from magicai.errors import MagicError

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

Model = TypeVar("Model", bound=BaseModel)


# ── Records: the truth ──────────────────────────────────────────────────────────────────────────────────────────────


class RunRecords(Protocol):
    """Runs, their attempts, plans, kept step results and events."""

    async def add(self, run: Run, *, key: str) -> Run:
        """Add a run; the same owner and key again give the first one back, unchanged."""
        ...

    async def get(self, run_id: str, *, owner_id: str | None = None) -> Run:
        """One run. A unique beginning or end of its id will do (at least 4 characters).

        Raises:
            NotFound: none such for this owner (any owner where None).
            Invalid: several fit; the message names them.
        """
        ...

    async def listed(
        self,
        *,
        owner_id: str | None = None,
        statuses: Sequence[RunStatus] = (),
        workflow: str | None = None,
        limit: int = 50,
        before: str | None = None,
    ) -> list[Run]:
        """Runs, newest first, older than run `before`; without their results, which `get` brings."""
        ...

    async def begin(
        self, run_id: str, *, host: str, pid: int, process_started_at: int, flow_run_id: str | None
    ) -> Attempt:
        """Open an attempt: the run becomes `processing`, older attempts can write no more.

        The same flow run in the same process gets the attempt back that it has open.

        Raises:
            Conflict: the run has completed, was cancelled before it began, or what it had gathered was pruned; or
                another attempt has shown life within the last 90 seconds and was not ended: the message says where.
        """
        ...

    async def beat(self, attempt: Attempt) -> bool:
        """Show life; answers whether somebody asked to cancel.

        Raises:
            Conflict: a later attempt has taken over.
        """
        ...

    async def finish(self, attempt: Attempt, status: RunStatus, result: JSON) -> None:
        """End the attempt and its run, with the final `status` event, in one transaction; again changes nothing.

        Raises:
            Conflict: a later attempt has taken over.
        """
        ...

    async def unfinished(self) -> list[tuple[Run, Attempt]]:
        """Runs that are `processing`, with their latest attempt."""
        ...

    async def close_dead(self, attempt: Attempt, status: RunStatus, result: JSON) -> bool:
        """End a run whose attempt died, unless it lives again by now; answers whether it was closed."""
        ...

    async def request_cancel(self, run_id: str) -> RunStatus:
        """Ask a run to stop; a queued one is cancelled at once. Answers its status then."""
        ...

    async def save_plan(self, attempt: Attempt, plan: Plan) -> None:
        """Keep a revision; the same revision again changes nothing."""
        ...

    async def plans(self, run_id: str) -> list[Plan]:
        """All revisions, oldest first."""
        ...

    async def keep(self, attempt: Attempt, step: str, revision: int, inputs: str, result: JSON) -> None:
        """Keep a step's result under (run, step, revision, digest of its inputs)."""
        ...

    async def kept(self, run_id: str, step: str, revision: int, inputs: str) -> JSON | None:
        """A step's kept result, or None."""
        ...

    async def tell(self, event: RunEvent, *, attempt: Attempt | None = None) -> RunEvent:
        """Append an event; its `sequence` is given here (what it holds is ignored).

        Raises:
            Conflict: a later attempt than `attempt` has taken over.
        """
        ...

    async def events(self, run_id: str, *, after: int = 0, limit: int = 500) -> list[RunEvent]:
        """Events with a greater sequence, in order."""
        ...


class CrawlRecords(Protocol):
    """Frontiers, pages, and what they stated."""

    async def open(self, crawl: Crawl) -> Crawl:
        """Open a crawl, or give back the one that this run already has of this shop."""
        ...

    async def commit(self, crawl_id: str, batch: CrawlBatch) -> None:
        """Keep visits, their observations (replacing the page's former ones) and new addresses, in one transaction."""
        ...

    async def pending(self, crawl_id: str, limit: int) -> list[FrontierUrl]:
        """Addresses still to be fetched, highest priority first, then as found."""
        ...

    async def known(self, crawl_id: str) -> list[str]:
        """All addresses of the frontier."""
        ...

    def rows(
        self, crawl_id: str, *, states: Sequence[UrlState] = (), kinds: Sequence[UrlKind] = ()
    ) -> AsyncIterator[FrontierUrl]:
        """Rows of the frontier in address order; all where no state or kind is named."""
        ...

    async def row(self, crawl_id: str, url: str) -> FrontierUrl | None:
        """One address of the frontier: the last crawl's validators and body digest, say."""
        ...

    async def reopen(self, crawl_id: str, urls: Sequence[Discovered]) -> None:
        """Make addresses pending again (to render them, say) and the crawl unfinished; what is known of them stays."""
        ...

    def observations(self, crawl_id: str) -> AsyncIterator[Observation]:
        """What all pages stated, in the order of their addresses, which no network changes."""
        ...

    async def observations_of(self, crawl_id: str, page_url: str) -> list[Observation]:
        """What one page stated."""
        ...

    async def counts(self, crawl_id: str) -> CrawlCounts:
        """How many addresses stand where."""
        ...

    async def close(self, crawl: Crawl) -> None:
        """End a crawl with its coverage and completeness."""
        ...

    async def of_run(self, run_id: str) -> list[Crawl]:
        """The crawls of a run."""
        ...

    async def last_finished(self, owner_id: str, shop: str, *, before: str) -> Crawl | None:
        """The owner's latest finished crawl of a shop, begun before crawl `before`, that saw products."""
        ...


class ProductRecords(Protocol):
    """Products and, per crawl, their prices and stock."""

    async def save(
        self,
        crawl: Crawl,
        products: Sequence[Product],
        entities: Sequence[Entity],
        *,
        at: int = 0,
        more: bool = False,
    ) -> None:
        """Keep a crawl's products with their entities and outbox rows, replacing all that it had from place `at` on.

        Args:
            more: whether further products follow (at `at` plus these); the crawl is compared with only once they came.
        """
        ...

    async def identify(self, owner_id: str, shop: str, keys: Sequence[Sequence[str]]) -> list[str]:
        """Ids of products by their keys, strongest first (`gtin:…`, `sku:…`, `url:…`, `name:…`); new ids are given.

        The first key that is known names the product, unless that one has another key of a stronger kind.
        """
        ...

    def of_crawl(self, crawl_id: str) -> AsyncIterator[Product]:
        """A crawl's products in the order in which they were saved."""
        ...


class EntityRecords(Protocol):
    """What other stores show, and the outbox that feeds them."""

    async def save(self, entities: Sequence[Entity]) -> None:
        """Keep entities; one that changed gets a new version, and an outbox row for each store that shows it, or did.

        Raises:
            Conflict: another owner has an entity of this kind and id.
        """
        ...

    async def replace(self, entity: Entity, *, version: int) -> bool:
        """Keep an entity if its version is still this one, 0 where there is none; answers whether it was.

        Of several that replace the same version at once, one does.
        """
        ...

    async def delete(self, kind: str, entity_ids: Sequence[str]) -> None:
        """Leave tombstones, with outbox rows; what is not there is passed over."""
        ...

    async def get(self, kind: str, entity_id: str, *, owner_id: str) -> Versioned:
        """One entity.

        Raises:
            NotFound: none such for this owner.
        """
        ...

    async def present(self, keys: Sequence[tuple[str, str]]) -> list[Versioned]:
        """The present state of entities by (kind, id), in that order, tombstones included; unknown ones left out."""
        ...

    async def all(self, store: Store, *, after: tuple[str, str] = ("", ""), limit: int = 1000) -> list[Versioned]:
        """Entities that `store` should show, tombstones included, ordered by (kind, id), after that key."""
        ...

    async def dirty(self, store: Store, limit: int) -> list[tuple[str, str, int]]:
        """Outbox rows of a store: (kind, id, version), oldest first, those set aside left out."""
        ...

    async def clean(self, store: Store, done: Sequence[tuple[str, str, int]]) -> None:
        """Remove outbox rows whose version is not newer than what was projected."""
        ...

    async def fault(self, store: Store, key: tuple[str, str], what: str) -> None:
        """Count a failed projection; after 8 the row is set aside, shown, and blocks nothing."""
        ...

    async def aside(self, store: Store, *, limit: int = 100) -> list[tuple[str, str, str]]:
        """What was set aside: (kind, id, what went wrong last), oldest first."""
        ...

    async def behind(self, store: Store) -> int:
        """How many outbox rows wait for a store, those set aside left out."""
        ...

    async def soil(self, store: Store, keys: Sequence[tuple[str, str]]) -> None:
        """Write outbox rows at the present version, with faults forgotten: what reconcile does with differences."""
        ...


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a decision.

    Attributes:
        context: the features it was made on; choices: name to value; propensities: name to probability.
        quality: 0 to 1, defined per workflow in docs; reward: quality less weighted cost, time and failure.
    """

    run_id: str
    owner_id: str
    workflow: str
    at: int
    context: Mapping[str, float]
    choices: Mapping[str, str]
    propensities: Mapping[str, float]
    policy: str
    features: str
    status: RunStatus
    quality: float
    reward: float
    cost: float
    seconds: float
    steps: Mapping[str, float] = field(default_factory=dict[str, float])


class OutcomeRecords(Protocol):
    """What the brain learns from."""

    async def add(self, outcome: Outcome) -> None:
        """Keep an outcome; the same run again replaces it."""
        ...

    async def recent(self, workflow: str, *, owner_id: str | None = None, limit: int = 500) -> list[Outcome]:
        """The latest outcomes, oldest first."""
        ...


@dataclass(frozen=True, slots=True)
class Lease:
    """A right that runs out.

    Attributes:
        token: fencing token; grows with every new holder of this name.
        until: UTC microseconds.
    """

    name: str
    holder: str
    token: int
    until: int


class Leases(Protocol):
    """Rights that one process at a time may hold."""

    async def take(self, name: str, holder: str, *, ttl_s: float) -> Lease | None:
        """The lease, or None while another holder's has not run out. The same holder renews, keeping its token.

        A renewal that comes late keeps its token too, if nobody has taken the lease meanwhile.
        """
        ...

    async def held(self, name: str) -> Lease | None:
        """Who holds it now, if anybody."""
        ...

    async def release(self, lease: Lease) -> None:
        """Give it back, if it is still this one."""
        ...


class Records(Protocol):
    """The truth: everything else can be rebuilt from it."""

    runs: RunRecords
    crawls: CrawlRecords
    products: ProductRecords
    entities: EntityRecords
    outcomes: OutcomeRecords
    leases: Leases

    async def check(self) -> str:
        """Write, read back and remove a row; answers where, without any password."""
        ...

    async def prune(self, *, before: int) -> Mapping[str, int]:
        """Remove events, kept results and frontiers of runs that ended before `before` (UTC microseconds)."""
        ...

    def referenced(self) -> AsyncIterator[str]:
        """Digests of all bodies that a frontier still names; one may come several times."""
        ...

    async def close(self) -> None:
        """Let go of everything."""
        ...


# ── Projections: what the other stores show ─────────────────────────────────────────────────────────────────────────


class Projection(Protocol):
    """A store that is fed from the records, and can be rebuilt from them."""

    store: Store

    async def apply(self, changes: Sequence[Versioned]) -> None:
        """Take over entities and tombstones; one that is not newer than what is held changes nothing."""
        ...

    async def held(self, *, after: tuple[str, str] = ("", ""), limit: int = 1000) -> list[Held]:
        """What is held, live entities only, ordered by (kind, id), after that key."""
        ...

    async def drop(self, keys: Sequence[tuple[str, str]]) -> None:
        """Remove what the records never had."""
        ...

    async def check(self) -> str:
        """Write, read back and remove something; answers where, without any password."""
        ...

    async def close(self) -> None:
        """Let go of everything."""
        ...


@dataclass(frozen=True, slots=True)
class Hit:
    """Something that was found.

    Attributes:
        score: 0 to 1, higher is better; comparable only within one answer.
        highlight: the passage that fits, plain text.
    """

    kind: str
    entity_id: str
    title: str
    url: str
    score: float
    highlight: str = ""


class SearchIndex(Projection, Protocol):
    """Full-text search, English and Chinese."""

    async def search(
        self, query: str, *, owner_id: str, kinds: Sequence[str] = (), limit: int = 10, offset: int = 0
    ) -> list[Hit]:
        """An owner's entities that fit, best first; no syntax in `query` is special."""
        ...


class Vectors(Projection, Protocol):
    """Semantic search."""

    async def nearest(self, text: str, *, owner_id: str, kinds: Sequence[str] = (), limit: int = 5) -> list[Hit]:
        """An owner's entities that mean something near, best first."""
        ...


class Graph(Projection, Protocol):
    """Nodes and edges; questions are fixed, and values from outside are parameters."""

    async def shared_brands(self, owner_id: str, shop: str, *, least: int = 2) -> list[SharedBrand]:
        """Brands whose products stand in at least so many outermost categories of a shop, most shared first."""
        ...


class Cache(Projection, Protocol):
    """Values that may be lost. As a projection it keeps entities' data for the medium lifetime."""

    async def get(self, key: str) -> bytes | None:
        """A value, or None where there is none or its time is over."""
        ...

    async def put(self, key: str, value: bytes, *, ttl_s: float) -> None:
        """Keep a value for so many seconds (short 300, medium 3600, long 86400)."""
        ...

    async def forget(self, key: str) -> None:
        """Remove a value."""
        ...

    async def count(self, key: str, amount: int = 1, *, ttl_s: float) -> int:
        """Add to a counter, exactly, and answer its new value; its time runs from its first use."""
        ...


class Analytics(Protocol):
    """Numbers over the records."""

    async def shop(self, crawl: Crawl, previous: Crawl | None) -> ShopAnalysis:
        """A crawl's numbers, with changes against an earlier crawl, as contracts.md defines them."""
        ...

    async def table(self, crawl: Crawl) -> "pa.Table":
        """A crawl's numbers per category, brand and currency: one row a group, columns as `PriceStats`."""
        ...


class Files(Protocol):
    """Bodies under their digest, and named results."""

    async def put(self, bodies: Sequence[bytes]) -> list[str]:
        """Keep bodies; answers their SHA-256 as hex, in order."""
        ...

    async def get(self, digest: str) -> bytes:
        """A body.

        Raises:
            NotFound: it was never there, or its time is over.
        """
        ...

    async def save(self, name: str, body: bytes) -> str:
        """Keep a result under `run-id/file.ext`, replacing it whole or not at all; answers its location."""
        ...

    async def prune(self, keep: AsyncIterator[str], *, before: int) -> int:
        """Remove bodies older than `before` (UTC microseconds) that are not in `keep`; answers how many."""
        ...

    async def check(self) -> str:
        """Write, read back and remove a file; answers where."""
        ...

    async def close(self) -> None:
        """Let go of everything."""
        ...


# ── The web ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class PageRequest:
    """What to fetch.

    Attributes:
        etag, last_modified: validators of an earlier answer.
        max_bytes: after decompression; more raises Refused.
        timeout_s: for the whole exchange, redirects included.
        follow: asked before each redirect; where it says no, the redirect itself comes back, with its `location`.
    """

    url: str
    etag: str = ""
    last_modified: str = ""
    accept: str = "text/html,application/xhtml+xml,application/xml;q=0.9,application/json;q=0.8,*/*;q=0.1"
    max_bytes: int = 10_000_000
    timeout_s: float = 30.0
    follow: Callable[[str], bool] | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """What came back, whatever its status.

    Attributes:
        final_url: after redirects.
        body: decompressed; b"" of a 304.
        charset: from the header, or "".
        retry_after_s: seconds, from the header.
        elapsed_s: of the last exchange, without waiting for its turn.
        location: absolute; where a redirect that was not followed leads.
    """

    url: str
    final_url: str
    status: int
    content_type: str
    charset: str
    body: bytes
    etag: str = ""
    last_modified: str = ""
    retry_after_s: float | None = None
    elapsed_s: float = 0.0
    rendered: bool = False
    location: str = ""


class Fetcher(Protocol):
    """Reads pages, from allowed addresses only."""

    async def fetch(self, request: PageRequest) -> Page:
        """One page.

        Raises:
            Refused: the address is not allowed (at a redirect too), or the body is larger than `max_bytes`.
            Temporary: no answer, a cut connection, a time-out.
            Invalid: no such host, not http.
            Missing: a browser is needed and none is there.
        """
        ...

    async def close(self) -> None:
        """Let go of connections and browsers."""
        ...


# ── Text ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Usage:
    """What a call took; `cost` in the model's currency, 0 where it runs here."""

    prompt_tokens: int = 0
    completion_tokens: int = 0
    cost: float = 0.0
    currency: str = "USD"

    def __add__(self, other: "Usage") -> "Usage":
        """Both together."""
        return Usage(
            self.prompt_tokens + other.prompt_tokens,
            self.completion_tokens + other.completion_tokens,
            self.cost + other.cost,
            self.currency,
        )


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of a conversation."""

    role: Literal["system", "user", "assistant"]
    content: str


class TextModel(Protocol):
    """A language model."""

    name: str

    async def text(
        self, messages: Sequence[Message], *, max_tokens: int = 256, temperature: float = 0.0
    ) -> tuple[str, Usage]:
        """What the model says next."""
        ...

    async def typed(
        self, messages: Sequence[Message], shape: type[Model], *, max_tokens: int = 512, temperature: float = 0.0
    ) -> tuple[Model, Usage]:
        """A value of that shape.

        Raises:
            Temporary: what came back was not of the shape.
        """
        ...

    async def close(self) -> None:
        """Let go of the connection; a model server that is shared stays."""
        ...


class Embedder(Protocol):
    """Turns text into vectors."""

    name: str
    dimension: int

    async def embed(self, texts: Sequence[str]) -> "np.ndarray":
        """float32, shape (len(texts), dimension), unit length, in input order."""
        ...


# ── Running ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class LostAttempt:
    """What the orchestrator shows as going on, though its process is gone."""

    flow_run_id: str
    run_id: str


class Runs(Protocol):
    """The orchestrator that carries runs out."""

    async def start(self, run: Run) -> None:
        """Begin an attempt at a run, in a process of its own, and return at once."""
        ...

    def failure(self, run_id: str) -> MagicError | None:
        """Why what `start` of this process began has ended badly; None while it lives, or where it ended well."""
        ...

    async def give_up(self, run_id: str) -> None:
        """End what `start` of this process began, wherever it is."""
        ...

    async def wait(self, run_id: str, *, limit_s: float) -> bool:
        """Wait until what `start` of this process began has ended by itself; answers whether it has."""
        ...

    async def stop(self, attempt: Attempt) -> None:
        """End an attempt's process and what it started for itself, whatever it is doing; even what a dead one left."""
        ...

    def alive(self, attempt: Attempt) -> bool | None:
        """Whether its process lives; None where that can't be seen from here."""
        ...

    async def link(self, flow_run_id: str | None) -> str | None:
        """Where an operator sees it, logged in once (the front page for None); None while no server runs."""
        ...

    async def fate(self, flow_run_id: str) -> RunStatus | None:
        """How the orchestrator says that it ended, or None."""
        ...

    async def lost(self) -> list[LostAttempt]:
        """Attempts that the orchestrator shows as going on, though their process is gone."""
        ...

    async def settle(self, flow_run_id: str, status: RunStatus, why: str) -> None:
        """Tell the orchestrator how an attempt ended that can't tell by itself, so that it shows none as going on."""
        ...


class Watch(Protocol):
    """How a step tells of its progress, and hears that it should stop."""

    async def progress(self, done: int, total: int | None, unit: str, **data: object) -> None:
        """Say how far it is; cheap to call often.

        Raises:
            Cancelled: the user asked the run to stop.
        """
        ...

    async def problem(
        self, where: str, what: str, way_out: str = "", *, temporary: bool = False, missing: bool = True
    ) -> None:
        """Say what did not work, for the result; it is partial where something is `missing` because of it."""
        ...

    async def finding(self, **data: object) -> None:
        """Show something at once that people are waiting for: the report's path, what matters most."""
        ...

    async def spent(self, usage: Usage) -> None:
        """Say what was used of a language model.

        Raises:
            Refused: the run's budget is used up.
        """
        ...

    async def show(self, key: str, content: str | Sequence[Mapping[str, object]]) -> None:
        """Show an operator Markdown, or rows of a table, beside the run."""
        ...
