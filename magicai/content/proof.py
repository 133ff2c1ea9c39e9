"""What code can prove of a text, in whatever language it is."""

from dataclasses import replace

from magicai.claims.checking import check
from magicai.claims.claim import ClaimKind, Traced
from magicai.claims.sources import Source
from magicai.content.brief import Brief
from magicai.content.languages import is_another, with_points

# Figures are figures in every language, and signs of currencies and units nearly so; names and words are not.
_FIGURES = frozenset((ClaimKind.NUMBER, ClaimKind.QUANTITY, ClaimKind.PRICE, ClaimKind.DATE))
_SURE = frozenset((ClaimKind.QUANTITY, ClaimKind.PRICE))


def prove(text: str, brief: Brief) -> tuple[Traced, ...]:
    """Every claim of a text with its source, or the reason why it has none, in order of their places.

    Of a text that is neither English nor Chinese, its figures: amounts with a unit or currency for certain, other
    numbers and dates as unverified where they have no source.
    """
    read = with_points(text)
    sources = tuple(replace(one, text=with_points(one.text)) for one in brief.sources)
    originals = {one.path: one for one in brief.sources}

    def original(source: Source | None) -> Source | None:
        return originals.get(source.path, source) if source is not None else None

    traced = [
        replace(
            one,
            claim=replace(one.claim, text=text[one.claim.start : one.claim.end]),
            source=original(one.source),
            against=original(one.against),
        )
        for one in check(read, sources, brief.template.language)
    ]
    if not is_another(brief.language):
        return tuple(traced)
    figures = [one for one in traced if one.claim.kind in _FIGURES]
    return tuple(one if one.claim.kind in _SURE else replace(one, certain=one.supported) for one in figures)
