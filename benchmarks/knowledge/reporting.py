"""The tables: what is found, and what is answered where the passage may be missing."""

from collections.abc import Iterable, Sequence
from statistics import fmean

from benchmarks.knowledge.cases import Set
from benchmarks.knowledge.fitting import Labelled, halves, labelled, logistic
from benchmarks.knowledge.retrieval import Found, ndcg
from magicai.knowledge.extracting import best_sentences
from magicai.knowledge.guarantee import LEAST_LABELS, RISK, start_of, threshold_of
from magicai.knowledge.ranking import FEATURES, Ranker, Sureness, rank, ranker_of
from magicai.knowledge.terms import rarity

_CLOSED, _RIGHT, _SPLITS = 0.2, 0.75, 20


def report(of: Set, found: Sequence[Found], *, encoder: str, goals: bool) -> bool:
    """Print the tables of a set; whether every goal was reached."""
    ranker = ranker_of(encoder)
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
    print(f"\nOf questions whose passage is removed, over {_SPLITS} splits by document:\n")
    print("| language | labels | answered rightly | wrong among answered | mute | over 5 % |")
    print("|---|---:|---:|---:|---:|---:|")
    for language in languages:
        rows = labelled([one for one in found if one.question.language == language], ranker)
        right, wrong, mute, broken, labels = _abstention(rows)
        met &= wrong <= RISK and right >= _RIGHT
        said = f"{labels:.0f}" if labels >= LEAST_LABELS else f"{labels:.0f}, no guarantee"
        print(f"| {language} | {said} | {right:.1%} | {wrong:.1%} | {mute} of {_SPLITS} | {broken} of {_SPLITS} |")
    return met or not goals


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
        ranked = rank(one.question.text, one.candidates(), ranker)
        mixed.append(ndcg([it.candidate.passage_id for it in ranked], relevant))
        if ranked and one.question.answers:
            best = ranked[0].candidate
            rare = rarity([f"{it.candidate.title}\n{it.candidate.text}" for it in ranked])
            said = " ".join(sentence.text for sentence in best_sentences(one.question.text, best.text, rare))
            first.append(any(_plain(answer) in _plain(said) for answer in one.question.answers))
    return fmean(words), fmean(meaning), fmean(mixed), fmean(first) if first else 0.0


def _abstention(rows: Sequence[Labelled]) -> tuple[float, float, int, int, float]:
    """Over splits by document: shares answered rightly, wrong among answered; how often mute, and above the bound."""
    rights: list[float] = []
    wrongs: list[float] = []
    labels: list[int] = []
    for seed in range(_SPLITS):
        held, tested = halves(rows, seed)
        fitting, holding = halves(held, seed + 1)
        weights, bias = logistic(fitting, FEATURES)
        made = Sureness(weights=weights, bias=bias, threshold=0.5, labels=0)

        def sure(its: Sequence[Labelled], by: Sureness = made) -> list[float]:
            return [by.of(dict(zip(FEATURES, row.features, strict=True))) for row in its]

        start = start_of(sure(fitting), [row.right for row in fitting])
        threshold = threshold_of(sure(holding), [row.right for row in holding], start=start)
        given = (
            []
            if threshold is None
            else [row for row, one in zip(tested, sure(tested), strict=True) if one >= threshold]
        )
        answerable = sum(row.answerable for row in tested)
        rights.append(sum(row.right and row.answerable for row in given) / max(1, answerable))
        wrongs.append(fmean(not row.right for row in given) if given else 0.0)
        labels.append(len(holding))
    mute, broken = sum(right == 0 for right in rights), sum(wrong > RISK for wrong in wrongs)
    return fmean(rights), fmean(wrongs), mute, broken, fmean(labels)


def _plain(text: str) -> str:
    return "".join(text.casefold().split())
