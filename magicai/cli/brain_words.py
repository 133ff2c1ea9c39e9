"""What the brain knows, in words."""

from collections.abc import Sequence

from magicai.brain.overview import Calibration, ChoiceKnown, OptionKnown
from magicai.runs.plan import Alternative, expected_words
from magicai.runs.views.decisions import DecisionShown
from magicai.values.times import to_datetime
from magicai.values.units import so_many

# So many rewards of an option are few.
_FEW = 5


def choice_words(known: ChoiceKnown) -> list[str]:
    """What is known about a choice, a line each."""
    default = known.options[0].option
    best = max(known.options, key=lambda one: one.expected_reward)
    recent = so_many(known.decisions, "decisions")
    lines = [
        f"{known.name} ({known.workflow})",
        f"  {recent}, {known.rewarded} with a reward; learned from {known.learned_from}.",
    ]
    if known.learned_from:
        how = "the default" if best.option == default else f"default is {default}"
        lines.append(f"  Best so far: {best.option} ({how}), expected reward {best.expected_reward:.2f}.")
    else:
        lines.append(f"  Nothing is known yet; default is {default}.")
    lines += [f"  {_option_words(option)}" for option in known.options]
    lines += [f"  {option.option} changed recently." for option in known.options if option.changed]
    if known.guarded:
        lines.append(f"  The default option, {default}, is used: others did worse recently.")
    return lines


def _option_words(one: OptionKnown) -> str:
    few = ", few tries" if one.decisions < _FEW else ""
    measured = expected_words(one)
    return (
        f"{one.option}: expected reward {one.expected_reward:.2f}{f', {measured}' if measured else ''};"
        f" chosen {so_many(one.decisions, 'times')}{few}"
    )


def calibration_words(known: Calibration) -> str:
    """How estimates of time have held."""
    return (
        f"{known.workflow}: {known.within_interval} of the last {so_many(known.runs, 'runs')} were within the estimate"
        " (80% intervals)."
    )


def decision_words(one: DecisionShown) -> list[str]:
    """A decision, why it was not another, and what came of it."""
    when = to_datetime(one.at).astimezone().strftime("%Y-%m-%d %H:%M")
    item = f" [{one.item}]" if one.item else ""
    lines = [f"{one.decision_id}  {when}  {one.step}.{one.choice}{item} = {one.option}: {one.reason}"]
    lines += [f"  {option}" for option in options_words(one.alternatives, one.option)]
    if one.rewards:
        told = ", ".join(f"{each.kind} {each.value:.2f}" for each in one.rewards)
        lines.append(f"  reward {one.reward or 0.0:.2f}: {told}")
    return lines


def options_words(alternatives: Sequence[Alternative], chosen: str) -> list[str]:
    """What is expected of each of several options: of the one that was taken, and why not of the others."""
    if len(alternatives) == 1:
        return []
    ranked = sorted(alternatives, key=lambda one: one.option != chosen)
    return [
        f"{'chosen' if one.option == chosen else 'why not'} {one.option}:"
        f" {expected_words(one) or 'nothing measured yet'}"
        for one in ranked
    ]
