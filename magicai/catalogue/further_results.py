"""What the steps about images, reviews and similar products answer: counts, never the things themselves."""

from pydantic import BaseModel, ConfigDict


class _Result(BaseModel):
    model_config = ConfigDict(frozen=True)


class Pictured(_Result):
    """Images of a run's products.

    Attributes:
        images: addresses that were read.
        shown: images that show a product.
        failed: addresses without an image.
        without: products that no image shows.
    """

    images: int
    shown: int
    failed: int
    without: int


class Scored(_Result):
    """Reviews of a run's products."""

    products: int
    reviews: int


class Related(_Result):
    """Similar products of a run's products.

    Attributes:
        without: products without a similar one, since there is no other.
    """

    products: int
    without: int


class TextsAsked(_Result):
    """Texts of a run's products that are written by runs which follow.

    Attributes:
        runs: their ids.
    """

    runs: tuple[str, ...]
    texts: int
