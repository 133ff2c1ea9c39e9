"""Several drafts of a text are kept, and the one that its user takes is its next version."""

import pytest
from pydantic import BaseModel

from magicai.content.content import Content, Version, content_entity
from magicai.content.deciding import Decider
from magicai.content.drafts import use_draft
from magicai.content.editing import content_of, edit_distance
from magicai.content.text import parse, plain
from magicai.errors import Conflict, NotFound
from magicai.ports import Records
from magicai.runs.plan import Alternative, Choice
from magicai.runs.requests.accept import accept as accept_run
from magicai.runs.run import Origin
from magicai.values.rewards import TOLD
from tests.unit.content.briefs import TRUE, content

OTHER = "Havn sews it from washed linen: the Linen apron, with two pockets, in sand and slate. 39.00 EUR, 2 years."


class Wish(BaseModel):
    pass


def draft(number: int, text: str, by: str = "openai:m") -> Version:
    first = content(TRUE).latest
    return first.model_copy(update={"number": number, "by": by, "blocks": parse(text), "cost": 0.01})


@pytest.fixture
async def kept(records: Records) -> Content:
    """A text of ann's with two drafts, for which `openai:m` was chosen as its writer."""
    run = await accept_run(records, "w", Wish(), owner_id="ann", origin=Origin.CLI)
    attempt = await records.runs.begin(run.run_id, host="h", pid=1, process_started_at=1, flow_run_id=None)

    def choice(name: str, option: str, item: str = "a") -> Choice:
        return Choice(
            step="write", choice=name, option=option, reason="", propensity=1.0, learns_from=TOLD, item=item,
            alternatives=(Alternative(option=option, propensity=1.0),), id=f"{run.run_id}-{name}-{item}",
        )  # fmt: skip

    chosen = [choice("writer", "openai:m"), choice("temperature", "low"), choice("writer", "openai:m", "b")]
    await records.decisions.add(attempt, "policy", chosen)
    made = content(TRUE, run_id=run.run_id, content_id=f"{run.run_id}-a", item="a").model_copy(
        update={"alternatives": (draft(1, TRUE), draft(2, OTHER), draft(3, OTHER, by="openai:other"))}
    )
    await records.entities.save([content_entity(made)])
    return made


async def rewarded(records: Records, kept: Content) -> dict[str, list[tuple[str, float]]]:
    made = await records.decisions.of_run(kept.run_id)
    return {
        f"{one.choice.choice} {one.choice.item}": [(told.kind, told.value) for told in one.rewards]
        for one in made
        if one.rewards
    }


async def test_the_draft_that_is_taken_is_the_next_version_and_the_drafts_stay(records: Records, kept: Content) -> None:
    used = (await use_draft(records, kept.content_id, 2, owner_id="ann")).content
    assert [(version.number, version.note, version.by) for version in used.versions][1:] == [(2, "draft 2", "openai:m")]
    assert plain(used.latest.blocks) == plain(parse(OTHER))
    assert used.alternatives == kept.alternatives
    assert (await content_of(records, kept.content_id, owner_id="ann")).content == used


async def test_the_choice_of_its_writer_learns_from_it_and_no_other(records: Records, kept: Content) -> None:
    await use_draft(records, kept.content_id, 2, owner_id="ann")
    assert await rewarded(records, kept) == {"writer a": [("accepted", 1.0)]}


async def test_a_draft_of_another_model_says_nothing_of_the_one_that_was_chosen(
    records: Records, kept: Content
) -> None:
    await use_draft(records, kept.content_id, 3, owner_id="ann")
    assert await rewarded(records, kept) == {}


async def test_to_take_another_draft_is_no_edit(records: Records, kept: Content) -> None:
    used = await use_draft(records, kept.content_id, 2, owner_id="ann")
    assert edit_distance(used.content) == 0
    await Decider(records, "ann").accept(kept.content_id)
    assert (await rewarded(records, kept))["temperature a"] == [("accepted", 1.0)]


async def test_a_draft_that_there_is_not_another_ones_text_and_a_changed_one_are_refused(
    records: Records, kept: Content
) -> None:
    with pytest.raises(NotFound, match="no draft 4") as refused:
        await use_draft(records, kept.content_id, 4, owner_id="ann")
    assert refused.value.way_out == "It has: 1, 2, 3."
    with pytest.raises(NotFound):
        await use_draft(records, kept.content_id, 2, owner_id="bob")
    await use_draft(records, kept.content_id, 2, owner_id="ann", row=1)
    with pytest.raises(Conflict):
        await use_draft(records, kept.content_id, 1, owner_id="ann", row=1)
    assert await rewarded(records, kept) == {"writer a": [("accepted", 1.0)]}
