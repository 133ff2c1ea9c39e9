import json
from collections import Counter
from collections.abc import Callable, Mapping
from math import inf, nan

import numpy as np
import pytest

from magicai.brain.changepoints import weight_of
from magicai.brain.pooling import together
from magicai.brain.sampler import Change, Lesson, Pick, Statistics, forecast, learn, others, pick, renew, share

OPTIONS = ("small", "large", "huge")
World = Callable[[int, str, Mapping[str, float]], float]


def play(
    world: World, rounds: int, *, seed: int = 0, statistics: Statistics | None = None
) -> tuple[Statistics, list[Pick], list[Change]]:
    known = Statistics.of(("words",)) if statistics is None else statistics
    rng = np.random.default_rng(seed)
    picks: list[Pick] = []
    changes: list[Change] = []
    for number in range(rounds):
        x = {"words": float(rng.uniform(0, 1000))}
        got = pick(known, None, OPTIONS, x, seed=seed * 10_000 + number)
        reward = float(np.clip(world(number, got.option, x) + rng.normal(0, 0.05), 0, 1))
        change = learn(known, option=got.option, x=x, reward=reward, usual=OPTIONS[0])
        picks.append(got)
        changes += [change] if change else []
    return known, picks, changes


def large_is_best(_number: int, option: str, _x: Mapping[str, float]) -> float:
    return 0.8 if option == "large" else 0.5


def by_length(_number: int, option: str, x: Mapping[str, float]) -> float:
    return {"small": 0.9 - x["words"] / 2000, "large": 0.4 + x["words"] / 2000, "huge": 0.3}[option]


def taught(rewards: Mapping[str, list[float]]) -> Statistics:
    known = Statistics.of(())
    for option, values in rewards.items():
        for value in values:
            learn(known, option=option, x={}, reward=value)
    return known


def test_an_option_that_does_best_is_soon_taken() -> None:
    _, picks, _ = play(large_is_best, 40)
    assert sum(got.option == "large" for got in picks[20:]) >= 18


def test_what_is_best_in_one_situation_is_not_taken_in_another() -> None:
    known, _, _ = play(by_length, 80)
    for words, best in ((50.0, "small"), (950.0, "large")):
        got = pick(known, None, OPTIONS, {"words": words}, seed=1)
        assert max(got.propensities, key=lambda option: got.propensities[option]) == best
        assert got.expected[best].reward == pytest.approx(0.875, abs=0.1)


def test_a_change_is_noticed_said_and_forgotten_from() -> None:
    def turned(number: int, option: str, x: Mapping[str, float]) -> float:
        return large_is_best(number, option, x) if number < 40 else {"small": 0.6, "large": 0.2, "huge": 0.3}[option]

    known, picks, changes = play(turned, 80)
    assert [change.option for change in changes] == ["large"]
    assert (changes[0].before, changes[0].after) == (pytest.approx(0.8, abs=0.1), pytest.approx(0.2, abs=0.15))
    assert sum(got.option == "small" for got in picks[60:]) >= 16
    assert pick(known, None, OPTIONS, {"words": 1.0}, seed=1).changed == ("large",)


def test_an_option_that_became_better_while_nobody_looked_is_found() -> None:
    def later(number: int, option: str, _x: Mapping[str, float]) -> float:
        return {"small": 0.6, "large": 0.4, "huge": 0.4 if number < 50 else 0.9}[option]

    _, picks, _ = play(later, 170)
    assert sum(got.option == "huge" for got in picks[150:]) > 10


def test_nothing_changes_where_nothing_does() -> None:
    assert not play(by_length, 80, seed=3)[2]


def test_a_slope_that_nobody_needs_costs_nothing() -> None:
    known, _, _ = play(large_is_best, 60)
    far = [pick(known, None, OPTIONS, {"words": words}, seed=1).propensities["large"] for words in (0.0, 1000.0)]
    assert min(far) > 0.95


def test_every_option_keeps_a_share_and_none_has_it_all() -> None:
    got = pick(taught({"small": [0.9] * 50, "large": [0.1] * 50, "huge": [0.1] * 50}), None, OPTIONS, {}, seed=1)
    assert sum(got.propensities.values()) == pytest.approx(1)
    assert min(got.propensities.values()) >= 0.003
    assert max(got.propensities.values()) < 1


def test_propensities_are_how_often_each_is_picked() -> None:
    known = taught({"small": [0.5, 0.6, 0.7], "large": [0.6, 0.7, 0.4], "huge": [0.3]})
    got = [pick(known, None, OPTIONS, {}, seed=seed) for seed in range(150)]
    shares = Counter(each.option for each in got)
    for option, propensity in got[0].propensities.items():
        assert shares[option] / 150 == pytest.approx(propensity, abs=0.12)
    assert all(each.propensities == got[0].propensities for each in got)


def test_the_same_seed_picks_the_same_from_statistics_that_were_kept_as_json() -> None:
    known, _, _ = play(by_length, 30)
    kept = Statistics.from_json(json.loads(json.dumps(known.to_json())))
    for seed in range(10):
        x = {"words": 100.0 * seed}
        assert pick(kept, None, OPTIONS, x, seed=seed) == pick(known, None, OPTIONS, x, seed=seed)


def test_without_exploring_the_best_is_taken_and_equals_share() -> None:
    known = taught({"small": [0.4, 0.4], "large": [0.8, 0.8]})
    assert pick(known, None, ("small", "large"), {}, seed=1, explore=False).propensities == {"small": 0, "large": 1}
    known = taught({"a": [0.5], "large": [0.8, 0.8], "huge": [0.8, 0.8]})
    got = pick(known, None, ("a", "large", "huge"), {}, seed=1, explore=False)
    assert got.propensities == {"a": 0, "large": 0.5, "huge": 0.5}


def test_before_anything_is_known_the_usual_is_expected_to_be_a_little_better() -> None:
    got = pick(Statistics.of(("words",)), None, OPTIONS, {"words": 3.0}, seed=1)
    assert got.expected["small"].reward > got.expected["large"].reward == pytest.approx(got.expected["huge"].reward)
    assert got.expected["small"].quality is None
    assert got.seen == 0


def test_a_new_option_is_tried_beside_one_that_is_well_known() -> None:
    known = taught({"small": [0.6, 0.7, 0.65, 0.6, 0.7] * 10})
    got = pick(known, None, ("small", "new"), {}, seed=1)
    assert got.propensities["new"] > 0.02


def test_a_closed_option_is_never_taken_and_is_known_when_it_comes_back() -> None:
    known, _, _ = play(large_is_best, 40)
    closed = pick(known, None, ("small", "huge"), {"words": 500.0}, seed=1)
    assert set(closed.propensities) == {"small", "huge"}
    back = pick(known, None, OPTIONS, {"words": 500.0}, seed=1)
    assert back.propensities["large"] > 0.9


def test_features_may_be_in_any_unit() -> None:
    in_words, _, _ = play(by_length, 60)
    for scale, offset in ((1e6, -5e8), (1e-6, 3.0)):
        known = Statistics.of(("words",))
        rng, again = np.random.default_rng(0), Statistics.of(("words",))
        for number in range(60):
            words = float(rng.uniform(0, 1000))
            option = OPTIONS[number % 3]
            reward = by_length(number, option, {"words": words})
            learn(known, option=option, x={"words": words}, reward=reward)
            learn(again, option=option, x={"words": words * scale + offset}, reward=reward)
        one = pick(known, None, OPTIONS, {"words": 900.0}, seed=1)
        other = pick(again, None, OPTIONS, {"words": 900.0 * scale + offset}, seed=1)
        assert one.expected["large"].reward == pytest.approx(other.expected["large"].reward, abs=1e-3)
    assert in_words.decided == 60


def test_statistics_of_other_features_say_nothing() -> None:
    known, _, _ = play(large_is_best, 40)
    got = pick(known, known, OPTIONS, {"pages": 1.0}, seed=1)
    assert got.expected == pick(Statistics.of(("pages",)), None, OPTIONS, {"pages": 1.0}, seed=1).expected
    assert got.seen == 0
    before = known.to_json()
    assert learn(known, option="large", x={"pages": 1.0}, reward=0.5) is None
    assert known.to_json() == before


def test_statistics_of_the_same_names_with_another_meaning_say_nothing() -> None:
    known, _, _ = play(large_is_best, 40)
    known.version = "0"
    assert pick(known, known, OPTIONS, {"words": 1.0}, seed=1).seen == 0
    before = known.to_json()
    assert learn(known, option="large", x={"words": 1.0}, reward=0.5) is None
    assert known.to_json() == before


def test_who_decides_by_other_features_takes_nothing_from_those_who_share() -> None:
    pooled, old = Statistics.of(("pages",)), play(large_is_best, 10)[0]
    renew(pooled, old)
    share(pooled, Statistics(), old, cap=20)
    assert pooled.options["large"].n > 0
    anew = Statistics.of(("pages",))
    learn(anew, option="small", x={"pages": 1.0}, reward=0.5)
    share(pooled, Statistics(), anew, cap=20)
    assert (pooled.features, "small" in pooled.options) == (("words",), "small" in old.options)
    assert pooled.decided == 10
    renew(pooled, anew)
    share(pooled, old, anew, cap=20)
    assert {name: option.n for name, option in pooled.options.items()} == {"small": 1}


def test_a_late_reward_replaces_the_one_before() -> None:
    late, once = taught({"small": [0.2, 0.4], "large": [0.6]}), taught({"small": [0.9, 0.4], "large": [0.6]})
    learn(late, option="small", x={}, reward=0.9, former=Lesson(0.2, 0))
    assert late.decided == once.decided == 3
    assert late.options["small"].reward.moment == pytest.approx(once.options["small"].reward.moment)
    assert late.options["small"].reward.squares == pytest.approx(once.options["small"].reward.squares)


def test_a_late_reward_of_before_a_change_is_not_mixed_with_what_came_since() -> None:
    known = taught({"small": [0.8] * 20})
    for _ in range(12):
        learn(known, option="small", x={}, reward=0.2)
    since = known.options["small"].since
    assert since >= 20
    moment = known.options["small"].reward.moment.tolist()
    decided = known.decided
    learn(known, option="small", x={}, reward=0.0, former=Lesson(0.8, 3))
    learn(known, option="small", x={}, reward=0.8, number=4, measures={"seconds": 1.0})
    assert known.options["small"].reward.moment.tolist() == moment
    assert (known.decided, known.options["small"].measures) == (decided, {})
    learn(known, option="small", x={}, reward=0.3, former=Lesson(0.2, since))
    assert known.options["small"].reward.moment[0] == pytest.approx(moment[0] + 0.1)


def test_a_late_reward_weighs_what_the_one_before_still_weighs() -> None:
    known = taught({"b": [0.1] * 10})
    for _ in range(240):
        learn(known, option="a", x={}, reward=0.5)
    learn(known, option="b", x={}, reward=0.1)
    before = known.options["b"].n
    for place in range(10):
        learn(known, option="b", x={}, reward=0.9, former=Lesson(0.1, place))
    option = known.options["b"]
    assert before == option.n == pytest.approx(1.5, abs=0.1)
    # The one that came last has not faded.
    assert option.reward.moment[0] == pytest.approx(0.9 * (option.n - 1) + 0.1)
    assert weight_of(option, 250) == 1


def test_what_faded_twice_is_corrected_by_no_more_than_is_left_of_it() -> None:
    known = taught({"b": [0.1] * 10})
    for reward in (0.1, 0.1):
        known.decided += 100
        learn(known, option="b", x={}, reward=reward)
    option = known.options["b"]
    for place in range(11):
        learn(known, option="b", x={}, reward=1.0, former=Lesson(0.1, place))
    assert 0.1 * option.n < option.reward.moment[0] <= option.n


def test_a_late_reward_after_another_option_changed_is_cut_with_its_evidence() -> None:
    known = taught({"b": [0.1] * 20, "a": [0.8] * 20})
    while not learn(known, option="a", x={}, reward=0.1):
        pass
    for place in range(20):
        learn(known, option="b", x={}, reward=0.9, former=Lesson(0.1, place))
    option = known.options["b"]
    assert option.n == pytest.approx(4)
    assert option.reward.moment[0] == pytest.approx(0.9 * 4)


def test_what_people_say_of_decisions_is_noticed_and_guarded_as_what_runs_measure() -> None:
    known = taught({"small": [0.8] * 10})
    lessons: list[tuple[int, Lesson]] = []
    for _ in range(40):
        lessons.append((known.lessons, Lesson(0.9, known.lessons)))
        learn(known, option="large", x={}, reward=0.9, usual="small")
    assert not pick(known, None, ("small", "large"), {}, seed=1).guarded
    changes = [
        learn(known, option="large", x={}, reward=0.2, usual="small", number=number, former=former)
        for number, former in lessons
    ]
    got = pick(known, None, ("small", "large"), {}, seed=1)
    assert got.guarded
    assert [change.option for change in changes if change] == ["large"]
    assert got.changed == ("large",)
    assert got.expected["large"].reward < 0.5
    assert known.decided == 50


def test_a_late_reward_that_is_taken_back_leaves_nothing() -> None:
    known = taught({"small": [0.9, 0.6] * 10})
    learn(known, option="small", x={}, reward=0.6)
    moment, place = known.options["small"].reward.moment[0], known.lessons - 1
    former = Lesson(0.6, place)
    for reward in (0.5, 0.45, 0.6):
        before = known.lessons
        learn(known, option="small", x={}, reward=reward, former=former)
        former = Lesson(reward, before if known.lessons > before else former.place)
    option = known.options["small"]
    assert (option.n, option.reward.moment[0]) == (21, pytest.approx(moment))
    assert (option.recent.n, option.doubt, option.surprise) == (0, 0, 0)


def test_a_doubt_is_by_all_recent_rewards_as_they_are_now() -> None:
    once, late = (taught({"small": [0.95, 0.55] * 20}) for _ in range(2))
    for reward in (0.5, 0.4):
        learn(once, option="small", x={}, reward=reward)
    place = late.lessons
    for reward in (0.5, 0.45):
        learn(late, option="small", x={}, reward=reward)
    learn(late, option="small", x={}, reward=0.4, former=Lesson(0.45, place + 1))
    assert once.options["small"].doubt > 0
    assert late.options["small"].doubt == pytest.approx(once.options["small"].doubt, rel=0.01)
    assert late.options["small"].surprise == pytest.approx(once.options["small"].surprise, rel=0.01)


def test_measures_of_before_a_change_are_forgotten_and_late_ones_replace() -> None:
    known = Statistics.of(())
    for _ in range(20):
        learn(known, option="a", x={}, reward=0.8, measures={"seconds": 40.0})
    place = known.lessons - 1
    learn(known, option="a", x={}, reward=0.8, former=Lesson(0.8, place, {"seconds": 40.0}), measures={"seconds": 60.0})
    assert pick(known, None, ("a", "b"), {}, seed=1).expected["a"].seconds == pytest.approx(41)
    while not learn(known, option="a", x={}, reward=0.1, measures={"seconds": 100.0}):
        pass
    learn(known, option="a", x={}, reward=0.8, former=Lesson(0.8, place, {"seconds": 60.0}), measures={"seconds": 1.0})
    assert pick(known, None, ("a", "b"), {}, seed=1).expected["a"].seconds == pytest.approx(100)


def test_no_expectation_is_beyond_what_there_can_be() -> None:
    known = Statistics.of(("words",))
    for number in range(40):
        at = number / 40
        measures = {"quality": 0.2 + 0.8 * at, "seconds": 40 - 40 * at, "cost": 0.4 - 0.4 * at}
        learn(known, option="a", x={"words": at}, reward=0.2 + 0.8 * at, measures=measures)
    up, down = (pick(known, None, ("a", "b"), {"words": at}, seed=1).expected["a"] for at in (10.0, -10.0))
    assert (up.reward, up.quality, up.seconds, up.cost) == (1, 1, 0, 0)
    assert (down.reward, down.quality) == (0, 0)


def test_measures_are_expected_per_option_and_by_features() -> None:
    known = Statistics.of(("words",))
    for number in range(60):
        x = {"words": float(number)}
        learn(known, option="large", x=x, reward=0.5, measures={"seconds": 10 + 2.0 * number, "cost": 0.01})
    learn(known, option="small", x={"words": 1.0}, reward=0.5, measures={"seconds": 3.0})
    got = pick(known, None, OPTIONS, {"words": 50.0}, seed=1).expected
    assert got["large"].seconds == pytest.approx(110, rel=0.05)
    assert got["large"].cost == pytest.approx(0.01)
    assert got["large"].quality is None
    assert got["small"].seconds == pytest.approx(3)
    assert got["huge"].seconds is None


def test_worse_than_the_usual_for_long_and_the_usual_is_taken() -> None:
    known = taught({"small": [0.8] * 10, "large": [0.8] * 10})
    for _ in range(25):  # whoever decided, and by whatever
        learn(known, option=f"other-{known.decided}", x={}, reward=0.1, usual="small")
    got = pick(known, None, ("small", "large"), {}, seed=1)
    assert got.guarded
    assert got.propensities == {"small": pytest.approx(0.997), "large": pytest.approx(0.003)}
    for _ in range(60):
        learn(known, option="small", x={}, reward=0.8, usual="small")
    assert not pick(known, None, ("small", "large"), {}, seed=1).guarded


@pytest.mark.parametrize(("behind", "guarded"), [(0.05, False), (0.2, True)])
def test_a_tenth_behind_the_usual_is_too_much(behind: float, guarded: bool) -> None:  # noqa: FBT001
    known = taught({"small": [0.8] * 10, "large": [0.8] * 10})
    for _ in range(60):
        learn(known, option=f"other-{known.decided}", x={}, reward=0.8 - behind, usual="small")
    assert pick(known, None, ("small", "large"), {}, seed=1).guarded is guarded


def test_a_few_decisions_and_those_for_the_usual_call_for_no_guard() -> None:
    few, usual = (taught({"small": [0.8] * 10, "large": [0.8] * 10}) for _ in range(2))
    for _ in range(15):
        learn(few, option=f"other-{few.decided}", x={}, reward=0.1, usual="small")
    for _ in range(25):
        learn(usual, option="small", x={}, reward=0.1, usual="small")
    for known in (few, usual):
        assert not pick(known, None, ("small", "large"), {}, seed=1).guarded


def test_a_situation_unlike_any_other_is_not_reckoned_with_to_the_end() -> None:
    known = Statistics.of(("words",))
    for number in range(40):
        learn(known, option="a", x={"words": number / 40}, reward=0.2 + 0.6 * number / 40)
    near, far = (forecast(known, ("a", "b"), {"words": words})[0][0] for words in (0.5, 10.0))
    assert near == pytest.approx(0.5, abs=0.01)
    assert far < 3.5  # 6 without a bound


def test_what_is_closed_tells_what_rewards_there_are() -> None:
    known = taught({"gone": [0.9] * 30})
    got = pick(known, None, ("x", "y"), {}, seed=1).expected
    assert got["y"].reward == pytest.approx(0.88, abs=0.02)


def test_what_others_know_counts_as_twenty_rewards() -> None:
    crowd = taught({"small": [0.3] * 40, "large": [0.7] * 40})
    assert {name: one.n for name, one in together(Statistics.of(()), crowd).options.items()} == {
        "small": pytest.approx(10), "large": pytest.approx(10)
    }  # fmt: skip


def test_others_are_a_start_that_own_rewards_outweigh() -> None:
    crowd = taught({"small": [0.3] * 40, "large": [0.7] * 40})
    fresh = pick(Statistics.of(()), crowd, ("small", "large"), {}, seed=1)
    assert fresh.propensities["large"] > 0.9
    different = taught({"small": [0.9] * 20, "large": [0.2] * 20})
    assert pick(different, crowd, ("small", "large"), {}, seed=1).propensities["small"] > 0.9


def test_one_owner_is_bounded_in_what_all_know_and_is_taken_out_again() -> None:
    pooled, nobody = Statistics.of(()), Statistics.of(())
    loud, quiet = taught({"small": [0.0] * 50}), taught({"small": [1.0] * 10, "large": [0.5] * 5})
    share(pooled, nobody, loud, cap=20)
    share(pooled, nobody, quiet, cap=20)
    assert pooled.options["small"].n == pytest.approx(30)
    rest = others(pooled, loud, cap=20)
    assert rest.options["small"].reward.moment[0] / rest.options["small"].n == pytest.approx(1)
    assert pooled.options["small"].n == pytest.approx(30)

    before = Statistics.from_json(quiet.to_json())
    learn(quiet, option="large", x={}, reward=0.5)
    share(pooled, before, quiet, cap=20)
    assert pooled.options["large"].n == pytest.approx(6)
    assert pooled.decided == 66


@pytest.mark.parametrize("bad", [nan, inf, -0.1, 1e9])
def test_a_reward_that_is_no_number_from_0_to_1_is_refused(bad: float) -> None:
    known = Statistics.of(("words",))
    with pytest.raises(ValueError, match="from 0 to 1"):
        learn(known, option="small", x={"words": 1.0}, reward=bad)
    assert known == Statistics.of(("words",))


def test_what_is_not_finite_is_refused() -> None:
    known = Statistics.of(("words",))
    with pytest.raises(ValueError, match="words"):
        pick(known, None, OPTIONS, {"words": nan}, seed=1)
    with pytest.raises(ValueError, match="words"):
        learn(known, option="small", x={"words": inf}, reward=0.5)
    with pytest.raises(ValueError, match="seconds"):
        learn(known, option="small", x={"words": 1.0}, reward=0.5, measures={"seconds": nan})
    assert known == Statistics.of(("words",))


@pytest.mark.parametrize("options", [(), ("a", "a")])
def test_no_option_and_one_twice_are_refused(options: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="each once"):
        pick(Statistics.of(()), None, options, {}, seed=1)


def test_one_option_is_certain() -> None:
    assert pick(Statistics.of(()), None, ("only",), {}, seed=1).propensities == {"only": pytest.approx(1)}
