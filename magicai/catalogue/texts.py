"""Texts of products by templates of generate-content: what they may say, and what a product takes from them.

The facts of a text are the product's own values, and generate-content checks every claim against them.
"""

from collections.abc import Mapping
from typing import Literal

from pydantic import BaseModel, ConfigDict

from magicai.catalogue.product import Attribute, CatalogueProduct, Origin, OriginKind, SourceStatement, Values
from magicai.content.content import Content, State, Version
from magicai.content.drafting import COMPOSER
from magicai.content.template import Template
from magicai.content.text import plain
from magicai.runs.run import JSON
from magicai.values.digest import digest_of

PART = "texts"
# What a text is of a product; one of another content type is an attribute by its name.
_FIELDS: Mapping[str, str] = {"product-description": "description"}
_AVAILABLE = {"in_stock": "in stock", "out_of_stock": "sold out", "preorder": "pre-order", "backorder": "back-order"}


class AskedText(BaseModel):
    """A text that a run has asked for.

    Attributes:
        facts: digest of what it may say: the same facts need no second text. Empty: it is to be asked for again.
        asked_by: the run of product-list.
    """

    model_config = ConfigDict(frozen=True)

    content_id: str
    facts: str
    asked_by: str


def language_of(product: CatalogueProduct) -> Literal["en", "zh"]:
    """The language that its texts are written in."""
    return "zh" if product.values.language == "zh" else "en"


def asked_of(product: CatalogueProduct) -> dict[str, AskedText]:
    """The texts that were asked for of a product, by content type."""
    return {name: AskedText.model_validate(one) for name, one in product.parts.get(PART, {}).items()}


def facts_for(product: CatalogueProduct, template: Template, *, run_id: str) -> JSON | None:
    """What a text may say; None where none is needed, or where a fact is missing that the template requires."""
    field = _FIELDS.get(template.name)
    if field is not None and getattr(product.values, field):
        return None
    known = {name: value for name, value in _facts(product).items() if value and name in template.variables}
    asked = asked_of(product).get(template.name)
    if asked is not None and asked.asked_by != run_id and asked.facts == digest_of(known):
        return None
    return known if set(template.required) <= known.keys() else None


def with_asked(product: CatalogueProduct, content_type: str, asked: AskedText) -> CatalogueProduct:
    """A product that knows of the text."""
    texts = {**product.parts.get(PART, {}), content_type: asked.model_dump()}
    return product.model_copy(update={"parts": {**product.parts, PART: texts}})


def is_only_facts(content: Content) -> bool:
    """Whether a text lists its product's facts, since no model wrote it, and nobody has accepted it as it is."""
    return content.latest.by == COMPOSER and content.state is not State.ACCEPTED


def asked_again(product: CatalogueProduct, content: Content) -> CatalogueProduct:
    """A product whose text the next run asks for again."""
    asked = asked_of(product).get(content.content_type)
    if asked is None or asked.content_id != content.content_id:
        return product
    return with_asked(product, content.content_type, asked.model_copy(update={"facts": ""}))


def stated_by_text(product: CatalogueProduct, content: Content, *, at_us: int) -> SourceStatement | None:
    """What a text states of its product: as sure as its quality, and as the share of its statements that is checked.

    None of one that a person has to read first, and of one that only lists what the product states already.
    """
    if content.state not in (State.DRAFT, State.ACCEPTED) or is_only_facts(content):
        return None
    latest = content.latest
    origin = Origin(
        kind=OriginKind.CONTENT,
        source=f"content:{content.content_type}",
        place=content.content_id,
        at=at_us,
        confidence=1.0 if content.state is State.ACCEPTED else latest.quality.score * _checked(latest),
    )
    known, said = product.values, plain(latest.blocks)
    # By its own numbers, so that it is the same product.
    own = Values(
        name=known.name,
        brand=known.brand,
        gtin=known.gtin,
        sku=known.sku,
        model=known.model,
        url=known.url,
        shop=known.shop,
    )
    if (field := _FIELDS.get(content.content_type)) is not None:
        return SourceStatement(values=own.model_copy(update={field: said}), origin=origin)
    attribute = Attribute(name=content.content_type, kind="text", value=said, origin=origin)
    return SourceStatement(values=own.model_copy(update={"attributes": (attribute,)}), origin=origin)


def _checked(version: Version) -> float:
    """The share of a text's statements that code has proved or a verifier has judged."""
    return 1 - version.not_checked / len(version.claims) if version.claims else 1.0


def _facts(product: CatalogueProduct) -> JSON:
    values = product.values
    price = f"{values.price} {values.currency}" if values.price is not None and values.currency else ""
    listed = f"{values.list_price} {values.currency}" if values.list_price is not None and values.currency else ""
    said = {attribute.name: _worded(attribute) for attribute in values.attributes if attribute.kind != "flag"}
    return {
        **said,
        "name": values.name,
        "brand": values.brand,
        "category": "".join(values.category_path[-1:]),
        "price": price,
        "list_price": listed,
        "colors": [said["colour"]] if "colour" in said else [],
        "availability": _AVAILABLE.get(str(values.availability or ""), ""),
        "shop": values.shop,
    }


def _worded(one: Attribute) -> str:
    value = f"{one.value:g}" if isinstance(one.value, float) else str(one.value)
    return f"{value} {one.unit}".strip()
