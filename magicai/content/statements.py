"""What a text says, statement by statement, and what the record says of each: by code's proof, and by a verifier."""

import unicodedata
from collections.abc import Sequence
from typing import Literal

from pydantic import BaseModel, ConfigDict

from magicai.claims.claim import Language, Traced
from magicai.claims.reading import sentences
from magicai.claims.sources import Source
from magicai.verifier import Judgement

Verdict = Literal["proved", "supported", "contradicted", "not_in_record", "opinion", "not_checked"]
MARKED: tuple[Verdict, ...] = ("contradicted", "not_in_record")
STATEMENT = "statement"
_ENDS = " .!?。！？:："


class ClaimShown(BaseModel):
    """A statement of a text: what it says, where, and what the record says of it.

    Attributes:
        kind: what it is about; `statement` of one that a verifier found, or that nobody has checked.
        start, end: characters of the plain text.
        verdict: `proved` by code; `supported` by a model that shows the line.
        source: the variable that states it, or says otherwise, or what it follows from; "" where there is none.
        source_text: that variable's value.
        reason: why it is not supported.
        by: who says so: code, or the verifier.
    """

    model_config = ConfigDict(frozen=True)

    kind: str
    text: str
    start: int
    end: int
    verdict: Verdict = "not_checked"
    source: str = ""
    source_text: str = ""
    reason: str = ""
    by: Literal["code", "model"] = "code"

    @property
    def marked(self) -> bool:
        """Whether the record says otherwise, or lacks it."""
        return self.verdict in MARKED

    def within(self, start: int, end: int) -> bool:
        """Whether some of it stands there."""
        return self.start < end and start < self.end


def shown_claims(claims: Sequence[Traced]) -> tuple[ClaimShown, ...]:
    """What code found, as JSON."""
    return tuple(_shown_claim(one) for one in claims)


def unchecked(
    text: str, traced: Sequence[Traced], sources: Sequence[Source], language: Language
) -> tuple[ClaimShown, ...]:
    """What code proves of a text; each sentence that this leaves open is a statement that nobody has checked."""
    proofs = shown_claims(traced)
    return _in_order([*_settled(proofs), *_open_sentences(text, proofs, sources, language)])


def judged(
    text: str,
    traced: Sequence[Traced],
    judgements: Sequence[Judgement],
    sources: Sequence[Source],
    language: Language,
) -> tuple[ClaimShown, ...]:
    """What code proves of a text, and what a verifier says of the rest; where both speak, code decides."""
    proofs = shown_claims(traced)
    settled = _settled(proofs)
    every = [_shown_judgement(one) for one in judgements]
    said = [one for one in every if not _is_decided(one, settled)]
    # What both mark is marked once, in the verifier's words, which name the line.
    marks = [one for one in said if one.marked]
    settled = [
        one
        for one in settled
        if not (one.marked and any(mark.start <= one.start and one.end <= mark.end for mark in marks))
    ]
    spoken_of = [*settled, *(one for one in said if one.verdict != "not_checked")]
    left = [one for one in proofs if not any(one.within(other.start, other.end) for other in spoken_of)]
    return _in_order([*settled, *said, *_open_sentences(text, left, sources, language, judged=every)])


def _settled(proofs: Sequence[ClaimShown]) -> list[ClaimShown]:
    return [one for one in proofs if one.verdict != "not_checked"]


def _is_decided(judgement: ClaimShown, settled: Sequence[ClaimShown]) -> bool:
    """Whether code has decided what a verifier speaks of: it says otherwise there, or has proved all of it."""
    for one in settled:
        if one.marked and not judgement.marked and judgement.verdict != "opinion" and one.within(*_place(judgement)):
            return True
        if one.verdict == "proved" and one.start <= judgement.start and judgement.end <= one.end:
            return True
    return False


def _open_sentences(
    text: str,
    proofs: Sequence[ClaimShown],
    sources: Sequence[Source],
    language: Language,
    judged: Sequence[ClaimShown] = (),
) -> list[ClaimShown]:
    """Sentences that nobody has checked: no value of the record says them word by word, and no verifier judged them.

    A sentence that holds a wrong number is one of them: the rest of it may be invented too.
    """
    values = {_folded(source.text) for source in sources}
    values |= {_folded(one.text) for source in sources for one in sentences(source.text, language)}
    unsure = [one for one in proofs if one.verdict == "not_checked"]
    found: list[ClaimShown] = []
    for one in sentences(text, language):
        if _folded(one.text) in values or any(other.within(one.start, one.end) for other in judged):
            continue
        why = next((f"“{other.text}” {other.reason}" for other in unsure if other.within(one.start, one.end)), "")
        found.append(ClaimShown(kind=STATEMENT, text=one.text, start=one.start, end=one.end, reason=why))
    return found


def _shown_claim(one: Traced) -> ClaimShown:
    source = one.source or one.against
    return ClaimShown(
        kind=str(one.claim.kind),
        text=one.claim.text,
        start=one.claim.start,
        end=one.claim.end,
        verdict=one.verdict,
        source=source.name if source else one.derivation,
        source_text=source.text if source else "",
        reason=one.reason,
    )


def _shown_judgement(one: Judgement) -> ClaimShown:
    reasons: dict[Verdict, str] = {
        "contradicted": f"the record says {one.source.text if one.source else ''}",
        "not_in_record": "the record does not say it",
        "not_checked": "the verifier names no line of the record",
    }
    return ClaimShown(
        kind=STATEMENT,
        text=one.text,
        start=one.start,
        end=one.end,
        verdict=one.verdict,
        source=one.source.name if one.source else "",
        source_text=one.source.text if one.source else "",
        reason=reasons.get(one.verdict, ""),
        by="model",
    )


def _place(one: ClaimShown) -> tuple[int, int]:
    return one.start, one.end


def _in_order(found: Sequence[ClaimShown]) -> tuple[ClaimShown, ...]:
    return tuple(sorted(found, key=_place))


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).split()).casefold().strip(_ENDS)
