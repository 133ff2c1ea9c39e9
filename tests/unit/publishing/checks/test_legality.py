"""What a law forbids is found, and what it exempts is not; by country, and by kind of product."""

from pathlib import Path

import pytest

from benchmarks.publishing.labelled import read
from magicai.publishing.checks import legality
from magicai.publishing.checks.legality.rules import rules as all_rules
from tests.unit.publishing.checks.looking import look, rules

PAIRS = sorted((Path(__file__).parents[4] / "benchmarks" / "publishing").glob("pairs_*.tsv"))


@pytest.mark.parametrize("path", PAIRS, ids=lambda path: path.stem)
def test_violating_sentences_are_told_from_exempt_ones(path: Path) -> None:
    wrong = [one.text for one in read(path) if any(_blocks(one.text)) is not one.positive]
    assert wrong == []


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
