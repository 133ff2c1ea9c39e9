"""A text is shown while it is written, in few events."""

import asyncio
from collections.abc import Callable, Sequence
from typing import cast

import pytest

from integrations.text.chat import Answer, ChatModel
from magicai.errors import Temporary
from magicai.ports import Message, Reporter, Usage
from magicai.runs.events import streaming
from magicai.runs.events.streaming import Streaming

WORDS = [f"word{number} " for number in range(40)]


class Writer(ChatModel):
    """Writes WORDS, one at a time."""

    def __init__(self, name: str = "writer", fails_after: int | None = None) -> None:
        super().__init__(name)
        self._fails_after = fails_after

    async def ask(
        self,
        messages: Sequence[Message],  # noqa: ARG002 - the port's
        *,
        on_text: Callable[[str], None] | None,
        **_: object,
    ) -> Answer:
        for place, word in enumerate(WORDS):
            if place == self._fails_after:
                raise Temporary("The line broke off.")
            await asyncio.sleep(0.001)
            if on_text is not None:
                on_text(word)
        return Answer("".join(WORDS), Usage(1, len(WORDS)))


class Told:
    """A reporter that remembers, unless it fails."""

    def __init__(self, error: Temporary | None = None) -> None:
        self.texts: list[tuple[str, bool, str]] = []
        self._error = error

    async def text(self, piece: str, *, item: str, begins: bool) -> None:
        await asyncio.sleep(0.002)
        if self._error is not None:
            raise self._error
        self.texts.append((item, begins, piece))


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streaming, "_LEAST_BETWEEN_EVENTS_S", 0.01)


def _live(told: Told) -> Streaming:
    return Streaming(cast("Reporter", told))


async def test_a_text_is_shown_whole_in_order_and_in_few_pieces() -> None:
    told = Told()
    answer, _ = await _live(told).through(Writer(), item="1").text([])
    assert answer == "".join(WORDS).strip()
    assert "".join(piece for _, _, piece in told.texts) == "".join(WORDS)
    assert [begins for _, begins, _ in told.texts] == [True, *[False] * (len(told.texts) - 1)]
    assert 1 < len(told.texts) < len(WORDS) / 2


async def test_of_several_texts_at_once_one_is_shown() -> None:
    told = Told()
    live = _live(told)
    await asyncio.gather(*(live.through(Writer(), item=item).text([]) for item in ("1", "2", "3")))
    assert {item for item, _, _ in told.texts} == {"1"}
    await live.through(Writer(), item="4").text([])
    assert {item for item, _, _ in told.texts} == {"1", "4"}


async def test_records_that_are_away_keep_nobody_from_writing() -> None:
    answer, _ = await _live(Told(Temporary("no answer"))).through(Writer(), item="1").text([])
    assert answer == "".join(WORDS).strip()


async def test_a_model_that_fails_midway_still_fails() -> None:
    live = _live(Told())
    with pytest.raises(Temporary):
        await live.through(Writer(fails_after=20), item="1").text([])
    assert not live.busy
