"""The checks of a piece: `check` makes all of them in one pass."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

from magicai.errors import MagicError
from magicai.publishing.checks import injection, legality, personal, secrets, sensitive
from magicai.publishing.checks.check import Find, Looks
from magicai.publishing.checks.context import Context
from magicai.publishing.checks.manuscript import Manuscript, manuscript
from magicai.publishing.findings import Finding, Findings, NotChecked
from magicai.publishing.piece import Piece

CHECKS: Mapping[str, Find] = MappingProxyType(
    {
        "sensitive": sensitive.find,
        "personal": personal.find,
        "secrets": secrets.find,
        "injection": injection.find,
        "legality": legality.find,
    }
)
"""Those that only look at the text."""


async def check(piece: Piece, context: Context, others: Mapping[str, Looks] | None = None) -> Findings:
    """Make every check of a piece, side by side.

    Args:
        others: the checks that ask something outside, by name.

    Returns:
        What was found, by field and place; a check that could not be made is in `not_checked`.
    """
    script = manuscript(piece)
    names = tuple((others or {}).keys())
    own, *asked = await asyncio.gather(
        asyncio.to_thread(_look, script, context),
        *(look(script, context) for look in (others or {}).values()),
        return_exceptions=True,
    )
    if isinstance(own, BaseException):
        raise own
    found, missing = list(own), list[NotChecked]()
    for name, result in zip(names, asked, strict=True):
        if isinstance(result, MagicError):
            missing.append(NotChecked(check=name, what=result.what, way_out=result.way_out))
        elif isinstance(result, BaseException):
            raise result
        else:
            found += result
    return Findings(found=_ordered(script, found), not_checked=tuple(missing), checks=(*CHECKS, *names))


def _look(script: Manuscript, context: Context) -> Sequence[Finding]:
    return [one for find in CHECKS.values() for one in find(script, context)]


def _ordered(script: Manuscript, found: Iterable[Finding]) -> tuple[Finding, ...]:
    order = {written.field: number for number, written in enumerate(script)}
    place = lambda one: (order.get(one.place.field, len(order)), one.place.start, one.place.end)  # noqa: E731
    return tuple(sorted(found, key=place))
