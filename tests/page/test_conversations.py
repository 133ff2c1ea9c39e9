"""A conversation is named and deleted on the page, by whoever may ask."""

from tests.page.conftest import Open
from tests.page.showing import PHONE


def test_a_conversation_is_renamed_and_deleted(show: Open) -> None:
    question = "How long does a parcel to Mars take?"
    with show("ann", "/ask", viewport=PHONE) as page:
        page.get_by_label("Your question").fill(question)
        page.get_by_role("button", name="Ask", exact=True).click()
        page.wait_for_url("**/ask/*")
        page.get_by_role("heading", name=question, level=1).wait_for()
        page.get_by_role("button", name="Rename").click()
        page.get_by_label("Name").fill("Parcels to Mars")
        page.get_by_role("button", name="Save").click()
        page.get_by_role("heading", name="Parcels to Mars", level=1).wait_for()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        named = page.get_by_role("navigation", name="Conversations").get_by_role("link", name="Parcels to Mars")
        named.wait_for()
        page.get_by_role("button", name="Delete").click()
        page.get_by_role("dialog").get_by_role("button", name="Delete").click()
        page.wait_for_url("**/ask")
        page.get_by_role("heading", name="New conversation", level=1).wait_for()
        named.wait_for(state="detached")


def test_enter_asks_and_shift_enter_begins_a_line(show: Open) -> None:
    with show("ann", "/ask") as page:
        field = page.get_by_label("Your question")
        field.fill("How long does a parcel")
        field.press("Shift+Enter")
        field.press_sequentially("to Mars take?")
        assert field.input_value() == "How long does a parcel\nto Mars take?"
        field.press("Enter")
        page.wait_for_url("**/ask/*")
        page.get_by_role("heading", name="How long does a parcel to Mars take?", level=1).wait_for()
