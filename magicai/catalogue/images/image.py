"""An image of a product, and the entity that keeps those of one product."""

from typing import Literal

from magicai.catalogue.ports.images import ImageFormat
from magicai.stores.entity import Entity
from magicai.values.digest import digest_of
from magicai.values.frozen import Frozen

KIND, READ_KIND = "product_images", "read_image"
FORMATS: tuple[ImageFormat, ...] = ("avif", "webp", "jpeg")
WIDTHS = (1280, 640, 320)
# Below this, it is a tracking pixel, a bullet or a flag.
SMALLEST_SIDE = 48

Role = Literal["product", "repeated", "shop", "blank", "small", "failed"]


class KeptRendition(Frozen):
    """A rendition under its digest in `Files`."""

    format: ImageFormat
    width: int
    height: int
    digest: str
    bytes: int


class ReadImage(Frozen):
    """What became of an address.

    Attributes:
        digest: of the image as it came; "" where there is none.
        etag, last_modified: by which its server says whether it changed.
        problem: why there is none, and what to do, as its message is stored; "" where there is one.
    """

    url: str
    digest: str = ""
    width: int = 0
    height: int = 0
    format: str = ""
    blurhash: str = ""
    fingerprint: str = ""
    flat: bool = False
    renditions: tuple[KeptRendition, ...] = ()
    etag: str = ""
    last_modified: str = ""
    problem: str = ""


class ProductImage(Frozen):
    """An image of a product.

    Attributes:
        role: `product`; `repeated` where this product has it already; `shop` of a logo or placeholder that many
            products have; `blank`, `small`, or `failed`.
        alt: text instead of it, from facts, or by the model that looked at it.
        described_by: that model; "" of others.
        described_in: the language that it was asked for; "" of others.
        same_as: other products with the same image.
    """

    image: ReadImage
    role: Role
    alt: str = ""
    described_by: str = ""
    described_in: str = ""
    same_as: tuple[str, ...] = ()


class ProductImages(Frozen):
    """All images of a product, in its page's order."""

    product_id: str
    images: tuple[ProductImage, ...]

    @property
    def shown(self) -> tuple[ProductImage, ...]:
        """Those that show the product."""
        return tuple(image for image in self.images if image.role == "product")


def images_entity(images: ProductImages, *, owner_id: str) -> Entity:
    """The entity of a product's images: kept in the records alone."""
    return Entity(
        KIND,
        images.product_id,
        owner_id,
        title="",
        text="",
        data={"schema_version": 1, **images.model_dump(mode="json")},
        stores=(),
    )


def images_in(entity: Entity) -> ProductImages:
    """The images of an entity."""
    return entity.as_model(ProductImages)


def read_id(url: str, *, owner_id: str) -> str:
    """The id of an address's image."""
    return digest_of([owner_id, url])[:40]


def read_entity(image: ReadImage, *, owner_id: str) -> Entity:
    """The entity of what became of an address."""
    return Entity(
        READ_KIND,
        read_id(image.url, owner_id=owner_id),
        owner_id,
        title="",
        text="",
        data={"schema_version": 1, **image.model_dump(mode="json", exclude_defaults=True)},
        stores=(),
    )


def read_in(entity: Entity) -> ReadImage:
    """What became of an entity's address."""
    return entity.as_model(ReadImage)
