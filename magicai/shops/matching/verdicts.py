"""What people said of pairs: that they are one product, or two. It is kept for the next comparison."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict

from magicai.ports import Records
from magicai.stores.entity import Entity
from magicai.values.digest import digest_of

KIND = "match_verdict"
OWN = "own"  # the place of one's own products
_PAGE = 500


@dataclass(frozen=True, slots=True)
class Side:
    """A product of a pair.

    Attributes:
        place: a shop, or `own`.
        id: its identity there.
    """

    place: str
    id: str


class Verdict(BaseModel):
    """What a person said of a pair, whose order means nothing."""

    model_config = ConfigDict(frozen=True)

    one: Side
    other: Side
    same: bool


async def tell(records: Records, verdict: Verdict, *, owner_id: str) -> None:
    """Keep what a person says of a pair; a later word replaces an earlier one."""
    sides = sorted((side.place, side.id) for side in (verdict.one, verdict.other))
    entity = Entity(
        kind=KIND,
        entity_id=digest_of([owner_id, sides])[:32],
        owner_id=owner_id,
        title="",
        text="",
        data={"schema_version": 1, **verdict.model_dump(mode="json")},
        stores=(),
    )
    await records.entities.save([entity])


async def verdicts(records: Records, owner_id: str) -> AsyncIterator[Verdict]:
    """All that an owner has said."""
    after: str | None = ""
    while after is not None:
        page = await records.entities.listed(owner_id, KIND, after=after, limit=_PAGE)
        for row in page.items:
            if row.entity is not None:
                yield row.entity.as_model(Verdict)
        after = page.next


async def verdicts_of(records: Records, owner_id: str, shop: str) -> dict[tuple[str, str], bool]:
    """What was said of one's own products and a shop's, by both ids."""
    found: dict[tuple[str, str], bool] = {}
    async for verdict in verdicts(records, owner_id):
        ids = {side.place: side.id for side in (verdict.one, verdict.other)}
        if ids.keys() == {OWN, shop}:
            found[ids[OWN], ids[shop]] = verdict.same
    return found
