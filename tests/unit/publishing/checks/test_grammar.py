"""A grammar checker's faults are passed on; its opinions, brands and product names are not."""

from collections.abc import Sequence

from magicai.publishing.checks import grammar
from magicai.publishing.checks.context import Context
from magicai.publishing.checks.grammar import English
from magicai.publishing.checks.manuscript import manuscript
from magicai.publishing.checks.ports import GrammarFault
from magicai.publishing.findings import apply
from magicai.publishing.piece import Piece
from tests.unit.publishing.checks.looking import look


class Scripted:
    """Finds what it was told to."""

    def __init__(self, *faults: tuple[str, str, str]) -> None:
        self.told = faults

    async def faults(self, text: str) -> Sequence[GrammarFault]:
        return [
            GrammarFault(text.index(word), text.index(word) + len(word), rule, "Spelling", "", (instead,))
            for word, rule, instead in self.told
            if word in text
        ]


async def english(text: str, *faults: tuple[str, str, str], brands: tuple[str, ...] = ()) -> list[str]:
    found = await English(Scripted(*faults))(manuscript(Piece(fields={"text": text})), Context(brands=brands))
    return [one.text for one in found]


async def test_a_word_is_misspelled_only_where_a_known_one_is_near() -> None:
    told = (
        ("recieve", "SpellCheck", "receive"),
        ("doneness", "SpellCheck", "oneness"),
        ("ylang", "SpellCheck", "yang"),
    )
    assert await english("You recieve the doneness of ylang", *told) == ["recieve"]
    assert await english("Kolour paint", ("Kolour", "SpellCheck", "colour")) == [], "a name is none"
    assert await english("sautéing pans", ("sautéing", "SpellCheck", "sauteing")) == []


async def test_brands_and_opinions_are_dropped() -> None:
    told = (("definately", "SpellCheck", "definitely"), ("ultra", "SpelledNumbers", "three"), ("colde", "X", "cold"))
    text = "definately ultra colde"
    assert await english(text, *told) == ["definately", "colde"]
    assert await english(text, *told, brands=("Colde Pro",)) == ["definately"]


async def test_what_code_is_sure_of_is_not_said_twice() -> None:
    assert await english("The the lamp", ("The the", "RepeatedWords", "The")) == []


async def test_links_and_code_are_no_english() -> None:
    assert await english("See https://recieve.example and `recieve`", ("recieve", "SpellCheck", "receive")) == []


def test_what_code_is_sure_of_is_corrected_by_its_suggestion() -> None:
    for text, corrected in {
        "The the lamp": "The lamp",
        "你好,世界": "你好，世界",
        "质量很好，，放心": "质量很好，放心",
        "A lamp , green": "A lamp, green",
        "It is a apple": "It is an apple",
    }.items():
        (found,) = look(grammar.find, text)
        assert apply({"text": text}, found) == {"text": corrected}


def test_none_and_null_as_words_are_left() -> None:
    assert look(grammar.find, "None of them is null and void") == []
