"""Recall of the places that are known to be wrong, precision, and false alarms on right texts."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from benchmarks.content.cases import Case
from magicai.claims.checking import check
from magicai.claims.claim import Traced
from magicai.claims.sources import sources_of


@dataclass(slots=True)
class Score:
    """Counts over some cases; flagged: unsupported, doubted: unsupported or unverified."""

    texts: int = 0
    wrong_places: int = 0
    found: int = 0
    flagged: int = 0
    flagged_rightly: int = 0
    right_texts: int = 0
    right_texts_flagged: int = 0
    right_claims: int = 0
    right_claims_flagged: int = 0
    doubted: int = 0
    right_texts_doubted: int = 0
    right_claims_doubted: int = 0

    @property
    def recall(self) -> float | None:
        """Share of the wrong places that a flagged claim touches."""
        return self.found / self.wrong_places if self.wrong_places else None

    @property
    def recall_doubted(self) -> float | None:
        """Share of the wrong places that an unsupported or an unverified claim touches."""
        return self.doubted / self.wrong_places if self.wrong_places else None

    @property
    def text_doubts(self) -> float | None:
        """Share of the right texts in which something is unsupported or unverified."""
        return self.right_texts_doubted / self.right_texts if self.right_texts else None

    @property
    def claim_doubts(self) -> float | None:
        """Share of the claims of right texts that are unsupported or unverified."""
        return self.right_claims_doubted / self.right_claims if self.right_claims else None

    @property
    def precision(self) -> float | None:
        """Share of the flagged claims that touch a wrong place."""
        return self.flagged_rightly / self.flagged if self.flagged else None

    @property
    def text_alarms(self) -> float | None:
        """Share of the right texts in which something is flagged."""
        return self.right_texts_flagged / self.right_texts if self.right_texts else None

    @property
    def claim_alarms(self) -> float | None:
        """Share of the claims of right texts that are flagged."""
        return self.right_claims_flagged / self.right_claims if self.right_claims else None


@dataclass(slots=True)
class Scores:
    """Scores of all cases, by language, by kind and by origin."""

    groups: dict[str, Score] = field(default_factory=dict[str, Score])

    def of(self, name: str) -> Score:
        """A group's score."""
        return self.groups.setdefault(name, Score())


def score(cases: Iterable[Case], told: list[str] | None = None) -> Scores:
    """Check every text; what went wrong is added to `told`."""
    scores = Scores()
    for case in cases:
        traced = check(case.text, sources_of(case.facts), case.language)
        names = ("all", f"language {case.language}", f"from {case.origin}")
        for name in names:
            _count(scores.of(name), case, traced)
        _by_kind(scores, case, traced)
        if told is not None:
            told += _told(case, traced)
    return scores


def _touches(one: Traced, span: tuple[int, int]) -> bool:
    return one.claim.start < span[1] and span[0] < one.claim.end


def _count(into: Score, case: Case, traced: tuple[Traced, ...]) -> None:
    flagged = [one for one in traced if one.unsupported]
    doubted = [one for one in traced if not one.supported]
    into.texts += 1
    into.wrong_places += len(case.unsupported)
    into.found += sum(any(_touches(one, span) for one in flagged) for span in case.unsupported)
    into.doubted += sum(any(_touches(one, span) for one in doubted) for span in case.unsupported)
    into.flagged += len(flagged)
    into.flagged_rightly += sum(any(_touches(one, span) for span in case.unsupported) for one in flagged)
    if not case.unsupported:
        into.right_texts += 1
        into.right_texts_flagged += bool(flagged)
        into.right_claims += len(traced)
        into.right_claims_flagged += len(flagged)
        into.right_texts_doubted += bool(doubted)
        into.right_claims_doubted += len(doubted)


def _by_kind(scores: Scores, case: Case, traced: tuple[Traced, ...]) -> None:
    """By the kind that was put wrong where the case says so, else by that of the claim found there."""
    for place, span in enumerate(case.unsupported):
        touching = [one for one in traced if _touches(one, span)]
        own = Counter(one.claim.kind.value for one in sorted(touching, key=lambda one: not one.unsupported)[:1])
        kind = case.kinds[place] if place < len(case.kinds) else next(iter(own), "no claim found")
        into = scores.of(f"kind {kind}")
        into.wrong_places += 1
        into.found += any(one.unsupported for one in touching)
        into.doubted += any(not one.supported for one in touching)
    for one in traced:
        into = scores.of(f"kind {one.claim.kind.value}")
        if one.unsupported:
            into.flagged += 1
            into.flagged_rightly += any(_touches(one, span) for span in case.unsupported)
        if not case.unsupported:
            into.right_claims += 1
            into.right_claims_flagged += one.unsupported
            into.right_claims_doubted += not one.supported


def _told(case: Case, traced: tuple[Traced, ...]) -> list[str]:
    flagged = [one for one in traced if not one.supported]
    missed = [span for span in case.unsupported if not any(_touches(one, span) for one in flagged)]
    false = [one for one in flagged if not any(_touches(one, span) for span in case.unsupported)]
    lines = [
        f"missed ({case.origin}): “{case.text[start:end]}” in {_around(case, start, end)}" for start, end in missed
    ]
    return lines + [
        f"{'false alarm' if one.certain else 'unverified'} ({case.origin}): "
        f"{one.claim.kind.value} “{one.claim.text}”: {one.reason}; in"
        f" {_around(case, one.claim.start, one.claim.end)}"
        for one in false
    ]


def _around(case: Case, start: int, end: int) -> str:
    return f"“{case.text[max(0, start - 50) : end + 40]}”"
