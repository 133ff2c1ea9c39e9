"""Images of products, and the picture by which a list shows one: the first that shows it, small."""

from collections.abc import Sequence

from magicai.catalogue.images.image import KIND, KeptRendition, ProductImages, images_in
from magicai.catalogue.stored_products import product_of
from magicai.ports import Records
from magicai.stores.entities import find

_WIDTH = 320
# What every browser shows.
_FORMATS = ("webp", "jpeg", "avif")


async def images_of(records: Records, product_id: str, *, owner_id: str) -> ProductImages:
    """A product's images; none where no run has read them.

    Raises:
        NotFound: there is no such product of theirs.
    """
    await product_of(records, product_id, owner_id=owner_id)
    found = await find(records.entities, KIND, product_id, owner_id=owner_id)
    return images_in(found) if found is not None else ProductImages(product_id=product_id, images=())


async def covers_of(records: Records, product_ids: Sequence[str], *, owner_id: str) -> dict[str, str]:
    """Paths of the pictures of products that have one."""
    rows = await records.entities.present([(KIND, product_id) for product_id in product_ids])
    found: dict[str, str] = {}
    for row in rows:
        if row.entity is not None and row.owner_id == owner_id:
            cover = _cover(images_in(row.entity))
            if cover is not None:
                found[row.entity_id] = f"/api/products/{row.entity_id}/images/{cover.digest}"
    return found


def _cover(images: ProductImages) -> KeptRendition | None:
    renditions = [rendition for image in images.shown for rendition in image.image.renditions]
    return min(renditions, key=lambda one: (abs(one.width - _WIDTH), _FORMATS.index(one.format)), default=None)
