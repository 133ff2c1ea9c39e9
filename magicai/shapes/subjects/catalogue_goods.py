"""What goes in and out of the routes about images, reviews and recommendations."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from magicai.catalogue.images.image import ProductImage, Role
from magicai.catalogue.recommendations.answering import Suggested
from magicai.catalogue.recommendations.choosing import Reason
from magicai.catalogue.sentiment.reviews import ReviewSentiment
from magicai.catalogue.sentiment.stored_reviews import ProductReviews, Reviews
from magicai.messages import Message
from magicai.shapes.base import Body
from magicai.shapes.subjects.catalogue import ProductShown

_Id = Annotated[str, Field(min_length=1, max_length=200)]


class RenditionShown(BaseModel):
    """An image in one width and format."""

    format: str
    width: int
    height: int
    bytes: int
    path: str


class ImageShown(BaseModel):
    """An image of a product."""

    url: str
    role: Role
    alt: str
    described_by: str = Field(description="The model that looked at it, and wrote `alt`; empty: from facts.")
    width: int
    height: int
    blurhash: str
    same_as: list[str] = Field(description="Other products with the same image.")
    problem: str
    message: Message | None = Field(description="What `problem` says.")
    renditions: list[RenditionShown]

    @classmethod
    def of(cls, product_id: str, one: ProductImage) -> "ImageShown":
        """The shape of an image."""
        path = f"/api/products/{product_id}/images"
        problem = Message.restored(one.image.problem) if one.image.problem else None
        renditions = [
            RenditionShown(
                format=kept.format,
                width=kept.width,
                height=kept.height,
                bytes=kept.bytes,
                path=f"{path}/{kept.digest}",
            )
            for kept in one.image.renditions
        ]
        return cls(
            url=one.image.url,
            role=one.role,
            alt=one.alt,
            described_by=one.described_by,
            width=one.image.width,
            height=one.image.height,
            blurhash=one.image.blurhash,
            same_as=[*one.same_as],
            problem=str(problem) if problem else "",
            message=problem,
            renditions=renditions,
        )


class ImagesShown(BaseModel):
    """All images of a product, in its page's order."""

    images: list[ImageShown]


class ImagesToDescribe(Body):
    """How a product's images are to be described."""

    language: Annotated[
        str, Field(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$", max_length=20, description="Of the texts, such as de.")
    ] = "en"
    model: Annotated[str, Field(max_length=200, description="Of GET /api/models; empty: the writer.")] = ""
    again: Annotated[bool, Field(description="Whether images that have such a text in this language are too.")] = False


class NewReviews(Body):
    """All reviews of a product, in place of those before."""

    reviews: Reviews


class ReviewsShown(BaseModel):
    """What a product's reviews say."""

    product_id: str
    reviews: int
    sentiment: ReviewSentiment | None

    @classmethod
    def of(cls, kept: ProductReviews) -> "ReviewsShown":
        """The shape of a product's reviews."""
        return cls(product_id=kept.product_id, reviews=len(kept.reviews), sentiment=kept.sentiment)


class NewInteraction(Body):
    """Somebody viewed or bought an item."""

    key: Annotated[str, Field(min_length=1, max_length=200, description="The same key counts once.")]
    person: Annotated[str, Field(min_length=1, max_length=200, description="An id; no name or address.")]
    item: _Id
    kind: Literal["view", "purchase"]


class NewInteractions(Body):
    """Events, in their order."""

    events: Annotated[list[NewInteraction], Field(min_length=1, max_length=1000)]


class InteractionsTaken(BaseModel):
    """How many events were new."""

    taken: int
    repeated: int


class ImportedInteractions(Body):
    """A CSV file of events, such as an export of orders."""

    text: str = Field(description="Its content, with a header: `person`, `item`, `kind`.")


class InteractionsImported(InteractionsTaken):
    """What became of a file of events."""

    skipped: list[int] = Field(description="Lines that are no event.")


class InteractionsForgotten(BaseModel):
    """How many events were removed."""

    removed: int


class RecommendedShown(BaseModel):
    """A recommended item, and why."""

    item: str = Field(description="The product's id, or what events call an item that is not in the catalogue.")
    score: float
    reason: Reason
    because: str = Field(description="The item that says the most for it.")
    product: ProductShown | None

    @classmethod
    def of(cls, one: Suggested, cover: str | None = None) -> "RecommendedShown":
        """The shape of a recommendation.

        Args:
            cover: the path of the product's picture here.
        """
        product = None if one.kept is None else ProductShown.of(one.kept, cover)
        return cls(item=one.item, score=one.score, reason=one.reason, because=one.because, product=product)


class RecommendedItems(BaseModel):
    """Recommended items, the best first."""

    recommended: list[RecommendedShown]
