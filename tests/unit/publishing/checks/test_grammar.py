"""A grammar checker's faults are passed on; its opinions, brands and product names are not."""

from collections.abc import Sequence

from magicai.publishing.checks.context import Context
from magicai.publishing.checks.grammar import English
from magicai.publishing.checks.manuscript import manuscript
from magicai.publishing.checks.ports import GrammarFault
from magicai.publishing.piece import Piece

KINDS = {"OxfordComma": "Style", "SplitWords": "Typo"}


class Scripted:
    """Finds what it was told to."""

    def __init__(self, *faults: tuple[str, str, str]) -> None:
        self.told = faults

    async def faults(self, text: str) -> Sequence[GrammarFault]:
        return [
            GrammarFault(
                text.index(word), text.index(word) + len(word), rule, KINDS.get(rule, "Spelling"), "", (instead,)
            )
            for word, rule, instead in self.told
            if word in text
        ]


async def english(text: str, *faults: tuple[str, str, str], brands: tuple[str, ...] = ()) -> list[str]:
    found = await English(Scripted(*faults))(manuscript(Piece(fields={"text": text})), Context(brands=brands))
    return [one.text for one in found.found]


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
    told = (
        ("definately", "SpellCheck", "definitely"),
        ("ultra", "OxfordComma", ","),
        ("huggable", "SplitWords", "hug gable"),
        ("colde", "X", "cold"),
    )
    text = "definately ultra huggable colde"
    assert await english(text, *told) == ["definately", "colde"]
    assert await english(text, *told, brands=("Colde Pro",)) == ["definately"]


async def test_links_and_code_are_no_english() -> None:
    assert await english("See https://recieve.example and `recieve`", ("recieve", "SpellCheck", "receive")) == []
