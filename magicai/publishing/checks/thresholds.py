"""How sure a rule must be before it blocks; what reviewers decide about its findings moves it.

A reviewer who approves a piece in spite of a finding says that it was a false alarm; one who rejects it, asks for
changes or applies the suggestion says that it was right. Both are rewards of the rule, 0 and 1.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from magicai.publishing.findings import Finding, Findings

DEFAULT = 0.5
WANTED = 0.5  # of a rule's blocking findings, so many must be right
# Worth of what is known before anybody decided: that so many findings of each rule were right.
_PRIOR_RIGHT, _PRIOR_WRONG = 4.0, 1.0
_STEPS = (0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 1.01)
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
    """The rewards of a decision about a piece as it was found: each blocking finding was overridden, or upheld.

    Args:
        overridden: rules and texts of findings that somebody said are none.
    """
    return tuple(
        Reward(one.rule, one.confidence, 0.0 if approved or (one.rule, one.text) in overridden else 1.0)
        for one in findings.blocking
    )


def thresholds(rewards: Iterable[Reward]) -> Mapping[str, float]:
    """For each rule the least confidence from which enough of its findings are right.

    Only rules that move are named. At 1.01 none blocks any more; they are noted all the same.
    """
    by_rule: dict[str, list[Reward]] = {}
    for one in rewards:
        by_rule.setdefault(one.rule, []).append(one)
    moved = {rule: _least(given) for rule, given in by_rule.items() if not rule.startswith(_FIXED)}
    return {rule: threshold for rule, threshold in moved.items() if threshold != DEFAULT}


def _least(rewards: list[Reward]) -> float:
    for step in _STEPS:
        values = [one.value for one in rewards if one.confidence >= step]
        right = (_PRIOR_RIGHT + sum(values)) / (_PRIOR_RIGHT + _PRIOR_WRONG + len(values))
        if right >= WANTED:
            return step
    return _STEPS[-1]


def weighed(finding: Finding, moved: Mapping[str, float]) -> Finding:
    """A finding, noted where its rule is not sure enough to block."""
    threshold = moved.get(finding.rule, moved.get(finding.check, DEFAULT))
    if finding.severity == "blocks" and finding.confidence < threshold and not finding.rule.startswith(_FIXED):
        return finding.model_copy(update={"severity": "note"})
    return finding
