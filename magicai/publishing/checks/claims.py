"""Numbers of a generated text that its record contradicts or lacks: the proof by code, as findings."""

from collections.abc import Iterable

from magicai.claims.checking import Checker
from magicai.claims.claim import ClaimKind, Traced
from magicai.publishing.checks.context import Context
from magicai.publishing.checks.manuscript import Manuscript, Written
from magicai.publishing.findings import Finding, Passage

# What code can hold against a record to the letter. Names and wordings are not among them: every other text has some
# that no record has, and hardly one of them is wrong.
_PROVABLE = frozenset((ClaimKind.NUMBER, ClaimKind.QUANTITY, ClaimKind.PRICE, ClaimKind.DATE, ClaimKind.TIME))
_SHOWN = 400


def find(script: Manuscript, context: Context) -> Iterable[Finding]:
    """Every number that the sources contradict or lack; nothing where the piece has no sources at all."""
    if not context.sources:
        return
    for written in script:
        for traced in Checker(context.sources, written.language).check(written.text):
            if traced.claim.kind in _PROVABLE and traced.verdict in ("contradicted", "not_in_record"):
                yield _finding(written, traced)


def _finding(written: Written, traced: Traced) -> Finding:
    claim, against = traced.claim, traced.against
    if against is None:
        message = f"Remove “{claim.text}”, or add it to the record: nothing there says so."
    else:
        message = f"Correct “{claim.text}”: the record says otherwise."
    return written.finding(
        "claims.missing" if against is None else "claims.contradicted",
        "review",
        claim.start,
        claim.end,
        message=message,
        confidence=0.8,
        passages=() if against is None else (Passage(source=against.name, text=against.text[:_SHOWN]),),
    )
