"""A variable is data: whatever it holds changes neither the template, nor what a model is told, nor the checks."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from magicai.content.brief import compose
from magicai.content.drafting import Drafter
from magicai.content.prompts import anew, prompt
from magicai.content.text import Block, as_html, markdown, one_line
from magicai.ports import Message
from magicai.verifier import Statement, Statements
from tests.scripted import ScriptedText, line_number
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
    assert data_of(hit[-1])["material"] == attack.strip()


@every_attack
async def test_what_is_to_be_corrected_quotes_it_between_marks(attack: str) -> None:
    of = brief({**APRON, "material": attack})
    line = line_number(f"material: {' '.join(attack.split())}", of.sources)
    judged = Statements(statements=[Statement(span="made of cotton", verdict="contradicted", line=line)])
    model = ScriptedText(lambda _: said("The Linen apron is made of cotton."))
    verifier = ScriptedText(lambda _: judged.model_dump_json())
    await Drafter(model, verifier=verifier).draft(of)
    before, mark, listed, end = mended_parts(model.asked[1][-1].content)
    assert mark == end
    assert mark not in listed
    assert attack.strip() not in before
    assert "made of cotton" in listed


@every_attack
def test_no_instruction_holds_what_readers_search_for_nor_a_paragraph_that_is_written_anew(attack: str) -> None:
    system, *_ = prompt(brief({**APRON, "name": attack}))
    assert system == prompt(brief())[0]
    *_, asked = anew(brief(), (Block(kind="paragraph", text=one_line(attack)),), 0)
    before, mark, quoted, end = mended_parts(asked.content)
    assert (quoted, mark) == (one_line(attack), end)
    assert one_line(attack) not in before


def data_of(asked: Message) -> dict[str, Any]:
    """The variables, as a model is sent them between two marks."""
    head, mark, rest = asked.content.split("\n", 2)
    body, _, end = rest.rpartition("\n")
    assert (head, mark) == ("DATA", end)
    assert mark not in body
    return json.loads(body)


def mended_parts(asked: str) -> tuple[str, str, str, str]:
    """What stands before the first mark, the mark, what is quoted, and the last line."""
    head, _, end = asked.rpartition("\n")
    before, mark, quoted = head.partition(f"\n{end}\n")
    return before, mark.strip(), quoted, end


@every_attack
async def test_a_model_that_obeys_it_gets_nothing_past_the_checks(attack: str) -> None:
    model = ScriptedText(lambda _: said(f"{TRUE} {INVENTED} It is the best apron in the world."))
    draft = await Drafter(model).draft(brief({**APRON, "care": attack}))
    marked = " ".join(map(str, draft.assessment.flags))
    assert all(word in marked for word in ("2019", "best"))
