"""How sure a rule must be before it holds a piece up; what reviewers decide about its findings moves it.

A reviewer who approves a piece in spite of a finding says that it was a false alarm; one who rejects it, asks for
changes or applies the suggestion says that it was right. Both are rewards of the rule, 0 and 1.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from magicai.publishing.findings import MAY_BLOCK, Finding, Findings

DEFAULT = 0.5
NEVER = 1.01
WANTED = 0.5  # of a rule's findings that hold a piece up, so many must be right
_LEAST_REWARDS = 4
# What no number of reviewers makes harmless.
_FIXED = "secrets."


@dataclass(frozen=True, slots=True)
class Reward:
    """What a reviewer made of a finding: 1 where it was right, 0 where it was a false alarm."""

    rule: str
    confidence: float
    value: float


def rewards_of(
    findings: Findings, *, approved: bool, overridden: Collection[tuple[str, str]] = ()
) -> tuple[Reward, ...]:
    """The rewards of a decision about a piece as it was found: each finding that held it up was overridden, or upheld.

    Args:
        overridden: rules and texts of findings that somebody said are none.
    """
    return tuple(
        Reward(one.rule, one.confidence, 0.0 if approved or (one.rule, one.text) in overridden else 1.0)
        for one in findings.waiting
        if one.check in MAY_BLOCK
    )


def thresholds(rewards: Iterable[Reward]) -> Mapping[str, float]:
    """For each rule the least confidence from which enough of its findings are right.

    Only rules that move are named. At NEVER none holds a piece up any more; they are noted all the same.
    """
    by_rule: dict[str, list[Reward]] = {}
    for reward in rewards:
        by_rule.setdefault(reward.rule, []).append(reward)
    moved = {rule: _least(given) for rule, given in by_rule.items() if not rule.startswith(_FIXED)}
    return {rule: threshold for rule, threshold in moved.items() if threshold != DEFAULT}


def _least(rewards: list[Reward]) -> float:
    """The least confidence of those decided about, from which enough were right; one or two say nothing."""
    if len(rewards) < _LEAST_REWARDS:
        return DEFAULT
    for least in (DEFAULT, *sorted({reward.confidence for reward in rewards})):
        values = [reward.value for reward in rewards if reward.confidence >= least]
        if sum(values) / len(values) >= WANTED:
            return least
    return NEVER


def weighed(finding: Finding, moved: Mapping[str, float]) -> Finding:
    """A finding, noted where its rule is not sure enough to hold a piece up."""
    if finding.check not in MAY_BLOCK or finding.rule.startswith(_FIXED):
        return finding
    threshold = moved.get(finding.rule, moved.get(finding.check, DEFAULT))
    if finding.severity != "note" and finding.confidence < threshold:
        return finding.model_copy(update={"severity": "note"})
    return finding
