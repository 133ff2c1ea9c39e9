"""What a text says, statement by statement, and what the record says of each: by code's proof, and by a verifier."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Literal

from pydantic import BaseModel, ConfigDict

from magicai.claims.claim import Language, Traced
from magicai.claims.edges import is_whole
from magicai.claims.reading import HAN, sentences
from magicai.claims.sources import Source
from magicai.claims.words import SILENT, STOP, stems, words_of_key
from magicai.verifier import Judgement

Verdict = Literal["proved", "supported", "contradicted", "not_in_record", "opinion", "not_checked"]
MARKED: tuple[Verdict, ...] = ("contradicted", "not_in_record")
STATEMENT = "statement"
_ENDS = " .!?。！？:："
_SHORT = 200  # characters of a value that a sentence may hold
_WORD = re.compile(r"\d+(?:[.,]\d+)*|[\u4e00-\u9fff]|[^\W\d_]+(?:['’][^\W\d_]+)*")
_GREETINGS = frozenset(("hello", "hi", "hey", "welcome", "thanks", "您", "好"))


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
    return _in_order([*settled, *said, *_open_sentences(text, [*settled, *left], sources, language, judged=every)])


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
    """Sentences that nobody has checked.

    One that says nothing beside what code has proved or refuted is none of them, nor one of which a verifier has judged
    all numbers and most of its words. One that holds a wrong number is: the rest of it may be invented too.
    """
    values = {_folded(source.text) for source in sources}
    values |= {_folded(one.text) for source in sources for one in sentences(source.text, language)}
    settled = [one for one in proofs if one.verdict != "not_checked"]
    unsure = [one for one in proofs if one.verdict == "not_checked"]
    given = [(*_place(one), one.source) for one in settled] + list(_stated(text, sources))
    found: list[ClaimShown] = []
    for one in sentences(text, language):
        if _folded(one.text) in values:
            continue
        here = [(start, end, name) for start, end, name in given if start < one.end and one.start < end]
        spoken_of = [_place(other) for other in judged if other.within(one.start, one.end)]
        words = list(_words(text, one.start, one.end))
        known = [*spoken_of, *((start, end) for start, end, _ in here)]
        left = [word for word in words if not any(start <= word.start() and word.end() <= end for start, end in known)]
        if spoken_of:
            is_open = 2 * len(left) > len(words) or any(word[0][0].isdigit() for word in left)
        else:
            is_open = not _names(left, [name for *_, name in here])
        if is_open:
            why = next((f"“{other.text}” {other.reason}" for other in unsure if other.within(one.start, one.end)), "")
            found.append(ClaimShown(kind=STATEMENT, text=one.text, start=one.start, end=one.end, reason=why))
    return found


def _stated(text: str, sources: Sequence[Source]) -> Iterator[tuple[int, int, str]]:
    """Where values of the record stand in a text as they are: start, end, and the variable."""
    folded = text.lower()
    if len(folded) != len(text):
        folded = text
    for source in sources:
        value = source.text.strip(_ENDS)
        if not 0 < len(value) <= _SHORT:
            continue
        # A size letter is one as it is written.
        read, wanted = (text, value) if len(value) == 1 else (folded, value.lower())
        at = read.find(wanted)
        while at >= 0:
            end = at + len(wanted)
            if is_whole(text, at, end):
                yield at, end, source.name
            at = read.find(wanted, end)


def _words(text: str, start: int, end: int) -> Iterator[re.Match[str]]:
    """The words and numbers of a sentence that say something."""
    return (word for word in _WORD.finditer(text, start, end) if word[0].lower() not in SILENT | _GREETINGS)


def _names(words: Sequence[re.Match[str]], variables: Sequence[str]) -> bool:
    """Whether words do no more than name variables: “its size”, “it costs”."""
    named = {stem for name in variables for stem in words_of_key(name)}
    said = "".join(word[0] if HAN.match(word[0]) else f" {word[0]} " for word in words)
    changes = any(word[0][0].isdigit() or word[0].lower() in STOP for word in words)
    return not changes and named.issuperset(stems(said))


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
        "not_checked": "the verifier names no line of the record that says it",
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
