"""Similar products of every product of a catalogue: no product is without, as long as there is another one."""

from collections.abc import Callable, Mapping, Sequence

from pydantic import BaseModel, ConfigDict

from magicai.catalogue.recommendations.choosing import Reason, Recommended, blended, diverse
from magicai.catalogue.recommendations.content import Content
from magicai.catalogue.recommendations.gram import Gram
from magicai.catalogue.recommendations.models import Affinity
from magicai.stores.entity import Entity

KIND = "similar_products"
_CONTENT, _LIKELY = 40, 50


class SimilarProduct(BaseModel):
    """A product that is like another one, and why."""

    model_config = ConfigDict(frozen=True)

    product_id: str
    score: float
    reason: Reason
    because: str = ""


def similar(
    content: Content, rows: Sequence[int], *, count: int = 10, gram: Gram | None = None, model: Affinity | None = None
) -> list[list[Recommended]]:
    """The similar items of some, by content, and by behaviour where there is enough of it.

    Args:
        content: of all items.
        rows: of which ones.
        gram: who viewed what, by any name of an item.
        model: of these counts.
    """
    found: list[list[Recommended]] = []
    for row, near in zip(rows, content.nearest(max(_CONTENT, count), rows=rows), strict=True):
        item = content.items[row].item
        by_content = {content.items[place].item: max(score, 1e-6) for place, score in near}
        behaviour, people = _behaviour(content, row, gram, model) if gram and model else ({}, 0)
        scores = blended(behaviour, by_content, people=people)
        likely = sorted(scores, key=lambda one: (-scores[one], one))[:_LIKELY]
        best = {one: scores[one] for one in likely}
        chosen = diverse(best, _likeness(content, likely), count=count, without={item})
        found.append([_explained(content, row, one, score, behaviour, by_content) for one, score in chosen])
    return found


def _behaviour(content: Content, row: int, gram: Gram, model: Affinity) -> tuple[dict[str, float], int]:
    """What people had together with an item, under the items' own names; and how many people had it."""
    mine = [gram.place[name] for name in (content.items[row].item, *content.items[row].names) if name in gram.place]
    if not mine:
        return {}, 0
    found: dict[str, float] = {}
    for other, score in model.scores(mine).items():
        place = content.called.get(gram.items[other], row)
        if score > 0 and place != row:
            item = content.items[place].item
            found[item] = max(found.get(item, 0.0), score)
    return found, max(gram.count(number) for number in mine)


def similar_entity(product_id: str, found: Sequence[Recommended], *, owner_id: str) -> Entity:
    """The entity of a product's similar ones: kept in the records alone."""
    rows = [
        SimilarProduct(product_id=one.item, score=round(one.score, 4), reason=one.reason, because=one.because)
        for one in found
    ]
    data = {"schema_version": 1, "similar": [row.model_dump() for row in rows]}
    return Entity(KIND, product_id, owner_id, title="", text="", data=data, stores=())


def similar_in(entity: Entity) -> tuple[SimilarProduct, ...]:
    """The similar products of an entity."""
    return tuple(SimilarProduct.model_validate(row) for row in entity.data["similar"])


def _likeness(content: Content, items: Sequence[str]) -> Callable[[str, str], float]:
    """Of any two of some items."""
    places = {item: number for number, item in enumerate(items)}
    rows = [content.place[item] for item in items]
    table = content.likeness(rows, rows).clip(0.0, 1.0)
    return lambda one, other: float(table[places[one], places[other]])


def _explained(
    content: Content, row: int, one: str, score: float, behaviour: Mapping[str, float], by_content: Mapping[str, float]
) -> Recommended:
    most_content, most_behaviour = max(by_content.values(), default=1.0), max(behaviour.values(), default=1.0)
    said_by_people = behaviour.get(one, 0.0) / most_behaviour > by_content.get(one, 0.0) / most_content
    reason: Reason = "viewed_together" if said_by_people else content.why(row, content.place[one])
    return Recommended(one, score, reason, content.items[row].item)
