"""Categories of products once a person has mapped 20 categories of each shop: how many are given one, how many rightly.

A product's own category is the truth, and what its shop calls it. The 20 largest of a shop are confirmed; products of
all the others are predicted from them, or are not sure. Beside that: the same where no page names its category.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any, cast

from benchmarks.catalogue.shop import read_items
from magicai.catalogue.categories.assigning import Assigner
from magicai.catalogue.categories.mapping import MOST_EXAMPLES, Mapping, MappingState, Sample, mapping_id
from magicai.catalogue.product import Category, Values

CONFIRMED = 20
_OWNER = "local"


@dataclass(frozen=True)
class Coverage:
    """How many products were given a category, and how many of these rightly."""

    products: int
    given: int
    right: int

    @property
    def coverage(self) -> float:
        """The share that was given one."""
        return self.given / max(self.products, 1)

    @property
    def rightness(self) -> float:
        """The share of these that is right."""
        return self.right / max(self.given, 1)


def read_products(path: Path) -> list[Values]:
    """Products of a JSON Lines file: name or title, category (a text or a path), perhaps shop, brand, description."""
    found: list[Values] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        one: dict[str, Any] = json.loads(line)
        given = one["category"]
        category = cast("list[Any]", given) if isinstance(given, list) else [given]
        found.append(
            Values(
                name=one.get("name") or one.get("title") or "",
                brand=one.get("brand"),
                description=one.get("description"),
                shop=str(one.get("shop") or "shop"),
                category=tuple(map(str, category)),
            )
        )
    return found


def shops_of(data: Path) -> list[Values]:
    """The products of both shops of the data folder."""
    items = read_items(data, 1_194, share=0)
    return [
        Values(
            name=one.name,
            brand=one.brand or None,
            description=one.description,
            shop="mixed" if place < 194 else "books",  # noqa: PLR2004 - so many has the first
            category=(one.category,),
        )
        for place, one in enumerate(items)
    ]


def covered(products: Sequence[Values], *, named: bool = True, seed: int = 1) -> dict[str, Coverage]:
    """By shop: half of its products, of which the other half taught what their category is like.

    Args:
        named: whether pages name their category.
    """
    random = Random(seed)  # noqa: S311 - a split, not a secret
    of_shop: defaultdict[str, list[Values]] = defaultdict(list)
    for one in products:
        of_shop[one.shop].append(one)
    known: list[Mapping] = []
    tested: dict[str, list[Values]] = {}
    for shop, several in of_shop.items():
        random.shuffle(several)
        half = len(several) // 2
        taught: defaultdict[tuple[str, ...], list[Values]] = defaultdict(list)
        for one in several[:half]:
            taught[one.category].append(one)
        largest = Counter({path: len(some) for path, some in taught.items()}).most_common(CONFIRMED)
        known += [_confirmed(shop, path, taught[path]) for path, _ in largest]
        tested[shop] = several[half:]
    assigner = Assigner(known)
    return {shop: _scored(assigner, some, named=named) for shop, some in tested.items()}


def _confirmed(shop: str, path: tuple[str, ...], some: Sequence[Values]) -> Mapping:
    samples = tuple(
        Sample(name=one.name, brand=one.brand, description=(one.description or "")[:300])
        for one in some[:MOST_EXAMPLES]
    )
    return Mapping(
        mapping_id=mapping_id(_OWNER, shop, path),
        owner_id=_OWNER,
        shop=shop,
        path=path,
        samples=samples,
        category=Category(id=_id(shop, path), path=path),
        state=MappingState.CONFIRMED,
    )


def _id(shop: str, path: tuple[str, ...]) -> str:
    return f"{shop}/{' > '.join(path)}"


def _scored(assigner: Assigner, some: Sequence[Values], *, named: bool) -> Coverage:
    given = right = 0
    for one in some:
        asked = one if named else one.model_copy(update={"category": ()})
        found = assigner.category_of(asked, owner_id=_OWNER)
        if found is not None:
            given += 1
            right += found[0].id == _id(one.shop, one.category)
    return Coverage(len(some), given, right)
