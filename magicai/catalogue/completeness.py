"""Which of the attributes that a family requires a product has, by channel and language."""

from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence

from pydantic import BaseModel, ConfigDict

from magicai.catalogue.families import NamedFamily, Requirement
from magicai.catalogue.product import FIELDS, CatalogueProduct
from magicai.shops.product import Availability
from magicai.shops.product_keys import folded

# What is written in a language; everything else is the same in all of them.
_WRITTEN = frozenset(("name", "description"))
_MOST_LISTED = 100
_OR = " or "


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True)


class Completeness(_Model):
    """What a channel requires of a product, and what the product lacks.

    Attributes:
        language: of name and description; "" for any.
    """

    family: str
    channel: str
    language: str
    required: tuple[str, ...]
    missing: tuple[str, ...]


class IncompleteProduct(_Model):
    """A product that lacks something somewhere."""

    product_id: str
    name: str
    missing: tuple[str, ...]


class ChannelCompleteness(_Model):
    """How many products a channel could take as they are.

    Attributes:
        products: those of the family.
        missing: how many lack an attribute, by attribute; the most frequent first.
        incomplete: the first hundred.
    """

    family: str
    channel: str
    language: str
    products: int
    complete: int
    missing: dict[str, int]
    incomplete: tuple[IncompleteProduct, ...]


def completeness_of(product: CatalogueProduct, families: Sequence[NamedFamily]) -> list[Completeness]:
    """What each family of a product requires and it lacks, in the families' order."""
    return list(_of(product, families))


def completeness_percent(product: CatalogueProduct, families: Sequence[NamedFamily]) -> int | None:
    """How much a product has of all that its families require, 100 if nothing lacks; None if nothing is required."""
    found = completeness_of(product, families)
    required = sum(len(one.required) for one in found)
    return 100 * (required - sum(len(one.missing) for one in found)) // required if required else None


async def completeness(
    parts: AsyncIterator[list[CatalogueProduct]], families: Sequence[NamedFamily]
) -> list[ChannelCompleteness]:
    """What products lack, by family, channel and language."""
    products = Counter[tuple[str, str, str]]()
    lacking: dict[tuple[str, str, str], Counter[str]] = {}
    listed: dict[tuple[str, str, str], list[IncompleteProduct]] = {}
    async for part in parts:
        for product in part:
            for found in _of(product, families):
                key = (found.family, found.channel, found.language)
                products[key] += 1
                incomplete = listed.setdefault(key, [])
                if not found.missing:
                    continue
                counted = lacking.setdefault(key, Counter())
                counted.update((*found.missing, ""))
                if len(incomplete) < _MOST_LISTED:
                    named = IncompleteProduct(
                        product_id=product.product_id, name=product.values.name, missing=found.missing
                    )
                    incomplete.append(named)
    return [
        ChannelCompleteness(
            family=key[0],
            channel=key[1],
            language=key[2],
            products=count,
            complete=count - lacking.get(key, Counter())[""],
            missing={name: n for name, n in lacking.get(key, Counter[str]()).most_common() if name},
            incomplete=tuple(listed[key]),
        )
        for key, count in sorted(products.items())
    ]


def _of(product: CatalogueProduct, families: Sequence[NamedFamily]) -> Iterator[Completeness]:
    categories = {folded(name) for name in (*product.values.category_path, *product.values.category)}
    for family in families:
        if family.categories and categories.isdisjoint(map(folded, family.categories)):
            continue
        for requirement in family.requirements:
            for language in requirement.languages or ("",):
                yield Completeness(
                    family=family.name,
                    channel=requirement.channel,
                    language=language,
                    required=requirement.attributes,
                    missing=tuple(_missing(product, requirement, language)),
                )


def _missing(product: CatalogueProduct, requirement: Requirement, language: str) -> Iterator[str]:
    values = product.values
    stated = {folded(attribute.name) for attribute in values.attributes if attribute.value != ""}
    # Of a name whose language nobody knows, nobody can say that it is in another one.
    languages = {language.partition("-")[0], values.language.partition("-")[0]} - {""}

    def is_there(name: str) -> bool:
        if name not in FIELDS:
            return folded(name) in stated
        value = getattr(values, name)
        return value not in (None, "", (), Availability.UNKNOWN) and (len(languages) <= 1 or name not in _WRITTEN)

    for name in requirement.attributes:
        if not is_there(name) and not any(map(is_there, name.split(_OR))):
            yield name
