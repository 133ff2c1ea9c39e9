"""A voice is learned, corrected and put to use; a text's drafts stand side by side."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from magicai.content.content import Content, content_entity
from magicai.content.voice import Manner
from magicai.content.voices import save_voice, voice_of
from magicai.ports import Spender, TextModel
from tests.page.conftest import Open, Place
from tests.page.test_writing import a_text
from tests.scripted import ScriptedText

pytestmark = pytest.mark.timeout(600)
SAMPLE = "You cook. The pan keeps up.\n\nNothing sticks."
LEARNED = (
    '{"rules": ["Address the reader as you", "Short sentences"], "examples": ["You cook. The pan keeps up.", "x"]}'
)


def picture(page: Any, name: str) -> None:
    """Keep a picture where somebody wants to look at some."""
    if folder := os.environ.get("MAGICAI_PAGE_LOOKS"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def answer_with_a_model(route: Any) -> None:
    """Answer that one model is there."""
    route.fulfill(json={"models": [{"name": "openai:gpt-4o", "ready": True}], "roles": []})


def drafts(place: Place, **changes: Any) -> Content:
    """A text of ann's with three drafts."""
    made = a_text(place)
    first = made.latest
    others = [
        first.model_copy(update={"number": number, "cost": 0.0012 * number, "blocks": (block,), "claims": ()})
        for number, block in enumerate(first.blocks, start=1)
    ]
    last = first.model_copy(update={"number": 3, "flags": (), "claims": ()})
    text = made.model_copy(update={"alternatives": (*others, last), **changes})
    place.ask(lambda gateway: gateway.records.entities.save([content_entity(text)]))
    return text


def test_a_voice_is_learned_from_samples_corrected_and_brought_back(
    show: Open, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def text_model(spender: Spender, *, models: Sequence[str]) -> TextModel:
        del spender, models
        return ScriptedText([LEARNED], name="openai:gpt-4o")

    monkeypatch.setattr(place.gateway.ports, "text_model", text_model)
    with show("ann", "/content/voices") as page:
        page.route("**/api/models", answer_with_a_model)
        page.get_by_role("button", name="New voice").click()
        page.get_by_label("Name").fill("house")
        page.get_by_label("Text 1").fill(SAMPLE)
        picture(page, "voice-new-en")
        page.get_by_role("button", name="Learn", exact=True).click()
        page.wait_for_url("**/content/voices/house")
        rules = page.get_by_label("Rules")
        assert rules.input_value() == "Address the reader as you\nShort sentences"
        assert page.get_by_label("Text 1").input_value() == "You cook. The pan keeps up."
        page.get_by_text("1 example of the model's was left out").wait_for()
        rules.fill("Address the reader as you\nNo exclamation marks\n")
        page.get_by_label("Words to avoid").fill("cheap\n")
        page.get_by_role("button", name="Save").click()
        page.get_by_text("Saved as version 2.").wait_for()
        picture(page, "voice-en")
        page.get_by_role("button", name="Restore").click()
        page.get_by_text("Saved as version 3.").wait_for()
    kept = place.ask(lambda gateway: voice_of(gateway.records.entities, "house", owner_id="id-ann")).voice
    assert [version.manner.avoid for version in kept.versions] == [(), ("cheap",), ()]
    assert kept.in_use_since


def test_without_a_model_a_voice_is_written_and_chosen_for_a_text(show: Open, place: Place) -> None:
    with show("bob", "/content/voices", language="zh") as page:
        page.get_by_role("button", name="新建语气").click()
        page.get_by_text("没有可用的语言模型").wait_for()
        page.get_by_label("名称").fill("品牌")
        page.get_by_label("规则").fill("称呼读者为“您”\n句子简短")
        picture(page, "voice-new-zh")
        page.get_by_role("button", name="保存").click()
        page.get_by_role("heading", name="品牌").wait_for()
        picture(page, "voice-zh")
        page.goto("/content/voices")
        page.get_by_text("规则 2 条").wait_for()
        picture(page, "voices-zh")
        page.goto("/workflows/generate-content")
        field = page.get_by_label("语气")
        field.select_option("none")
        picture(page, "voice-field-zh")


def test_a_draft_is_used_instead_of_another(show: Open, place: Place) -> None:
    text = drafts(place)
    with show("ann", f"/content/texts/{text.content_id}/drafts") as page:
        page.get_by_role("heading", name="Draft 3").wait_for()
        picture(page, "drafts-en")
        assert page.get_by_text("In use", exact=True).count() == 1
        page.get_by_role("listitem").filter(has_text="Draft 1").get_by_role("button", name="Use this one").click()
        page.get_by_role("tab", name="Versions").click()
        page.get_by_text("Draft 1 used").wait_for()
    with show("ann", f"/content/texts/{text.content_id}/drafts", language="zh") as page:
        page.get_by_role("button", name="采用这一份").first.wait_for()
        picture(page, "drafts-zh")


def test_a_title_for_search_engines_is_previewed(show: Open, place: Place) -> None:
    made = a_text(place)
    heading = made.latest.blocks[0].model_copy(
        update={"kind": "heading", "text": "Linen apron by Havn | Nordhaus " * 4}
    )
    version = made.latest.model_copy(update={"blocks": (heading, *made.latest.blocks[1:]), "claims": ()})
    text = made.model_copy(update={"content_type": "seo", "versions": (version,), "voice": "house"})
    place.ask(
        lambda gateway: save_voice(gateway.records.entities, "house", Manner(rules=("Short",)), owner_id="id-ann")
    )
    place.ask(lambda gateway: gateway.records.entities.save([content_entity(text)]))
    for language, words in (("en", "As a search result"), ("zh", "搜索结果预览")):
        with show("ann", f"/content/texts/{text.content_id}", language=language) as page:
            page.get_by_role("region", name=words).wait_for()
            page.get_by_role("link", name="house").wait_for()
            picture(page, f"seo-{language}")
