"""Documents are listed, read at the passage that an answer cites, shared, and removed."""

import dataclasses
import os
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from magicai.brain.planner import goal
from magicai.knowledge.add_documents import WORKFLOW, AddDocuments
from magicai.knowledge.adding import Added, add_document
from magicai.knowledge.document import PASSAGE
from magicai.runs.execution.executor import Executor
from magicai.runs.execution.step_calls import StepCall
from magicai.runs.run import RunStatus
from tasks.add_documents.keep_documents import keep_documents
from tests.page.conftest import Open, Place
from tests.unit.knowledge.test_documents import Paragraphs

pytestmark = pytest.mark.timeout(600)
GUIDE = "# Kettle guide\n\n" + "\n\n".join(
    f"## Part {number}\n\nWhat part {number} says. " + "It says more than fits on a line. " * 12
    for number in range(1, 41)
)


def a_document(place: Place, name: str, text: str) -> Added:
    """A document of ann's."""

    async def add(gateway: Any) -> Added:
        return await add_document(
            gateway.records.entities,
            Paragraphs(),
            owner_id="id-ann",
            collection="support",
            source=name,
            body=text.encode(),
        )

    return place.ask(add)


async def carried_out(gateway: Any, run_id: str) -> None:
    """Carry out a run of added documents, as a worker does."""
    run = await gateway.records.runs.get(run_id)
    attempt = await gateway.records.runs.begin(run_id, host="h", pid=1, process_started_at=1, flow_run_id=None)
    added = goal(dataclasses.replace(WORKFLOW, actions={}), provides=("kept",), steps=(keep_documents,))
    request = AddDocuments.model_validate(run.request)

    async def perform(_task: StepCall, do: Callable[[], Awaitable[Any]]) -> Any:
        return await do()

    async def show(_key: str, _content: str | Sequence[Mapping[str, object]]) -> None: ...

    executor = Executor(added, run, request, attempt, gateway.ports, perform=perform, show=show)
    status, _ = await executor.carry_out()
    assert status is RunStatus.COMPLETED


def picture(page: Any, name: str) -> None:
    """Keep a picture where somebody wants to look at some."""
    if folder := os.environ.get("MAGICAI_PAGE_LOOKS"):
        page.screenshot(path=Path(folder) / f"{name}.png")


def test_a_document_is_read_at_the_passage_that_is_cited_and_removed(show: Open, place: Place) -> None:
    guide = a_document(place, "manuals/guide.md", GUIDE)
    a_document(place, "returns.txt", "Returns are free within 30 days.")
    listed = place.ask(lambda gateway: gateway.records.entities.listed("id-ann", PASSAGE, limit=200))
    cited = next(item.entity_id for item in listed.items if item.entity and "part 30 says" in item.entity.text)
    with show("ann", "/knowledge") as page:
        page.get_by_role("link", name="Kettle guide").wait_for()
        assert page.get_by_text("manuals/guide.md").is_visible()
        assert page.locator("tbody tr").count() == 2
        picture(page, "documents")
        page.goto(f"/knowledge/documents/{guide.document_id}?passage={cited}")
        mark = page.locator(".quoted")
        mark.get_by_text("What part 30 says").wait_for()
        box, height = mark.bounding_box(), page.viewport_size["height"]
        assert 0 <= box["y"] < height
        assert page.get_by_role("heading", name="Part 30", exact=True).is_visible()
        picture(page, "document")
        page.get_by_role("button", name="Show earlier passages").click()
        page.get_by_role("heading", name="Part 1", exact=True).wait_for()
        page.goto(f"/knowledge/documents/{guide.document_id}?passage=gone")
        page.get_by_text("The cited passage is no longer there").wait_for()

        page.goto("/knowledge/collections")
        page.get_by_role("button", name="Share support").click()
        page.get_by_label("User name").fill("bob")
        page.get_by_role("button", name="Share", exact=True).click()
        page.get_by_role("button", name="Remove bob from this collection").wait_for()
        picture(page, "collections")

        page.goto("/knowledge")
        page.get_by_role("button", name="Remove returns").click()
        page.get_by_role("dialog").get_by_role("button", name="Remove").click()
        page.get_by_text("returns was removed.").wait_for()
        assert page.locator("tbody tr").count() == 1
    with show("bob", "/knowledge/collections") as page:
        page.get_by_role("button", name="Accept the invitation to ann/support").click()
        page.get_by_role("button", name="Leave ann/support").wait_for()
        page.goto("/knowledge")
        page.get_by_text("ann/support").first.wait_for()
        assert page.get_by_role("button", name="Remove Kettle guide").count() == 0


def test_files_that_are_dropped_are_added_by_a_run(show: Open, place: Place, tmp_path: Path) -> None:
    path = tmp_path / "faq.csv"
    path.write_text("question,answer\nHow long is the warranty?,24 months.\n")
    with show("ann", "/knowledge") as page:
        page.locator("input[type=file]").set_input_files(path)
        page.wait_for_url("**/runs/*")
        place.ask(lambda gateway: carried_out(gateway, page.url.rpartition("/")[2]))
        page.goto("/knowledge")
        page.get_by_role("row", name="faq").wait_for()
