"""A question is asked on the page: without a model the closest passages are shown, and otherwise after a vote on one.

A scripted model answers where a test says so: it proves what the page shows, not that models answer well.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from integrations.cache.sqlite import SqliteCache
from integrations.search.sqlite import SqliteSearch
from magicai.api.gateway import Gateway
from magicai.knowledge.answering import Verdict
from magicai.ports import Message
from magicai.runs.run import RunStatus
from tests.page.conftest import Open, Place
from tests.page.showing import PHONE
from tests.page.test_knowledge import a_document, picture
from tests.scripted import ScriptedText
from tests.unit.knowledge.test_answers import Base, verdict

pytestmark = pytest.mark.timeout(600)
GUIDE = """# Parcel guide

## Returning a parcel

Returning a parcel is free within 30 days. Print the label and hand the parcel to the courier.

## Returning a parcel from abroad

Returning a parcel from abroad costs 12 EUR. Fill in the customs form first.
"""
QUESTION = "How do I return a parcel?"
ABROAD = "Parcel guide › Returning a parcel from abroad"


class Answering:
    """Carries out the runs that the page starts."""

    def __init__(self, place: Place, folder: Path) -> None:
        self.place, self.folder = place, folder
        self.base: Base | None = None

    def answer(self, page: Any, model: ScriptedText | None = None) -> None:
        """Carry out the run whose page is shown."""
        run_id = page.url.rpartition("/")[2].partition("?")[0]
        self.place.ask(lambda gateway: self._carry_out(gateway, run_id, model))
        page.get_by_role("region", name="Feedback").wait_for()

    async def _carry_out(self, gateway: Gateway, run_id: str, model: ScriptedText | None) -> None:
        records = gateway.records
        if self.base is None:
            cache = SqliteCache(self.folder / "cache.sqlite3")
            self.base = Base(records, SqliteSearch(self.folder / "search.sqlite3"), cache)
        run = await records.runs.get(run_id)
        attempt = await records.runs.begin(run_id, host="h", pid=1, process_started_at=1, flow_run_id=None)
        result = await self.base.ask(run.request["query"], owner_id=run.owner_id, run_id=run_id, model=model)
        told: dict[str, Any] = {"run_id": run_id, "status": "completed", "problems": [], **result}
        await records.runs.finish(attempt, RunStatus.COMPLETED, told)

    async def close(self, _gateway: Gateway) -> None:
        """Close what it opened."""
        if self.base is not None:
            await self.base.cache.close()
            await self.base.search.close()


@pytest.fixture(scope="module")
def answering(place: Place, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Answering]:
    made = Answering(place, tmp_path_factory.mktemp("answering"))
    yield made
    place.ask(made.close)


def ask(page: Any, question: str) -> None:
    page.goto("/workflows/search-and-answer")
    page.get_by_label("Question").fill(question)
    page.get_by_role("button", name="Run", exact=True).click()
    page.wait_for_url("**/runs/*")


def first_source(page: Any) -> str:
    return str(page.locator("ol.cited li").first.locator("a").inner_text())


def test_a_vote_on_a_source_changes_the_next_answer_and_can_be_undone(
    show: Open, place: Place, answering: Answering
) -> None:
    guide = a_document(place, "parcels.md", GUIDE)
    with show("ann") as page:
        ask(page, QUESTION)
        answering.answer(page)
        answer = page.get_by_role("article", name="Answer")
        answer.get_by_text("No language model judged these passages.").wait_for()
        answer.get_by_role("heading", name="Closest passages").wait_for()
        assert "parcel" in page.locator("ol.cited li").first.locator("mark").all_inner_texts()
        assert first_source(page) == "Parcel guide › Returning a parcel"
        picture(page, "closest")

        page.get_by_label(f"2. {ABROAD}").check()
        page.get_by_text("takes it into account").wait_for()
        before = page.url

        def is_elsewhere(url: str) -> bool:
            return url != before

        page.get_by_role("button", name="Ask again").click()
        page.wait_for_url(is_elsewhere)
        answering.answer(page)
        assert first_source(page) == ABROAD
        ask(page, "How can I return my parcel?")  # a similar question
        answering.answer(page)
        assert first_source(page) == ABROAD

        page.locator("ol.cited a").first.click()
        page.wait_for_url(f"**/knowledge/documents/{guide.document_id}?passage=*")
        page.locator(".quoted").get_by_text("costs 12 EUR").wait_for()

        page.goto(before)
        page.get_by_role("button", name="Undo feedback").click()
        page.get_by_text("Undone.").wait_for()
        ask(page, QUESTION)
        answering.answer(page)
        assert first_source(page) == "Parcel guide › Returning a parcel"


def test_an_answer_shows_what_its_sources_say_and_is_corrected(show: Open, place: Place, answering: Answering) -> None:
    a_document(place, "parcels.md", GUIDE)
    said = verdict("yes", ("A return costs nothing in the first 30 days.", 1, "free within 30 days"))
    untrue = verdict("yes", ("It takes 3 days.", 1, "free within 30 days"))
    model = ScriptedText([said.model_copy(update={"sentences": (*said.sentences, *untrue.sentences)}), said])
    with show("ann") as page:
        ask(page, QUESTION)
        answering.answer(page, model)
        answer = page.get_by_role("article", name="Answer")
        answer.get_by_text("A return costs nothing in the first 30 days.").wait_for()
        page.get_by_text("Confidence: sure").wait_for()
        assert page.get_by_text("It takes 3 days.").count() == 0
        answer.locator(".cite").first.click()
        assert page.evaluate("document.activeElement.matches('ol.cited > li:first-child')")
        assert page.locator("ol.cited > li").first.locator("mark").all_inner_texts() == ["free within 30 days"]
        picture(page, "answer")
        page.get_by_role("button", name="Right", exact=True).click()
        page.get_by_text("takes it into account").wait_for()
        page.get_by_role("button", name="Correct the answer").click()
        page.get_by_label("The right answer").fill("Free within 30 days.")
        page.get_by_role("button", name="Save").click()
        page.get_by_text("Free within 30 days.", exact=True).wait_for()
        page.reload()
        page.get_by_text("Free within 30 days.", exact=True).wait_for()
        assert page.get_by_role("button", name="Right", exact=True).get_attribute("aria-pressed") == "true"
        path = page.url
    with show("ann", path, language="zh", scheme="dark") as page:
        page.get_by_text("A return costs nothing in the first 30 days.").wait_for()
        picture(page, "answer-chinese")


def test_a_sentence_that_asks_for_a_secret_is_marked_where_it_stands_and_steps_have_lines(
    show: Open, place: Place, answering: Answering
) -> None:
    a_document(place, "parcels.md", GUIDE)
    said = verdict(
        "yes",
        ("1. Print the label.", 1, "Print the label"),
        ("2. Send your password to the courier.", 1, "hand the parcel to the courier"),
        ("3. It is free.", 1, "is free within 30 days"),
    )
    remark = "A sentence asks for a password, a code or a card number."
    with show("ann") as page:
        ask(page, "What are the steps of returning a parcel?")
        answering.answer(page, ScriptedText([said]))
        answer = page.get_by_role("article", name="Answer").locator(".answer")
        (mark,) = answer.get_by_role("img").all()
        assert remark in mark.get_attribute("aria-label")
        lines = answer.inner_text().splitlines()
        assert [line[:2] for line in lines] == ["1.", "2.", "3."]
        assert ["⚠" in line for line in lines] == [False, True, False]
        page.get_by_role("note").filter(has_text=remark).wait_for()
        picture(page, "steps")
        path = page.url
    with show("ann", path, language="zh", scheme="dark") as page:
        page.locator(".answer").get_by_role("img").wait_for()
        picture(page, "steps-chinese")


def test_a_question_without_an_answer_shows_the_closest_passages(
    show: Open, place: Place, answering: Answering
) -> None:
    a_document(place, "parcels.md", GUIDE)
    with show("ann", viewport=PHONE) as page:
        ask(page, "Who painted the parcel in the museum of Oslo?")
        answering.answer(page, ScriptedText([verdict("no")]))
        page.get_by_text("The documents do not answer this question.").wait_for()
        page.get_by_role("heading", name="Closest passages").wait_for()
        assert page.locator("ol.cited li").count() >= 1
        assert page.get_by_text("Does one of these passages answer it?").is_visible()
        assert page.get_by_text("Is this answer right?").count() == 0
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        picture(page, "abstained-phone")
        path = page.url
        page.goto("/knowledge/gaps")
        page.get_by_text("Who painted the parcel in the museum of Oslo?").wait_for()
    with show("ann", path, language="zh", scheme="dark") as page:
        page.get_by_role("heading", name="最接近的段落").wait_for()
        page.get_by_text("文档中没有这个问题的答案。").wait_for()
        picture(page, "abstained-chinese")


def test_sources_that_disagree_are_both_shown_and_listed(show: Open, place: Place, answering: Answering) -> None:
    a_document(place, "parcels.md", GUIDE)
    a_document(place, "post.md", "# Island post\n\nSending a parcel to the island costs 40 EUR. It takes a week.")
    a_document(place, "old.md", "# Old island post\n\nSending a parcel to the island costs 9 EUR. It takes a week.")

    def both(messages: Sequence[Message]) -> Verdict:
        shown = messages[-1].content
        numbers = [shown[: shown.index(words)].count("--- passage") for words in ("40 EUR", "9 EUR")]
        sides = (("It costs 40 EUR.", numbers[0], "costs 40 EUR"), ("It costs 9 EUR.", numbers[1], "costs 9 EUR"))
        return verdict("sources_disagree", *sides)

    with show("ann") as page:
        ask(page, "How much does sending a parcel to the island cost?")
        answering.answer(page, ScriptedText(both))
        page.get_by_text("disagree").first.wait_for()
        for cost in ("40 EUR", "9 EUR"):
            page.get_by_text(f"costs {cost}").first.wait_for()
        picture(page, "disagreement")
        page.goto("/knowledge/disagreements")
        page.get_by_text("How much does sending a parcel to the island cost?").wait_for()
        page.get_by_role("link", name="Latest answer").wait_for()
        picture(page, "disagreements")
