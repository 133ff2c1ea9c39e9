"""The tables: what is found, and what is answered where the passage may be missing."""

from collections.abc import Iterable, Mapping, Sequence
from statistics import fmean

from benchmarks.knowledge.cases import ACROSS, Set
from benchmarks.knowledge.fitting import (
    UNANSWERABLE,
    Labelled,
    crossed,
    halves,
    labelled,
    logistic,
    probabilities_of,
    thinned,
)
from benchmarks.knowledge.retrieval import Found, ndcg
from magicai.knowledge.evidence import FEATURES
from magicai.knowledge.extracting import best_sentences
from magicai.knowledge.guarantee import LEAST_LABELS, RISK, start_of, threshold_of
from magicai.knowledge.ranking import Ranker, Sureness, ranker_of
from magicai.knowledge.terms import rarity

_CLOSED, _RIGHT, _SPLITS = 0.2, 0.75, 20
# With fewer, a half of them may hold no question.
_LEAST_DOCUMENTS = 4


def report(of: Set, found: Sequence[Found], *, encoder: str, goals: bool) -> bool:
    """Print the tables of a set; whether every goal was reached."""
    ranker = ranker_of(encoder)
    if of.language == ACROSS:
        ranker = ranker.across or ranker
    asked = [one for one in found if one.question.relevant]
    languages = sorted({one.question.language for one in asked})
    print(f"\n## {of.name}: {len(of.passages)} passages, {len(found)} questions, encoder {encoder}\n")
    print("| language | full text | semantic | merged | distance closed | nothing found | answer at rank 1 |")
    print("|---|---:|---:|---:|---:|---:|---:|")
    met = True
    for language in languages:
        its = [one for one in asked if one.question.language == language]
        words, meaning, mixed, first = _found(its, ranker)
        best = max(words, meaning)
        closed = (mixed - best) / (1 - best) if best < 1 else 0.0
        met &= closed >= _CLOSED
        nothing = fmean(not one.candidates() for one in its)
        print(
            f"| {language} | {words:.4f} | {meaning:.4f} | {mixed:.4f} | {closed:.0%} | {nothing:.1%} | {first:.1%} |"
        )
    every = {
        language: labelled([one for one in found if one.question.language == language], ranker)
        for language in languages
    }
    for share in (UNANSWERABLE, 0.5):
        rows = {language: thinned(its, unanswerable=share) for language, its in every.items()}
        reached = _abstentions(rows, ranker, share)
        met &= reached or share != UNANSWERABLE
    return met or not goals


def _abstentions(rows_of: Mapping[str, Sequence[Labelled]], ranker: Ranker, share: float) -> bool:
    """The tables of what is answered where this share of the questions has lost its passage; whether goals are met."""
    print(f"\n{share:.0%} of the questions have lost their passage, over {_SPLITS} splits by document:\n")
    print("| language | labels | answered rightly | wrong among answered | mute | over 5 % |")
    print("|---|---:|---:|---:|---:|---:|")
    met = True
    for language, rows in rows_of.items():
        if len({row.document for row in rows}) < _LEAST_DOCUMENTS:
            print(f"| {language} | too few documents to split | | | | |")
            continue
        right, wrong, mute, broken, labels = _abstention(rows)
        met &= wrong <= RISK and right >= _RIGHT
        said = f"{labels:.0f}" if labels >= LEAST_LABELS else f"{labels:.0f}, no guarantee"
        print(f"| {language} | {said} | {right:.1%} | {wrong:.1%} | {mute} of {_SPLITS} | {broken} of {_SPLITS} |")
    print("\nWith the thresholds that come with MagicAI:\n")
    print("| language | threshold | answered rightly | wrong among answered | answered |")
    print("|---|---:|---:|---:|---:|")
    for language, rows in rows_of.items():
        sure = ranker.sureness(language)
        given = [row for row, one in zip(rows, probabilities_of(rows, sure), strict=True) if one >= sure.threshold]
        right = sum(row.right for row in given) / max(1, sum(row.answerable for row in rows))
        wrong = fmean(not row.right for row in given) if given else 0.0
        print(f"| {language} | {sure.threshold:.3f} | {right:.1%} | {wrong:.1%} | {len(given)} of {len(rows)} |")
    return met


def _found(found: Iterable[Found], ranker: Ranker) -> tuple[float, float, float, float]:
    """nDCG@10 by words, by meaning, of both; and how often the sentences that are shown hold a right answer."""
    words: list[float] = []
    meaning: list[float] = []
    mixed: list[float] = []
    first: list[float] = []
    for one in found:
        relevant = one.question.relevant
        words.append(ndcg([passage for passage, _ in one.by_words], relevant))
        meaning.append(ndcg([passage for passage, _ in one.by_meaning], relevant))
        ranked = one.ranked(ranker)
        mixed.append(ndcg([it.candidate.passage_id for it in ranked], relevant))
        if ranked and one.question.answers:
            best = ranked[0].candidate
            rare = rarity([f"{it.candidate.title}\n{it.candidate.text}" for it in ranked])
            said = " ".join(
                sentence.text for sentence in best_sentences(one.question.text, best.title, best.text, rare)
            )
            first.append(any(_plain(answer) in _plain(said) for answer in one.question.answers))
    return fmean(words), fmean(meaning), fmean(mixed), fmean(first) if first else 0.0


def _abstention(rows: Sequence[Labelled]) -> tuple[float, float, int, int, float]:
    """Over splits by document: shares answered rightly, wrong among answered; how often mute, and above the bound."""
    rights: list[float] = []
    wrongs: list[float] = []
    labels: list[int] = []
    for seed in range(_SPLITS):
        held, tested = halves(rows, seed)
        weights, bias = logistic(held, FEATURES)
        made = Sureness(weights=weights, bias=bias, threshold=0.5, labels=0)
        sure, its = crossed(held), [row.right for row in held]
        threshold = threshold_of(sure, its, start=start_of(sure, its))
        given: list[Labelled] = []
        if threshold is not None:
            likely = probabilities_of(tested, made)
            given = [row for row, one in zip(tested, likely, strict=True) if one >= threshold]
        answerable = sum(row.answerable for row in tested)
        rights.append(sum(row.right and row.answerable for row in given) / max(1, answerable))
        wrongs.append(fmean(not row.right for row in given) if given else 0.0)
        labels.append(len(held))
    mute, broken = sum(right == 0 for right in rights), sum(wrong > RISK for wrong in wrongs)
    return fmean(rights), fmean(wrongs), mute, broken, fmean(labels)


def _plain(text: str) -> str:
    return "".join(text.casefold().split())
