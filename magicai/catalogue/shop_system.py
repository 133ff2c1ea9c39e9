"""Shop systems: where a user's own shop runs, its products as it has them, and what is changed of them."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from magicai.shops.product import Availability
from magicai.values.digest import digest_of
from magicai.values.times import Moment

Kind = Literal["shopify", "woocommerce", "vendure"]
FieldName = Literal["title", "description", "price", "list_price", "stock"]
TEXTS: tuple[FieldName, ...] = ("title", "description")
PRICES: tuple[FieldName, ...] = ("price", "list_price")
STOCK: tuple[FieldName, ...] = ("stock",)


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True)


class ShopConnection(_Model):
    """A shop of a user's, and how it is signed in to.

    Attributes:
        address: of the shop's server, without a path.
        user: who signs in: WooCommerce's consumer key, a Vendure administrator; "" where the secret alone does.
        secret: sealed.
        options: such as `language` of Vendure; each system knows its own.
        cursor: where the next read of what changed begins; "" before the first one.
        read_at: UTC microseconds; None before the first read.
    """

    name: str
    owner_id: str
    kind: Kind
    address: str
    user: str = ""
    secret: str = Field(default="", repr=False)
    options: dict[str, str] = {}
    cursor: str = ""
    read_at: Moment | None = None

    @property
    def key(self) -> str:
        """The id of its row."""
        return f"{self.owner_id}:{self.name}"

    @property
    def source(self) -> str:
        """What it is called as the origin of a value: one shop is one source, whatever the connection is called."""
        return f"system:{self.address}"

    @property
    def digest(self) -> str:
        """Of all that decides what a write reaches: kind, address, user, secret, options."""
        return digest_of(self.model_dump(mode="json", include={"kind", "address", "user", "secret", "options"}))


class SystemVariant(_Model):
    """What is sold of a product. Values are as a change names them: "" where there is none.

    Attributes:
        price, list_price: decimal.
        stock: units that can still be sold; "" where they are not counted.
        availability: whether customers can order it, which of some shops they can without stock.
    """

    variant_id: str
    name: str = ""
    sku: str = ""
    gtin: str = ""
    price: str = ""
    list_price: str = ""
    stock: str = ""
    availability: Availability = Availability.UNKNOWN
    is_sold: bool = True


class SystemProduct(_Model):
    """A product as its shop has it.

    Attributes:
        url: of its page; "" where the system does not say.
        description: HTML.
        is_sold: whether customers can see it.
        language: of the texts, BCP 47; "" where the system does not say.
        is_translated: whether that is the language in which texts are written.
    """

    product_id: str
    title: str
    url: str = ""
    description: str = ""
    currency: str = ""
    brand: str = ""
    language: str = ""
    is_translated: bool = True
    category: tuple[str, ...] = ()
    images: tuple[str, ...] = ()
    is_sold: bool = True
    variants: tuple[SystemVariant, ...] = ()

    def value(self, variant_id: str, field: FieldName) -> str | None:
        """A field of it, or of one of its variants; None where it has no such variant."""
        if field in TEXTS:
            return str(getattr(self, field))
        return next((str(getattr(one, field)) for one in self.variants if one.variant_id == variant_id), None)


class ProductPage(_Model):
    """Some products.

    Attributes:
        cursor: where a later read of what changed begins, once all pages of this one are kept.
    """

    products: tuple[SystemProduct, ...]
    cursor: str


class SystemChange(_Model):
    """New values of one product's texts, or of one variant's prices, or of its stock: one request, all or nothing.

    Attributes:
        key: the same in every try of this change, and in no other.
        variant_id: "" of texts.
        before: what the shop has now, for systems that can compare by themselves.
    """

    key: str
    product_id: str
    variant_id: str = ""
    values: Mapping[FieldName, str]
    before: Mapping[FieldName, str] = {}


def amount(value: object) -> str:
    """An amount as a change names it: `12.5` of `12.50`; "" of none."""
    if value is None or value == "":
        return ""
    shown = format(Decimal(str(value)), "f")
    return shown.rstrip("0").rstrip(".") if "." in shown else shown
