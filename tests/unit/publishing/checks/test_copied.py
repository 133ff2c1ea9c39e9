"""Copied passages are found side by side; quotations that say whose they are do not count."""

from collections.abc import Sequence

from magicai.publishing.checks.context import Context
from magicai.publishing.checks.copied import Copied, remember, values_of
from magicai.publishing.checks.copied.comparing import compare
from magicai.publishing.checks.copied.shingles import WINDOW, shingles, winnowed
from magicai.publishing.checks.manuscript import manuscript
from magicai.publishing.checks.ports import KnownText
from magicai.publishing.findings import Finding
from magicai.publishing.piece import Piece

ENGLISH = (
    "The kettle boils a litre of water in three minutes and switches itself off. Its handle stays cool, "
    "the spout pours without a drip, and the lid opens with one finger even when the kettle is full."
)
CHINESE = "这款水壶三分钟即可烧开一升水，随后自动断电。手柄始终不烫手，壶嘴出水顺畅不滴漏，装满水时单手也能打开壶盖。"
OTHER = "A wool blanket keeps you warm on long evenings and can be washed by hand in lukewarm water without shrinking."


class Kept:
    """Known texts in memory."""

    def __init__(self) -> None:
        self.texts: dict[tuple[str, str, str], tuple[KnownText, frozenset[int]]] = {}

    async def keep(self, owner_id: str, text: KnownText, prints: Sequence[int]) -> None:
        self.texts[owner_id, text.kind, text.key] = (text, frozenset(prints))

    async def sharing(self, owner_id: str, prints: Sequence[int], *, at_most: int = 10) -> Sequence[KnownText]:
        shared = [
            (len(own.intersection(prints)), text) for key, (text, own) in self.texts.items() if key[0] == owner_id
        ]
        return [text for count, text in sorted(shared, key=lambda one: -one[0]) if count][:at_most]

    async def changed(self, owner_id: str, kind: str, entity_kind: str, *, limit: int) -> Sequence[str]:
        raise NotImplementedError

    async def gone(self, owner_id: str, kind: str, entity_kind: str, *, limit: int) -> Sequence[str]:
        raise NotImplementedError

    async def forget(self, owner_id: str, kind: str, key: str) -> None:
        self.texts.pop((owner_id, kind, key), None)


async def copied(text: str, known: str, *, kind: str = "page") -> list[Finding]:
    kept = Kept()
    await remember(kept, "ann", KnownText(kind, "1", "Shop", known, "https://shop.example/1"))
    await remember(kept, "ann", KnownText("page", "2", "Other", OTHER))
    return list(await Copied(kept)(manuscript(Piece(fields={"text": text})), Context(owner_id="ann")))


async def test_a_copied_passage_is_shown_beside_its_source() -> None:
    for known in (ENGLISH, CHINESE):
        text = f"{OTHER[:30]}!\n\n{known}\n\nOrder now."
        (found,) = await copied(text, known)
        assert (found.rule, found.severity) == ("copied.page", "note")
        assert found.text.startswith(known[:20])
        (beside,) = found.passages
        assert (beside.source, beside.address) == ("Shop", "https://shop.example/1")
        assert beside.text.startswith(known[:20])


async def test_ones_own_text_is_noted_and_another_owners_is_not_known() -> None:
    (found,) = await copied(ENGLISH, ENGLISH, kind="published")
    assert (found.rule, found.severity) == ("copied.published", "note")
    kept = Kept()
    await remember(kept, "bob", KnownText("page", "1", "Shop", ENGLISH))
    script = manuscript(Piece(fields={"text": ENGLISH}))
    assert list(await Copied(kept)(script, Context(owner_id="ann"))) == []


async def test_a_quotation_that_says_whose_it_is_does_not_count() -> None:
    sentence = ENGLISH.partition(". ")[0]
    assert await copied(f"As Kettle World writes, “{sentence}.” We agree.", ENGLISH) == []
    assert await copied(f"> {ENGLISH}\n> — Kettle World\n\nWe agree.", ENGLISH) == []
    assert await copied(f"“{ENGLISH}” Buy it.", ENGLISH), "nobody is named"


async def test_a_turn_of_phrase_is_no_copy() -> None:
    text = "Our new mug has a lid that opens with one finger even when the bus shakes, and a handle made of oak. " * 2
    assert await copied(text + OTHER.replace("wool", "silk")[:20], ENGLISH) == []


def test_no_long_copy_is_missed_by_winnowing() -> None:
    prints = shingles(ENGLISH)
    kept = set(values_of(ENGLISH))
    for first in range(len(prints) - WINDOW + 1):
        assert kept & {one.value for one in prints[first : first + WINDOW]}, "one of each window"
    assert len(winnowed(prints)) < len(prints)


def test_a_reworded_text_is_likelier_than_another() -> None:
    reworded = ENGLISH.replace("boils", "heats").replace("three", "3").replace("drip", "drop").replace("full", "filled")
    assert compare(ENGLISH, ENGLISH).containment == 1
    assert compare(OTHER, ENGLISH).likeness < 0.1 < compare(reworded, ENGLISH).likeness < 1
