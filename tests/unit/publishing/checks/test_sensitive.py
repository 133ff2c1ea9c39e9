"""Sensitive words are found however they are disguised, and harmless ones that contain them are not."""

import pytest

from magicai.publishing.checks import sensitive
from magicai.publishing.checks.sensitive.lists import read_list, read_words
from tests.unit.publishing.checks.running_checks import look, rules

DISGUISES = {
    "plain": "本店提供代开发票业务",
    "traditional": "本店提供代開發票業務",
    "spaced": "本店提供代 开 发 票业务",
    "signs": "本店提供代*开*发-票业务",
    "unseen": "本店提供代\u200b开\u2060发\ufe0f票业务",
    "pinyin": "本店提供daikai发piao业务",
    "all pinyin": "call us: dai kai fa piao",
    "look-alikes": "buy FАKE РASSPORТ here",  # Cyrillic
    "full width": "ｆａｋｅ ｐａｓｓｐｏｒｔ",
    "accents": "fàké pâssport",
    "leet": "f4ke p4$$p0rt",
    "spelled out": "f.u.c.k this",
    "mathematical": "𝐟𝐮𝐜𝐤 this",
    "joined": "buyfake fakepassport",
}
HARMLESS = (
    "Classic bass guitar from Scunthorpe, passed our assessment",
    "The push it gives is sharp, it has a shiny top",  # push it
    "We do as sets of hole punches",
    "他妈妈的手艺很好",
    "放屁股垫的椅子",
    "干净的发票夹，代替开口的票夹",
    "请在代理处。开发票时出示",
    "It lets pic frames hang straight; raccoon pattern",
    "Essex, Sussex, Middlesex",
)


@pytest.mark.parametrize("disguise", DISGUISES)
def test_a_disguised_word_is_found(disguise: str) -> None:
    assert look(sensitive.find, DISGUISES[disguise])


@pytest.mark.parametrize("text", HARMLESS)
def test_a_harmless_text_is_left_alone(text: str) -> None:
    assert [one.message for one in look(sensitive.find, text)] == []


def test_the_place_is_that_of_the_text_as_it_is_written() -> None:
    text = "先看看，𝐅ｕ\u200bｃk！"
    (found,) = look(sensitive.find, text)
    assert text[found.place.start : found.place.end] == "𝐅ｕ\u200bｃk"
    assert found.confidence < 1


def test_the_users_list_says_what_to_write_instead_and_what_is_allowed() -> None:
    words = read_words("# ours\nAcme Pro => Acme Max\n竞品甲\n")
    found = look(sensitive.find, "The acme-pro beats 競品甲", words=words)
    assert [(one.rule, one.suggestion) for one in found] == [("sensitive.own", "Acme Max"), ("sensitive.own", None)]
    assert rules(sensitive.find, "The Shit Happens board game") == {"sensitive.profanity"}
    assert not rules(sensitive.find, "The Shit Happens board game", allowed=("Shit Happens",))


def test_a_list_has_sections() -> None:
    (one, other) = read_list("[brands note]\nAcme\n[laws]\nbanned")
    assert (one.category, one.severity) == ("brands", "note")
    assert (other.category, other.severity) == ("laws", "note")


def test_only_the_users_own_words_wait_for_a_person() -> None:
    (own,) = look(sensitive.find, "A cheapo apron.", words={"cheapo": ""})
    (listed,) = look(sensitive.find, "本店提供代开发票业务")
    assert (own.severity, listed.severity) == ("review", "note")
