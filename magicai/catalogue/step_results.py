"""What the steps of product-list hand to each other: names of files, and small numbers."""

from typing import Self

from pydantic import BaseModel, ConfigDict

from magicai.catalogue.systems.reading import SystemRead
from magicai.messages import Message

# Those that a result names; all of them are in the export.
MOST_NAMED = 1_000


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True)


class Failed(_Model):
    """An address or a row that did not become a product.

    Attributes:
        message, way: the codes of `what` and `way_out`; none in rows of earlier versions.
    """

    url: str
    what: str
    way_out: str
    message: Message | None = None
    way: Message | None = None

    @classmethod
    def of(cls, url: str, what: Message, way: Message | None = None) -> Self:
        """What says it of an entry."""
        way = way or what.way_out
        return cls(url=url, what=str(what), way_out=str(way or ""), message=what, way=way)


class Repeated(_Model):
    """An address or a row that repeats another one of the list."""

    place: str
    of: str


class Listed(_Model):
    """What a list holds.

    Attributes:
        addresses, rows: files of addresses to read, and of products as rows state them.
        failed: files of what can't be used.
        hosts: addresses by host.
        system: of a connected shop: what is noted once its products are kept.
    """

    addresses: tuple[str, ...] = ()
    rows: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()
    address_count: int = 0
    row_count: int = 0
    failed_count: int = 0
    repeated_count: int = 0
    repeated: tuple[Repeated, ...] = ()
    hosts: dict[str, int] = {}
    system: SystemRead | None = None


class Imported(_Model):
    """What became of rows, or of pages; what failed, a later attempt tries again."""

    new: int = 0
    changed: int = 0
    same: int = 0
    contradicting: int = 0
    repeated_count: int = 0
    repeated: tuple[Repeated, ...] = ()
    failed: tuple[Failed, ...] = ()
    failed_count: int = 0


class Cleaned(_Model):
    """What cleaning changed."""

    products: int = 0
    changed: int = 0


class Categorised(_Model):
    """How many products have a category of the taxonomy, and how many shop categories a person has to map."""

    products: int = 0
    sure: int = 0
    to_map: int = 0


class Crawled(_Model):
    """The products of a shop that was crawled, as files of rows, and its pages that could not be read."""

    rows: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()
    products: int = 0
    failed_count: int = 0


class Finished(_Model):
    """The run's result, but for the ids of its products.

    Attributes:
        images: pictures that show a product; `without_image`: products that none shows.
        reviews: texts of customers that were judged.
        texts, text_runs: texts that are being written, and by which runs.
        files: where the products are as files, by format.
    """

    of_run: str
    processed_count: int
    failed: tuple[Failed, ...]
    failed_count: int
    new: int
    changed: int
    unchanged: int
    repeated: tuple[Repeated, ...]
    repeated_count: int
    to_review: int
    to_map: int
    images: int = 0
    without_image: int = 0
    reviews: int = 0
    texts: int = 0
    text_runs: tuple[str, ...] = ()
    files: dict[str, str]
