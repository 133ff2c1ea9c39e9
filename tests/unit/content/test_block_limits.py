"""A title and a description for search engines keep their limits, or are shown as too long."""

from typing import Any

import pytest

from magicai.content.block_limits import too_long
from magicai.content.brief import brief_of
from magicai.content.content_types import built_in
from magicai.content.drafting import Draft, Drafter
from magicai.content.prompts import prompt
from magicai.content.template import parse_template
from magicai.content.text import parse, plain
from magicai.errors import Invalid
from magicai.messages import say
from tests.scripted import ScriptedText

SEO = built_in()["seo", "en"]
FACTS = {"name": "Linen apron", "brand": "Havn", "price": "39.00 EUR", "shop": "Nordhaus"}
TITLE = "# Linen apron by Havn | Nordhaus"
DESCRIPTION = "Linen apron by Havn at Nordhaus, for 39.00 EUR."
LONG = f"{TITLE} {'x' * 60}"


def title(length: int) -> str:
    return f"# {'x' * length}"


async def drafted(*answers: str, **facts: str) -> tuple[Draft, ScriptedText]:
    model = ScriptedText(answers)
    drafter: Any = Drafter(model)
    return await drafter.draft(brief_of(SEO, {**FACTS, **facts})), model


@pytest.mark.parametrize(
    ("text", "count"),
    [
        (f"{title(60)}\n\n{'y' * 155}", 0),
        (f"{title(61)}\n\n{'y' * 155}", 1),
        (f"{title(60)}\n\n{'y' * 156}", 1),
        (f"{title(61)}\n\n{'y' * 156}", 2),
    ],
)
def test_each_block_has_a_limit_of_its_own_with_spaces(text: str, count: int) -> None:
    assert len(too_long(parse(text), SEO)) == count


def test_the_limits_are_told_before_the_text_is_written() -> None:
    system, *_ = prompt(brief_of(SEO, FACTS))
    assert "Each heading: at most 60 characters" in system.content
    assert "Each paragraph: at most 155 characters" in system.content


async def test_a_title_that_is_too_long_is_asked_for_once_more_with_the_number() -> None:
    draft, model = await drafted(f"{LONG}\n\n{DESCRIPTION}", f"{TITLE}\n\n{DESCRIPTION}")
    assert f"has {len(LONG) - 2} characters; the maximum for a heading is 60." in model.asked[1][-1].content
    assert (len(model.asked), draft.assessment.flags) == (2, ())


async def test_a_title_that_stays_too_long_is_shown_as_that_and_not_cut() -> None:
    name = "Linen apron of heavy washed cloth with two deep pockets and cross straps"
    text = f"# {name} by Havn | Nordhaus\n\n{name} at Nordhaus, for 39.00 EUR."
    draft, model = await drafted(text, text, name=name)
    assert len(model.asked) == 2
    assert plain(draft.blocks) == plain(parse(text))
    too_long = say("text_block_too_long_heading", start="Linen apron of heavy washed cloth with t", has=91, most=60)
    assert draft.assessment.too_long == (too_long,)
    assert too_long in draft.assessment.reasons


def test_a_template_names_only_blocks_that_there_are() -> None:
    with pytest.raises(Invalid, match=r"length\.blocks"):
        parse_template(
            "---\nname: note\nlanguage: en\ntitle: Note\nvariables: {name: {type: string}}\n"
            "length: {blocks: {title: 60}}\n---\n{{ name }}"
        )
