"""What is found is ranked by words and meaning, the same for every encoder; votes and rerankers change the order."""

import numpy as np
import pytest

from magicai.knowledge.memory import Vote, influence, worth
from magicai.knowledge.question_fingerprint import asked
from magicai.knowledge.ranking import LEAST_MATCH, Candidate, Ranked, rank, reranked, voted

KETTLE = Candidate("kettle", "Kettle", "The kettle has a warranty of two years.", 0.6, 0.8)
CHAIR = Candidate("chair", "Chair", "The chair is made of beech.", 0.2, 0.3)
DOOR = Candidate("door", "Door", "How to open the green door.", 0.4, None)


def order(ranked: list[Ranked]) -> list[str]:
    return [one.candidate.passage_id for one in ranked]


def test_what_words_and_meaning_find_comes_first() -> None:
    found = rank("How long is the warranty of the kettle?", [CHAIR, DOOR, KETTLE])
    assert order(found)[0] == "kettle"
    assert found[0].match > LEAST_MATCH >= found[-1].match


def test_words_count_little_where_passages_are_in_another_language() -> None:
    near = Candidate("near", "", "本产品自购买之日起享有两年质保。", 0.7, 0.02)
    far = Candidate("far", "", "型号说明。", 0.2, 0.4)
    assert order(rank("How long is the warranty of X100?", [far, near])) == ["near", "far"]


def test_an_unrelated_question_matches_nothing() -> None:
    found = rank("Who won the football match?", [Candidate("a", "Kettle", "Fill it with water.", 0.1, 0.1)])
    assert found[0].match < LEAST_MATCH


def test_nearness_alone_is_a_match_only_by_the_model_whose_cosines_were_measured() -> None:
    passage = Candidate("a", "Kettle", "Fill it with water.", 0.8, None)
    question = "Who won the football match?"
    assert rank(question, [passage])[0].match > LEAST_MATCH
    assert rank(question, [passage], made_by="compatible-m-64-0123456789ab")[0].match == 0.0


def test_votes_whose_vectors_have_another_length_are_compared_by_words() -> None:
    before = asked("how do I open the green door", np.ones(4, dtype=np.float32) / 2, "compatible:m")
    said = [Vote(interaction_id="1", voter="ann", asked=before, value=1.0, at=1)]
    now = asked("how do I open the green door", np.ones(9, dtype=np.float32) / 3, "compatible:m")
    assert worth(influence(now, said, voter="ann")) == pytest.approx(1.0)
    other = asked("who sells kettles", np.ones(9, dtype=np.float32) / 3, "compatible:m")
    assert influence(other, said, voter="ann") == 0.0


def test_a_reranker_orders_what_it_read_and_nothing_else() -> None:
    found = rank("How long is the warranty of the kettle?", [CHAIR, DOOR, KETTLE])
    assert order(reranked(found, [0.1, 0.9])) == [order(found)[1], order(found)[0], order(found)[2]]
    assert order(reranked(found, [])) == order(found)


def test_an_askers_own_vote_on_a_question_puts_its_passage_first() -> None:
    question = asked("how do I open the green door")
    said = influence(question, [Vote(interaction_id="1", voter="ann", asked=question, value=1.0, at=1)], voter="ann")
    assert worth(said) == pytest.approx(1.0)
    found = rank("warranty of the kettle", [CHAIR, DOOR, KETTLE])
    assert order(voted(found, {"chair": worth(said)}))[0] == "chair"
    assert order(voted(found, {order(found)[0]: -worth(said)}))[-1] == order(found)[0]


def test_a_vote_on_a_question_that_is_only_like_it_is_worth_less() -> None:
    assert worth(0.5) == pytest.approx(0.25)
    assert (worth(0.0), worth(0.95), worth(-1.0)) == (0.0, 1.0, -1.0)
