"""Reviewers' overrides make a rule block later; rules of safety are not moved."""

from magicai.publishing.checks.thresholds import Reward, rewards_of, thresholds, weighed
from magicai.publishing.findings import Finding, Findings, Place


def finding(rule: str, confidence: float) -> Finding:
    return Finding(rule=rule, severity="blocks", place=Place(field="text"), message="", confidence=confidence)


def test_a_rule_that_is_overridden_again_and_again_is_noted_only() -> None:
    overridden = [
        reward for _ in range(8) for reward in rewards_of(Findings(found=(finding("personal.b", 0.6),)), approved=True)
    ]
    moved = thresholds(overridden)
    assert weighed(finding("personal.b", 0.6), moved).severity == "note"
    assert weighed(finding("personal.c", 0.6), moved).severity == "blocks"


def test_one_override_among_decisions_that_uphold_moves_nothing() -> None:
    rewards = [Reward("personal.b", 0.6, 1.0)] * 5 + [Reward("personal.b", 0.6, 0.0)] * 3
    assert thresholds(rewards) == {}


def test_no_override_lets_secrets_through() -> None:
    moved = thresholds([Reward("secrets.key", 0.9, 0.0)] * 50)
    assert moved == {}
    assert weighed(finding("secrets.key", 0.9), {"secrets": 1.01}).severity == "blocks"
