"""What a text says, statement by statement, and what the record says of each: by code's proof, and by a verifier."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Literal

from pydantic import BaseModel, ConfigDict

from magicai.claims.claim import ClaimKind, Traced
from magicai.claims.coverage import Parts, is_covered, not_within, telling_words
from magicai.claims.edges import is_whole
from magicai.claims.reading import HAN, sentences
from magicai.claims.sources import Source
from magicai.claims.words import STOP, stems, words_of_key
from magicai.messages import Message, say
from magicai.verifier import Judgement

Verdict = Literal["proved", "supported", "contradicted", "not_in_record", "opinion", "not_checked"]
MARKED: tuple[Verdict, ...] = ("contradicted", "not_in_record")
STATEMENT = "statement"
_ENDS = " .!?。！？:："
_SHORT = 200  # characters of a value that a sentence may hold


class ClaimShown(BaseModel):
    """A statement of a text: what it says, where, and what the record says of it.

    Attributes:
        kind: what it is about; `statement` of one that a verifier found, or that nobody has checked.
        start, end: characters of the plain text.
        verdict: `proved` by code; `supported` by a model that shows the line.
        source: the variable that states it, or says otherwise, or what it follows from; "" where there is none.
        source_text: that variable's value.
        reason: why it is not supported, in English; `message` is its code, which those of earlier versions lack.
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
    message: Message | None = None
    by: Literal["code", "model"] = "code"

    @property
    def marked(self) -> bool:
        """Whether the record says otherwise, or lacks it."""
        return self.verdict in MARKED

    def because(self, why: Message | None) -> "ClaimShown":
        """The same with the reason why it is not supported."""
        return self.model_copy(update={"reason": str(why or ""), "message": why})

    def holds(self, other: "ClaimShown") -> bool:
        """Whether all of another stands in it."""
        return self.start <= other.start and other.end <= self.end

    def within(self, start: int, end: int) -> bool:
        """Whether some of it stands there."""
        return self.start < end and start < self.end


def shown_claims(claims: Sequence[Traced]) -> tuple[ClaimShown, ...]:
    """What code found, as JSON."""
    return tuple(_shown_claim(claim) for claim in claims)


def unchecked(text: str, traced: Sequence[Traced], sources: Sequence[Source]) -> tuple[ClaimShown, ...]:
    """What code proves of a text; each sentence that this leaves open is a statement that nobody has checked."""
    proofs = shown_claims(traced)
    return _in_order([*_settled(proofs), *_open_sentences(text, proofs, sources)])


def judged(
    text: str,
    traced: Sequence[Traced],
    judgements: Sequence[Judgement],
    sources: Sequence[Source],
) -> tuple[ClaimShown, ...]:
    """What code proves of a text, and what a verifier says of the rest; where both speak, code decides."""
    proofs = shown_claims(traced)
    settled = _settled(proofs)
    every = [_shown_judgement(judgement) for judgement in judgements]
    decided, parts = _settled(proofs), Parts(map(_place, settled))
    said = [
        one for one in every if not _is_decided(one, [decided[number] for number in parts.near(*_place(one))], text)
    ]
    # What both mark is marked once, in the verifier's words, which name the line; what a verifier supports by a line
    # in which code does not find it, neither decides.
    instead = [one for one in said if one.marked or _is_open(one)]
    over = Parts(map(_place, instead))
    settled = [
        one
        for one in settled
        if not one.marked or not any(instead[number].holds(one) for number in over.near(*_place(one)))
    ]
    spoken_of = [one for one in said if one.verdict != "not_checked"]
    about = Parts(map(_place, spoken_of))
    left = [
        one
        for one in proofs
        if one.verdict == "not_checked" and not any(spoken_of[number].holds(one) for number in about.near(*_place(one)))
    ]
    return _in_order([*settled, *said, *_open_sentences(text, [*settled, *left], sources, judged=every)])


def _settled(proofs: Sequence[ClaimShown]) -> list[ClaimShown]:
    return [proof for proof in proofs if proof.verdict != "not_checked"]


def _is_open(judgement: ClaimShown) -> bool:
    """Whether a verifier supports it by a line in which code does not find it."""
    return judgement.verdict == "not_checked" and bool(judgement.source)


def _is_decided(judgement: ClaimShown, near: Sequence[ClaimShown], text: str) -> bool:
    """Whether code has decided what a verifier speaks of: it says otherwise there, or has proved all that it says."""
    marks = [one for one in near if one.marked and one.within(*_place(judgement))]
    if marks and not judgement.marked and judgement.verdict != "opinion" and not _is_open(judgement):
        return True
    if any(one.verdict == "proved" and one.holds(judgement) for one in near):
        return True
    proved = [one for one in near if one.verdict == "proved" and judgement.holds(one)]
    if not judgement.marked or marks or all(one.kind == ClaimKind.NAME for one in proved):
        return False
    left = not_within(telling_words(text, *_place(judgement)), map(_place, proved))
    return _names(left, [_stems_of(one.source) for one in proved])


def _open_sentences(
    text: str,
    proofs: Sequence[ClaimShown],
    sources: Sequence[Source],
    judged: Sequence[ClaimShown] = (),
) -> list[ClaimShown]:
    """Sentences that nobody has checked.

    One that says nothing beside what code has proved or refuted is none of them, nor one of which a verifier has judged
    all numbers and most of its words. One that holds a wrong number is: the rest of it may be invented too.
    """
    values = {_folded(source.text) for source in sources}
    values |= {_folded(sentence.text) for source in sources for sentence in sentences(source.text)}
    unsure = [proof for proof in proofs if proof.verdict == "not_checked"]
    given = [(*_place(proof), _stems_of(proof.source)) for proof in proofs if proof.verdict != "not_checked"]
    given += _stated(text, sources)
    known, spoken, doubted = (
        Parts((start, end) for start, end, _ in given),
        Parts(map(_place, judged)),
        Parts(map(_place, unsure)),
    )
    found: list[ClaimShown] = []
    for sentence in sentences(text):
        if _folded(sentence.text) in values:
            continue
        place = sentence.start, sentence.end
        here = [given[number] for number in known.near(*place)]
        spoken_of = [_place(judged[number]) for number in spoken.near(*place) if judged[number].within(*place)]
        words, places = telling_words(text, *place), [(start, end) for start, end, _ in here]
        if spoken_of:
            is_open = not is_covered(words, [*spoken_of, *places])
        else:
            is_open = not _names(not_within(words, places), [named for *_, named in here])
        if is_open:
            doubts = (unsure[number] for number in doubted.near(*place) if unsure[number].within(*place))
            why = next((say("text_marked", text=other.text, why=other.message) for other in doubts), None)
            shown = ClaimShown(kind=STATEMENT, text=sentence.text, start=sentence.start, end=sentence.end)
            found.append(shown.because(why))
    return found


def _stated(text: str, sources: Sequence[Source]) -> Iterator[tuple[int, int, frozenset[str]]]:
    """Where values of the record stand in a text as they are: start, end, and the words of their variables."""
    folded = text.lower()
    if len(folded) != len(text):
        folded = text
    variables: dict[str, list[str]] = {}
    for source in sources:
        value = source.text.strip(_ENDS)
        if 0 < len(value) <= _SHORT:
            # A size letter is one as it is written.
            variables.setdefault(value if len(value) == 1 else value.lower(), []).append(source.name)
    for value, names in variables.items():
        named = frozenset(stem for name in names for stem in words_of_key(name))
        read = text if len(value) == 1 else folded
        at = read.find(value)
        while at >= 0:
            end = at + len(value)
            if is_whole(text, at, end):
                yield at, end, named
            at = read.find(value, end)


def _names(words: Sequence[re.Match[str]], variables: Sequence[frozenset[str]]) -> bool:
    """Whether words do no more than name variables: “its size”, “it costs”.

    Args:
        variables: the words of each, or of several that have one value.
    """
    if any(word[0][0].isdigit() or word[0].lower() in STOP for word in words):
        return False
    said = "".join(word[0] if HAN.match(word[0]) else f" {word[0]} " for word in words)
    return all(any(stem in named for named in variables) for stem in stems(said))


@lru_cache(maxsize=2_000)
def _stems_of(name: str) -> frozenset[str]:
    return frozenset(words_of_key(name))


def _shown_claim(one: Traced) -> ClaimShown:
    source = one.source or one.against
    shown = ClaimShown(
        kind=str(one.claim.kind),
        text=one.claim.text,
        start=one.claim.start,
        end=one.claim.end,
        verdict=one.verdict,
        source=source.name if source else "",
        source_text=source.text if source else "",
    )
    return shown.because(one.reason)


def _shown_judgement(one: Judgement) -> ClaimShown:
    reasons: dict[Verdict, Message] = {
        "contradicted": say("record_says", value=one.source.text if one.source else ""),
        "not_in_record": say("record_does_not_say_it"),
        "not_checked": say("verifier_line_not_confirmed") if one.source else say("verifier_names_no_line"),
    }
    shown = ClaimShown(
        kind=STATEMENT,
        text=one.text,
        start=one.start,
        end=one.end,
        verdict=one.verdict,
        source=one.source.name if one.source else "",
        source_text=one.source.text if one.source else "",
        by="model",
    )
    return shown.because(reasons.get(one.verdict))


def _place(one: ClaimShown) -> tuple[int, int]:
    return one.start, one.end


def _in_order(found: Sequence[ClaimShown]) -> tuple[ClaimShown, ...]:
    return tuple(sorted(found, key=_place))


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).split()).casefold().strip(_ENDS)
