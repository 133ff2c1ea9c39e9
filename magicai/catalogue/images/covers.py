"""The picture by which a list shows a product: the first that shows it, small."""

from collections.abc import Sequence

from magicai.catalogue.images.image import KIND, KeptRendition, ProductImages, images_in
from magicai.ports import Records

_WIDTH = 320
# What every browser shows.
_FORMATS = ("webp", "jpeg", "avif")


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
    renditions = [one for image in images.shown for one in image.image.renditions]
    return min(renditions, key=lambda one: (abs(one.width - _WIDTH), _FORMATS.index(one.format)), default=None)
