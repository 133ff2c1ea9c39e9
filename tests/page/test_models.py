"""The models of roles on the page: what is set, what is sent where, and who has allowed it."""

import os
from pathlib import Path

import pytest

from integrations import choosing_models
from tests.page.conftest import Open, Place
from tests.page.test_knowledge import picture

pytestmark = pytest.mark.timeout(600)
HOST = "api.openai.com"


@pytest.fixture
def remote(place: Place) -> None:
    """The answerer is a model behind a server, of which nobody has allowed anything."""
    place.ask(lambda gateway: gateway.records.model_choices.choose("answerer", "openai:gpt-4o-mini"))
    place.ask(lambda gateway: gateway.records.model_choices.withdraw(HOST))


@pytest.mark.usefixtures("remote")
def test_an_admin_allows_that_documents_are_sent_to_a_host_and_withdraws_it(show: Open, place: Place) -> None:
    with show("ann", "/settings/models") as page:
        box = page.get_by_label(f"Allow documents to be sent to {HOST}")
        box.wait_for()
        assert not box.is_checked()
        page.get_by_text("OpenAI API key, which is not set").wait_for()
        box.click()
        page.get_by_text("Allowed by ann").wait_for()
        consents = place.ask(lambda gateway: gateway.records.model_choices.consents())
        assert [(consent.host, consent.allowed_by) for consent in consents] == [(HOST, "ann")]
        box.click()
        page.get_by_text("Until it is allowed").wait_for()
        assert place.ask(lambda gateway: gateway.records.model_choices.consents()) == []


@pytest.mark.usefixtures("remote")
def test_a_model_that_can_not_be_used_is_not_chosen_and_another_is(show: Open, place: Place) -> None:
    with show("ann", "/settings/models") as page:
        card = page.locator("section", has=page.get_by_role("heading", name="Answerer", exact=True)).last
        card.get_by_role("button", name="Test").click()
        card.get_by_role("alert").filter(has_text="OpenAI API key").wait_for()
        card.get_by_label("Another model").fill("gpt4")
        card.get_by_role("button", name="Use this model").click()
        card.get_by_role("alert").filter(has_text="can't be the answerer").wait_for()
        card.get_by_label("Another model").fill("none")
        card.get_by_role("button", name="Use this model").click()
        card.get_by_text("No model").wait_for()
        card.get_by_role("button", name="Use MAGICAI_MODEL again").click()
        card.get_by_text("Set by MAGICAI_MODEL").wait_for()
        assert place.ask(lambda gateway: gateway.records.model_choices.chosen()) == []


def test_a_model_at_a_host_that_nobody_allowed_is_allowed_where_it_is_chosen(
    show: Open, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[str] = []

    async def try_model(_ports: object, _role: object, name: str) -> None:
        tried.append(name)

    monkeypatch.setattr(choosing_models, "try_model", try_model)
    place.ask(lambda gateway: gateway.records.model_choices.forget("answerer"))
    place.ask(lambda gateway: gateway.records.model_choices.withdraw(HOST))
    with show("ann", "/settings/models") as page:
        card = page.locator("section", has=page.get_by_role("heading", name="Answerer", exact=True)).last
        card.get_by_label("Another model").fill("openai:gpt-4o-mini")
        card.get_by_role("button", name="Use this model").click()
        box = card.get_by_label(f"Allow documents to be sent to {HOST}")
        box.wait_for()
        assert (tried, place.ask(lambda gateway: gateway.records.model_choices.chosen())) == ([], [])
        picture(card, "models-allow")
        box.click()
        card.get_by_text("You can use this model now").wait_for()
        card.get_by_role("button", name="Use this model").click()
        card.get_by_text("Allowed by ann").wait_for()
        assert tried == ["openai:gpt-4o-mini"]
        (chosen,) = place.ask(lambda gateway: gateway.records.model_choices.chosen())
        assert (chosen.role, chosen.name) == ("answerer", "openai:gpt-4o-mini")
    with show("ann", "/settings/models", language="zh", scheme="dark") as page:
        place.ask(lambda gateway: gateway.records.model_choices.withdraw(HOST))
        card = page.locator("section", has=page.get_by_role("heading", name="重排模型", exact=True)).last
        card.get_by_label("其他模型").fill("model")
        card.get_by_role("button", name="使用此模型").click()
        card.get_by_label(f"允许将文档发送到 {HOST}").wait_for()
        picture(card, "models-allow-chinese")


@pytest.mark.skipif("MAGICAI_MODEL_PICTURES" not in os.environ, reason="pictures are made where they are wanted")
@pytest.mark.usefixtures("remote")
@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("dark", [False, True])
def test_pictures(show: Open, language: str, *, dark: bool) -> None:
    with show("ann", "/settings/models", language=language, scheme="dark" if dark else "light") as page:
        page.locator(".tiles").first.wait_for()
        page.screenshot(path=Path(os.environ["MAGICAI_MODEL_PICTURES"]) / f"{language}-{dark}.png", full_page=True)
