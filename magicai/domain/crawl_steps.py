"""What the steps of the main workflow hand to each other: ids and small numbers."""

from pydantic import BaseModel, ConfigDict

from magicai.domain.crawl_analyze_generate import PageCounts


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True)


class CrawledShop(_Model):
    """One shop's crawl.

    Attributes:
        needs_rendering: how many pages have no product in their HTML though their scripts may draw some.
    """

    crawl_id: str
    shop: str
    pages: PageCounts
    products: int
    needs_rendering: int = 0


class Crawled(_Model):
    """The crawls of a run."""

    shops: tuple[CrawledShop, ...]

    @property
    def needs_rendering(self) -> int:
        """Pages that only a browser can read, all shops together."""
        return sum(shop.needs_rendering for shop in self.shops)


class SavedShop(_Model):
    """One shop's products, as the records have them.

    Attributes:
        previous_id: the crawl that changes are counted against, or None.
    """

    crawl_id: str
    shop: str
    products: int
    previous_id: str | None = None


class Saved(_Model):
    """The products of a run."""

    shops: tuple[SavedShop, ...]


class Ready(_Model):
    """A language model that is here."""

    name: str


class Indexed(_Model):
    """How far the other stores are: entries that still wait, by store."""

    behind: dict[str, int]
