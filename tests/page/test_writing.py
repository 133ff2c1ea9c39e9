"""A text is read beside its sources, edited, and accepted."""

from collections.abc import Sequence
from typing import Any

import pytest

from magicai.api.gateway import Gateway
from magicai.content.assessment import assess, assess_composed, assessed
from magicai.content.brief import brief_of, compose
from magicai.content.choosing import contents as chosen
from magicai.content.content import Content, State, Version, content_entity, version_from
from magicai.content.content_types import built_in
from magicai.content.text import parse
from magicai.errors import Permanent
from magicai.ports import Spender, TextModel
from magicai.values.ids import new_id
from magicai.verifier import Judged, Statement, Statements
from tests.page.conftest import Open, Place
from tests.page.test_knowledge import picture
from tests.scripted import ScriptedText, line_number

pytestmark = pytest.mark.timeout(600)
APRON = {"name": "Linen apron", "brand": "Havn", "price": "39.00 EUR", "material": "washed linen"}
WRITTEN = "The Linen apron by Havn is made of washed linen and weighs 480 g.\n\nIt costs 39.00 EUR."


def a_text(place: Place) -> Content:
    """A text of ann's, with a claim that is not in its record."""
    brief = brief_of(built_in()["product-description", "en"], APRON)
    blocks = parse(WRITTEN)
    found = assess(blocks, brief)
    version = version_from(blocks, "openai:gpt-4o", found, bar=0.0)
    return kept(place, version)


def kept(place: Place, version: Version, language: str = "en") -> Content:
    """A text of ann's, as its run keeps it."""
    run_id = new_id()
    content = Content(
        content_id=f"{run_id}-000001", owner_id="id-ann", run_id=run_id, item="000001", language=language,
        content_type="product-description", variables=APRON, state=State.FLAGGED, versions=(version,),
    )  # fmt: skip
    place.ask(lambda gateway: gateway.records.entities.save([content_entity(content)]))
    return content


def test_a_text_is_read_with_its_sources_edited_and_accepted(show: Open, place: Place) -> None:
    a_text(place)
    with show("ann", "/content") as page:
        page.get_by_role("link", name="Linen apron", exact=True).click()
        page.locator("mark.claim", has_text="39.00 EUR").hover()
        page.get_by_role("tooltip").get_by_text("From price: 39.00 EUR").wait_for()
        page.locator("mark.not_in_record", has_text="480 g").first.focus()
        page.get_by_role("tooltip").get_by_text("Not in the record").wait_for()
        page.get_by_text("States 4 of 4 facts").wait_for()
        page.get_by_text("1 statement not checked").wait_for()
        page.get_by_role("button", name="Edit").click()
        field = page.get_by_role("textbox", name="Text", exact=True)
        field.fill(field.input_value().replace(" and weighs 480 g", ""))
        page.get_by_role("button", name="Save").click()
        page.get_by_text("Saved as version 2.").wait_for()
        assert page.locator("mark.not_in_record").count() == 0
        page.get_by_role("tab", name="Versions").click()
        page.locator("del", has_text="and weighs 480 g").wait_for()
        page.get_by_role("button", name="Accept").click()
        page.locator(".badge", has_text="Accepted").wait_for()


TOLD = {
    "en": ("The record says otherwise. material: washed linen", "1 statement not checked"),
    "zh": ("与数据不符。material：washed linen", "1 条陈述未经核对"),
}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_a_verifier_says_stands_in_the_text_with_the_line_of_the_record(
    show: Open, place: Place, language: str
) -> None:
    brief = brief_of(built_in()["product-description", "en"], APRON)

    def says(span: str, verdict: Judged, line: str = "") -> Statement:
        return Statement(span=span, verdict=verdict, line=line_number(line, brief.sources))

    text = (
        "Meet your new favourite apron. The Linen apron by Havn is sewn from cotton. It has a towel loop. It costs"
        " 39.00 EUR.\n\nIt is easy to wash."
    )
    verifier = ScriptedText(
        [
            Statements(
                statements=[
                    says("Meet your new favourite apron.", "opinion"),
                    says("sewn from cotton", "contradicted", "material: washed linen"),
                    says("It has a towel loop", "not_in_record"),
                    says("It costs 39.00 EUR", "supported", "price: 39.00 EUR"),
                ]
            )
        ],
        name="openai:gpt-4o",
    )
    found = place.ask(lambda _gateway: assessed(parse(text), brief, verifier))
    content = kept(place, version_from(parse(text), "openai:gpt-4o-mini", found, bar=0.8))
    line, unchecked = TOLD[language]
    with show("ann", f"/content/texts/{content.content_id}", language=language) as page:
        page.locator("mark.contradicted", has_text="sewn from cotton").first.hover()
        page.get_by_role("tooltip").get_by_text(line).wait_for()
        page.get_by_text(unchecked).wait_for()
        assert page.locator("article mark.not_in_record", has_text="towel loop").count() == 1
        picture(page, f"text-{language}")
        page.goto("/content")
        page.locator("tbody .badge").first.wait_for()
        picture(page, f"texts-{language}")


def test_a_template_is_copied_and_shows_what_is_wrong_with_its_line(show: Open) -> None:
    with show("ann", "/content/templates/seo/en") as page:
        page.locator(".marked .block").first.wait_for()
        page.get_by_role("button", name="Copy and edit").click()
        field = page.get_by_label("Template", exact=True)
        good = field.input_value()
        assert "name: seo-copy" in good
        field.fill(good + "{{ nme }}")
        page.get_by_role("button", name="Go to line").click()
        assert "nme" in field.evaluate("area => area.value.slice(area.selectionStart, area.selectionEnd)")
        field.fill(good)
        page.locator(".marked .block").first.wait_for()
        page.get_by_role("button", name="Save template").click()
        page.wait_for_url("**/content/templates/own:seo-copy/en")


def test_facts_are_called_so_in_both_languages(show: Open, place: Place) -> None:
    given = {**APRON, "colors": ["sand", "slate"], "size": "M"}
    brief = brief_of(built_in()["product-description", "en"], given)
    blocks = compose(brief)
    version = version_from(blocks, "composer", assess_composed(blocks, brief), bar=0.8, number=1)
    run_id = new_id()
    content = Content(
        content_id=f"{run_id}-000001", owner_id="id-ann", run_id=run_id, item="000001", language="de",
        content_type="product-description", variables=given, state=State.DRAFT, versions=(version,),
    )  # fmt: skip
    place.ask(lambda gateway: gateway.records.entities.save([content_entity(content)]))
    for language, facts, german in (("en", "Facts", "German"), ("zh", "事实清单", "德语")):
        with show("ann", "/content", language=language) as page:
            row = page.locator("tbody tr", has_text=german)
            row.get_by_text(facts, exact=True).wait_for()
            picture(page, f"texts-{language}")
            page.goto(f"/content/texts/{content.content_id}")
            page.locator(".marked .block", has_text="39.00 EUR").wait_for()
            picture(page, f"facts-{language}")


def test_a_text_is_asked_for_in_any_language_with_the_variables_of_its_template(show: Open, place: Place) -> None:
    with show("ann", "/workflows/generate-content") as page:
        page.get_by_label("Name", exact=False).first.wait_for()
        page.get_by_label("Language", exact=False).last.fill("pt-BR")
        page.get_by_label("Name", exact=False).first.fill("Avental")
        page.get_by_label("Material").wait_for()
        picture(page, "form-en")
        page.get_by_role("button", name="Run", exact=True).click()
        page.wait_for_url("**/runs/*")
        run_id = page.url.rsplit("/", 1)[1]
    run = place.ask(lambda gateway: gateway.records.runs.get(run_id, owner_id="id-ann"))
    assert (run.request["language"], run.request["variables"]) == ("pt-BR", {"name": "Avental"})
    with show("ann", "/workflows/generate-content", language="zh") as page:
        page.locator("#field-language").fill("zh-TW")
        page.locator("label", has_text="名称").first.wait_for()
        picture(page, "form-zh")


def test_a_text_is_asked_for_by_the_variables_of_its_template(show: Open, place: Place) -> None:
    with show("ann", "/workflows/generate-content") as page:
        page.get_by_label("Name", exact=False).first.wait_for()
        page.get_by_role("button", name="Run", exact=True).click()
        page.get_by_text("Enter a value.").wait_for()
        page.get_by_label("Name", exact=False).first.fill("Linen apron")
        page.get_by_label("Material").fill("washed linen")
        page.get_by_role("button", name="Run", exact=True).click()
        page.wait_for_url("**/runs/*")
        run_id = page.url.rsplit("/", 1)[1]

    run = place.ask(lambda gateway: gateway.records.runs.get(run_id, owner_id="id-ann"))
    assert run.request["content_type"] == "product-description"
    assert run.request["variables"] == {"name": "Linen apron", "material": "washed linen"}


def versions() -> tuple[Version, Version]:
    """One without findings, and one with."""
    brief = brief_of(built_in()["product-description", "en"], APRON)
    facts, text = compose(brief), parse(WRITTEN)
    flagged = version_from(text, "openai:gpt-4o", assess(text, brief), bar=0.0)
    assert flagged.flags
    return version_from(facts, "composer", assess_composed(facts, brief), bar=0.0), flagged


def of(place: Place, contents: Sequence[Content]) -> list[Content]:
    """Texts as they are now."""

    async def found(gateway: Gateway) -> list[Content]:
        ids = [one.content_id for one in contents]
        return [one async for one in chosen(gateway.records, ids, owner_id="id-ann")]

    return place.ask(found)


def test_all_texts_that_match_are_rejected_with_a_reason_undone_and_accepted_with_their_findings_shown(
    show: Open, place: Place
) -> None:
    fine, flagged = versions()
    texts = [kept(place, fine, "it") for _ in range(50)]
    lies = [kept(place, flagged, "it") for _ in range(2)]
    with show("ann", "/content?language=it") as page:
        page.get_by_label("Select all 50").check()
        page.get_by_role("button", name="Select all 52 that match").click()
        bulk = page.get_by_role("group", name="52 selected")
        bulk.get_by_role("button", name="Reject", exact=True).click()
        bulk.get_by_label("Reason").fill("Too dry")
        bulk.get_by_role("button", name="Reject 52").click()
        bulk.get_by_text("Rejected: 52.").wait_for()
        assert {(one.state, one.reasons) for one in of(place, texts + lies)} == {(State.REJECTED, ("Too dry",))}
        bulk.get_by_role("button", name="Undo").click()
        bulk.get_by_text("Undone: 52.").wait_for()
        bulk.get_by_role("button", name="Accept", exact=True).click()
        dialog = page.get_by_role("dialog")
        dialog.get_by_text("480 g").first.wait_for()
        picture(page, "findings-en")
        assert {one.state for one in of(place, texts)} == {State.ACCEPTED}
        assert {one.state for one in of(place, lies)} == {State.FLAGGED}
        dialog.get_by_role("button", name="Accept anyway: 2").click()
        bulk.get_by_text("Accepted: 52.").wait_for()
    assert {one.state for one in of(place, lies)} == {State.ACCEPTED}


def test_several_texts_are_rewritten_and_the_one_that_fails_is_named(
    show: Open, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    fine, _ = versions()
    texts = [kept(place, fine, "nl") for _ in range(3)]

    def offer(route: Any) -> None:
        route.fulfill(json={"models": [{"name": "m", "ready": True}], "roles": []})

    async def text_model(spender: Spender, *, models: tuple[str, ...]) -> TextModel | None:
        del models
        if spender.role == "verifier":
            return None
        broken = Permanent("model_text_empty", model="m")
        return ScriptedText([broken if spender.run_id == texts[1].run_id else WRITTEN] * 5, name="m")

    monkeypatch.setattr(place.gateway.ports, "text_model", text_model)
    with show("ann", "/content?language=nl") as page:
        page.route("**/api/models", offer)
        page.get_by_label("Select all 3").check()
        bulk = page.get_by_role("group", name="3 selected")
        bulk.locator("summary", has_text="Rewrite").click()
        bulk.get_by_role("button", name="Shorter").click()
        bulk.get_by_text("Rewritten: 2.").wait_for()
        bulk.get_by_text("Not done: 1").wait_for()
        assert bulk.get_by_role("link").get_attribute("href") == f"/content/texts/{texts[1].content_id}"
        picture(page, "rewritten-en")
    assert [one.latest.note for one in of(place, texts)] == ["shorter", "", "shorter"]
