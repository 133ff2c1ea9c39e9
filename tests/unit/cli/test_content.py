"""Texts and templates in the terminal."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from magicai.cli.local import with_ports
from magicai.cli.subjects.content import content, template
from magicai.content.content import content_entity
from magicai.content.statements import ClaimShown, Verdict
from magicai.settings import load
from tests.unit.content import briefs


@pytest.mark.parametrize(
    ("by", "said"), [("composer", "Facts (no model)"), ("template", "Template (no model)"), ("m", "m")]
)
def test_a_text_says_who_wrote_it_and_facts_that_they_are_facts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, by: str, said: str
) -> None:
    monkeypatch.setenv("MAGICAI_HOME", str(tmp_path))
    made = briefs.content("Linen apron")
    version = made.latest.model_copy(update={"by": by})
    kept = made.model_copy(update={"versions": (version,), "owner_id": load().owner})
    with_ports(lambda ports: ports.records.entities.save([content_entity(kept)]))
    shown = CliRunner().invoke(content, ["show", kept.content_id])
    assert shown.exit_code == 0, shown.output
    assert f"By       {said}\n" in shown.output


def test_each_thing_known_of_a_text_is_shown_once_in_plain_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAGICAI_HOME", str(tmp_path))
    made = briefs.content("Linen apron", flags=("“51 h”: the record says 15 h",))

    def claim(text: str, verdict: Verdict, source: str, value: str) -> ClaimShown:
        return ClaimShown(kind="x", text=text, start=0, end=1, verdict=verdict, source=source, source_text=value)

    claims = (
        claim("Linen", "proved", "name", "Linen apron"),
        claim("Linen apron", "proved", "name", "Linen apron"),
        claim("Linen", "proved", "name", "Linen apron"),
        claim("sand", "supported", "colors.0", "sand"),
        claim("How nice", "opinion", "", ""),
        claim("51 h", "contradicted", "battery", "15 h"),
    )
    version = made.latest.model_copy(update={"claims": claims, "verified_by": "openai:judge"})
    kept = made.model_copy(update={"versions": (version,), "owner_id": load().owner})
    with_ports(lambda ports: ports.records.entities.save([content_entity(kept)]))
    lines = CliRunner().invoke(content, ["show", kept.content_id]).output.splitlines()
    assert [line for line in lines if line.startswith(("Claim", "Flag"))] == [
        "Flag     “51 h”: the record says 15 h",
        "Claim    “Linen”, “Linen apron”: proved by code, name: Linen apron",
        "Claim    “sand”: supported, says openai:judge, colors: sand",
        "Claim    “How nice”: opinion, says openai:judge: nothing that data could confirm",
    ]


def test_a_text_is_shown_and_edited_by_a_part_of_its_id(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAGICAI_HOME", str(tmp_path))
    kept = briefs.content("Linen apron").model_copy(update={"owner_id": load().owner, "run_id": "r" * 36})
    with_ports(lambda ports: ports.records.entities.save([content_entity(kept)]))
    part = kept.content_id[-8:]
    for asked in (["show", part], ["edit", part, "-"], ["diff", part], ["drafts", part]):
        done = CliRunner().invoke(content, asked, input="Linen apron, 39.00 EUR.")
        assert done.exit_code == 0, done.output


def test_a_template_without_a_body_is_previewed_as_the_facts_of_its_example(tmp_path: Path) -> None:
    front = "name: note\nlanguage: en\ntitle: Note\nvariables: {name: {title: Name}, size: {title: Size}}\n"
    example = "examples:\n  - variables: {name: Kettle, size: M}\n    text: A kettle.\n"
    path = tmp_path / "note.md"
    path.write_text(f"---\n{front}{example}---\n")
    shown = CliRunner().invoke(template, ["preview", str(path)])
    assert shown.exit_code == 0, shown.output
    assert "# Kettle\n\n- Size: M\n" in shown.output
