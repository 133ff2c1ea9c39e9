"""What goes in and out of the routes about products and categories."""

from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import BaseModel, Field, JsonValue

from magicai.catalogue.categories.mapping import Mapping, MappingState
from magicai.catalogue.completeness import completeness_percent
from magicai.catalogue.duplicates import DuplicateState
from magicai.catalogue.editing import MOST_AT_ONCE
from magicai.catalogue.families import NamedFamily
from magicai.catalogue.listing import ProductFilter
from magicai.catalogue.product import CatalogueProduct, Category, Change, Contradiction, Origin, State, Values
from magicai.catalogue.stored_products import StoredProduct
from magicai.catalogue.texts import asked_of
from magicai.messages import Message
from magicai.paging import Page
from magicai.shapes.base import Body, Shown
from magicai.shops.matching.deciding import Certainty
from magicai.values.times import Moment


class ProductShown(BaseModel):
    """A product in short."""

    product_id: str
    state: State
    name: str
    brand: str | None
    price: str | None
    currency: str | None
    availability: str | None
    category: list[str] = Field(description="Of the taxonomy, else as its shop calls it; outermost first.")
    image: str | None = Field(description="A path here, if the picture was kept; else its address, if there is one.")
    url: str
    shop: str
    row: int = Field(description="Give it with a change, so that nobody's work is lost.")

    @classmethod
    def of(cls, kept: StoredProduct, cover: str | None = None) -> "ProductShown":
        """The shape of a product in short.

        Args:
            cover: the path of its picture here.
        """
        short = cls(**_short(kept))
        return short if cover is None else short.model_copy(update={"image": cover})


class ProductListed(ProductShown):
    """A product as it stands in a list."""

    updated_at: Moment = Field(description="When its latest version was made.")
    completeness: int | None = Field(
        description="How much it has of what its families require, in percent; null if nothing is required."
    )

    @classmethod
    def listed(cls, kept: StoredProduct, cover: str | None, required: Sequence[NamedFamily]) -> "ProductListed":
        """The shape of a product in a list, with the path of its picture here."""
        short = _short(kept) | ({} if cover is None else {"image": cover})
        return cls(**short, **_progress(kept.product, required))


class CatalogueProductList(Page[ProductListed]):
    """Products in the order asked for, else the newest first, or the best match first."""


class ProductWhole(ProductListed):
    """A product with where its values come from, its versions, and what is to be decided."""

    values: Values
    origins: dict[str, Origin] = Field(description="Where each field's value came from.")
    version: int
    changes: list[Change]
    contradictions: list[Contradiction]
    texts: dict[str, str] = Field(description="Ids of the texts that a run was asked to write, by content type.")

    @classmethod
    def whole(cls, kept: StoredProduct, required: Sequence[NamedFamily]) -> "ProductWhole":
        """The shape of a product that is held to what families require."""
        product = kept.product
        origins = {name: origin for name in product.origin_of if (origin := product.origin(name)) is not None}
        return cls(
            **_short(kept),
            **_progress(product, required),
            values=product.values,
            origins=origins,
            version=product.number,
            changes=[*product.changes],
            contradictions=[*product.contradictions],
            texts={name: asked.content_id for name, asked in asked_of(product).items()},
        )


class ProductCounts(BaseModel):
    """How many products there are of each value of each facet."""

    facets: dict[str, dict[str, int]]
    at_least: list[str] = Field(description="Facets of which only the newest products that match were counted.")


class EditedProduct(Body):
    """New values of a product."""

    fields: Annotated[dict[str, JsonValue], Field(min_length=1, description="By field; null clears one.")]
    row: Annotated[int | None, Field(ge=0, description="The row that was edited. Default: the present one.")] = None


class MatchingProducts(ProductFilter):
    """All products that match, when they are edited."""


class EditedProducts(Body):
    """New values of many products."""

    product_ids: Annotated[tuple[str, ...], Field(max_length=MOST_AT_ONCE)] = ()
    filter: Annotated[MatchingProducts | None, Field(description="All products that match, instead of ids.")] = None
    fields: Annotated[dict[str, JsonValue], Field(min_length=1, description="By field; null clears one.")]


class ProductVersion(Shown):
    """A version of a product."""

    product_id: Annotated[str, Field(min_length=1, max_length=64)]
    number: Annotated[int, Field(ge=1)]


class UndoneVersions(Body):
    """Which versions to take back."""

    versions: Annotated[list[ProductVersion], Field(min_length=1, max_length=MOST_AT_ONCE)]


class ProductNotChanged(Shown):
    """A product that stayed as it was, and why."""

    product_id: str
    name: str = Field(description="As it is now; empty if the product is gone.")
    what: str


class ProductsEdited(BaseModel):
    """What became of a bulk edit."""

    changed: int
    not_changed: list[ProductNotChanged]
    versions: list[ProductVersion] = Field(default=[], description="The versions made, by which it is undone.")


class AlikeShown(BaseModel):
    """A product that may be the same."""

    likeness: float = Field(description="Of their names, 0 to 1.")
    product: ProductShown


class ProductsAlike(BaseModel):
    """Products that may be the same, the likeliest first."""

    alike: list[AlikeShown]


class DuplicateShown(Shown):
    """Two products of different sources that may be one."""

    one: ProductShown
    other: ProductShown
    certainty: Certainty
    why: str = Field(description="What they share.")
    reason: Message = Field(description="Its code.")
    against: Message | None = Field(description="What contradicts that they are one.")
    state: DuplicateState


class DuplicateList(Page[DuplicateShown]):
    """Products that may be one, the surest first."""


class DuplicatesFound(BaseModel):
    """What a search for duplicates found."""

    open: int = Field(description="Pairs that nobody has decided yet.")


class DecidedDuplicate(Body):
    """Whether two products are one."""

    one: Annotated[str, Field(min_length=1, max_length=64, description="Id of a product.")]
    other: Annotated[str, Field(min_length=1, max_length=64, description="Id of the other product.")]
    same: bool


class DuplicateDecided(BaseModel):
    """What was said of two products."""

    one: str
    other: str
    state: DuplicateState


class UndoneVersion(Body):
    """Which version to take back."""

    number: Annotated[int | None, Field(ge=1, description="Default: the latest.")] = None
    row: Annotated[int | None, Field(ge=0, description="The row that was looked at. Default: the present one.")] = None


class DecidedValue(Body):
    """Which of a field's contradicting values holds."""

    field: Annotated[str, Field(min_length=1, max_length=40)]
    choice: Annotated[int, Field(ge=0, description="Its place among the values; 0 is the one in use.")]
    row: Annotated[int | None, Field(ge=0, description="The row that was looked at. Default: the present one.")] = None


class MappingShown(BaseModel):
    """A category of a shop, and what it is in the taxonomy."""

    mapping_id: str
    shop: str
    path: list[str]
    products: int
    samples: list[str]
    state: MappingState
    category: Category | None
    suggestions: list[Category]

    @classmethod
    def of(cls, mapping: Mapping) -> "MappingShown":
        """The shape of a mapping."""
        return cls(
            mapping_id=mapping.mapping_id,
            shop=mapping.shop,
            path=[*mapping.path],
            products=mapping.products,
            samples=[sample.name for sample in mapping.samples[:5]],
            state=mapping.state,
            category=mapping.category,
            suggestions=[*mapping.suggestions],
        )


class MappingList(Page[MappingShown]):
    """Categories of shops, those of most products first."""


class CategoryMapped(ProductsEdited):
    """A mapping that is confirmed, and what became of its products."""

    mapping: MappingShown


class MappedCategory(Body):
    """What a shop's category is in the taxonomy."""

    category_id: Annotated[str, Field(min_length=1, max_length=60, description="An id of the taxonomy, or mixed.")]


class CategoryList(Page[Category]):
    """Categories of the taxonomy, the best match first."""


def _progress(product: CatalogueProduct, required: Sequence[NamedFamily]) -> dict[str, Any]:
    return {"updated_at": product.updated_at, "completeness": completeness_percent(product, required)}


def _short(kept: StoredProduct) -> dict[str, Any]:
    product, values = kept.product, kept.product.values
    return {
        "product_id": product.product_id,
        "state": product.state,
        "name": values.name,
        "brand": values.brand,
        "price": None if values.price is None else format(values.price, "f"),
        "currency": values.currency,
        "availability": None if values.availability is None else str(values.availability),
        "category": [*(values.category_path)],
        "image": values.images[0] if values.images else None,
        "url": values.url,
        "shop": values.shop,
        "row": kept.row,
    }
