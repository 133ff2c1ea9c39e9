"""What says that two products are two, however much else they share: numbers, sizes, words, brands."""

from collections.abc import Iterable
from fractions import Fraction

from magicai.messages import Message, say
from magicai.shops.matching.corpus import Corpus
from magicai.shops.matching.item import Item

_ROUNDING = Fraction(1, 50)  # 15.6 inches are 39.6 cm, and written as 40 cm, too


def conflict(mine: Item, theirs: Item, corpus: Corpus) -> Message | None:
    """The first thing in which two products contradict each other; None where nothing does."""
    return (
        _brands(mine, theirs)
        or _models(mine, theirs)
        or sizes(mine, theirs)
        or _numbers(mine, theirs)
        or _words(mine, theirs, corpus)
    )


def _brands(mine: Item, theirs: Item) -> Message | None:
    one, other = mine.maker, theirs.maker
    if not one or not other or f" {one} " in f" {other} " or f" {other} " in f" {one} ":
        return None
    return say("match_brands_differ", mine=mine.brand, theirs=theirs.brand)


def _models(mine: Item, theirs: Item) -> Message | None:
    """Numbers that only one has: of a colour, of a bundle, of what an accessory is for.

    Where both places state numbers, those tell; a name may have others then, such as a shop's own.
    """
    if mine.stated & theirs.stated:
        return None
    shared = mine.models & theirs.models
    ours, others = mine.models - shared, theirs.models - shared
    unlike = ours or others if shared else ours and others and not _contain(ours, others)
    elsewhere = shared and any(one.stated and not one.stated & shared for one in (mine, theirs))
    if not unlike and not elsewhere:
        return None
    return say("match_models_differ", mine=_listed(mine.models), theirs=_listed(theirs.models))


def _contain(ours: frozenset[str], others: frozenset[str]) -> bool:
    """Whether some number is the beginning, the end or a part of one of the other's."""
    return any(one in other or other in one for one in ours for other in others)


def sizes(mine: Item, theirs: Item) -> Message | None:
    """In which pack or size two products contradict each other; None where in none."""
    if mine.read.pack != theirs.read.pack:
        return say("match_packs_differ", mine=mine.read.pack, theirs=theirs.read.pack)
    one, other = mine.read.quantities, theirs.read.quantities
    for dimension in sorted({kind for kind, _ in one} & {kind for kind, _ in other}):
        ours, others = ({key[1]: text for key, text in of.items() if key[0] == dimension} for of in (one, other))
        if not _within(ours, others) and not _within(others, ours):
            return say("match_sizes_differ", mine=", ".join(ours.values()), theirs=", ".join(others.values()))
    return None


def _within(some: Iterable[Fraction], all_: Iterable[Fraction]) -> bool:
    return all(any(abs(one - other) <= max(one, other) * _ROUNDING for other in all_) for one in some)


def _numbers(mine: Item, theirs: Item) -> Message | None:
    one, other = (of.read.numbers | of.read.models for of in (mine, theirs))
    if one <= other or other <= one:
        return None
    return say("match_numbers_differ", mine=_listed(one - other), theirs=_listed(other - one))


def _words(mine: Item, theirs: Item, corpus: Corpus) -> Message | None:
    one, other = mine.read.words, theirs.read.words
    for ours in sorted(one - other):
        for others in sorted(other - one):
            if corpus.alternate(ours, others):
                return say("match_words_differ", mine=ours, theirs=others)
    return None


def _listed(words: frozenset[str]) -> str:
    return ", ".join(sorted(words))
