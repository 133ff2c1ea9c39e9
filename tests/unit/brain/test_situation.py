"""What a decision is made on."""

from typing import Any

import pytest
from pydantic import BaseModel, SecretStr

from magicai.brain.choice_points import ChoicePoint
from magicai.brain.choosing import choose
from magicai.brain.recall import Knowledge
from magicai.brain.situation import Machine, Situation
from magicai.runs.requests.fields import in_clear


def situation(request: dict[str, Any]) -> Situation:
    return Situation("w", "ann", request, Machine(2, 4000))


def test_any_number_of_a_request_is_a_feature_and_what_is_none_is_not() -> None:
    numbers = {"below": -5, "one": -1, "above": 5, "nothing": 0, "nan": float("nan"), "endless": 1e999, "huge": 10**400}
    found = situation(numbers).features()
    assert found["log_below"] == pytest.approx(-found["log_above"])
    assert (found["log_one"] < 0, found["log_nothing"]) == (True, 0)
    assert not {"log_nan", "log_endless", "log_huge"} & found.keys()


def test_a_plan_chooses_as_its_run_does_whatever_secrets_are_in_the_request() -> None:
    """A plan that is asked for first has stars where the run's row has a secret, sealed anew each time."""

    class Login(BaseModel):
        name: str
        token: SecretStr

    class Wish(BaseModel):
        number: int
        login: Login

    point = ChoicePoint(name="model", options=tuple(f"m{number}" for number in range(20)))

    def chosen(request: dict[str, Any]) -> str:
        return choose("write", point, situation(request), Knowledge()).option

    for number in range(8):
        asked = Wish(number=number, login=Login(name="ann", token=SecretStr("x")))
        rows = [asked.model_copy(update={"login": Login(name="ann", token=SecretStr(f"sealed:{at}"))}) for at in "ab"]
        assert len({chosen(asked.model_dump(mode="json")), *(chosen(in_clear(row)) for row in rows)}) == 1
    assert len({chosen(in_clear(Wish(number=at, login=Login(name="b", token=SecretStr("x"))))) for at in range(20)}) > 1
