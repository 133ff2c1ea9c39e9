"""A model is shown pictures, and what was answered to one picture is no answer to another."""

from typing import Any

import pytest

from integrations.text import remote_text
from integrations.text.chat import as_turns
from magicai.errors import Invalid
from magicai.ports import Message, Picture
from tests.codes import says

RED, BLUE = (Message("user", "What is it?", pictures=(Picture(body, "image/jpeg"),)) for body in (b"red", b"blue"))


def test_a_provider_gets_the_words_and_the_picture() -> None:
    (turn,) = remote_text._turns([Message("system", "Look."), RED])  # pyright: ignore[reportPrivateUsage]
    part: Any = turn.parts[1]
    words, picture = part.content
    assert (words, picture.data, picture.media_type) == ("What is it?", b"red", "image/jpeg")


def test_two_questions_with_the_same_words_and_other_pictures_are_two() -> None:
    assert RED.identity != BLUE.identity
    assert Message("user", "x").identity == ("user", "x")


def test_a_model_that_runs_here_says_that_it_sees_none() -> None:
    with pytest.raises(Invalid, check=says("local_vision_unsupported")):
        as_turns([RED])
