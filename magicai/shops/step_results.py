"""What the steps of the main workflow hand to each other: ids and small numbers."""

from magicai.shops.crawl_result import PageCounts
from magicai.values.frozen import Frozen


class CrawledShop(Frozen):
    """One shop's crawl.

    Attributes:
        needs_rendering: how many pages have no product in their HTML though their scripts may draw some.
    """

    crawl_id: str
    shop: str
    url: str
    products: int
    needs_rendering: int = 0


class Crawled(Frozen):
    """The crawls of a run.

    Attributes:
        rendered: a browser read all pages.
    """

    shops: tuple[CrawledShop, ...]
    rendered: bool = False

    @property
    def shop(self) -> str:
        """The shops' names, together."""
        return ", ".join(shop.shop for shop in self.shops)

    @property
    def needs_rendering(self) -> int:
        """Pages that only a browser can read, all shops together."""
        return sum(shop.needs_rendering for shop in self.shops)


class Rendered(Frozen):
    """What a browser added."""

    pages: int
    products: int


class SavedShop(Frozen):
    """One shop as the records have it now; `products` refers to them (magicai/runs/results.py)."""

    crawl_id: str
    shop: str
    pages: PageCounts
    coverage: float
    products: dict[str, list[str]]


class Saved(Frozen):
    """All shops of a run: what a result tells as `crawl_data`."""

    shop: str
    pages: PageCounts
    coverage: float
    products: dict[str, list[str]]
    shops: tuple[SavedShop, ...]


class Ready(Frozen):
    """A language model that is here."""

    name: str
