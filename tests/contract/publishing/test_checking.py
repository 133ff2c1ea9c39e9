"""A submission is checked with what is known about its owner, and reviewers' decisions change what blocks."""

from pathlib import Path
from typing import Any

import pytest

from magicai.content.content import Content, QualityShown, State, Version, content_entity
from magicai.content.text import parse
from magicai.errors import Invalid
from magicai.publishing.checking import house_of
from magicai.publishing.draft import Draft
from magicai.publishing.reviewing import edit_reviewed
from magicai.publishing.submission import REWARDS, RuleReward
from magicai.publishing.submitting import Wanted, authors_of_content, draft_of_content, submit
from magicai.runs import registry
from magicai.runs.requests.accept import accept, check_request
from magicai.runs.run import Origin
from tests.desk import Desk

LONG = (
    "The apron is made of washed linen from Portugal, has two deep pockets and a strap that can be let out by ten "
    "centimetres, so that it fits most people without a knot in the back."
)


async def findings(desk: Desk, **request: Any) -> list[Any]:
    _, result = await desk.submit(**request)
    return result["findings"]


async def test_words_of_settings_count(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    words = tmp_path / "words.txt"
    words.write_text("cheapo => affordable\n", encoding="utf-8")
    settings = desk.ports.settings.model_copy(update={"sensitive_words": words})
    monkeypatch.setattr(desk.ports, "settings", settings)
    (found,) = await findings(desk, text="A cheapo apron.")
    assert (found["rule"], found["suggestion"]) == ("sensitive.own", "affordable")


def test_a_list_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="MAGICAI_SENSITIVE_WORDS"):
        house_of((), tmp_path / "none.txt")


async def test_a_piece_is_compared_with_earlier_ones_and_not_with_itself(desk: Desk) -> None:
    assert await findings(desk, title="Aprons", text=LONG) == []
    (found,) = await findings(desk, title="More aprons", text=f"New this week. {LONG}")
    assert (found["rule"], found["severity"]) == ("copied.published", "note")


async def test_what_reviewers_approve_again_and_again_blocks_no_longer(desk: Desk) -> None:
    rita = await desk.user("rita")
    mail = "Ring 07911 123456 for {}."
    for size in ("small", "medium", "large", "wide"):
        _, result = await desk.submit(title=size, text=mail.format(size))
        assert [one["severity"] for one in result["findings"]] == ["blocks"]
        await desk.decide(result["content_id"], rita)
    (found,) = await findings(desk, title="long", text=mail.format("long"))
    assert (found["rule"], found["severity"]) == ("personal.phone", "note")


async def test_what_reviewers_said_of_other_rules_under_the_same_name_does_not_count(desk: Desk) -> None:
    mail = "Ring 07911 123456 for {}."
    _, result = await desk.submit(title="small", text=mail.format("small"))
    kept = await desk.records.submissions.get(result["content_id"], owner_id="o")
    for version, severity in ((1, "blocks"), (REWARDS, "note")):
        learned = tuple(RuleReward(rule="personal.phone", confidence=0.9, value=0.0, version=version) for _ in range(9))
        kept = await desk.records.submissions.replace(kept, kept.submission.model_copy(update={"learned": learned}), [])
        assert kept is not None
        _, result = await desk.submit(title=severity, text=mail.format(severity))
        assert [one["severity"] for one in result["findings"] if one["rule"] == "personal.phone"] == [severity]


GERMAN = "Die Tischlampe mit Leinenschirm passt in jeden Raum. Der Fuß ist aus massiver Eiche."


@pytest.mark.parametrize("said", [None, "de"])
async def test_a_text_that_no_check_can_read_is_published_in_its_language_and_not_called_checked(
    desk: Desk, said: str | None
) -> None:
    _, result = await desk.submit(title="Lampe", text=GERMAN, language=said)
    assert result["findings"] == []
    assert {"legality", "sensitive", "grammar"} <= {one["check"] for one in result["not_checked"]}
    kept = await desk.records.submissions.get(result["content_id"], owner_id="o")
    (payload,) = kept.submission.latest.payloads
    assert payload.body.language == "de"


async def test_an_edit_in_another_language_is_checked_by_what_it_says(desk: Desk) -> None:
    _, result = await desk.submit(title="Lampe", text=GERMAN)
    rita = await desk.user("rita")
    await edit_reviewed(desk.records, result["content_id"], {"text": "The lamp cures cancer."}, by=rita)
    ((_, after),) = await desk.follow()
    assert [one["rule"] for one in after["findings"]] == ["legality.eu.disease"]
    assert "legality" not in {one["check"] for one in after["not_checked"]}


async def test_a_generated_text_keeps_its_language(desk: Desk) -> None:
    quality = QualityShown(score=1.0, word="good", reasons=(), parts=())
    version = Version(number=1, at=1, by="m", blocks=parse("It cures cancer."), claims=(), quality=quality)
    content = Content(
        content_id="c-000001",
        owner_id="o",
        run_id="c",
        item="000001",
        content_type="x",
        language="de",  # what its writer was told counts, whatever the words are
        variables={},
        state=State.DRAFT,
        versions=(version,),
    )
    await desk.records.entities.save([content_entity(content)])
    draft = await draft_of_content(desk.records, content.content_id, owner_id="o")
    assert draft is not None
    assert draft.language == "de"


async def test_who_started_and_who_edited_a_generated_text_are_its_authors(desk: Desk) -> None:
    shape = registry.workflow("crawl-analyze-generate").request
    wanted = check_request(shape, {"competitor_url": "https://shop.example"})
    run = await accept(
        desk.records, "crawl-analyze-generate", wanted, owner_id="o", origin=Origin.API, started_by="rita"
    )
    quality = QualityShown(score=1.0, word="good", reasons=(), parts=())
    first = Version(number=1, at=1, by="m", blocks=parse("Made of linen."), claims=(), quality=quality)
    edited = first.model_copy(update={"number": 2, "by": "user", "editor": "eve"})
    content = Content(
        content_id="c-000002",
        owner_id="o",
        run_id=run.run_id,
        item="000002",
        content_type="x",
        language="en",
        variables={},
        state=State.DRAFT,
        versions=(first, edited, edited.model_copy(update={"number": 3})),
    )
    await desk.records.entities.save([content_entity(content)])
    editors = await authors_of_content(desk.records, content.content_id, owner_id="o")
    assert editors == ("rita", "eve")
    draft = Draft(text="Made of linen.", language="en")
    kept = await submit(desk.records, draft, Wanted(), owner_id="o", by="ann", run_id="run-1", editors=editors)
    assert kept.submission.authors == {"ann", "eve", "rita"}
