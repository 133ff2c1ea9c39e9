"""What is not in a language that the checks can read is not called checked, and not held up by rules of another one."""

from collections.abc import Sequence

import pytest

from magicai.claims.sources import sources_of
from magicai.publishing.adapting import adapt_all
from magicai.publishing.checks import check, claims
from magicai.publishing.checks.context import Context
from magicai.publishing.checks.grammar import English
from magicai.publishing.checks.manuscript import manuscript
from magicai.publishing.checks.moderation import kinds_of
from magicai.publishing.checks.ports import GrammarFault
from magicai.publishing.draft import Draft
from magicai.publishing.language import language_of
from magicai.publishing.piece import Piece
from magicai.publishing.target import Target

TEXTS = {
    "en": "The desk lamp has a linen shade, and its foot is made of oak.",
    "zh": "这盏台灯配有亚麻灯罩，底座为橡木。",
    "de": "Die Tischlampe mit Leinenschirm passt in jeden Raum. Der Fuß ist aus massiver Eiche.",
    "fr": "La lampe de bureau est en lin, et son pied est fait de chêne massif pour la maison.",
    "nl": "De tafellamp met linnen kap past in elke kamer. De voet is van massief eiken.",
    "ja": "このデスクランプはリネンのシェードとオーク材の脚が特徴です。",
    "ru": "Настольная лампа с льняным абажуром подходит для любой комнаты.",
    "pl": "Lampa stołowa z lnianym abażurem doskonale pasuje do każdego wnętrza. Podstawa jest wykonana z litego dębu.",
}
OTHERS = [text for text in TEXTS if text not in ("en", "zh")]
SHORT = ("Die Cast Car", "Linen apron", "Le Creuset pan", "Café crème mug", "X-200", "T-shirt, 100 % cotton")


class Asked:
    """A grammar checker that takes everything for a fault."""

    async def faults(self, text: str) -> Sequence[GrammarFault]:
        return [GrammarFault(0, len(text), "X", "Grammar", "", ())]


@pytest.mark.parametrize("language", TEXTS)
def test_a_language_is_told_from_the_words(language: str) -> None:
    assert language_of(TEXTS[language]) == language


@pytest.mark.parametrize("text", SHORT)
def test_a_short_line_with_foreign_words_is_english(text: str) -> None:
    assert language_of(text) == "en"


@pytest.mark.parametrize("language", OTHERS)
async def test_what_cannot_be_read_is_not_checked_and_said_to_be_so(language: str) -> None:
    text = f"{TEXTS[language]} Best cure! Shit."
    found = await check(Piece(fields={"title": "Lamp", "text": text}), Context(), {"grammar": English(Asked())})
    assert {one.check for one in found.found} == set()
    assert {one.check for one in found.not_checked} == {"legality", "sensitive", "grammar"}
    assert not {"legality", "sensitive", "grammar"} & {*found.checks}
    assert {"secrets", "personal", "markup", "characters"} <= {*found.checks}, "these read no words"
    held = await check(Piece(fields={"text": text}), Context(needs_person=frozenset(("legality",))))
    assert found.passed
    assert not held.passed


@pytest.mark.parametrize("language", ["en", "zh"])
async def test_what_can_be_read_is_checked(language: str) -> None:
    found = await check(
        Piece(fields={"text": f"{TEXTS[language]} It cures cancer.\n\n全国最好的台灯。"}),
        Context(),
        {"grammar": English(Asked())},
    )
    assert {one.rule for one in found.found} >= {"legality.cn.superlative", "legality.eu.disease"}
    assert found.not_checked == ()


async def test_what_somebody_said_of_the_language_counts_more_than_the_words() -> None:
    text = "El Rey y los Tacos de la casa: it cures cancer."
    assert language_of(text) != "en"
    assert (await check(Piece(fields={"text": text}, language="en"), Context())).found
    assert (await check(Piece(fields={"text": "It cures cancer."}, language="de-AT"), Context())).not_checked


async def test_own_words_are_looked_for_in_any_language() -> None:
    found = await check(Piece(fields={"text": TEXTS["de"]}), Context(words={"Eiche": "Buche"}))
    assert [(one.rule, one.text) for one in found.found] == [("sensitive.own", "Eiche")]


def test_amounts_of_a_text_in_any_language_are_held_against_its_record() -> None:
    sources = sources_of({"price": "39,90 €", "weight": "1,5 kg"})

    def wrong(text: str) -> list[str]:
        return [one.text for one in claims.find(manuscript(Piece(fields={"text": text})), Context(sources=sources))]

    assert wrong("Die Lampe wiegt 1,5 kg und kostet 39,90 €, mit der Lieferung am 3. Mai, für alle 7.") == []
    assert wrong("Die Lampe wiegt 2,5 kg und kostet 49,90 €, und der Fuß ist aus Eiche.") == ["2,5 kg", "49,90 €"]


def test_a_moderator_judges_the_spelling_of_what_has_no_checker() -> None:
    kinds = {name: kinds_of(manuscript(Piece(fields={"text": text})).fields) for name, text in TEXTS.items()}
    assert [name for name, one in kinds.items() if "spelling" not in one] == ["en"]


@pytest.mark.parametrize("language", TEXTS)
def test_what_is_published_names_the_language_of_its_words(language: str) -> None:
    (payload,) = adapt_all(Draft(title="Lamp", text=TEXTS[language]), [_site()])
    assert payload.body.language == language


def _site() -> Target:
    return Target(owner_id="o", name="site", platform="folder", address="site", created_at=1)
