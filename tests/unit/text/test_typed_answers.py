from decimal import Decimal

import pytest
from pydantic import BaseModel, Field

from integrations.text.chat import closed_schema
from magicai.errors import Permanent, Temporary
from magicai.ports import Message, Usage
from tests.codes import says
from tests.scripted import ScriptedText


class Offer(BaseModel):
    name: str
    price: Decimal
    sizes: list[int] = Field(default_factory=list[int])


class Shop(BaseModel):
    best: Offer
    others: list[Offer] | None = None
    properties: dict[str, Offer] = Field(default_factory=dict[str, Offer])


ASKED = [Message("user", "What does the tent cost?")]
TENT = '{"name": "Tent", "price": "12.50"}'


async def test_a_valid_answer_becomes_a_value_at_once() -> None:
    model = ScriptedText([TENT])
    value, _ = await model.typed(ASKED, Offer)
    assert value == Offer(name="Tent", price=Decimal("12.50"))
    assert len(model.asked) == 1


async def test_an_answer_in_a_code_fence_is_unwrapped() -> None:
    value, _ = await ScriptedText([f"```json\n{TENT}\n```\n"]).typed(ASKED, Offer)
    assert value.name == "Tent"


async def test_an_invalid_answer_is_shown_to_the_model_once_with_what_is_wrong() -> None:
    model = ScriptedText(['{"name": "Tent"}', TENT])
    value, used = await model.typed(ASKED, Offer)
    assert value.price == Decimal("12.50")
    original, answer, complaint = model.asked[1]
    assert original == ASKED[0]
    assert answer == Message("assistant", '{"name": "Tent"}')
    assert "price: Field required" in complaint.content
    assert '"properties"' in complaint.content
    assert used.completion_tokens == model.used.completion_tokens == 2 + 4


async def test_a_second_invalid_answer_is_temporary_and_quotes_it() -> None:
    model = ScriptedText(["no idea", "still none", TENT])
    with pytest.raises(Temporary, match=r"scripted gave no usable answer: it is not the JSON .*'still none'"):
        await model.typed(ASKED, Offer)
    assert len(model.asked) == 2


async def test_a_model_is_asked_as_often_as_it_may_be_and_that_is_counted() -> None:
    model = ScriptedText(["no idea", TENT])
    with pytest.raises(Temporary):
        await model.typed(ASKED, Offer, exchanges=1)
    assert len(model.asked) == 1
    assert (await model.typed(ASKED, Offer))[1].exchanges == 1
    assert (await ScriptedText(["no idea", TENT]).typed(ASKED, Offer))[1].exchanges == 2


async def test_what_a_model_repeats_of_the_question_is_not_quoted() -> None:
    with pytest.raises(Temporary, check=says("model_answer_unusable")) as caught:
        await ScriptedText(lambda messages: f"You ask: {messages[0].content}").typed(ASKED, Offer)
    assert "tent" not in str(caught.value)
    assert "You ask: " in str(caught.value)


async def test_an_answer_that_was_cut_off_is_called_so() -> None:
    with pytest.raises(Temporary, match="cut off after 2 tokens"):
        await ScriptedText([TENT, TENT]).typed(ASKED, Offer, max_tokens=2)


async def test_tokens_of_failed_calls_are_counted_in_what_was_used() -> None:
    model = ScriptedText(["one two three", "four"])
    with pytest.raises(Temporary):
        await model.typed(ASKED, Offer)
    assert model.used.completion_tokens == 4


async def test_text_comes_without_the_space_around_it() -> None:
    assert await ScriptedText([" yes \n"]).text(ASKED) == ("yes", Usage(5, 3))


async def test_a_script_that_has_ended_says_so() -> None:
    with pytest.raises(Permanent, match="no answer left for 'What does the tent cost"):
        await ScriptedText([]).text(ASKED)


async def test_a_script_may_hold_errors_and_may_be_a_function() -> None:
    failing = ScriptedText([Temporary("busy")])
    with pytest.raises(Temporary, match="busy"):
        await failing.text(ASKED)
    assert (await ScriptedText(lambda messages: messages[-1].content.upper()).text(ASKED))[0].startswith("WHAT")


def test_the_schema_leaves_no_room_for_other_fields_at_any_depth() -> None:
    schema = closed_schema(Shop)
    assert schema["additionalProperties"] is False
    assert schema["$defs"]["Offer"]["additionalProperties"] is False


def test_a_field_that_is_called_like_a_word_of_the_schema_is_a_field_still() -> None:
    properties = closed_schema(Shop)["properties"]
    assert set(properties) == {"best", "others", "properties"}
    assert properties["properties"]["additionalProperties"] == {"$ref": "#/$defs/Offer"}
