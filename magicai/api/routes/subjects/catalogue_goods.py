"""Images and reviews of products, and recommendations."""

from collections.abc import Sequence
from typing import Annotated, Literal

from fastapi import Depends, Query
from starlette.responses import Response

from magicai.api.access import At, Reader, Starter
from magicai.api.answers import problems
from magicai.api.bodies import body_of, described
from magicai.api.gateway import Gateway
from magicai.api.routes import router_of
from magicai.catalogue.images.covers import covers_of
from magicai.catalogue.images.describing import describe_images
from magicai.catalogue.images.image import KIND as IMAGES_KIND
from magicai.catalogue.images.image import ProductImages, images_in
from magicai.catalogue.kept import product_of
from magicai.catalogue.ports import Interaction
from magicai.catalogue.recommendations import answering
from magicai.catalogue.recommendations.answering import Suggested
from magicai.catalogue.recommendations.recommenders import recommender_of
from magicai.catalogue.sentiment.kept import reviews_of, save_reviews
from magicai.errors import NotFound
from magicai.shapes.subjects.catalogue_goods import (
    ImageShown,
    ImagesShown,
    ImagesToDescribe,
    InteractionsForgotten,
    InteractionsTaken,
    NewInteractions,
    NewReviews,
    RecommendedItems,
    RecommendedShown,
    ReviewsShown,
)
from magicai.stores.entities import find
from magicai.values.times import now_us

router = router_of("catalogue")
BODIES = (NewReviews, NewInteractions, ImagesToDescribe)
_MOST_REVIEW_BYTES, _MOST_EVENT_BYTES = 5_500_000, 1_000_000
_MEDIA_TYPES = {"avif": "image/avif", "webp": "image/webp", "jpeg": "image/jpeg"}
_REVIEWS = {"reviews": ["Great cup, but the shipping was slow."]}
_EVENT = {"key": "order-9-1", "person": "c-17", "item": "TEA-1", "kind": "purchase"}

_Count = Annotated[int, Query(ge=1, le=50, description="Maximum items.")]
_Item = Annotated[str, Query(min_length=1, max_length=200, description="The item.")]
_Person = Annotated[str, Query(min_length=1, max_length=200, description="The person's id.")]


@router.get("/api/products/{product_id}/images", responses=problems(404))
async def show_product_images(gateway: At, caller: Reader, product_id: str) -> ImagesShown:
    """A product's images with what each shows, and the paths of their renditions."""
    found = await _images(gateway, caller.owner_id, product_id)
    return ImagesShown(images=[ImageShown.of(product_id, one) for one in found.images])


@router.get(
    "/api/products/{product_id}/images/{name}",
    response_class=Response,
    responses={
        **problems(404),
        200: {"description": "The image.", "content": {one: {} for one in _MEDIA_TYPES.values()}},
    },
)
async def show_product_image(gateway: At, caller: Reader, product_id: str, name: str) -> Response:
    """A rendition of a product's image, by its digest."""
    found = await _images(gateway, caller.owner_id, product_id)
    kept = next((one for image in found.images for one in image.image.renditions if one.digest == name), None)
    if kept is None:
        raise NotFound("product_image_not_found", name=name[:64])
    headers = {"Cache-Control": "private, max-age=31536000, immutable", "Content-Security-Policy": "sandbox"}
    body = await gateway.ports.files.get(kept.digest)
    return Response(body, media_type=_MEDIA_TYPES[kept.format], headers=headers)


@router.post(
    "/api/products/{product_id}/describe-images",
    responses=problems(404, 409, 501, body=True),
    openapi_extra=described(ImagesToDescribe, {"language": "en"}),
)
async def describe_product_images(
    gateway: At,
    caller: Starter,
    product_id: str,
    given: Annotated[ImagesToDescribe, Depends(body_of(ImagesToDescribe))],
) -> ImagesShown:
    """Write the alternative texts of a product's images, by a model that sees them."""
    found = await describe_images(
        gateway.ports.catalogue,
        gateway.ports.files,
        product_id,
        given.language,
        owner_id=caller.owner_id,
        open_model=gateway.ports.text_model,
        model=given.model,
        again=given.again,
    )
    return ImagesShown(images=[ImageShown.of(product_id, one) for one in found.images])


@router.get("/api/products/{product_id}/reviews", responses=problems(404))
async def show_reviews(gateway: At, caller: Reader, product_id: str) -> ReviewsShown:
    """What a product's reviews say, of it and of its quality, delivery, price and size."""
    return ReviewsShown.of(await reviews_of(gateway.records, product_id, owner_id=caller.owner_id))


@router.put(
    "/api/products/{product_id}/reviews",
    responses=problems(404, 409, 501, body=True),
    openapi_extra=described(NewReviews, _REVIEWS),
)
async def set_reviews(
    gateway: At,
    caller: Starter,
    product_id: str,
    given: Annotated[NewReviews, Depends(body_of(NewReviews, most_bytes=_MOST_REVIEW_BYTES))],
) -> ReviewsShown:
    """Save a product's reviews, in English and Chinese, and judge them."""
    await product_of(gateway.records, product_id, owner_id=caller.owner_id)
    kept = await save_reviews(
        gateway.records, gateway.ports.embedded_embedder, product_id, given.reviews, owner_id=caller.owner_id
    )
    return ReviewsShown.of(kept)


@router.get("/api/products/{product_id}/similar", responses=problems(404))
async def show_similar(gateway: At, caller: Reader, product_id: str, count: _Count = 10) -> RecommendedItems:
    """Similar products, by what is known of them and who viewed both."""
    found = await answering.similar_to(gateway.ports.catalogue, product_id, owner_id=caller.owner_id, count=count)
    return await _shown(gateway, caller.owner_id, found)


@router.post(
    "/api/interactions",
    responses=problems(body=True),
    openapi_extra=described(NewInteractions, {"events": [_EVENT]}),
)
async def add_interactions(
    gateway: At,
    caller: Starter,
    given: Annotated[NewInteractions, Depends(body_of(NewInteractions, most_bytes=_MOST_EVENT_BYTES))],
) -> InteractionsTaken:
    """Say who viewed or bought what. The same key counts once."""
    now = now_us()
    events = [Interaction(one.key, one.person, one.item, one.kind, now) for one in given.events]
    taken = await gateway.ports.catalogue.interactions.add(caller.owner_id, events)
    return InteractionsTaken(taken=taken, repeated=len(events) - taken)


@router.delete("/api/interactions", responses=problems())
async def forget_interactions(gateway: At, caller: Starter, person: _Person) -> InteractionsForgotten:
    """Forget what a person viewed and bought."""
    removed = await gateway.ports.catalogue.interactions.forget_person(caller.owner_id, person)
    return InteractionsForgotten(removed=removed)


@router.get("/api/recommendations/together", responses=problems())
async def show_together(
    gateway: At,
    caller: Reader,
    item: _Item,
    kind: Annotated[Literal["view", "purchase"], Query(description="Viewed, or bought.")] = "purchase",
    count: _Count = 10,
) -> RecommendedItems:
    """What is viewed or bought together with an item, which may be given by a product's id, SKU, GTIN or address."""
    records, owner = gateway.ports.catalogue, caller.owner_id
    recommender = recommender_of(records, owner)
    found = await answering.together_with(records, recommender, item, kind, owner_id=owner, count=count)
    return await _shown(gateway, owner, found)


@router.get("/api/recommendations/person", responses=problems())
async def show_for_person(gateway: At, caller: Reader, person: _Person, count: _Count = 10) -> RecommendedItems:
    """What a person may want, because of what they viewed and bought; none of that."""
    records, owner = gateway.ports.catalogue, caller.owner_id
    recommender = recommender_of(records, owner)
    found = await answering.for_person(records, recommender, person, owner_id=owner, count=count)
    return await _shown(gateway, owner, found)


async def _images(gateway: Gateway, owner_id: str, product_id: str) -> ProductImages:
    await product_of(gateway.records, product_id, owner_id=owner_id)
    found = await find(gateway.records.entities, IMAGES_KIND, product_id, owner_id=owner_id)
    return images_in(found) if found is not None else ProductImages(product_id=product_id, images=())


async def _shown(gateway: Gateway, owner_id: str, found: Sequence[Suggested]) -> RecommendedItems:
    covers = await covers_of(gateway.records, [one.item for one in found if one.kept], owner_id=owner_id)
    return RecommendedItems(recommended=[RecommendedShown.of(one, covers.get(one.item)) for one in found])
