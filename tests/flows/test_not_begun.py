"""A flow run that cannot become an attempt."""

import subprocess
import sys
from pathlib import Path

from integrations.prefect import environment, server_on_demand
from tests.house import House

WALK = """
import asyncio, sys
from flows.take_steps import GOAL
from integrations.prefect.walk import walk
from magicai.walks.take_steps import TakeSteps

state = asyncio.run(walk(GOAL, TakeSteps(trace=sys.argv[1])))
print(state.type.value, state.message)
"""
DELETED = "00000000-0000-4000-8000-000000000000"


def test_a_flow_run_that_prefect_does_not_know_fails_with_the_way_on(
    house: House, server: server_on_demand.Server, tmp_path: Path
) -> None:
    ours = environment.client(house.home, server.url, house.variables)
    done = subprocess.run(
        [sys.executable, "-c", WALK, str(tmp_path)],
        cwd=house.folder,
        env={**ours, "MAGICAI_HOME": str(tmp_path / "home"), "PREFECT__FLOW_RUN_ID": DELETED},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.stdout.startswith(
        f"FAILED Prefect's server could not be notified of flow run {DELETED}: it was deleted, or belongs to another"
        " server. To resume it: magicai resume "
    ), done.stderr
