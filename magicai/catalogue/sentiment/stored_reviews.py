"""Reviews of a product, and what they say, as the records keep them."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from magicai.catalogue.sentiment.reviews import ReviewSentiment, judge
from magicai.errors import Conflict, NotFound
from magicai.ports import Embedder, Records
from magicai.stores.entity import Entity
from magicai.values.digest import digest_of

KIND = "product_reviews"
MOST_REVIEWS = 1_000
_LONGEST = 5_000

Reviews = Annotated[tuple[Annotated[str, Field(max_length=_LONGEST)], ...], Field(max_length=MOST_REVIEWS)]


class ProductReviews(BaseModel):
    """A product's reviews and what they say.

    Attributes:
        judged: digest of the reviews that the sentiment is of.
    """

    model_config = ConfigDict(frozen=True)

    product_id: str
    reviews: Reviews
    sentiment: ReviewSentiment | None = None
    judged: str = ""

    @property
    def is_judged(self) -> bool:
        """Whether the sentiment is that of these reviews."""
        return self.sentiment is not None and self.judged == digest_of([*self.reviews])


async def reviews_of(records: Records, product_id: str, *, owner_id: str) -> ProductReviews:
    """A product's reviews.

    Raises:
        NotFound: it has none.
    """
    found = await records.entities.get(KIND, product_id, owner_id=owner_id)
    assert found.entity is not None
    return reviews_in(found.entity)


async def save_reviews(
    records: Records, embedder: Embedder, product_id: str, reviews: Reviews, *, owner_id: str
) -> ProductReviews:
    """Keep a product's reviews in place of those before, and what they say.

    Raises:
        Conflict: somebody else saved others meanwhile.
        Missing: the packages for English are not installed.
    """
    try:
        version = (await records.entities.get(KIND, product_id, owner_id=owner_id)).version
    except NotFound:
        version = 0
    kept = await judged(ProductReviews(product_id=product_id, reviews=reviews), embedder)
    if not await records.entities.replace(reviews_entity(kept, owner_id=owner_id), version=version):
        raise Conflict("reviews_changed", product_id=product_id)
    return kept


async def judged(kept: ProductReviews, embedder: Embedder) -> ProductReviews:
    """The same reviews with what they say."""
    return with_sentiment(kept, await judge(kept.reviews, embedder))


def with_sentiment(kept: ProductReviews, sentiment: ReviewSentiment) -> ProductReviews:
    """The same reviews with what was judged of them."""
    return kept.model_copy(update={"sentiment": sentiment, "judged": digest_of([*kept.reviews])})


def reviews_entity(kept: ProductReviews, *, owner_id: str) -> Entity:
    """The entity of a product's reviews."""
    data = {"schema_version": 1, **kept.model_dump(mode="json")}
    return Entity(KIND, kept.product_id, owner_id, title="", text="", data=data, stores=())


def reviews_in(entity: Entity) -> ProductReviews:
    """The reviews of an entity."""
    return entity.as_model(ProductReviews)
