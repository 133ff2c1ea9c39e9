"""Images and reviews of products, and recommendations."""

import asyncio
from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import Field

from magicai.catalogue.images.covers import covers_of, images_of
from magicai.catalogue.images.describing import describe_images
from magicai.catalogue.images.image import ProductImages
from magicai.catalogue.ports import Interaction
from magicai.catalogue.recommendations import answering
from magicai.catalogue.recommendations.answering import Suggested
from magicai.catalogue.recommendations.events import read_events
from magicai.catalogue.recommendations.recommenders import recommender_of
from magicai.catalogue.sentiment.stored_reviews import reviews_of, save_reviews
from magicai.catalogue.stored_products import product_of
from magicai.operations.operation import Context, operation
from magicai.shapes.subjects.catalogue_goods import (
    ImageShown,
    ImagesShown,
    ImagesToDescribe,
    ImportedInteractions,
    InteractionsForgotten,
    InteractionsImported,
    InteractionsTaken,
    NewInteractions,
    NewReviews,
    RecommendedItems,
    RecommendedShown,
    ReviewsShown,
)
from magicai.values.times import now_us

TAG = "catalogue"
_MOST_REVIEW_BYTES, _MOST_EVENT_BYTES, _MOST_FILE_BYTES = 5_500_000, 1_000_000, 20_000_000
_REVIEWS = {"reviews": ["Great cup, but the shipping was slow."]}
_EVENT = {"key": "order-9-1", "person": "c-17", "item": "TEA-1", "kind": "purchase"}

_Count = Annotated[int, Field(ge=1, le=50, description="Maximum items.")]
_Item = Annotated[str, Field(min_length=1, max_length=200, description="The item.")]
_Person = Annotated[str, Field(min_length=1, max_length=200, description="The person's id.")]


@operation("GET", "/api/products/{product_id}/images", problems=(404,))
async def show_product_images(context: Context, product_id: str) -> ImagesShown:
    """A product's images with what each shows, and the paths of their renditions."""
    return _shown_images(await images_of(context.records, product_id, owner_id=context.owner_id))


@operation(
    "POST",
    "/api/products/{product_id}/describe-images",
    problems=(404, 409, 501),
    example={"language": "en"},
    patience_s=600,
)
async def describe_product_images(context: Context, product_id: str, given: ImagesToDescribe) -> ImagesShown:
    """Write the alternative texts of a product's images, by a model that sees them."""
    found = await describe_images(
        context.ports.catalogue,
        context.ports.files,
        product_id,
        given.language,
        owner_id=context.owner_id,
        open_model=context.text_model,
        model=given.model,
        again=given.again,
    )
    return _shown_images(found)


@operation("GET", "/api/products/{product_id}/reviews", problems=(404,))
async def show_reviews(context: Context, product_id: str) -> ReviewsShown:
    """What a product's reviews say, of it and of its quality, delivery, price and size."""
    return ReviewsShown.of(await reviews_of(context.records, product_id, owner_id=context.owner_id))


@operation(
    "PUT",
    "/api/products/{product_id}/reviews",
    problems=(404, 409, 501),
    example=_REVIEWS,
    most_bytes=_MOST_REVIEW_BYTES,
)
async def set_reviews(context: Context, product_id: str, given: NewReviews) -> ReviewsShown:
    """Save a product's reviews, in English and Chinese, and judge them."""
    await product_of(context.records, product_id, owner_id=context.owner_id)
    kept = await save_reviews(
        context.records, context.ports.embedded_embedder, product_id, given.reviews, owner_id=context.owner_id
    )
    return ReviewsShown.of(kept)


@operation("GET", "/api/products/{product_id}/similar", problems=(404,))
async def show_similar(context: Context, product_id: str, count: _Count = 10) -> RecommendedItems:
    """Similar products, by what is known of them and who viewed both."""
    found = await answering.similar_to(context.ports.catalogue, product_id, owner_id=context.owner_id, count=count)
    return await _shown(context, found)


@operation("POST", "/api/interactions", example={"events": [_EVENT]}, most_bytes=_MOST_EVENT_BYTES)
async def add_interactions(context: Context, given: NewInteractions) -> InteractionsTaken:
    """Say who viewed or bought what. The same key counts once."""
    now = now_us()
    events = [Interaction(event.key, event.person, event.item, event.kind, now) for event in given.events]
    taken = await context.ports.catalogue.interactions.add(context.owner_id, events)
    return InteractionsTaken(taken=taken, repeated=len(events) - taken)


@operation(
    "POST",
    "/api/interactions/import",
    example={"text": "person,item,kind\nc-17,TEA-1,purchase\n"},
    most_bytes=_MOST_FILE_BYTES,
    patience_s=600,
)
async def import_interactions(context: Context, given: ImportedInteractions) -> InteractionsImported:
    """Say who viewed or bought what, by a CSV file. The same row counts once."""
    events, skipped = await asyncio.to_thread(read_events, given.text, at=now_us())
    taken = await context.ports.catalogue.interactions.add(context.owner_id, events) if events else 0
    return InteractionsImported(taken=taken, repeated=len(events) - taken, skipped=skipped)


@operation("DELETE", "/api/interactions", audited="data.interactions_deleted")
async def forget_interactions(context: Context, person: _Person) -> InteractionsForgotten:
    """Forget what a person viewed and bought."""
    removed = await context.ports.catalogue.interactions.forget_person(context.owner_id, person)
    return InteractionsForgotten(removed=removed)


@operation("GET", "/api/recommendations/together")
async def show_together(
    context: Context,
    item: _Item,
    kind: Annotated[Literal["view", "purchase"], Field(description="Viewed, or bought.")] = "purchase",
    count: _Count = 10,
) -> RecommendedItems:
    """What is viewed or bought together with an item, which may be given by a product's id, SKU, GTIN or address."""
    records, owner = context.ports.catalogue, context.owner_id
    recommender = recommender_of(records, owner)
    found = await answering.together_with(records, recommender, item, kind, owner_id=owner, count=count)
    return await _shown(context, found)


@operation("GET", "/api/recommendations/person")
async def show_for_person(context: Context, person: _Person, count: _Count = 10) -> RecommendedItems:
    """What a person may want, because of what they viewed and bought; none of that."""
    records, owner = context.ports.catalogue, context.owner_id
    recommender = recommender_of(records, owner)
    found = await answering.for_person(records, recommender, person, owner_id=owner, count=count)
    return await _shown(context, found)


def _shown_images(found: ProductImages) -> ImagesShown:
    return ImagesShown(images=[ImageShown.of(found.product_id, image) for image in found.images])


async def _shown(context: Context, found: Sequence[Suggested]) -> RecommendedItems:
    products = [suggested.item for suggested in found if suggested.kept]
    covers = await covers_of(context.records, products, owner_id=context.owner_id)
    return RecommendedItems(
        recommended=[RecommendedShown.of(suggested, covers.get(suggested.item)) for suggested in found]
    )
