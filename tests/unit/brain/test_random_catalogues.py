from tests.unit.brain.random_catalogues import scores


def test_plans_on_random_catalogues_are_valid_and_as_cheap_as_brute_force() -> None:
    found = scores(200, seed=1)
    assert {(one.valid, one.as_cheap) for one in found} == {(True, True)}
    assert sum(one.found < float("inf") for one in found) > 50
