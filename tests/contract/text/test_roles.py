"""Steps use the model of their role, and documents leave the machine only for hosts that somebody has allowed."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from integrations.choosing_models import choose, try_model
from integrations.model_roles import roles_shown
from integrations.open import Ports, open_ports
from integrations.text import remote
from magicai.brain.steps import StepRun
from magicai.errors import Refused
from magicai.ports import Message, Spender
from magicai.settings import Settings
from tests.codes import says
from tests.contract.text.fake_provider import KEY, FakeProvider, serving

HOST = "127.0.0.1"


@pytest.fixture
async def server() -> AsyncIterator[FakeProvider]:
    async with serving("compatible") as made:
        yield made


@pytest.fixture
async def ports(server: FakeProvider, tmp_path: Path) -> AsyncIterator[Ports]:
    settings = Settings(
        home=tmp_path / "home",
        model="none",
        writer="compatible:w",
        compatible_base_url=f"{server.url}/v1",
        compatible_api_key=KEY,
        model_prices=("w=0/0", "a=0/0", "m=0/0"),
    )
    async with open_ports(settings) as made:
        yield made


@pytest.fixture
def far(monkeypatch: pytest.MonkeyPatch) -> None:
    """The server on loopback counts as one elsewhere."""

    def is_loopback(_host: str) -> bool:
        return False

    monkeypatch.setattr(remote, "is_loopback", is_loopback)


async def asked(ports: Ports, server: FakeProvider, spender: Spender) -> str | None:
    model = await ports.text_model(spender)
    if model is None:
        return None
    await model.text([Message("user", "Hello")])
    return server.asked[-1].body["model"]


async def test_each_role_has_its_model_by_setting_or_choice_and_others_the_default(
    ports: Ports, server: FakeProvider
) -> None:
    await ports.records.model_choices.choose("answerer", "compatible:a")
    assert await asked(ports, server, Spender("ann", role="answerer")) == "a"
    assert await asked(ports, server, Spender("ann", role="writer")) == "w"
    assert await asked(ports, server, Spender("ann")) is None
    machine = await ports.machine_now()
    assert (machine.model, machine.model_of("answerer"), machine.model_of("writer")) == (
        None, "compatible:a", "compatible:w"
    )  # fmt: skip


def test_a_step_spends_in_its_role() -> None:
    run = StepRun("r", "ann", "write_answer", None, text_role="answerer")  # type: ignore[arg-type]
    assert run.spender.role == "answerer"


@pytest.mark.usefixtures("far")
async def test_documents_go_to_no_host_that_nobody_has_allowed(ports: Ports, server: FakeProvider) -> None:
    with pytest.raises(Refused, check=says("document_host_not_allowed", host=HOST)) as caught:
        await choose(ports, "answerer", "compatible:a")
    assert caught.value.way_out == f"To allow it: magicai models allow {HOST}"
    await ports.records.model_choices.choose("answerer", "compatible:a")  # as a setting may have it
    with pytest.raises(Refused):
        await ports.text_model(Spender("ann", role="answerer"))
    assert server.asked == []
    assert await asked(ports, server, Spender("ann", role="writer")) == "w"
    await ports.records.model_choices.allow(HOST, "ann")
    assert await asked(ports, server, Spender("ann", role="answerer")) == "a"
    await ports.records.model_choices.withdraw(HOST)
    with pytest.raises(Refused):
        await ports.text_model(Spender("ann", role="answerer"))


@pytest.mark.usefixtures("far")
async def test_a_model_is_tried_with_words_of_ours_before_anything_is_allowed(
    ports: Ports, server: FakeProvider
) -> None:
    tried = await try_model(ports, "answerer", "compatible:a")
    assert tried.answer.startswith("You said")
    assert tried.cost == 0
    assert len(server.asked) == 1


@pytest.mark.usefixtures("far")
async def test_a_list_of_roles_says_where_documents_would_go_and_who_has_allowed_it(ports: Ports) -> None:
    await ports.records.model_choices.choose("answerer", "compatible:a")
    shown = {one.role: one for one in await roles_shown(ports)}
    assert (shown["answerer"].host, shown["answerer"].needs_consent, shown["answerer"].consent) == (HOST, True, None)
    assert not shown["writer"].needs_consent
    await ports.records.model_choices.choose("embedder", "cohere:embed-v4.0")
    await ports.records.model_choices.choose("writer", "openai:gpt-4o-mini")
    shown = {one.role: one for one in await roles_shown(ports)}  # also where there is no key yet
    assert (shown["embedder"].host, shown["writer"].host) == ("api.cohere.com", "api.openai.com")
    await ports.records.model_choices.allow(HOST, "ann")
    consent = {one.role: one for one in await roles_shown(ports)}["answerer"].consent
    assert consent is not None
    assert consent.by == "ann"
