"""A crawl: a stored frontier of one row per address, and what each page stated."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from magicai.messages import Message
from magicai.shops.product import Observation


class UrlState(StrEnum):
    """Where an address of the frontier stands."""

    PENDING = "pending"
    FETCHED = "fetched"
    UNCHANGED = "unchanged"  # the shop said that the last crawl's body still holds
    REFUSED = "refused"  # robots.txt, an address rule, a block or log-in page
    FAILED = "failed"
    SKIPPED = "skipped"  # a trap, or beyond the budget


class UrlKind(StrEnum):
    """What an address is expected to be, and then what it was."""

    FRONT = "front"
    PRODUCT = "product"
    LISTING = "listing"
    SITEMAP = "sitemap"
    API = "api"
    FEED = "feed"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Discovered:
    """An address that was found.

    Attributes:
        url: normalised, without any fragment but a route of scripts; unique within its crawl.
        priority: higher is fetched sooner.
        found_on: the page that links it; "" for a seed.
    """

    url: str
    kind: UrlKind
    priority: float
    depth: int
    found_on: str = ""


@dataclass(slots=True)
class FrontierUrl:
    """A row of the frontier.

    Attributes:
        not_before_us: UTC microseconds before which it is not asked again.
        digest: SHA-256 of the body, under which Files keeps it.
        reason: why it was refused, failed or skipped, as its message is stored.
        complete_listing: of a listing, whether all of its pages were read.
        needs_rendering: it lacks products that its scripts may draw; once it is `rendered`, they could not.
    """

    url: str
    kind: UrlKind
    priority: float
    depth: int
    found_on: str = ""
    state: UrlState = UrlState.PENDING
    status: int | None = None
    tries: int = 0
    not_before_us: int = 0
    final_url: str = ""
    content_type: str = ""
    digest: str = ""
    etag: str = ""
    last_modified: str = ""
    fetched_at_us: int = 0
    bytes_read: int = 0
    rendered: bool = False
    needs_rendering: bool = False
    complete_listing: bool = False
    reason: str = ""

    @property
    def why(self) -> Message:
        """Why it was refused, failed or skipped."""
        return Message.restored(self.reason)

    def end(self, state: UrlState, why: Message) -> None:
        """It was refused, failed or skipped."""
        self.state, self.reason = state, why.stored()


@dataclass(slots=True)
class Visit:
    """What came of one fetch: the changed row, and what its page stated; None where that stays as it is kept."""

    row: FrontierUrl
    observations: Sequence[Observation] | None = ()


@dataclass(slots=True)
class CrawlBatch:
    """What a crawl commits at once, in one transaction.

    Attributes:
        spent_us: working time since the last batch; the crawl's grows by it, so that a killed crawl knows its own.
    """

    visits: list[Visit] = field(default_factory=list[Visit])
    discovered: list[Discovered] = field(default_factory=list[Discovered])
    spent_us: int = 0


@dataclass(frozen=True, slots=True)
class Crawl:
    """One reading of one shop within a run.

    Attributes:
        shop: `host` or `host:port`, and the path below which the shop lies where it is not the root.
        entry_url: the address that was given.
        finished_at: UTC microseconds; None while it is in progress.
        complete: the frontier ran empty within the budget.
        coverage: fetched or unchanged product addresses by known product addresses, 0 to 1.
        spent_us: working time so far, over all attempts.
    """

    crawl_id: str
    run_id: str
    owner_id: str
    shop: str
    entry_url: str
    started_at: int
    finished_at: int | None = None
    complete: bool = False
    coverage: float = 0.0
    spent_us: int = 0


@dataclass(frozen=True, slots=True)
class CrawlCounts:
    """How many addresses stand where.

    Attributes:
        products_seen: product addresses that were fetched or unchanged.
    """

    pending: int = 0
    fetched: int = 0
    unchanged: int = 0
    refused: int = 0
    failed: int = 0
    skipped: int = 0
    needs_rendering: int = 0
    products_seen: int = 0
    bytes_read: int = 0
