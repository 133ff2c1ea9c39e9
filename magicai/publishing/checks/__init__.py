"""The checks of a piece: `check` makes all of them in one pass."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from itertools import islice
from types import MappingProxyType

from magicai.errors import BudgetReserved, Cancelled, MagicError, OverBudget
from magicai.messages import say
from magicai.publishing.checks import characters, images, legality, markup, personal, secrets, sensitive
from magicai.publishing.checks.check import Find, Looks
from magicai.publishing.checks.context import Context
from magicai.publishing.checks.manuscript import Manuscript, manuscript
from magicai.publishing.checks.thresholds import weighed
from magicai.publishing.findings import Finding, Findings, NotChecked
from magicai.publishing.piece import Piece

_MOST = 1000
# What a check lacks where it can't read the language.
_NOT_READ = {"legality": "advertising_law_not_in_language", "sensitive": "word_lists_not_in_language"}
# What is said of the run, and not of the piece.
_OF_THE_RUN = (OverBudget, BudgetReserved, Cancelled)
CHECKS: Mapping[str, Find] = MappingProxyType(
    {
        "sensitive": sensitive.find,
        "personal": personal.find,
        "secrets": secrets.find,
        "characters": characters.find,
        "markup": markup.find,
        "legality": legality.find,
        "images": images.find,
    }
)
"""Those that only look at the text."""


async def check(piece: Piece, context: Context, others: Mapping[str, Looks] | None = None) -> Findings:
    """Make every check of a piece, side by side.

    Args:
        others: the checks that ask something outside, by name.

    Returns:
        What was found, by field and place; a check that could not be made is in `not_checked`.

    Raises:
        OverBudget, Cancelled: the run may not go on.
    """
    script, others = manuscript(piece), others or {}
    parts = await asyncio.gather(
        asyncio.to_thread(_look, script, context),
        *(_ask(name, look, script, context) for name, look in others.items()),
    )
    found = sorted((one for part in parts for one in part.found), key=_place_in(script))
    return Findings(
        found=tuple(weighed(one, context.thresholds) for one in found),
        not_checked=tuple(one for part in parts for one in part.not_checked),
        checks=tuple(one for part in parts for one in part.checks),
    )


def _look(script: Manuscript, context: Context) -> Findings:
    parts = [_first(name, find(script, context)) for name, find in CHECKS.items()]
    unread = () if script.is_read else _NOT_READ.items()
    missing = [NotChecked.saying(name, say(code), needs_person=name in context.needs_person) for name, code in unread]
    return Findings(
        found=tuple(one for part in parts for one in part.found),
        not_checked=(*(one for part in parts for one in part.not_checked), *missing),
        checks=tuple(name for name in CHECKS if name not in dict(unread)),
    )


async def _ask(name: str, look: Looks, script: Manuscript, context: Context) -> Findings:
    try:
        found = await look(script, context)
    except MagicError as error:
        if isinstance(error, _OF_THE_RUN):
            raise
        needs_person = name in context.needs_person
        missing = NotChecked.saying(name, error.message, way=error.way, needs_person=needs_person)
        return Findings(not_checked=(missing,))
    return found if isinstance(found, Findings) else _first(name, found)


def _first(name: str, found: Iterable[Finding]) -> Findings:
    """As many findings as somebody reads; that there are more is said."""
    first = tuple(islice(found, _MOST + 1))
    if len(first) <= _MOST:
        return Findings(found=first, checks=(name,))
    more = NotChecked.saying(name, say("too_many_findings", limit=_MOST), needs_person=True)
    return Findings(found=first[:_MOST], not_checked=(more,), checks=(name,))


def _place_in(script: Manuscript) -> Callable[[Finding], tuple[int, int, int]]:
    order = {written.field: number for number, written in enumerate(script)}
    return lambda one: (order.get(one.place.field, len(order)), one.place.start, one.place.end)
