"""What every TextModel promises."""

import asyncio
import contextlib

import pytest
from pydantic import BaseModel

from magicai.errors import Temporary
from magicai.ports import Message, TextModel


class Place(BaseModel):
    city: str
    country: str
    is_capital: bool


PLACE = [Message("user", "Paris is the capital of France. Say so as JSON.")]


async def test_answers_with_text_and_with_what_it_took(model: TextModel) -> None:
    text, used = await model.text([Message("system", "Be brief."), Message("user", "Greet me.")], max_tokens=20)
    assert text == text.strip() != ""
    assert used.prompt_tokens > 0
    assert 0 < used.completion_tokens <= 20
    assert used.cost is not None
    assert used.cost >= 0


async def test_a_text_can_be_heard_while_it_is_written(model: TextModel) -> None:
    heard: list[str] = []
    said, used = await model.text([Message("user", "Greet me.")], max_tokens=24, on_text=heard.append)
    assert "".join(heard).strip() == said
    assert used.completion_tokens > 0


async def test_says_no_more_than_it_may(model: TextModel) -> None:
    _, used = await model.text([Message("user", "Tell me of the sea, and of ships, at great length.")], max_tokens=3)
    assert used.completion_tokens <= 3


async def test_speaks_chinese(model: TextModel) -> None:
    text, _ = await model.text([Message("user", "请用中文说：帐篷很便宜。")], max_tokens=40)
    assert any("\u4e00" <= character <= "\u9fff" for character in text)


async def test_gives_a_value_of_the_shape_that_is_asked_for(model: TextModel) -> None:
    place, used = await model.typed(PLACE, Place, max_tokens=80)
    assert isinstance(place, Place)
    assert place.city == "Paris"
    assert used.completion_tokens > 0


async def test_a_value_that_does_not_fit_into_its_tokens_is_temporary(model: TextModel) -> None:
    with pytest.raises(Temporary, match="cut off after 2 tokens"):
        await model.typed(PLACE, Place, max_tokens=2)


async def test_answers_all_who_ask_at_once(model: TextModel) -> None:
    asked = [model.text([Message("user", f"Say {word}.")], max_tokens=4) for word in ("one", "two", "three")]
    answers = await asyncio.gather(*asked)
    assert all(used.completion_tokens > 0 for _, used in answers)


async def test_works_on_after_a_call_was_given_up(model: TextModel) -> None:
    call = asyncio.ensure_future(model.text([Message("user", "Count from one to a hundred.")], max_tokens=200))
    await asyncio.sleep(0)
    call.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await call
    assert (await model.text([Message("user", "Greet me.")], max_tokens=4))[0]


async def test_may_be_closed_twice(model: TextModel) -> None:
    await model.text([Message("user", "Greet me.")], max_tokens=4)
    await model.close()
    await model.close()


async def test_has_a_name(model: TextModel) -> None:
    assert model.name
