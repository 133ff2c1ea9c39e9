"""Images of products, in their bytes."""

from starlette.responses import Response

from magicai.api.access import At, Reader
from magicai.api.answers import problems
from magicai.api.router import router_of
from magicai.catalogue.images.covers import images_of
from magicai.errors import NotFound

router = router_of("catalogue")
_MEDIA_TYPES = {"avif": "image/avif", "webp": "image/webp", "jpeg": "image/jpeg"}


@router.get(
    "/api/products/{product_id}/images/{name}",
    response_class=Response,
    responses={
        **problems(404),
        200: {"description": "The image.", "content": {media_type: {} for media_type in _MEDIA_TYPES.values()}},
    },
)
async def show_product_image(gateway: At, caller: Reader, product_id: str, name: str) -> Response:
    """A rendition of a product's image, by its digest."""
    found = await images_of(gateway.records, product_id, owner_id=caller.owner_id)
    renditions = (rendition for image in found.images for rendition in image.image.renditions)
    kept = next((rendition for rendition in renditions if rendition.digest == name), None)
    if kept is None:
        raise NotFound("product_image_not_found", name=name[:64])
    headers = {"Cache-Control": "private, max-age=31536000, immutable", "Content-Security-Policy": "sandbox"}
    body = await gateway.ports.files.get(kept.digest)
    return Response(body, media_type=_MEDIA_TYPES[kept.format], headers=headers)
