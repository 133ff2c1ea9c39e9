"""Makes a choice: which options are open, what the sampler says about them, and why, in words."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from magicai.brain import sampler
from magicai.brain.choice_points import ChoicePoint
from magicai.brain.recall import Knowledge
from magicai.brain.situation import Situation
from magicai.messages import Message, say
from magicai.runs.plan import Alternative, Choice, Expected
from magicai.values.digest import digest_of
from magicai.values.ids import new_id
from magicai.values.sealed import without_secrets


def choose(
    step: str,
    point: ChoicePoint,
    situation: Situation,
    knowledge: Knowledge,
    *,
    features: Mapping[str, float] | None = None,
    options: Sequence[str] = (),
    item: str | None = None,
) -> Choice:
    """Choose among the options that the situation leaves open.

    The same choice about the same request, with nothing decided in between, comes out the same: a run does what its
    plan, asked for before, has shown.

    Args:
        features: what is known inside the step; else they are the situation's.
        options: of these, in this order, the default option first; else those of the choice point.
        item: the key of the item that it is about.
    """
    if options:
        unknown = sorted(set(options) - set(point.all_options(situation)))
        if unknown:
            raise ValueError(f"{unknown[0]!r} is not among the options of {step}.{point.name}.")
    usable, why = (tuple(options), None) if options else point.open_options(situation)
    if len(usable) == 1:
        why = why or say("only_option")
        return Choice(
            step=step,
            choice=point.name,
            item=item,
            option=usable[0],
            alternatives=tuple(Alternative(option=option, propensity=float(option == usable[0])) for option in usable),
            reason=str(why),
            message=why,
            propensity=1.0,
        )
    known = situation.features()
    x = point.check_features(features or {name: known[name] for name in point.features if name in known})
    learnt = knowledge.of(step, point.name)
    seed = _seed(step, point.name, item, situation, learnt.own.decided)
    others = sampler.others(learnt.pooled, learnt.own, sampler.MOST_SHARED)
    pick = sampler.pick(learnt.own, others, usable, x, seed=seed, explore=point.explores)
    why = _reason(pick, usable[0])
    return Choice(
        id=new_id(),
        step=step,
        choice=point.name,
        item=item,
        option=pick.option,
        alternatives=alternatives_of(pick, usable),
        reason=str(why),
        message=why,
        propensity=pick.propensities[pick.option],
        explored=pick.explored,
        features=x,
        learns_from=point.rewards,
    )


def alternatives_of(pick: sampler.Pick, options: Sequence[str]) -> tuple[Alternative, ...]:
    """The options that were open, with what is expected of them."""
    return tuple(_alternative(option, pick) for option in options)


def _seed(step: str, choice: str, item: str | None, situation: Situation, decided: int) -> int:
    # A plan has no sealed secrets yet; each sealing differs.
    request = without_secrets(situation.request)
    parts: list[Any] = [situation.owner_id, situation.workflow, step, choice, item, request, decided]
    return int(digest_of(parts)[:16], 16)


def _alternative(option: str, pick: sampler.Pick) -> Alternative:
    known = pick.expected[option]
    cost = None if known.cost is None else Decimal(str(round(max(known.cost, 0.0), 6)))
    expected = Expected(quality=known.quality, cost=cost, seconds=known.seconds)
    return Alternative(
        option=option,
        propensity=pick.propensities[option],
        expected=None if expected == Expected() else expected,
    )


def _reason(pick: sampler.Pick, usual: str) -> Message:
    expected = f"{pick.expected[pick.option].reward:.2f}"
    if not pick.seen:
        if pick.explored:
            return say("exploring_first")
        return say("default_first") if pick.option == usual else say("better_for_others", expected=expected)
    if pick.guarded:
        return say("default_guarded", n=pick.seen)
    if pick.explored:
        return say("exploring_after", n=pick.seen)
    return say("default_after" if pick.option == usual else "better_after", n=pick.seen, expected=expected)
