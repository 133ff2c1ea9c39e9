"""What people say of answers changes the next one, for questions like it, and never what others find by one voice."""

from typing import Any

import pytest
from pydantic import ValidationError

from magicai.accounts.identity import Role, User
from magicai.errors import Conflict, Invalid, NotFound
from magicai.knowledge.adding import documents, remove_document
from magicai.knowledge.answer import Confidence
from magicai.knowledge.confidence import calibration_of, recalibrate
from magicai.knowledge.document import PASSAGE
from magicai.knowledge.feedback import Feedback, StoredFeedback, feedback, votes_of
from magicai.knowledge.feedback_changes import give_feedback, strike_feedback, undo_feedback
from magicai.knowledge.interactions import Interaction, interaction_by_id
from magicai.knowledge.memory import Vote, influence
from magicai.knowledge.ports import Member, MemberRole
from magicai.knowledge.question_fingerprint import asked, likenesses
from magicai.knowledge.search_and_answer import WORKFLOW
from magicai.ports import Reward
from magicai.runs.events.messages import parse_message, receive
from magicai.runs.run import Origin, Run, RunStatus
from magicai.settings import Settings
from magicai.values.rewards import WEIGHTS, weights_of
from tests.scripted import ScriptedText

from .test_answers import GUIDE, RIGHT, Base, base
from .test_documents import add

__all__ = ["base"]
QUESTION = "Which acid takes the crust off my kettle?"
LIKE_IT = "Which acid takes crust off a kettle?"
OTHER = "How long is the warranty of the kettle?"


async def _source(base: Base, interaction_id: str, place: str) -> str:
    """The number of the source of a place; the id where it is no source."""
    one = await interaction_by_id(base.records.entities, interaction_id, owner_id="ann")
    for number, passage in enumerate(one.passages, 1):
        found = await base.records.entities.get("passage", passage, owner_id="ann")
        assert found.entity is not None
        if place in found.entity.title:
            return str(number)
    raise AssertionError(place)


async def _said(base: Base, said: Feedback, question: str = QUESTION) -> dict[str, Any]:
    result = await base.ask(question)
    await give_feedback(base.records, result["interaction_id"], said, owner_id="ann", weights=WEIGHTS)
    return result


async def test_the_right_source_is_first_at_once_and_for_questions_like_it(base: Base) -> None:
    before = await base.ask(QUESTION)
    right = await _source(base, before["interaction_id"], "Descaling")
    given = await give_feedback(
        base.records, before["interaction_id"], Feedback(right_source=right), owner_id="ann", weights=WEIGHTS
    )
    assert given.votes[given.right_source or ""] == 1.0
    for question in (QUESTION, LIKE_IT):
        assert "citric acid" in (await base.ask(question))["sources"][0]["excerpt"]
    assert "24 months" in (await base.ask(OTHER))["sources"][0]["excerpt"]


async def test_a_source_that_did_not_help_is_last_until_that_is_taken_back(base: Base) -> None:
    order = [one["place"] for one in (await _said(base, Feedback(helpful=False), OTHER))["sources"]]
    before = await base.ask(OTHER)
    assert [one["place"] for one in before["sources"]][-1] == order[0]
    await undo_feedback(base.records, f"run-1-{OTHER}", owner_id="ann")
    assert [one["place"] for one in (await base.ask(OTHER))["sources"]] == order
    with pytest.raises(NotFound):
        await undo_feedback(base.records, before["interaction_id"], owner_id="ann")


async def test_feedback_by_a_runs_socket_counts_as_much_as_by_any_other_way(
    base: Base, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[Reward] = []

    async def reward_made(_records: object, _made: object, reward: Reward, **_: object) -> None:
        told.append(reward)

    monkeypatch.setattr("magicai.knowledge.feedback.reward_made", reward_made)
    result = await base.ask(OTHER)
    run = Run(
        run_id=result["interaction_id"], owner_id="ann", workflow=WORKFLOW.name, request={}, origin=Origin.API,
        status=RunStatus.COMPLETED, created_at=1,
    )  # fmt: skip
    settings = Settings(reward_weights=("rating=7",))
    message = parse_message({"type": "feedback", "rating": 5})
    await receive(base.records, settings, run, message)
    await give_feedback(
        base.records, run.run_id, Feedback(rating=5), owner_id="ann", weights=weights_of(settings.reward_weights)
    )
    assert [one.weight for one in told] == [7.0, 7.0]


async def test_an_asker_counts_once_per_question(base: Base) -> None:
    result = await _said(base, Feedback(helpful=False), OTHER)
    for said in (Feedback(helpful=True), Feedback(rating=5), Feedback(rating=5)):
        await give_feedback(base.records, result["interaction_id"], said, owner_id="ann", weights=WEIGHTS)
    (one,) = [given async for given, _ in feedback(base.records.entities, owner_id="ann")]
    assert (one.helpful, one.rating, set(one.votes.values())) == (True, 5, {1.0})
    rows = await base.records.entities.present([("passage-votes", passage) for passage in one.votes])
    assert [len(row.entity.data["votes"]) for row in rows if row.entity] == [1]


async def test_another_users_answer_is_not_there(base: Base) -> None:
    result = await base.ask(OTHER)
    said = Feedback(helpful=True)
    for act in (give_feedback(base.records, result["interaction_id"], said, owner_id="bob", weights=WEIGHTS),
                undo_feedback(base.records, result["interaction_id"], owner_id="bob"),
                strike_feedback(base.records, result["interaction_id"], owner_id="bob", by="rob")):  # fmt: skip
        with pytest.raises(NotFound):
            await act


@pytest.mark.parametrize("said", [{"rating": 11}, {"rating": 0}, {}, {"stars": 3}, {"corrected_answer": ""}])
def test_what_says_nothing_is_refused(said: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Feedback.model_validate(said)


async def test_a_source_that_is_none_is_refused_and_one_that_is_gone_too(base: Base) -> None:
    result = await base.ask(OTHER)
    with pytest.raises(Invalid, match="'9'"):
        await give_feedback(
            base.records, result["interaction_id"], Feedback(right_source="9"), owner_id="ann", weights=WEIGHTS
        )
    await give_feedback(
        base.records, result["interaction_id"], Feedback(helpful=False), owner_id="ann", weights=WEIGHTS
    )
    async for document in documents(base.records.entities, owner_id="ann"):
        await remove_document(base.records.entities, document.document_id, owner_id="ann")
    with pytest.raises(Conflict, match="is gone"):
        await give_feedback(
            base.records, result["interaction_id"], Feedback(right_source="1"), owner_id="ann", weights=WEIGHTS
        )
    given = await give_feedback(
        base.records, result["interaction_id"], Feedback(helpful=True), owner_id="ann", weights=WEIGHTS
    )
    assert "removed" in given.note
    votes = await base.records.entities.present([("passage-votes", vote) for vote in given.votes])
    assert [vote for vote in votes if vote.entity is not None] == []


async def test_a_vote_that_counts_for_one_source_does_not_say_that_it_changes_nothing(base: Base) -> None:
    await add(base.records.entities, "# Kettles\n\nHow long a kettle boils.", source="boils.md")
    result = await base.ask(QUESTION)
    first, second, *_ = result["sources"]
    await base.records.entities.delete(PASSAGE, [first["passage_id"]])
    given = await give_feedback(
        base.records, result["interaction_id"], Feedback(right_source="2"), owner_id="ann", weights=WEIGHTS
    )
    assert second["passage_id"] in given.votes
    assert given.note == ""


async def test_whoever_may_no_longer_read_a_document_has_no_vote_on_it(base: Base) -> None:
    member = Member("ann", "default", "bob", MemberRole.READER, 1, accepted=True)
    await base.records.members.put(member)
    await base.records.identities.add_user(User(user_id="ann", name="ann", role=Role.USER, created_at=1))
    result = await base.ask(OTHER, owner_id="bob", collections=("ann/default",))
    given = await give_feedback(
        base.records, result["interaction_id"], Feedback(helpful=True), owner_id="bob", weights=WEIGHTS
    )
    assert given.note == ""
    await base.records.members.remove("ann", "default", "bob")
    with pytest.raises(Conflict, match="is gone"):
        await give_feedback(
            base.records, result["interaction_id"], Feedback(right_source="1"), owner_id="bob", weights=WEIGHTS
        )
    again = await give_feedback(
        base.records, result["interaction_id"], Feedback(helpful=False), owner_id="bob", weights=WEIGHTS
    )
    assert "no longer shared" in again.note
    (votes,) = await base.records.entities.present([("passage-votes", vote) for vote in again.votes])
    assert votes.entity is not None
    assert [one["value"] for one in votes.entity.data["votes"]] == [1.0]


async def test_what_a_reviewer_strikes_out_counts_no_more(base: Base) -> None:
    before = await _said(base, Feedback(helpful=False), OTHER)
    struck, _ = await strike_feedback(base.records, before["interaction_id"], owner_id="ann", by="rob")
    assert (struck.state, struck.struck_by) == ("struck", "rob")
    assert (await base.ask(OTHER))["sources"][0] == before["sources"][0]
    with pytest.raises(Conflict, match="struck out"):
        await give_feedback(
            base.records, before["interaction_id"], Feedback(helpful=False), owner_id="ann", weights=WEIGHTS
        )


async def test_what_a_reviewer_strikes_out_is_no_document_any_more(base: Base) -> None:
    answer = "Three years, if it is registered."
    before = await _said(base, Feedback(corrected_answer=answer), OTHER)
    assert answer in {one["excerpt"] for one in (await base.ask(OTHER))["sources"]}
    await strike_feedback(base.records, before["interaction_id"], owner_id="ann", by="rob")
    assert answer not in {one["excerpt"] for one in (await base.ask(OTHER))["sources"]}
    assert len([document async for document in documents(base.records.entities, owner_id="ann")]) == 1


def test_where_a_source_was_right_those_shown_above_it_were_not() -> None:
    asked_ = Interaction(
        interaction_id="1", query="how", language="en", collections=(), answerable="yes", answer="",
        passages=("a", "b"), ranking=(("a", 1.0), ("b", 0.5)), at=1,
    )  # fmt: skip
    assert votes_of(asked_, StoredFeedback(interaction_id="1", right_source="b", at=1)) == {"a": -0.5, "b": 1.0}
    assert votes_of(asked_, StoredFeedback(interaction_id="1", rating=3, at=1)) == {}


def test_one_voice_however_loud_moves_nothing_for_others() -> None:
    question = asked("how long is the warranty")
    loud = [Vote(interaction_id=str(n), voter="mad", asked=question, value=-1.0, at=n) for n in range(1_000)]
    assert influence(question, loud, voter="ann") == 0
    assert influence(question, loud, voter="mad") < -0.9
    few = [Vote(interaction_id=f"v{n}", voter=f"v{n}", asked=question, value=1.0, at=n) for n in range(5)]
    assert influence(question, few, voter="ann") > 0.4
    assert abs(influence(question, [*few, *loud], voter="ann") - influence(question, few, voter="ann")) < 0.15


@pytest.mark.parametrize("often", [1, 50])
@pytest.mark.parametrize("honest", [0, 1, 2, 3, 5])
def test_one_account_turns_no_ranking_of_others_around(honest: int, often: int) -> None:
    """Against one honest vote too: the louder of two was left out, which was the honest one."""
    question = asked("how long is the warranty")

    def vote(voter: str, value: float, number: int = 0) -> Vote:
        return Vote(interaction_id=f"{voter}{number}", voter=voter, asked=question, value=value, at=number)

    right = [vote(f"v{n}", 1.0) for n in range(honest)]
    for value in (-0.9, -1.0):
        attack = [vote("mad", value, number) for number in range(often)]
        said = influence(question, [*right, *attack], voter="ann")
        assert said >= 0.0
        assert said <= influence(question, right, voter="ann") + 1e-9
        assert (said > 0.1) == (honest > 1), "who agree outweigh one who does not"
    loud = [vote("fan", 1.0, number) for number in range(often)]
    assert influence(question, [*right, *loud], voter="ann") <= influence(
        question, [*right, vote("w", 1.0)], voter="ann"
    )


def test_two_who_agree_are_heard() -> None:
    question = asked("how long is the warranty")
    votes = [Vote(interaction_id=one, voter=one, asked=question, value=1.0, at=1) for one in ("eve", "bob")]
    assert influence(question, votes, voter="ann") > 0.2
    against = [vote.model_copy(update={"value": -1.0}) for vote in votes]
    assert influence(question, against, voter="ann") == -influence(question, votes, voter="ann")


def test_questions_are_alike_by_their_terms_where_nothing_read_them() -> None:
    same, near, far = likenesses(
        asked("退货运费由谁承担"), [asked("退货运费由谁承担"), asked("退货的运费谁承担"), asked("天气")]
    )
    assert same == 1
    assert near > far == 0


async def test_a_corrected_answer_becomes_a_document_that_is_found_and_taken_back_with_it(base: Base) -> None:
    result = await _said(base, Feedback(corrected_answer="Boil vinegar in it."), OTHER)
    first = (await base.ask(OTHER))["sources"][0]
    assert (first["document"], first["excerpt"]) == ("Corrected answer", "Boil vinegar in it.")
    await undo_feedback(base.records, result["interaction_id"], owner_id="ann")
    assert "Boil" not in str((await base.ask(OTHER))["sources"])


async def test_a_correction_is_found_in_the_collection_that_was_asked(base: Base) -> None:
    await add(base.records.entities, "# Manual\n\nThe kettle has a warranty.", collection="manuals")
    asked_ = ("eve/shared", "manuals")
    await base.records.identities.add_user(User(user_id="eve", name="eve", role=Role.USER, created_at=1))
    await base.records.members.put(Member("eve", "shared", "ann", MemberRole.EDITOR, 1, accepted=True))
    result = await base.ask(OTHER, collections=asked_)
    said = Feedback(corrected_answer="Boil vinegar in it.")
    given = await give_feedback(base.records, result["interaction_id"], said, owner_id="ann", weights=WEIGHTS)
    assert given.note == ""
    assert "Boil" in str((await base.ask(OTHER, collections=("manuals",)))["sources"])
    assert "Boil" in str((await base.ask(OTHER, collections=asked_))["sources"])
    await undo_feedback(base.records, result["interaction_id"], owner_id="ann")
    assert "Boil" not in str((await base.ask(OTHER, collections=asked_))["sources"])


async def test_a_correction_for_collections_of_others_is_in_default_and_says_so(base: Base) -> None:
    await base.records.identities.add_user(User(user_id="ann", name="ann", role=Role.USER, created_at=1))
    await base.records.members.put(Member("ann", "default", "bob", MemberRole.EDITOR, 1, accepted=True))
    result = await base.ask(OTHER, owner_id="bob", collections=("ann/default",))
    said = Feedback(corrected_answer="Boil vinegar in it.")
    given = await give_feedback(base.records, result["interaction_id"], said, owner_id="bob", weights=WEIGHTS)
    assert "in your collection default" in given.note
    assert "Boil" in str((await base.ask(OTHER, owner_id="bob"))["sources"])
    assert "Boil" not in str((await base.ask(OTHER))["sources"])


async def test_taking_back_a_correction_leaves_another_one_of_the_same_question(base: Base) -> None:
    first = await _said(base, Feedback(corrected_answer="Boil vinegar in it."), OTHER)
    await _said(base, Feedback(corrected_answer="Use lemon juice."), OTHER)
    await undo_feedback(base.records, first["interaction_id"], owner_id="ann")
    found = str((await base.ask(OTHER))["sources"])
    assert "lemon" in found
    assert "Boil" not in found


async def test_from_fifty_votes_on_how_sure_answers_are_is_what_they_say(base: Base) -> None:
    said: tuple[tuple[Confidence, float, bool], ...] = (
        *[("sure", 0.8, number % 4 > 0) for number in range(40)],
        *[("likely", 0.8, True) for _ in range(9)],
    )
    few = calibration_of(said)
    assert few.probability("sure", 0.8) is None
    enough = calibration_of([*said, ("sure", 0.1, False)])
    assert enough.probability("sure", 0.8) == pytest.approx(31 / 42)
    assert enough.probability("likely", 0.8) is None  # of its kind there are too few
    assert enough.probability("sure", 0.1) == pytest.approx(31 / 43)  # of such a fit there are too few


async def test_votes_change_the_word_for_how_sure_an_answer_is(base: Base) -> None:
    right: list[tuple[Confidence, float, bool]] = [("sure", 0.8, True)] * 50
    wrong: list[tuple[Confidence, float, bool]] = [("sure", 0.8, False)] * 50
    await recalibrate(base.records.entities, right, owner_id="ann")
    result = await base.ask(OTHER, model=ScriptedText([RIGHT]))
    assert (result["confidence"], result["confidence_score"]) == ("sure", 0.98)
    await recalibrate(base.records.entities, wrong, owner_id="ann")
    result = await base.ask(OTHER, model=ScriptedText([RIGHT]))
    assert (result["confidence"], result["confidence_score"]) == ("not_sure", 0.02)
    result = await base.ask(OTHER, model=ScriptedText([RIGHT]), owner_id="bob")
    assert result["confidence_score"] is None


async def test_votes_of_the_whole_installation_count_and_no_one_person_makes_what_others_read(base: Base) -> None:
    wrong: list[tuple[Confidence, float, bool]] = [("sure", 0.8, False)] * 1_000
    await base.records.identities.add_user(User(user_id="ann", name="ann", role=Role.USER, created_at=1))
    await add(base.records.entities, GUIDE, owner_id="bob")
    await recalibrate(base.records.entities, wrong, owner_id="ann")
    alone = await base.ask(OTHER, model=ScriptedText([RIGHT]), owner_id="bob")
    assert (alone["confidence"], alone["confidence_score"]) == ("sure", None)
    await base.records.identities.add_user(User(user_id="eve", name="eve", role=Role.USER, created_at=1))
    await recalibrate(base.records.entities, wrong[:25], owner_id="eve")
    result = await base.ask(OTHER, model=ScriptedText([RIGHT]), owner_id="bob")
    assert (result["confidence"], result["confidence_score"]) == ("not_sure", 0.02)


async def test_what_was_voted_on_answers_of_rules_is_kept() -> None:
    before: dict[str, Any] = {
        "interaction_id": "r", "query": "How?", "language": "en", "collections": [], "abstained": True,
        "confidence": 0.4, "answer": "", "passages": ["p"], "disagreeing": [], "ranker": "usem3-1-0", "at": 1,
    }  # fmt: skip
    one = Interaction.model_validate(before)
    assert (one.answerable, one.confidence) == ("no", None)
