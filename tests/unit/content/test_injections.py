"""A variable is data: whatever it holds changes neither the template, nor what a model is told, nor the checks."""

import json
import re
from pathlib import Path

import pytest

from magicai.content.brief import compose
from magicai.content.drafting import Drafter
from magicai.content.prompts import prompt
from magicai.content.text import as_html, markdown, one_line
from tests.scripted import ScriptedText
from tests.unit.content.briefs import APRON, INVENTED, TRUE, brief, said

ATTACKS: list[str] = json.loads((Path(__file__).parent / "injections.json").read_text(encoding="utf-8"))
every_attack = pytest.mark.parametrize("attack", ATTACKS)


@every_attack
def test_a_facts_block_has_it_as_one_line_of_text(attack: str) -> None:
    calm, hit = compose(brief({**APRON, "features": ["x"]})), compose(brief({**APRON, "features": [attack]}))
    assert [block.kind for block in hit] == [block.kind for block in calm]
    assert f"Features: {one_line(attack)}" in [block.text for block in hit]


@every_attack
def test_no_file_has_it_as_markup(attack: str) -> None:
    blocks = compose(brief({**APRON, "features": [attack]}))
    assert set(re.findall(r"<[^>]*>", as_html(blocks))) <= {
        *("<h1>", "</h1>", "<h2>", "</h2>", "<ul>", "</ul>", "<li>", "</li>")
    }
    headings = [line for line in markdown(blocks).splitlines() if line.startswith("#")]
    assert headings == ["# Linen apron", "## Colours"]
    assert not re.search(r"(?<!\\)[<\[]", markdown(blocks), re.MULTILINE)


@every_attack
def test_a_model_is_told_the_same_and_finds_it_among_the_data(attack: str) -> None:
    calm, hit = prompt(brief()), prompt(brief({**APRON, "material": attack}))
    assert hit[:-1] == calm[:-1]
    assert json.loads(hit[-1].content.removeprefix("DATA:\n"))["material"] == attack.strip()


@every_attack
async def test_a_model_that_obeys_it_gets_nothing_past_the_checks(attack: str) -> None:
    model = ScriptedText(lambda _: said(f"{TRUE} {INVENTED} It is the best apron in the world."))
    draft = await Drafter(model).draft(brief({**APRON, "care": attack}))
    marked = " ".join(one.text for one in draft.assessment.marked)
    assert all(word in marked for word in ("2019", "best"))
