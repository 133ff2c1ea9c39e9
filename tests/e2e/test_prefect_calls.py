"""A fault at some calls of a run to Prefect's API; `python -m benchmarks.reliability prefect` tries them all."""

from collections.abc import Iterator

import pytest

from benchmarks.reliability.prefect_calls import Drill, drill
from tests.faulty_prefect import Call, How
from tests.house import House

CREATE, STATE = "POST /api/deployments/*/create_flow_run", "POST /api/flow_runs/*/set_state"


@pytest.fixture(scope="module")
def everything(alone: House, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Drill]:
    with drill(alone, tmp_path_factory.mktemp("drill")) as made:
        yield made


@pytest.mark.parametrize(
    ("call", "how"),
    [
        (Call(CREATE), How.ERROR_AFTER),
        (Call(CREATE), How.OUTAGE),
        (Call(STATE), How.CUT_AFTER),  # it becomes Pending
        (Call(STATE, 2), How.ERROR_AFTER),  # Running
        (Call(STATE, 2), How.OUTAGE),
        (Call(STATE, 3), How.CUT),  # Completed
        (Call("PATCH /api/flow_runs/*/labels"), How.ERROR),
    ],
    ids=str,
)
def test_a_run_ends_though_a_call_to_prefect_fails(everything: Drill, call: Call, how: How) -> None:
    outcome = everything.disturb("api", call, how)
    assert (outcome.struck, outcome.fault) == (True, "")
