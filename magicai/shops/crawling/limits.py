"""How much a crawl may read, and how it behaves towards a shop."""

from dataclasses import dataclass, field, replace

from magicai.shops.crawling.linked_files import LinkedFiles


@dataclass(frozen=True, slots=True)
class CrawlLimits:
    """The budget of one shop's crawl, over all attempts.

    Attributes:
        max_depth: clicks from the front page.
        max_bytes: of all bodies together.
        max_page_bytes: of one body.
        files: what is read beside pages; nothing unless it is named.
        product_pages: whether products' own pages are read even where an interface or a feed states all of them.
    """

    max_pages: int = 2000
    max_seconds: float = 1800.0
    max_depth: int = 12
    max_bytes: int = 2_000_000_000
    max_page_bytes: int = 10_000_000
    files: LinkedFiles = field(default_factory=LinkedFiles)
    product_pages: bool = False

    @classmethod
    def shared(
        cls,
        max_pages: int,
        max_seconds: float,
        *,
        shops: int = 1,
        files: LinkedFiles | None = None,
        product_pages: bool = False,
    ) -> "CrawlLimits":
        """An equal part, at least one page, of a budget that several shops have together."""
        whole = cls()
        return replace(
            whole,
            max_pages=max(1, max_pages // shops),
            max_seconds=max_seconds / shops,
            max_bytes=whole.max_bytes // shops,
            files=files or whole.files,
            product_pages=product_pages,
        )


@dataclass(frozen=True, slots=True)
class Politeness:
    """How a crawl behaves.

    Attributes:
        agent: the name under which robots.txt is read.
        delay_s: least seconds between two requests to a shop, before what robots.txt asks for.
        longest_delay_s: the most that robots.txt or a shop in trouble can ask for between two requests.
        tries: of one address, where trying again can help.
        backoff_s: before the second try; doubles with each further one.
        longest_wait_s: the longest Retry-After that is waited for.
        timeout_s: of one request.
        troubles: so many failures in a row end the crawl.
    """

    agent: str = "MagicAI"
    delay_s: float = 0.2
    longest_delay_s: float = 10.0
    tries: int = 4
    backoff_s: float = 1.0
    longest_wait_s: float = 120.0
    timeout_s: float = 30.0
    troubles: int = 15
