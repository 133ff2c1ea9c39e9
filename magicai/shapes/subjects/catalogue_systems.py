"""What goes in and out of operations on connected shops."""

from pydantic import BaseModel, Field, SecretStr

from magicai.catalogue.shop_system import FieldName, Kind
from magicai.catalogue.systems.connections import NewConnection
from magicai.catalogue.systems.previewing import Preview
from magicai.catalogue.systems.shop_write import PartState
from magicai.messages import Message
from magicai.paging import Page
from magicai.shapes.base import Body, Shown
from magicai.values.times import Moment


class ConnectedShop(Body):
    """A shop to connect."""

    name: str = Field(min_length=1, max_length=40, description="Lower-case letters, digits and dashes.")
    kind: Kind
    address: str = Field(max_length=500, description="Of the shop's server, such as https://shop.example.")
    user: str = Field("", max_length=200, description="WooCommerce: consumer key. Vendure: administrator.")
    secret: SecretStr = Field(description="Access token, consumer secret, password or API key. Never shown again.")
    options: dict[str, str] = Field(default={}, max_length=10)

    @property
    def new(self) -> NewConnection:
        """The connection."""
        return NewConnection(**{name: getattr(self, name) for name in ConnectedShop.model_fields})


class ShopSystemShown(Shown):
    """A connected shop, without its secret."""

    name: str
    kind: Kind
    address: str
    user: str
    options: dict[str, str]
    read_at: Moment | None = Field(description="When its products were imported last.")


class ShopSystemList(Page[ShopSystemShown]):
    """Connected shops, by name."""


class ShopSystemChecked(BaseModel):
    """What a shop calls itself."""

    shop: str


class PreviewWanted(Preview, Body):
    """Which products and fields to compare, or values by SKU."""


class WritePartShown(Shown):
    """A product's texts, or one variant's prices or stock."""

    product_id: str
    title: str
    before: dict[FieldName, str]
    after: dict[FieldName, str]
    kept: dict[FieldName, str] = Field(description="As the shop has it since it was written.")
    state: PartState
    problem: Message | None


class ShopWriteShown(Shown):
    """A previewed write, and what became of it."""

    write_id: str
    name: str = Field(description="Of the shop system.")
    created_at: Moment
    state: str = Field(description="preview, partial, applied or undone.")
    digest: str = Field(description="Applying and undoing name it.")
    parts: list[WritePartShown]
    problems: list[Message]


class ShopWriteList(Page[ShopWriteShown]):
    """Writes to a shop, newest first."""


class WriteDigest(Body):
    """Which write is meant: as it was shown."""

    digest: str = Field(min_length=64, max_length=64)
