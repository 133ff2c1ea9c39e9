"""What tells whether the first passage answers a question: the features of the sureness that ranking makes."""

import re
from collections.abc import Sequence

from magicai.knowledge.extracting import best_sentences, is_of_type
from magicai.knowledge.overlap import overlaps
from magicai.knowledge.ranking import Candidate, Ranked, bm25
from magicai.knowledge.terms import Rarity, coverage, rarity, set_of

# None of them depends on how many passages there are, as BM25 itself does.
FEATURES = (
    "cosine",
    "sentences",
    "words_lead",
    "meaning_lead",
    "cover_lead",
    "score_lead",
    "agreement",
    "shared_run",
    "shared_begin",
    "subject",
    "rarest",
    "title_near",
    "sentence_near",
    "near_lead",
    "answer_type",
    "heading",
    "named",
    "cover",
    "pairs",
    "sentence",
)
# More of a lead says no more.
_MOST_LEAD = 5.0
_COMPARED = 5
# Characters in which a passage says what it is about.
_SUBJECT = 40


def features_of(question: str, ranked: Sequence[Ranked]) -> dict[str, float]:
    """What tells whether the first passage answers the question."""
    if not ranked:
        return dict.fromkeys(FEATURES, 0.0)
    first = ranked[0].candidate
    rare = rarity([_whole(one.candidate) for one in ranked])
    said = " ".join(sentence.text for sentence in best_sentences(question, first.title, first.text, rare))
    by_words = [bm25(one.candidate.full_text) or 0.0 for one in ranked]
    by_meaning = [one.candidate.semantic or 0.0 for one in ranked]
    nearest = [one.candidate.sentence_near or 0.0 for one in ranked]
    covered = [coverage(question, _whole(one.candidate), rare) for one in ranked[:_COMPARED]]
    shared = overlaps(question, first.title, first.text, rare)
    return {
        "cosine": by_meaning[0],
        "sentences": coverage(question, f"{first.title}\n{said}", rare),
        "words_lead": _share(by_words),
        "meaning_lead": _lead(by_meaning),
        "cover_lead": _lead(covered),
        "score_lead": min(_MOST_LEAD, _lead([one.score for one in ranked])) if len(ranked) > 1 else 0.0,
        "agreement": float(by_words[0] >= max(by_words) and by_meaning[0] >= max(by_meaning)),
        "shared_run": _shared_run(question, _whole(first)),
        "shared_begin": _shared_begin(question, _whole(first)),
        "subject": _shared_run(question, f"{first.title} {first.text[:_SUBJECT]}"),
        "rarest": _rarest(question, _whole(first), rare),
        "title_near": first.title_near or 0.0,
        "sentence_near": nearest[0],
        "near_lead": _lead(nearest),
        "answer_type": float(is_of_type(question, said)),
        **{name: shared[name] for name in ("heading", "named", "cover", "pairs", "sentence")},
    }


def _whole(one: Candidate) -> str:
    return f"{one.title}\n{one.text}"


def _lead(values: Sequence[float]) -> float:
    """By how much the first is above the best of the others."""
    return values[0] - max(values[1:], default=0.0)


def _share(values: Sequence[float]) -> float:
    """The same as a share of it, -1 at least: another has twice as much, or more."""
    return max(-1.0, _lead(values) / values[0]) if values[0] > 0 else 0.0


def _shared_run(question: str, text: str) -> float:
    """The longest part of a question that a text has to the letter, as a share of the question."""
    asked, there = _plain(question), _plain(text)
    most = 0
    for start in range(len(asked)):
        while start + most < len(asked) and asked[start : start + most + 1] in there:
            most += 1
    return most / max(1, len(asked))


def _shared_begin(question: str, text: str) -> float:
    """The same of the question's beginning: where it names what it is about."""
    asked, there = _plain(question), _plain(text)
    most = next((length for length in range(len(asked), 0, -1) if asked[:length] in there), 0)
    return most / max(1, len(asked))


def _rarest(question: str, text: str, rare: Rarity) -> float:
    """1 minus how rare the rarest term of the question is that a text does not have."""
    missing = set_of(question) - set_of(text)
    return 1 - max((rare.get(term, rare.most) for term in missing), default=0.0) / rare.most


def _plain(text: str) -> str:
    return re.sub(r"\W+", " ", text.casefold()).strip()
