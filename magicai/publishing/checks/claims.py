"""Numbers of a generated text that its record contradicts or lacks: the proof by code, as findings."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from magicai.claims.checking import Checker
from magicai.claims.claim import ClaimKind, Traced
from magicai.content.languages import with_points
from magicai.messages import say
from magicai.publishing.checks.context import Context
from magicai.publishing.checks.manuscript import FieldText, Manuscript
from magicai.publishing.findings import Finding, Passage

# What code can hold against a record to the letter. Names and wordings are not among them: every other text has some
# that no record has, and hardly one of them is wrong.
_PROVABLE = frozenset((ClaimKind.NUMBER, ClaimKind.QUANTITY, ClaimKind.PRICE, ClaimKind.DATE, ClaimKind.TIME))
_IN_ANY_LANGUAGE = frozenset((ClaimKind.QUANTITY, ClaimKind.PRICE))
_SHOWN = 400
_Path = tuple[str | int, ...]


def find(script: Manuscript, context: Context) -> Iterable[Finding]:
    """Every number that the sources contradict or lack; nothing where the piece has no sources at all."""
    if not context.sources:
        return
    sources = tuple(replace(source, text=with_points(source.text)) for source in context.sources)
    texts = {source.path: source.text for source in context.sources}
    for written in script:
        provable = _PROVABLE if written.languages else _IN_ANY_LANGUAGE
        checker = Checker(sources, "zh" if written.language == "zh" else "en")
        for traced in checker.check(with_points(written.text)):
            if traced.claim.kind in provable and traced.verdict in ("contradicted", "not_in_record"):
                yield _finding(written, traced, texts)


def _finding(written: FieldText, traced: Traced, texts: Mapping[_Path, str]) -> Finding:
    """A finding; `texts` are the sources' as they were given."""
    claim, against = traced.claim, traced.against
    text = written.text[claim.start : claim.end]
    return written.finding(
        "claims.missing" if against is None else "claims.contradicted",
        "review",
        claim.start,
        claim.end,
        message=say("claim_not_in_data" if against is None else "claim_contradicts_data", text=text),
        confidence=0.8,
        passages=() if against is None else (Passage(source=against.name, text=texts[against.path][:_SHOWN]),),
    )
