"""Keeps what votes teach from doing harm: a memory that makes held-back votes worse gives way by itself."""

from collections.abc import Sequence

from magicai.knowledge.feedback import Given, feedback
from magicai.knowledge.guarantee import LEAST_LABELS, start_of, threshold_of
from magicai.knowledge.interactions import Interaction
from magicai.knowledge.judging import LEAST, Report, is_better, is_worse, judged, report
from magicai.knowledge.learnt import Threshold, Version, add_version, version_of
from magicai.knowledge.ranking import VOTE_SCORE
from magicai.ports import EntityRecords
from magicai.values.times import now_us

# Every so many votes, they are looked at again.
_EVERY = 10


async def guard(entities: EntityRecords, *, owner_id: str) -> Version | None:
    """Look at an owner's votes, where enough are new; answers the version that they made, if they made one."""
    votes = [one async for one in feedback(entities, owner_id=owner_id)]
    counted = [one for one in votes if one[0].state == "given"]
    if len(counted) < LEAST or len(counted) % _EVERY:
        return None
    now = await version_of(entities, owner_id=owner_id)
    made = next_version(now, counted, voter=owner_id)
    return made if made is not None and await add_version(entities, made, owner_id=owner_id) else None


def next_version(now: Version, votes: Sequence[tuple[Given, Interaction]], *, voter: str) -> Version | None:
    """What is to apply instead; None where what applies is as good as anything."""
    voters = {given.interaction_id: voter for given, _ in votes}
    made = now.model_copy(update={"version": now.version + 1, "votes": len(votes), "at": now_us()})
    if now.weight and is_worse(judged(votes, now.weight, voters=voters)):
        less = now.weight / 2
        weight = 0.0 if less < 1 or is_worse(judged(votes, less, voters=voters)) else less
        return made.model_copy(update={"weight": weight, "because": "worse"})
    if now.weight < VOTE_SCORE and is_better(judged(votes, VOTE_SCORE, voters=voters)):
        return made.model_copy(update={"weight": VOTE_SCORE, "because": "better"})
    thresholds = _thresholds(votes)
    if any(now.thresholds.get(name) != one for name, one in thresholds.items()):
        return made.model_copy(update={"thresholds": {**now.thresholds, **thresholds}, "because": "recalibrated"})
    return None


def _thresholds(votes: Sequence[tuple[Given, Interaction]]) -> dict[str, Threshold]:
    """Where to abstain, by language, of those in which enough answers were judged."""
    found: dict[str, Threshold] = {}
    for language in {asked.language for _, asked in votes}:
        labels = [
            (asked.confidence, right)
            for given, asked in votes
            if asked.language == language and (right := _is_right(given, asked)) is not None
        ]
        if len(labels) < LEAST_LABELS:
            continue
        sure, right = [one for one, _ in labels], [one for _, one in labels]
        threshold = threshold_of(sure, right, start=start_of(sure, right))
        if threshold is not None:
            found[language] = Threshold(probability=round(threshold, 4), labels=len(labels))
    return found


def _is_right(given: Given, asked: Interaction) -> bool | None:
    """Whether the first passage was right, as far as somebody said so."""
    if given.right_source is not None:
        return bool(asked.passages) and given.right_source == asked.passages[0]
    value = max(given.votes.values(), key=abs, default=0.0)
    return value > 0 if value and not asked.abstained else None


async def report_of(entities: EntityRecords, *, owner_id: str) -> tuple[Report, Version]:
    """What an owner's votes changed, by the version that applies."""
    votes = [one async for one in feedback(entities, owner_id=owner_id)]
    now = await version_of(entities, owner_id=owner_id)
    return report(judged(votes, now.weight, voters={given.interaction_id: owner_id for given, _ in votes})), now
