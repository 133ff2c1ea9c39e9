"""What is to be written to a shop: before and after of each field, as it was previewed, and what became of it."""

from collections.abc import Mapping
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from magicai.catalogue.shop_system import FieldName, SystemProduct
from magicai.errors import Conflict
from magicai.messages import Message
from magicai.ports import Records
from magicai.stores.entity import Entity
from magicai.values.digest import digest_of
from magicai.values.times import Moment

KIND = "shop_write"
Values = Mapping[FieldName, str]


class PartState(StrEnum):
    """What became of a part of a write.

    `stopped`: the shop, or a person, has to be looked at before it can be written; `unknown`: it may have been written.
    """

    PENDING = "pending"
    WRITTEN = "written"
    STOPPED = "stopped"
    UNKNOWN = "unknown"
    UNDONE = "undone"


class WritePart(BaseModel):
    """A product's texts, or one variant's prices, or its stock: written all or not at all.

    Attributes:
        remote_id, variant_id: the shop's; no variant of texts.
        product_id: the catalogue's; "" where it has no such product.
        title: for people.
        before: as the shop had it at the preview.
        kept: as the shop has it since, which may differ from `after`: some clean up HTML.
        problem: why it was not written, or not as it should be.
    """

    model_config = ConfigDict(frozen=True)

    remote_id: str
    variant_id: str = ""
    product_id: str = ""
    title: str
    before: Values
    after: Values
    kept: Values = {}
    state: PartState = PartState.PENDING
    problem: Message | None = None

    def now(self, product: SystemProduct) -> dict[FieldName, str | None]:
        """The same fields as the shop has them now."""
        return {field: product.value(self.variant_id, field) for field in self.after}


class ShopWrite(BaseModel):
    """A preview, and what became of it.

    Attributes:
        name: the connection's.
        connection: digest of the connection that was compared.
        state: `preview`, `partial` (what is left can be applied, or undone), `applied`, `undone`.
        problems: what could not be compared.
    """

    model_config = ConfigDict(frozen=True)

    write_id: str
    owner_id: str
    name: str
    connection: str
    created_at: Moment
    state: str = "preview"
    parts: tuple[WritePart, ...]
    problems: tuple[Message, ...] = ()

    @property
    def digest(self) -> str:
        """Of all that will be written, and where."""
        fields = {"remote_id", "variant_id", "before", "after"}
        parts = [part.model_dump(mode="json", include=fields) for part in self.parts]
        return digest_of({"write_id": self.write_id, "connection": self.connection, "parts": parts})


async def save_new(records: Records, write: ShopWrite) -> None:
    """Keep a preview."""
    await records.entities.save([_entity(write)])


async def write_of(records: Records, write_id: str, *, owner_id: str) -> tuple[ShopWrite, int]:
    """A write, and the version of its row.

    Raises:
        NotFound: there is none such of theirs.
    """
    found = await records.entities.get(KIND, write_id, owner_id=owner_id)
    assert found.entity is not None
    return found.entity.as_model(ShopWrite), found.version


async def replace(records: Records, write: ShopWrite, version: int) -> int:
    """Keep a write as its next version, which is answered.

    Raises:
        Conflict: somebody else applies or undoes it.
    """
    if not await records.entities.replace(_entity(write), version=version):
        raise Conflict("shop_write_in_progress")
    return version + 1


def _entity(write: ShopWrite) -> Entity:
    data = {"schema_version": 1, **write.model_dump(mode="json")}
    return Entity(
        KIND, write.write_id, write.owner_id, title=write.name, text="", data=data, stores=(), state=write.name
    )
