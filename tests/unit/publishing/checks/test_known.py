"""Numbers that contradict the knowledge base are found; those that it states, or says nothing of, are not."""

from collections.abc import Sequence
from typing import Any, cast

import pytest

from magicai.claims.sources import Source
from magicai.errors import Temporary
from magicai.messages import say
from magicai.ports import EntityRecords, Hit, SearchIndex
from magicai.publishing.checks.context import Context
from magicai.publishing.checks.knowledge_base import KIND, KnowledgeBaseCheck
from magicai.publishing.checks.manuscript import manuscript
from magicai.publishing.findings import Finding
from magicai.publishing.piece import Piece
from magicai.stores.entity import Entity, Versioned

PASSAGES = (
    "Standard delivery within Germany takes 3 working days and costs €4.90. Returns are free within 30 days.",
    "The oak lamp is 45 cm high, weighs 1.2 kg and has a warranty of 5 years.",
    "The kettle holds 1.7 litres and has a power of 2,200 W.",
    "亚麻围裙长 85 厘米，重 320 克，有三种颜色。",
    "标准配送在德国境内需 3 个工作日，运费 4.9 欧元。退货期为 30 天。",
)


class Base:
    """A knowledge base that finds everything."""

    def __init__(self, *, fails: bool = False) -> None:
        self.fails = fails

    async def search(self, _query: str, **_: Any) -> list[Hit]:
        if self.fails:
            raise Temporary("no answer")
        return [Hit(KIND, str(number), "", "", 1.0) for number in range(len(PASSAGES))]

    async def present(self, keys: Sequence[tuple[str, str]]) -> list[Versioned]:
        made = [Entity(KIND, key, "o", title="Handbook", text=PASSAGES[int(key)], data={}) for _, key in keys]
        return [Versioned(one.kind, one.entity_id, "o", 1, "", one) for one in made]


async def found(text: str, *, sources: tuple[Source, ...] = (), fails: bool = False) -> Sequence[Finding]:
    base = Base(fails=fails)
    check = KnowledgeBaseCheck(cast("SearchIndex", base), cast("EntityRecords", base))
    return (await check(manuscript(Piece(fields={"text": text})), Context(owner_id="o", sources=sources))).found


@pytest.mark.parametrize(
    ("text", "contradicted"),
    [
        ("Standard delivery within Germany takes 5 working days.", ["5 working days"]),
        ("Delivery within Germany takes three working days.", []),
        ("Our oak lamp weighs 2 kg and has a warranty of 5 years.", ["2 kg"]),
        ("The oak lamp weighs 1,200 g.", []),
        ("The oak lamp stands 45 cm high.", []),
        ("The kettle holds 2 litres.", ["2 litres"]),
        ("Our blender holds 2 litres.", []),
        ("This lamp costs €39.", []),
        ("In 2019 we had 12 customers.", []),
        ("亚麻围裙重 450 克。", ["450 克"]),
        ("亚麻围裙重 0.32 公斤，长 85 厘米。", []),
        ("棉质围裙售价 99 元。", []),
    ],
)
async def test_a_number_that_a_passage_contradicts_is_found(text: str, contradicted: list[str]) -> None:
    assert [one.text for one in await found(text)] == contradicted


async def test_the_passage_is_shown_beside_it() -> None:
    (one,) = await found("The kettle holds 2 litres.")
    assert (one.rule, one.severity) == ("claims.contradicted", "review")
    assert one.said == say("claim_contradicts_passage", source="Handbook", passage="1.7 l", text="2 l")
    assert one.passages[0].text.startswith("The kettle holds 1.7 litres")


async def test_what_the_knowledge_base_says_supports_a_generated_text() -> None:
    sources = (Source("name", "Oak lamp", ("name",)),)
    assert await found("The oak lamp weighs 1.2 kg.", sources=sources) == ()
    assert [one.rule for one in await found("The oak lamp costs €59.", sources=sources)] == ["claims.missing"]


async def test_a_passage_does_not_overrule_a_record_that_says_otherwise() -> None:
    sources = (Source("name", "Oak lamp", ("name",)), Source("weight", "2 kg", ("weight",)))
    found_there = await found("The oak lamp weighs 1.2 kg.", sources=sources)
    assert [(one.rule, one.text) for one in found_there] == [("claims.contradicted", "1.2 kg")]


async def test_without_the_knowledge_base_variables_still_count() -> None:
    sources = (Source("name", "Oak lamp", ("name",)),)
    assert [one.rule for one in await found("The oak lamp weighs 9 kg.", sources=sources, fails=True)] == [
        "claims.missing"
    ]
    with pytest.raises(Temporary):
        await found("The oak lamp weighs 9 kg.", fails=True)
