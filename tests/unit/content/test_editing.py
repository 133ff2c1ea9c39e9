"""What people do with a text is kept as versions, and told to the decisions that led to it."""

import time

import pytest
from pydantic import BaseModel

from magicai.content.content import MOST_VERSIONS, Content, State, content_entity
from magicai.content.deciding import Decider
from magicai.content.editing import content_of, edit, edit_distance, named, was_edited
from magicai.content.text import parse, plain
from magicai.errors import Conflict, Invalid, NotFound
from magicai.ports import Records
from magicai.runs.plan import Alternative, Choice
from magicai.runs.requests.accept import accept as accept_run
from magicai.runs.rewarding import reward_decision, reward_run, told_reward
from magicai.runs.run import Origin
from magicai.values.rewards import TOLD
from tests.unit.content.briefs import INVENTED, TRUE, content


class Wish(BaseModel):
    pass


@pytest.fixture
async def kept(records: Records) -> Content:
    """A text of ann's for the row `a` of a run, which decided something about `a`, about `b`, and about all."""
    run = await accept_run(records, "w", Wish(), owner_id="ann", origin=Origin.CLI)
    attempt = await records.runs.begin(run.run_id, host="h", pid=1, process_started_at=1, flow_run_id=None)
    only = Choice(
        step="write",
        choice="model",
        option="x",
        alternatives=(Alternative(option="x", propensity=1.0),),
        reason="",
        propensity=1.0,
        learns_from=TOLD,
    )
    choices = [only.model_copy(update={"id": f"{run.run_id}-{item}", "item": item}) for item in ("a", "b", None)]
    choices.append(only.model_copy(update={"id": f"{run.run_id}-speed", "choice": "speed", "learns_from": ("time",)}))
    await records.decisions.add(attempt, "policy", choices)
    made = content(TRUE, run_id=run.run_id, content_id=f"{run.run_id}-a", item="a")
    await records.entities.save([content_entity(made)])
    return made


async def rewards(records: Records, kept: Content) -> dict[str | None, dict[str, float]]:
    made = await records.decisions.of_run(kept.run_id)
    assert not [one.rewards for one in made if one.choice.choice == "speed" and one.rewards]
    models = [one for one in made if one.choice.choice == "model"]
    return {model.choice.item: {told.kind: told.value for told in model.rewards} for model in models}


async def test_html_that_an_editor_saves_is_a_text_in_blocks_and_checked_as_one(
    records: Records, kept: Content
) -> None:
    saved = "<h2>Linen &amp; more</h2><p>It costs <b>39</b>.00&nbsp;EUR.</p><ul><li><p>two pockets</p></li></ul>"
    edited = (await edit(records, kept.content_id, saved, owner_id="ann")).content
    assert [(block.kind, block.level, block.text) for block in edited.latest.blocks] == [
        ("heading", 2, "Linen & more"),
        ("paragraph", 1, "It costs 39.00 EUR."),
        ("item", 1, "two pockets"),
    ]
    assert ("39.00 EUR", "proved") in [(claim.text, claim.verdict) for claim in edited.latest.claims]
    marked = "# Apron\n\nIt has <i>two</i> pockets.\n\n- size M"
    edited = (await edit(records, kept.content_id, marked, owner_id="ann")).content
    assert plain(edited.latest.blocks) == "Apron\n\nIt has two pockets.\n\nsize M"
    edited = (await edit(records, kept.content_id, "Size <M>, a<b and b>a", owner_id="ann")).content
    assert plain(edited.latest.blocks) == "Size <M>, a<b and b>a"
    with pytest.raises(Invalid, match="empty"):
        await edit(records, kept.content_id, "<p> </p><script>a()</script>", owner_id="ann")
    with pytest.raises(Invalid, match="empty"):
        await edit(records, kept.content_id, f"{'<b>' * 9_000}39.00 EUR</b>", owner_id="ann")


async def test_a_text_is_named_by_a_unique_beginning_or_end_of_its_id(records: Records, kept: Content) -> None:
    whole = kept.content_id
    for part in (whole, whole[:8], whole[-8:]):
        assert await named(records, part, owner_id="ann") == whole
    for part, owner in ((whole, "bob"), ("no such", "ann"), ("%%%%", "ann")):
        with pytest.raises(NotFound, match="There is no text"):
            await named(records, part, owner_id=owner)
    other = kept.model_copy(update={"content_id": f"{whole}-b"})
    await records.entities.save([content_entity(other)])
    assert await named(records, whole, owner_id="ann") == whole, "the whole id is no beginning of another's"
    with pytest.raises(Invalid, match="several texts"):
        await named(records, whole[:8], owner_id="ann")
    with pytest.raises(Invalid, match="too short"):
        await named(records, whole[:3], owner_id="ann")


async def test_an_edit_is_a_version_checked_as_any_other(records: Records, kept: Content) -> None:
    edited = (await edit(records, kept.content_id, f"{TRUE} {INVENTED}", owner_id="ann")).content
    assert [(version.number, version.by) for version in edited.versions] == [(1, "composer"), (2, "user")]
    assert plain(edited.versions[0].blocks) == TRUE
    assert edited.state is State.FLAGGED
    assert any("2019" in flag for flag in edited.latest.flags)
    mended = (await edit(records, kept.content_id, TRUE, owner_id="ann")).content
    assert (mended.state, mended.latest.flags, mended.latest.number) == (State.DRAFT, (), 3)
    assert (await content_of(records, kept.content_id, owner_id="ann")).content == mended


@pytest.mark.parametrize(
    "changed", [{"content_type": "own:gone"}, {"variables": {"name": "Linen apron", "unknown": 1}}]
)
async def test_a_text_can_be_edited_though_its_template_is_gone_or_takes_its_facts_no_longer(
    records: Records, kept: Content, changed: dict[str, object]
) -> None:
    made = kept.model_copy(update={**changed, "content_id": f"{kept.content_id}2"})
    await records.entities.save([content_entity(made)])
    edited = (await edit(records, made.content_id, "Linen apron, from 3 May 2019.", owner_id="ann")).content
    assert edited.state is State.FLAGGED
    assert ["2019" in flag for flag in edited.latest.flags] == [True]


async def test_the_first_version_and_the_latest_ones_are_kept(records: Records, kept: Content) -> None:
    versions = tuple(kept.latest.model_copy(update={"number": number}) for number in range(1, MOST_VERSIONS + 1))
    made = kept.model_copy(update={"versions": versions})
    await records.entities.save([content_entity(made)])
    edited = (await edit(records, kept.content_id, "Linen apron.", owner_id="ann")).content
    assert [version.number for version in edited.versions] == [1, *range(3, MOST_VERSIONS + 2)]


async def test_of_two_who_edit_one_text_nobody_overwrites_the_other(records: Records, kept: Content) -> None:
    row = (await content_of(records, kept.content_id, owner_id="ann")).row
    await edit(records, kept.content_id, "First.", owner_id="ann", row=row)
    with pytest.raises(Conflict, match="changed meanwhile"):
        await edit(records, kept.content_id, "Second.", owner_id="ann", row=row)
    found = (await content_of(records, kept.content_id, owner_id="ann")).content
    assert plain(found.latest.blocks) == "First."
    with pytest.raises(Conflict):
        await Decider(records, "ann").accept(kept.content_id, row=row)
    assert await rewards(records, kept) == {"a": {}, "b": {}, None: {}}, "what was refused teaches nothing"


async def test_an_accepted_text_rewards_its_own_decisions(records: Records, kept: Content) -> None:
    accepted = await Decider(records, "ann").accept(kept.content_id)
    assert accepted.content.state is State.ACCEPTED
    assert await rewards(records, kept) == {"a": {"accepted": 1.0}, "b": {}, None: {"accepted": 1.0}}


async def test_an_edited_text_that_is_accepted_counts_by_how_little_was_changed(
    records: Records, kept: Content
) -> None:
    edited = await edit(records, kept.content_id, TRUE.replace("sand and slate", "slate and sand"), owner_id="ann")
    await Decider(records, "ann").accept(kept.content_id)
    distance = edit_distance(edited.content)
    assert 0 < distance < 0.2
    assert (await rewards(records, kept))["a"] == {"edited": pytest.approx(1 - distance)}


async def test_a_rejected_text_says_why_and_counts_nothing(records: Records, kept: Content) -> None:
    rejected = (await Decider(records, "ann").reject(kept.content_id, "Too dry.")).content
    assert (rejected.state, rejected.reasons) == (State.REJECTED, ("Too dry.",))
    assert (await rewards(records, kept))["a"] == {"rejected": 1.0}


async def test_the_last_verdict_holds_however_it_is_told(records: Records, kept: Content) -> None:
    """Accepted, then rejected through the API, then accepted again: one source, which says one thing at a time."""

    async def told() -> tuple[set[str], float | None]:
        made = await records.decisions.get(f"{kept.run_id}-a", owner_id="ann")
        return {reward.kind for reward in made.rewards}, made.reward

    await Decider(records, "ann").accept(kept.content_id)
    assert await told() == ({"accepted"}, 1.0)
    await reward_decision(records, f"{kept.run_id}-a", told_reward("rejected", 1.0, owner_id="ann"), owner_id="ann")
    assert await told() == ({"rejected"}, 0.0)
    await Decider(records, "ann").accept(kept.content_id)
    assert await told() == ({"accepted"}, 1.0)


async def test_what_a_choice_cannot_change_is_not_told_about_it(records: Records, kept: Content) -> None:
    rating = told_reward("rating", 0.0, owner_id="ann")
    with pytest.raises(Invalid, match="does not learn from 'rating'") as refused:
        await reward_decision(records, f"{kept.run_id}-speed", rating, owner_id="ann")
    assert refused.value.way_out == "This choice learns only from what runs measure."
    assert await reward_run(records, kept.run_id, rating, owner_id="ann") == 3
    assert (await rewards(records, kept))["b"] == {"rating": 0.0}


@pytest.mark.parametrize(("text", "said"), [(" \n", "is empty"), ("x" * 100_001, "100001 characters")])
async def test_a_text_that_can_t_be_kept_is_refused(records: Records, kept: Content, text: str, said: str) -> None:
    with pytest.raises(Invalid, match=said):
        await edit(records, kept.content_id, text, owner_id="ann")


async def test_nobody_has_the_texts_of_others(records: Records, kept: Content) -> None:
    for do in (
        content_of(records, kept.content_id, owner_id="eve"),
        edit(records, kept.content_id, "Mine.", owner_id="eve"),
        Decider(records, "eve").accept(kept.content_id),
        Decider(records, "eve").reject(kept.content_id, ""),
    ):
        with pytest.raises(NotFound):
            await do


def test_how_much_was_changed_of_a_long_text_takes_no_time_that_grows_with_its_square() -> None:
    long = " ".join(f"word{number % 50}" for number in range(16_000))
    before = content(long)
    edited = before.versions[0].model_copy(update={"number": 2, "by": "user", "blocks": parse(f"{long} More.")})
    after = before.model_copy(update={"versions": (before.versions[0], edited)})
    began = time.process_time()
    assert 0 < edit_distance(after) < 0.001
    assert time.process_time() - began < 1


def test_a_text_that_was_only_punctuated_was_edited() -> None:
    before = content("One two.")
    edited = before.versions[0].model_copy(update={"number": 2, "by": "user", "blocks": parse("One, two.")})
    assert was_edited(before.model_copy(update={"versions": (before.versions[0], edited)}))
    assert not was_edited(before)
