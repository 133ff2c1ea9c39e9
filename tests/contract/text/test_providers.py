"""OpenAI, Anthropic, Vertex AI and compatible servers: prices, budgets, streams, and what their failures become."""

import logging
import socket
import traceback
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from itertools import product

import pytest
from pydantic import BaseModel

from integrations.text import capped
from integrations.text.names import PROVIDERS, REMOTE
from integrations.text.remote_text import Patience, RemoteText
from magicai.errors import Busy, Invalid, MagicError, OverBudget, Permanent, Refused, Temporary
from magicai.ports import Message, OnText, PaidAnswer, Price, Reservation, Usage
from tests.codes import says
from tests.contract.text.fake_provider import KEY, WAIT_S, FakeProvider, serving
from tests.contract.text.fakes import FakePurse

MARKER = "the marker of a secret plan"
ASKED = [Message("user", f"Say {MARKER}.")]
PRICE = Price(10, 20)
FAILURES = (
    "rate limited", "no credit", "overloaded", "broken", "conflict", "wrong key", "forbidden", "no such model",
    "bad request", "too long", "login page", "half", "empty", "other", "list", "refusal", "redirect",
)  # fmt: skip
Open = Callable[..., RemoteText]


class Place(BaseModel):
    city: str
    note: str | None = None


@pytest.fixture(params=REMOTE)
async def provider(request: pytest.FixtureRequest) -> AsyncIterator[FakeProvider]:
    """Each provider's server."""
    async with serving(request.param) as made:
        yield made


@pytest.fixture
async def compatible() -> AsyncIterator[FakeProvider]:
    """One of them, where all are alike."""
    async with serving("compatible") as made:
        yield made


@pytest.fixture
async def opened() -> AsyncIterator[Open]:
    """Opens models, and closes them with the test."""
    made: list[RemoteText] = []

    def make(
        provider: FakeProvider,
        *,
        purse: FakePurse | None = None,
        price: Price | None = PRICE,
        patience: Patience | None = None,
    ) -> RemoteText:
        made.append(
            RemoteText(provider.remote(), price=price, purse=purse or FakePurse(), patience=patience or Patience())
        )
        return made[-1]

    yield make
    for model in made:
        await model.close()


def test_every_provider_that_is_asked_elsewhere_is_tested() -> None:
    assert set(REMOTE) == set(PROVIDERS) - {"local", "llama-cpp-python"}


async def test_cost_comes_from_the_tokens_that_the_server_counts(provider: FakeProvider, opened: Open) -> None:
    text, used = await opened(provider).text(ASKED)
    assert text == f"You said: {ASKED[0].content}"
    assert used.prompt_tokens == len(ASKED[0].content)
    assert used.cost == pytest.approx((used.prompt_tokens * 10 + used.completion_tokens * 20) / 1e6)
    assert provider.asked[0].key == KEY
    assert provider.asked[0].temperature == 0


async def test_a_conversation_keeps_its_roles(provider: FakeProvider, opened: Open) -> None:
    said = [Message("system", "Be brief."), *ASKED, Message("assistant", "No."), Message("user", "Please.")]
    await opened(provider).text(said)
    assert provider.asked[0].messages == said


async def test_a_text_is_heard_while_it_is_written(provider: FakeProvider, opened: Open) -> None:
    heard: list[str] = []
    text, used = await opened(provider).text(ASKED, on_text=heard.append)
    assert len(heard) > 3
    assert "".join(heard) == text == f"You said: {ASKED[0].content}"
    assert used.completion_tokens == len(text.split())
    assert used.cost is not None
    assert used.cost > 0


async def test_no_call_is_made_that_could_exceed_the_budget(provider: FakeProvider, opened: Open) -> None:
    with pytest.raises(OverBudget, match="may cost up to"):
        await opened(provider, purse=FakePurse(0.001)).text(ASKED, max_tokens=100)
    assert provider.asked == []


async def test_calls_are_made_until_the_budget_is_spent(compatible: FakeProvider, opened: Open) -> None:
    purse = FakePurse(0.003)
    model = opened(compatible, purse=purse)

    async def call_without_end() -> None:
        for _ in range(100):
            await model.text(ASKED, max_tokens=10)

    with pytest.raises(Refused):
        await call_without_end()
    assert 1 < len(compatible.asked) < 100
    assert model.used.cost is not None
    assert 0.001 < model.used.cost <= 0.003
    assert purse.spent == pytest.approx(model.used.cost)


async def test_a_free_server_needs_no_budget(compatible: FakeProvider, opened: Open) -> None:
    await opened(compatible, purse=FakePurse(0), price=Price(0, 0)).text(ASKED)


async def test_what_a_call_of_unknown_price_costs_is_unknown(compatible: FakeProvider, opened: Open) -> None:
    _, used = await opened(compatible, price=None).text(ASKED)
    assert used.cost is None
    assert used.completion_tokens > 0


async def test_a_shape_goes_along_as_a_schema(provider: FakeProvider, opened: Open) -> None:
    value, _ = await opened(provider).typed([Message("user", "JSON")], Place)
    assert value.city == "Paris"
    schema = provider.asked[0].schema
    if provider.provider in ("deepseek", "qwen"):  # their chat completions take no schema: it is told in words
        assert '"city"' in provider.asked[0].messages[-1].content
        return
    assert schema is not None
    assert set(schema["properties"]) == {"city", "note"}


@pytest.mark.parametrize(
    ("failing", "kind", "says"),
    [
        ("rate limited", Busy, "rate limited"),
        ("overloaded", Busy, "overloaded"),
        ("broken", Temporary, "500"),
        ("conflict", Temporary, "409"),
        ("no credit", Refused, "no credit left"),
        ("wrong key", Invalid, "Correct"),
        ("forbidden", Invalid, "Correct"),
        ("no such model", Invalid, "MAGICAI_MODEL"),
        ("bad request", Invalid, "400"),
        ("too long", Invalid, "less text"),
    ],
)
async def test_what_the_server_refuses_is_said_in_our_words_costs_nothing_and_is_not_tried_again(
    provider: FakeProvider, opened: Open, failing: str, kind: type[MagicError], says: str
) -> None:
    provider.failing = [failing]
    purse = FakePurse()
    with pytest.raises(kind, match=says) as caught:
        await opened(provider, purse=purse).text(ASKED)
    assert type(caught.value) is kind
    assert len(provider.asked) == 1
    assert purse.spent == 0


@pytest.mark.parametrize("failing", ["rate limited", "overloaded"])
async def test_a_server_says_how_long_to_wait(provider: FakeProvider, opened: Open, failing: str) -> None:
    provider.failing = [failing]
    with pytest.raises(Temporary) as caught:
        await opened(provider).text(ASKED)
    assert caught.value.retry_after_s == WAIT_S


@pytest.mark.parametrize("streaming", [False, True])
@pytest.mark.parametrize("failing", ["login page", "half", "empty", "other", "list"])
async def test_what_is_no_completion_is_temporary(
    provider: FakeProvider, opened: Open, failing: str, *, streaming: bool
) -> None:
    provider.failing = [failing]
    purse = FakePurse()
    with pytest.raises(Temporary, match="returned no completion"):
        await opened(provider, purse=purse).text(ASKED, on_text=(lambda _piece: None) if streaming else None)
    assert purse.spent > 0  # nobody knows whether it has worked


async def test_a_key_does_not_follow_a_server_elsewhere(provider: FakeProvider, opened: Open) -> None:
    provider.failing = ["redirect"]
    with pytest.raises(MagicError, match="307"):
        await opened(provider).text(ASKED)
    assert len(provider.asked) == 1


async def test_a_stream_that_is_cut_is_no_text(provider: FakeProvider, opened: Open) -> None:
    heard: list[str] = []
    provider.failing = ["cut"]
    purse = FakePurse()
    with pytest.raises(Temporary):
        await opened(provider, purse=purse).text(ASKED, on_text=heard.append)
    assert heard
    assert purse.spent > 0


async def test_a_stream_that_falls_silent_is_given_up(provider: FakeProvider, opened: Open) -> None:
    provider.failing = ["stall"]
    model = opened(provider, patience=Patience(stall_s=0.3))
    with pytest.raises(Temporary, check=says("model_stream_timed_out")):
        await model.text(ASKED, on_text=lambda _piece: None)
    assert (await model.text(ASKED))[0]


async def test_an_answer_that_does_not_come_in_time_is_temporary(provider: FakeProvider, opened: Open) -> None:
    provider.failing = ["stall"]
    with pytest.raises(Temporary, match="within"):
        await opened(provider, patience=Patience(answer_s=0.3)).text(ASKED, on_text=lambda _piece: None)


async def test_a_refusal_of_the_models_is_not_an_empty_answer(provider: FakeProvider, opened: Open) -> None:
    provider.failing = ["refusal"]
    with pytest.raises(Permanent, match="refuses"):
        await opened(provider).text(ASKED)


@pytest.mark.parametrize("streamed", [True, False])
async def test_a_server_that_ignores_the_limit_is_heard_no_longer(
    provider: FakeProvider, opened: Open, *, streamed: bool
) -> None:
    provider.failing = ["endless"]
    heard: list[str] = []
    with pytest.raises(Permanent, check=says("token_limit_ignored", limit=100)):
        await opened(provider).text(ASKED, max_tokens=100, on_text=heard.append if streamed else None)
    assert len("".join(heard)) <= 100 * 32 + 1_000


@pytest.mark.parametrize("streamed", [True, False])
async def test_no_more_of_an_answer_is_taken_in_than_the_longest_may_have(
    compatible: FakeProvider, opened: Open, monkeypatch: pytest.MonkeyPatch, *, streamed: bool
) -> None:
    monkeypatch.setattr(capped, "MOST_BYTES", 100_000)
    compatible.failing = ["endless"]
    with pytest.raises(Permanent, check=says("model_answer_too_large", limit="0.1")):
        await opened(compatible).text(ASKED, max_tokens=30_000, on_text=(lambda _piece: None) if streamed else None)


async def test_a_text_says_whether_it_was_cut(provider: FakeProvider, opened: Open) -> None:
    model = opened(provider)
    assert (await model.text(ASKED, max_tokens=2))[1].cut
    assert not (await model.text(ASKED, max_tokens=100))[1].cut


async def test_a_server_that_does_not_count_is_taken_to_have_used_all_that_it_might(
    provider: FakeProvider, opened: Open
) -> None:
    provider.failing = ["uncounted"]
    purse = FakePurse()
    _, used = await opened(provider, purse=purse).text(ASKED, max_tokens=100)
    assert used.cost == purse.spent > 100 * 20 / 1e6


async def test_neither_prompts_nor_keys_are_in_logs_and_errors(
    provider: FakeProvider, opened: Open, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    model = opened(provider, patience=Patience(stall_s=0.1))
    ways: tuple[OnText | None, ...] = (None, lambda _piece: None)
    for failing, hear in product((*FAILURES, "cut", "stall"), ways):
        if hear is None and failing in ("cut", "stall"):
            continue
        provider.failing = [failing]
        with pytest.raises(MagicError) as caught:
            await model.text(ASKED, on_text=hear)
        told = "".join(traceback.format_exception(caught.value)) + repr(caught.value) + caught.value.way_out
        for private in (MARKER, KEY, KEY[3:]):
            assert private not in told, failing
    for private in (MARKER, KEY, KEY[3:]):
        assert private not in caplog.text


@pytest.mark.parametrize(
    ("parameter", "gone", "instead"),
    [("max_tokens", "max_tokens", "max_completion_tokens"), ("temperature", "temperature", None)],
)
async def test_a_parameter_that_a_model_does_not_know_is_left_out_from_then_on(
    compatible: FakeProvider, opened: Open, parameter: str, gone: str, instead: str | None
) -> None:
    compatible.failing, compatible.param = ["bad request"], parameter
    model = opened(compatible)
    await model.text(ASKED)
    await model.text(ASKED)
    assert len(compatible.asked) == 3
    assert all(gone not in asked.body for asked in compatible.asked[1:])
    assert instead is None or all(instead in asked.body for asked in compatible.asked[1:])


async def test_a_server_that_knows_no_limit_is_not_asked_for_ever(compatible: FakeProvider, opened: Open) -> None:
    compatible.failing, compatible.param = ["bad request", "bad request"], "max_tokens"
    with pytest.raises(Invalid, match="400"):
        await opened(compatible).text(ASKED)
    assert len(compatible.asked) == 2


@pytest.fixture
def nowhere() -> str:
    """An address at which nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}"


async def test_a_server_that_is_not_there_is_temporary_named_and_counts_as_spent(
    provider: FakeProvider, nowhere: str
) -> None:
    purse = FakePurse()
    remote = replace(provider.remote(), base_url=nowhere)
    model = RemoteText(remote, price=PRICE, purse=purse)
    with pytest.raises(Temporary, match=nowhere):
        await model.text(ASKED, max_tokens=100)
    await model.close()
    assert purse.spent > 100 * 20 / 1e6  # nobody knows whether it has worked


async def test_an_answer_that_a_killed_process_may_have_had_is_asked_for_by_the_same_key(
    provider: FakeProvider,
) -> None:
    async def key(run_id: str, *messages: Message) -> str:
        model = RemoteText(provider.remote(), price=PRICE, purse=FakePurse(), run_id=run_id)
        await model.text(messages or ASKED, temperature=0.7)
        await model.close()
        return provider.headers[-1].get("Idempotency-Key", "")

    first = await key("one")
    assert bool(first) == (provider.remote().name.provider not in ("vertex", "google"))
    assert await key("one") == first
    assert not first or len({first, await key("two"), await key("one", Message("user", "Else?"))}) == 3
    assert await key("") == ""


async def test_what_an_earlier_attempt_has_paid_for_is_said_without_asking(
    compatible: FakeProvider, opened: Open
) -> None:
    class Paid(FakePurse):
        """Has paid for one answer to each question."""

        def __init__(self) -> None:
            super().__init__()
            self.bought: dict[str, PaidAnswer] = {}

        async def asks(self, asked: str) -> tuple[int, str | None]:
            return 0, self.bought[asked].text if asked in self.bought else None

        async def settle(self, reservation: Reservation | None, cost: float, answer: PaidAnswer | None = None) -> None:
            await super().settle(reservation, cost)
            if answer is not None:
                self.bought[answer.asked] = answer

    purse, heard = Paid(), list[str]()
    said, used = await opened(compatible, purse=purse).text(ASKED, temperature=0.7)
    spent = purse.spent
    again, free = await opened(compatible, purse=purse).text(ASKED, temperature=0.7, on_text=heard.append)
    assert (again, "".join(heard), free, purse.spent) == (said, said, Usage(), spent)
    assert used.cost
    assert len(compatible.asked) == 1
    await opened(compatible, purse=purse).text(ASKED, temperature=0.2)
    assert len(compatible.asked) == 2, "another question"
