"""Claims that nothing supports: the check of generated texts, against variables and passages."""

from collections.abc import Iterable

from magicai.claims.checking import Checker
from magicai.claims.claim import ClaimKind
from magicai.publishing.checks.context import Context
from magicai.publishing.checks.manuscript import Manuscript
from magicai.publishing.findings import Finding, Severity

# What can be checked to the letter blocks; what is a way of saying things is noted.
_BLOCKS = frozenset((ClaimKind.NUMBER, ClaimKind.QUANTITY, ClaimKind.PRICE, ClaimKind.DATE, ClaimKind.TIME))


def find(script: Manuscript, context: Context) -> Iterable[Finding]:
    """Every claim without a source; nothing where the piece has no sources at all."""
    if not context.sources:
        return
    for written in script:
        for traced in Checker(context.sources, written.language).check(written.text):
            if traced.reason:
                severity: Severity = "blocks" if traced.certain and traced.claim.kind in _BLOCKS else "note"
                yield written.finding(
                    f"claims.{traced.claim.kind}",
                    severity,
                    traced.claim.start,
                    traced.claim.end,
                    message=traced.reason,
                    confidence=0.8 if severity == "blocks" else 0.5,
                )
