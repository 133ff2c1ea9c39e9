"""Families: which attributes a product must have, for each channel and language."""

import re
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from magicai.errors import Invalid, NotFound
from magicai.messages import say
from magicai.ports import EntityPage, EntityRecords
from magicai.stores.entity import Entity
from magicai.values.digest import digest_of

KIND = "product_family"
NAME = r"^\w[\w \-]{0,59}$"
_LANGUAGE = r"^[a-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}$"
MOST_FAMILIES, _MOST_REQUIREMENTS, _MOST_NAMES = 200, 50, 100
_Name = Annotated[str, Field(min_length=1, max_length=100)]


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Requirement(_Model):
    """What a channel needs of a product."""

    channel: Annotated[str, Field(pattern=NAME, description="Where it is sold or shown, such as google.")]
    attributes: Annotated[
        tuple[_Name, ...],
        Field(
            min_length=1,
            max_length=_MOST_NAMES,
            description=(
                "Fields of a product, or attributes by their name; `gtin or model` where one of them is enough."
            ),
        ),
    ]
    languages: Annotated[
        tuple[Annotated[str, Field(pattern=_LANGUAGE)], ...],
        Field(max_length=30, description="In which name and description must be, such as de; empty: in any."),
    ] = ()


class Family(_Model):
    """Products that must have the same attributes."""

    categories: Annotated[
        tuple[_Name, ...],
        Field(max_length=_MOST_NAMES, description="Their categories, at any level; empty: all products."),
    ] = ()
    requirements: Annotated[tuple[Requirement, ...], Field(min_length=1, max_length=_MOST_REQUIREMENTS)]


class NamedFamily(Family):
    """A family with its name."""

    name: str


IDENTIFIER = "gtin or model or sku"
# Of whoever has none. Source: Google Merchant Center, "Product data specification", what is required of new products.
MERCHANT = NamedFamily(
    name="Google Merchant",
    requirements=(
        Requirement(
            channel="google",
            attributes=(
                "name",
                "description",
                "url",
                "images",
                "availability",
                "price",
                "currency",
                "brand",
                IDENTIFIER,
            ),
        ),
    ),
)


async def families_of(entities: EntityRecords, *, owner_id: str) -> list[NamedFamily]:
    """An owner's families, by name."""
    return families_in(await entities.listed(owner_id, KIND, limit=MOST_FAMILIES))


def families_in(page: EntityPage) -> list[NamedFamily]:
    """The families that entities are, by name."""
    own = [item.entity.as_model(NamedFamily) for item in page.items if item.entity is not None]
    return sorted(own, key=lambda family: family.name)


def required_of(own: list[NamedFamily]) -> list[NamedFamily]:
    """What products are held to: the families, or what Google Merchant requires where there are none."""
    return own or [MERCHANT]


async def save_family(entities: EntityRecords, name: str, family: Family, *, owner_id: str) -> NamedFamily:
    """Keep a family in place of the one of that name.

    Raises:
        Invalid: it can't be called so, or there are too many.
    """
    if not re.fullmatch(NAME, name):
        raise Invalid("family_name_invalid", name=name[:60])
    own = await families_of(entities, owner_id=owner_id)
    if len(own) >= MOST_FAMILIES and name not in {known.name for known in own}:
        raise Invalid("too_many_families", count=len(own), limit=MOST_FAMILIES)
    kept = NamedFamily(name=name, **family.model_dump())
    data = {"schema_version": 1, **kept.model_dump(mode="json")}
    entity = Entity(KIND, _id_of(owner_id, name), owner_id, title=name, text="", data=data, stores=())
    await entities.save([entity])
    return kept


async def remove_family(entities: EntityRecords, name: str, *, owner_id: str) -> None:
    """Delete a family.

    Raises:
        NotFound: the owner has none of that name; names those that are there.
    """
    own = await families_of(entities, owner_id=owner_id)
    if name not in {family.name for family in own}:
        names = [family.name for family in own]
        raise NotFound(
            "family_not_found", way_out=say("choose_own_one", names=names) if names else None, name=name[:60]
        )
    await entities.delete(KIND, [_id_of(owner_id, name)])


def _id_of(owner_id: str, name: str) -> str:
    return digest_of([owner_id, name])[:32]
