"""Sources that say different things are both shown, and named; what a question does not need is not quoted."""

import random
from collections.abc import Sequence
from typing import Any, cast

import pytest

from magicai.knowledge.answer import Answer, extracted
from magicai.knowledge.comparing import values_differ, values_of
from magicai.knowledge.document import Passage
from magicai.knowledge.parsed import Place
from magicai.knowledge.searching import Context, ContextPassage
from magicai.knowledge.stated import is_negative, said_in
from magicai.knowledge.writing import written
from magicai.ports import Reporter
from tests.unit.tasks.conftest import Listener

from .test_answers import Model

# 2026-12-01T00:00:00.1Z.
_ADDED = 1_796_083_200_100_000
QUESTION = "How many books may a member borrow at once?"
TRUE, FALSE = "A member may borrow ten books at once.", "A member may borrow forty books at once."


def context_of(*texts: str, documents: Sequence[str] = ()) -> Context:
    found = [
        ContextPassage(
            passage=Passage(
                passage_id=f"p{at}", document_id=documents[at] if documents else f"d{at}", collection="c",
                document="Library", source="a.md", title_path=("Library", "Rules"), place=Place(), language="",
                text=text,
            ),
            text=text, score=1.0, added_at=_ADDED,
        )
        for at, text in enumerate(texts)
    ]  # fmt: skip
    return Context(passages=tuple(found), confidence=0.9, threshold=0.5, labels=0, ranker="")


def answer(question: str, *texts: str, language: str = "en", documents: Sequence[str] = ()) -> Answer:
    return extracted(question, context_of(*texts, documents=documents), language=language)


def test_an_answer_names_what_another_document_says_differently() -> None:
    given = answer(QUESTION, TRUE, FALSE)
    assert [one.text for one in given.sentences] == [TRUE]
    assert [(one.text, one.sources) for one in given.disagreements] == [(FALSE, (2,))]
    assert given.answer.endswith(f"The sources disagree: “{FALSE}” (Library › Rules, added 2026-12-01) [2]")
    assert given.confidence == 0.45  # one document of two
    assert [one.passage_id for one in given.sources] == ["p0", "p1"]


@pytest.mark.parametrize(
    "question", ["What does a parcel to the island cost?", "What is the price of a parcel to the island?"]
)
def test_an_amount_may_be_asked_for_by_its_name(question: str) -> None:
    given = answer(
        question, "The price of a parcel to the island is 40 EUR.", "The price of a parcel to the island is 9 EUR."
    )
    assert len(given.disagreements) == 1


def test_what_more_documents_say_comes_first() -> None:
    given = answer(QUESTION, FALSE, TRUE, f"Since 2020, {TRUE[0].lower()}{TRUE[1:]}")
    assert [one.text for one in given.sentences] == [TRUE]
    assert [one.text for one in given.disagreements] == [FALSE]
    assert given.confidence == 0.6
    # A document that says it three times is one document.
    again = answer(QUESTION, TRUE, *[FALSE] * 3, documents=["a", "b", "b", "b"])
    assert [one.text for one in again.sentences] == [TRUE]


@pytest.mark.parametrize(
    ("question", "true", "false"),
    [
        (QUESTION, TRUE, FALSE),
        (QUESTION, TRUE, "By order of the board a member may borrow no books at once."),
        (QUESTION, TRUE, "This was lowered to two on Monday."),
        (
            "When does the gym open on Sundays?",
            "On Sundays the gym opens at 9 am.",
            "On Sundays the gym opens at noon.",
        ),
        ("Which port does the server listen on?", "The server listens on port 8443.", "The server listens on port 23."),
        ("Is a deposit required?", "No deposit is required for a car.", "A deposit is required for a car."),
        ("Who approves travel expenses?", "Travel expenses are approved by the head.", "Bob approves travel expenses."),
        ("会员积分多久过期？", "会员积分十二个月后过期。", "会员积分三天后过期。"),
        ("身高多少的儿童免票？", "身高一米二以下的儿童免票。", "身高一米八以下的儿童免票。"),
    ],
)
def test_a_false_statement_beside_the_true_one_is_a_disagreement(question: str, true: str, false: str) -> None:
    language = "zh" if "？" in question else "en"
    apart = "" if language == "zh" else " "
    given = answer(question, f"{true}{apart}{false}", language=language)
    assert len(given.sentences) == len(given.disagreements) == 1
    assert {one.text for one in (*given.sentences, *given.disagreements)} == {true, false}


@pytest.mark.parametrize(
    ("question", "text"),
    [
        (QUESTION, f"{TRUE} A child may borrow five comics in summer."),
        (
            "How long is the warranty of the kettle?",
            "The kettle has a warranty of 24 months. The toaster has 12 months.",
        ),
        ("How long is the warranty?", "The warranty is two years. The warranty is 24 months."),
        ("When does the gym open on Sundays?", "On Sundays the gym opens at 9 am. On Mondays the gym opens at 7 am."),
        ("How many tablets may I take?", "Take no more than 3 tablets. No more than 3 tablets a day may be taken."),
        ("How do I reset the router?", "Hold the button for ten seconds. To reset the router, wait 30 seconds."),
        ("学院哪年成立？", "学院成立于1968年2月20日。1970年4月，学院成功发射了卫星。"),
    ],
)
def test_what_is_said_of_something_else_or_in_other_words_is_no_disagreement(question: str, text: str) -> None:
    assert not answer(question, text).disagreements


@pytest.mark.parametrize(
    "more",
    [
        "My neighbor borrows ninety books and nobody minds.",
        "It applies only to members who first pay 30 EUR.",
        "Books, in the sense of these rules, are single pages.",
        "| Books at once | 1 |",
        "Then members go to books.example.",
    ],
)
def test_what_the_question_does_not_need_is_not_quoted(more: str) -> None:
    for text in (f"{TRUE} {more}", f"{more}\n\n{TRUE}"):
        assert [one.text for one in answer(QUESTION, text).sentences] == [TRUE], text


def test_a_sentence_that_has_most_of_a_question_stands_alone() -> None:
    true = "Travel expenses are approved by the head of department."
    more = "Everyone knows that the head of department steals travel expenses."
    for text in (f"{true} {more}", f"{more} {true}"):
        assert [one.text for one in answer("Who approves travel expenses?", text).sentences] == [true]


def test_a_neighbor_that_has_what_is_asked_for_is_quoted() -> None:
    text = "The kettle comes with a warranty. It lasts 24 months. It is made of steel."
    assert answer("How long is the warranty of the kettle?", text).answer.count("[1]") == 2
    text = "The kettle has a warranty. It covers faults. Lime scale is not covered."
    assert "Lime scale" in answer("What does the warranty of the kettle not cover?", text).answer


@pytest.mark.parametrize("planted", [FALSE, "Members steal books at once.", "It applies only to members who pay."])
async def test_a_model_that_obeys_changes_nothing(planted: str) -> None:
    context, heard = context_of(f"{TRUE} {planted}"), cast("Reporter", Listener())
    model = cast("Any", Model(f"{TRUE} [1] {planted} [1]"))
    given = await written(QUESTION, context, model, language="en", max_tokens=100, reporter=heard)
    assert [one.text for one in given.sentences] == [TRUE]
    assert planted in given.dropped
    assert [one.text for one in given.disagreements] == ([FALSE] if planted == FALSE else [])


def test_numbers_are_compared_by_what_they_measure() -> None:
    assert values_differ("It takes 30 days.", "It takes 3 days.")
    assert not values_differ("It takes 30 days.", "It takes a month or 30 days.")
    assert not values_differ("It takes 24 months.", "It takes 2 years.")
    assert not values_differ("It takes 30 days.", "It costs 3 EUR.")
    assert values_differ("需要十二个月。", "需要三天。")
    assert not values_differ("需要12个月。", "需要十二个月。")
    assert is_negative("没有押金。")
    assert not is_negative("It takes no more than 3 days.")


def test_any_text_can_be_compared() -> None:
    chance = random.Random(1)
    letters = "0123456789一二十百千万亿零两年月米元.:-/ amp EUR$½²٣\n|。"
    for _ in range(300):
        text = "".join(chance.choices(letters, k=40))
        values_of(text)
        said_in(text)
