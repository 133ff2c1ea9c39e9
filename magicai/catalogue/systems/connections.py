"""The shops that a user has connected, each with a sealed secret."""

import re
from collections.abc import Mapping
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from magicai.catalogue.shop_system import Kind, ShopConnection
from magicai.errors import Conflict, Invalid, NotFound
from magicai.ports import Records, Seal
from magicai.shops.addresses import absolute, host_of
from magicai.stores.entity import Entity
from magicai.values.sealed import SEALED

KIND = "shop_system"
LINK = "shop_system_product"
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_MOST = 100
_ADDRESS = re.compile(r"(?i)https?://[^\s/?#\\<>\"'`@]+")
# What each kind knows of options.
_OPTIONS: Mapping[Kind, tuple[str, ...]] = {
    "shopify": ("location",),
    "woocommerce": (),
    "vendure": ("language", "channel", "storefront"),
}


class NewConnection(BaseModel):
    """A shop that somebody connects."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Annotated[str, Field(max_length=40, description="Lower-case letters, digits and dashes.")]
    kind: Kind
    address: Annotated[str, Field(max_length=500, description="Address of the shop's server, without a path.")]
    user: Annotated[
        str,
        Field(max_length=200, description="WooCommerce: consumer key. Vendure: administrator; empty with an API key."),
    ] = ""
    secret: Annotated[SecretStr, Field(description="Access token, consumer secret, password or API key.")]
    options: Annotated[
        dict[str, str],
        Field(
            max_length=10,
            description="Shopify: location. Vendure: language, channel, storefront (address of a page with {slug}).",
        ),
    ] = {}


async def connect(records: Records, seal: Seal, new: NewConnection, *, owner_id: str) -> ShopConnection:
    """Keep a connection, or replace the one of its name, which is then read from the beginning.

    Of another shop than before, it is not known which products were read by it.

    Raises:
        Invalid: the name, address, secret or an option can't be one.
    """
    connection = _checked(new, seal, owner_id)
    while True:
        found = await records.entities.present([(KIND, connection.key)])
        version = found[0].version if found else 0
        if not version and len(await connections_of(records, owner_id)) >= _MOST:
            raise Invalid("too_many_shop_systems", limit=_MOST)
        if (
            found
            and found[0].entity is not None
            and not _same_shop(found[0].entity.as_model(ShopConnection), connection)
        ):
            await _forget_links(records, new.name, owner_id)
        if await records.entities.replace(_entity(connection), version=version):
            return connection


async def connections_of(records: Records, owner_id: str) -> list[ShopConnection]:
    """A user's connections by name."""
    page = await records.entities.listed(owner_id, KIND, limit=_MOST)
    return sorted((one.entity.as_model(ShopConnection) for one in page.items if one.entity), key=lambda one: one.name)


async def connection_of(records: Records, name: str, *, owner_id: str) -> ShopConnection:
    """A user's connection.

    Raises:
        NotFound: they have none of that name.
    """
    for found in await records.entities.present([(KIND, f"{owner_id}:{name}")]):
        if found.entity is not None and found.owner_id == owner_id:
            return found.entity.as_model(ShopConnection)
    known = ", ".join(one.name for one in await connections_of(records, owner_id))
    raise NotFound("shop_system_not_found", name=name[:60], known=known or "-")


async def note_read(records: Records, read: ShopConnection, *, cursor: str, at: int) -> None:
    """Note up to where a shop was read."""
    while True:
        (found,) = await records.entities.present([(KIND, read.key)])
        now = await same_connection(records, read)
        update = now.model_copy(update={"cursor": cursor, "read_at": at})
        if await records.entities.replace(_entity(update), version=found.version):
            return


async def same_connection(records: Records, earlier: ShopConnection) -> ShopConnection:
    """A connection as it is now, to the same shop.

    Raises:
        NotFound: it was forgotten.
        Conflict: its name is another shop's since.
    """
    now = await connection_of(records, earlier.name, owner_id=earlier.owner_id)
    if not _same_shop(now, earlier):
        raise Conflict("shop_system_changed", name=earlier.name)
    return now


async def forget(records: Records, name: str, *, owner_id: str) -> None:
    """Forget a connection, and which products were read by it; shop and catalogue keep them.

    Raises:
        NotFound: they have none of that name.
    """
    connection = await connection_of(records, name, owner_id=owner_id)
    await records.entities.delete(KIND, [connection.key])
    await _forget_links(records, name, owner_id)


async def _forget_links(records: Records, name: str, owner_id: str) -> None:
    after: str | None = ""
    while after is not None:
        page = await records.entities.listed(owner_id, LINK, state=name, after=after)
        await records.entities.delete(LINK, [item.entity_id for item in page.items])
        after = page.next


def _same_shop(one: ShopConnection, other: ShopConnection) -> bool:
    return (one.kind, one.address) == (other.kind, other.address)


def _checked(new: NewConnection, seal: Seal, owner_id: str) -> ShopConnection:
    if not _NAME.fullmatch(new.name):
        raise Invalid("shop_system_name_invalid", name=new.name)
    typed = new.address.strip().rstrip("/")
    address = absolute(typed, "").rstrip("/")  # as every other address is written: values tell by it whose they are
    if not _ADDRESS.fullmatch(typed) or not host_of(address):
        raise Invalid("shop_system_address_invalid", address=new.address[:200])
    if not (secret := new.secret.get_secret_value()):
        raise Invalid("shop_system_secret_missing", kind=new.kind)
    if new.kind == "woocommerce" and not new.user:
        raise Invalid("shop_system_key_missing")
    if unknown := sorted(set(new.options) - set(_OPTIONS[new.kind])):
        names = ", ".join(_OPTIONS[new.kind]) or "-"
        raise Invalid("shop_system_option_unknown", option=unknown[0][:60], kind=new.kind, names=names)
    return ShopConnection(
        name=new.name,
        owner_id=owner_id,
        kind=new.kind,
        address=address,
        user=new.user,
        secret=SEALED + seal.seal(secret, owner_id=owner_id),
        options=new.options,
    )


def _entity(connection: ShopConnection) -> Entity:
    data = {"schema_version": 1, **connection.model_dump(mode="json")}
    return Entity(KIND, connection.key, connection.owner_id, title=connection.name, text="", data=data, stores=())
