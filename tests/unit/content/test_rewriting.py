"""A text rewritten: the same claims, checked as any draft is."""

from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path

import pytest

from integrations.records import sqlite
from magicai.content.answers import Unusable
from magicai.content.assessment import assess
from magicai.content.brief import brief_of, compose
from magicai.content.content import Content, State, content_entity, version_from
from magicai.content.content_types import built_in
from magicai.content.editing import StoredContent, edit_distance
from magicai.content.rewriting import Rewriting, rewrite
from magicai.content.text import parse, plain
from magicai.content.translating import Translated
from magicai.errors import Conflict, Invalid, Missing
from magicai.ports import Message, Records, Spender, TextModel
from magicai.runs.run import JSON
from magicai.verifier import Statement, Statements
from tests.scripted import Scripted, ScriptedText

FACTS: JSON = {
    "name": "Linen apron",
    "brand": "Havn",
    "category": "Kitchen",
    "price": "39.00 EUR",
    "material": "washed linen",
    "colors": ["sand", "slate"],
    "care": "machine wash at 30 degrees",
    "audience": "people who cook",
}
WARM = (
    "You will love the Linen apron by Havn from our Kitchen range. It is made of washed linen and comes in sand and"
    " slate. It costs 39.00 EUR."
)


@pytest.fixture
async def records(tmp_path: Path) -> AsyncIterator[Records]:
    opened = sqlite.open(tmp_path / "records.sqlite3")
    yield opened
    await opened.close()


class Desk:
    """A text of ann's, and what becomes of it."""

    def __init__(self, records: Records) -> None:
        self._records = records
        self.spent_by: list[Spender] = []
        self.verifier: ScriptedText | None = None

    async def text(self, variables: JSON = FACTS, written: str = "") -> Content:
        brief = brief_of(built_in()["product-description", "en"], variables)
        blocks = parse(written) if written else compose(brief)
        found = assess(blocks, brief)
        version = version_from(blocks, "composer", found, bar=0.0)
        content = Content(
            content_id="run-000001", owner_id="ann", run_id="run-of-ann", item="000001", language="en",
            content_type="product-description", variables=variables, state=State.DRAFT, versions=(version,),
        )  # fmt: skip
        await self._records.entities.save([content_entity(content)])
        return content

    async def asked(
        self,
        wish: str,
        *script: Scripted | Callable[[Sequence[Message]], Scripted],
        name: str = "scripted",
        row: int | None = None,
        **more: object,
    ) -> StoredContent:
        async def opened(spender: Spender, *, models: tuple[str, ...]) -> TextModel | None:
            self.spent_by.append(spender)
            if spender.role == "verifier":
                return self.verifier
            assert models in ((), (more.get("model"),))
            if not script:
                return None
            return ScriptedText(script[0] if callable(script[0]) else iter(script), name=name, cost=0.25)  # pyright: ignore[reportArgumentType]

        asked = Rewriting.model_validate({"wish": wish, **more})
        return await rewrite(self._records, "run-000001", asked, owner_id="ann", open_model=opened, row=row)


@pytest.fixture
def desk(records: Records) -> Desk:
    return Desk(records)


async def test_a_model_rewrites_a_text_as_its_next_version_at_the_cost_of_its_run(desk: Desk) -> None:
    await desk.text()
    kept = await desk.asked("warmer", WARM, name="openai:gpt-4o")
    latest = kept.content.latest
    assert (latest.number, latest.by, latest.note) == (2, "openai:gpt-4o", "warmer")
    assert (plain(latest.blocks), latest.cost) == (WARM, 0.25)
    assert (kept.content.state, latest.flags) == (State.DRAFT, ())
    assert {(one.owner_id, one.run_id) for one in desk.spent_by} == {("ann", "run-of-ann")}


async def test_claims_that_are_lost_are_named(desk: Desk) -> None:
    await desk.text()
    short = WARM.replace(" and comes in sand and slate", "").replace(" It costs 39.00 EUR.", "")
    latest = (await desk.asked("shorter", short, short)).content.latest
    assert any("39.00 EUR" in one and "(price)" in one for one in latest.missing)


async def test_what_no_variable_states_is_asked_for_again_and_marked_not_cut(desk: Desk) -> None:
    await desk.text()
    lie = f"{WARM} It weighs 480 g."
    latest = (await desk.asked("warmer", lie, lie)).content.latest
    assert plain(latest.blocks) == lie
    assert any("480" in flag for flag in latest.flags)


async def test_a_model_that_refuses_leaves_the_text_as_it_was(desk: Desk) -> None:
    before = await desk.text()
    with pytest.raises(Unusable, match="refuses to write"):
        await desk.asked("warmer", '{"refused": "No.", "blocks": []}')
    assert (await desk.asked("warmer", WARM)).content.versions[0] == before.latest


async def test_one_paragraph_is_written_anew_and_no_other_is_touched(desk: Desk) -> None:
    before = (await desk.text()).latest.blocks
    latest = (await desk.asked("paragraph", "Wash it by machine at 30 degrees.", paragraph=2)).content.latest
    assert latest.blocks[1].text == "Wash it by machine at 30 degrees."
    assert (*latest.blocks[:1], *latest.blocks[2:]) == (*before[:1], *before[2:])
    assert latest.note == "paragraph 2"
    assert not latest.flags


@pytest.mark.parametrize("wish", ["shorter", "warmer", "plainer", "paragraph", "translate"])
async def test_without_a_model_a_text_stays_as_it_is_and_the_way_to_one_is_told(desk: Desk, wish: str) -> None:
    await desk.text()
    with pytest.raises(Missing, match="needs a language model") as refused:
        await desk.asked(wish)
    assert "magicai models" in refused.value.way_out


async def test_a_paragraph_that_is_not_there_is_refused(desk: Desk) -> None:
    await desk.text()
    with pytest.raises(Invalid, match="no paragraph 99"):
        await desk.asked("paragraph", WARM, paragraph=99)


async def test_a_rewritten_text_is_judged_by_the_verifier(desk: Desk) -> None:
    await desk.text()
    desk.verifier = ScriptedText(
        [Statements(statements=[Statement(span="washed linen", verdict="supported", line=5)])],
        name="judge",
    )
    latest = (await desk.asked("warmer", WARM)).content.latest
    assert latest.verified_by == "judge"
    assert {one.role for one in desk.spent_by} == {"writer", "verifier"}


async def test_a_translation_is_a_text_of_its_own_that_is_proved_against_the_originals_variables(desk: Desk) -> None:
    await desk.text()
    values = Translated(
        texts=["亚麻围裙", "Havn", "厨房", "39.00 欧元", "水洗亚麻", "沙色", "石板灰", "30 度机洗", "爱做饭的人"]
    )
    text = (
        "Havn 的亚麻围裙属于厨房系列，采用水洗亚麻制成，有沙色和石板灰两种颜色。"
        "适合爱做饭的人，30 度机洗即可。价格为 39.00 欧元。"
    )
    kept = await desk.asked("translate", values, text, text)
    content = kept.content
    assert (content.content_id, content.translation_of, content.language) == ("run-000001-zh", "run-000001", "zh")
    assert content.variables == FACTS
    assert "39.00 欧元" in plain(content.latest.blocks)
    assert not content.latest.flags
    assert content.latest.cost == 0.5, "its facts are translated, and it is written"
    again = await desk.asked("translate", values, text, text)
    assert [version.number for version in again.content.versions] == [1, 2]


async def test_a_value_whose_figures_a_model_changes_is_not_translated(desk: Desk) -> None:
    await desk.text()
    wrong = ["亚麻围裙", "Havn", "厨房", "93.00 欧元", "水洗亚麻", "沙色", "石板灰", "60 度机洗", "爱做饭的人"]
    kept = await desk.asked(
        "translate", lambda asked: Translated(texts=wrong) if "TEXTS" in asked[0].content else "售价 93.00 欧元。"
    )
    assert kept.content.variables["price"] == "39.00 EUR"
    assert kept.content.variables["care"] == FACTS["care"]
    assert any("93.00" in flag for flag in kept.content.latest.flags)


async def test_what_a_model_made_of_the_variables_proves_nothing_of_the_translation(desk: Desk) -> None:
    await desk.text()
    wrong = ["亚麻围裙", "Havn", "厨房", "39.00 CNY", "水洗亚麻", "沙色", "石板灰", "30 度机洗", "爱做饭的人"]
    kept = await desk.asked(
        "translate",
        lambda asked: Translated(texts=wrong) if "TEXTS" in asked[0].content else "亚麻围裙售价 39.00 CNY。",
    )
    assert any("39.00 CNY" in flag and "EUR 39" in flag for flag in kept.content.latest.flags)


async def test_a_text_that_has_changed_meanwhile_is_not_rewritten(desk: Desk) -> None:
    await desk.text()
    await desk.asked("shorter", WARM)
    asked = len(desk.spent_by)
    with pytest.raises(Conflict):
        await desk.asked("warmer", WARM, row=1)
    assert len(desk.spent_by) == asked, "and no model is asked"


async def test_a_rewritten_text_counts_as_changed(desk: Desk) -> None:
    await desk.text()
    assert edit_distance((await desk.asked("warmer", WARM)).content) > 0.1
