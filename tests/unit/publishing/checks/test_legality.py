"""What a law forbids is found, and what it exempts is not; by country, and by kind of product."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from benchmarks.publishing.labelled import read, scores
from integrations.embedder.usem3 import UsemEmbedder
from magicai.publishing.checks import legality
from magicai.publishing.checks.context import Context
from magicai.publishing.checks.legality.rules import rules as all_rules
from magicai.publishing.checks.legality.wording import Wording
from magicai.publishing.checks.manuscript import manuscript
from magicai.publishing.findings import Finding
from magicai.publishing.piece import Piece
from tests.unit.publishing.checks.looking import look, rules

PAIRS = sorted((Path(__file__).parents[4] / "benchmarks" / "publishing").glob("pairs_*.tsv"))
LEARNT = 0.95


@pytest.fixture(scope="session")
def wording() -> Wording:
    return Wording(UsemEmbedder())


@pytest.mark.parametrize("path", PAIRS, ids=lambda path: path.stem)
async def test_violating_sentences_are_told_from_exempt_ones(path: Path, wording: Wording) -> None:
    """By the rules, and by the model that learnt from these sentences, too: they are not how good it is on others."""
    texts = read(path)
    flagged = [any(_blocks(one.text)) or bool(await _worded(wording, one.text)) for one in texts]
    found = scores(texts, flagged)
    assert min(found.precision, found.recall) >= LEARNT


async def test_a_claim_is_looked_for_in_the_languages_of_its_countries(wording: Wording) -> None:
    text = "泡脚一晚，湿气全跑光"
    assert [one.rule for one in await _worded(wording, text, countries=("CN",))] == ["wording.claim"]
    assert await _worded(wording, text, countries=("US",)) == []
    # A name is nobody's claim; what is said beside it is.
    assert await _worded(wording, "Buy *My tumour is gone* by Jane Doe") == []
    beside = await _worded(wording, "Havn tea chased my tumour away", brands=("Havn",))
    assert [one.rule for one in beside] == ["wording.claim"]


async def _worded(wording: Wording, text: str, **known: Any) -> Sequence[Finding]:
    return await wording(manuscript(Piece(fields={"text": text})), replace(Context(), **known))


def _blocks(text: str) -> list[bool]:
    return [one.severity == "blocks" for one in look(legality.find, text)]


def test_each_country_has_its_own_rules() -> None:
    assert rules(legality.find, "全国最好的面霜", countries=("CN",)) == {"legality.cn.superlative"}
    assert not rules(legality.find, "全国最好的面霜", countries=("US", "EU"))
    assert rules(legality.find, "It cures diabetes.", countries=("US",)) == {"legality.us.disease"}
    assert not rules(legality.find, "The best cream in town", countries=("US",))


def test_a_kind_of_product_has_rules_of_its_own() -> None:
    assert "legality.cn.medical-guarantee" in rules(legality.find, "治愈率达九成", product_kind="medical")
    assert "legality.cn.medical-claim" not in rules(legality.find, "本药用于治疗鼻炎", product_kind="medical")
    statement = "legality.cn.supplement-statement"
    assert statement in rules(legality.find, "每日两粒", product_kind="supplement")
    assert statement not in rules(legality.find, "每日两粒。本品不能代替药物", product_kind="supplement")


def test_what_was_paid_for_must_say_so() -> None:
    text = "I wore these boots for a week in the rain."
    assert rules(legality.find, text, paid=True) == {"legality.eu.disclosure"}
    assert not rules(legality.find, f"#ad {text}", paid=True)
    assert not rules(legality.find, text)


def test_brands_works_and_what_is_allowed_are_no_claims() -> None:
    assert not rules(legality.find, "新书《最好的我们》到货")
    assert not rules(legality.find, "第一品牌牌酱油", brands=("第一品牌牌",))
    assert not rules(legality.find, "我们的极致系列", allowed=("极致系列",))


def test_a_suggestion_is_given_where_a_word_has_one() -> None:
    (found,) = look(legality.find, "这是顶级面料")
    assert (found.text, found.suggestion, found.severity) == ("顶级", "优质", "blocks")


def test_every_rule_names_its_source() -> None:
    assert all(rule.source and rule.message and (rule.forbidden or rule.demanded) for rule in all_rules())
