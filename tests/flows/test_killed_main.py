"""kill -9 of the main workflow in each of its steps."""

import asyncio
import os
import signal
from collections import Counter
from collections.abc import Iterator
from itertools import count

import pytest

from integrations.prefect import server_on_demand
from integrations.processes import on_demand as vectors
from magicai.runs.run import RunStatus
from tests.flows.corner_shop import PRODUCTS, corner_shop
from tests.flows.leaving import found, told
from tests.house import House, result_of, run_of

# After each of these. Analyse and relate go on side by side: each is cut in its midst when the other one dies.
STEPS = (
    *("save_products", "analyse_shops", "relate_brands"),
    *("compose_report", "file_report", "index_stores"),
)
# Of the pages of products that are asked for: the other run reads all eight first.
AMID = len(PRODUCTS) + 4
OTHER = "undisturbed"


@pytest.fixture(scope="module")
def vector_server(house: House) -> Iterator[None]:
    """Ends with the module what the runs have started for all to use."""
    yield
    asyncio.run(vectors.stop(house.home / "chroma"))


def at(shop: str) -> dict[str, str]:
    return {"MAGICAI_CRAWL_ALLOW_HOSTS": shop, "MAGICAI_CRAWL_DELAY": "0"}


@pytest.mark.nightly
def test_killed_in_every_step_it_ends_as_if_nothing_had_happened(
    house: House, server: server_on_demand.Server, vector_server: None
) -> None:
    orders = house.home / "die"
    pages = count(1)

    def on_page() -> None:
        if next(pages) == AMID:
            ((_, open_attempt),) = house.ask(lambda ports: ports.records.runs.unfinished())
            os.kill(open_attempt.pid, signal.SIGKILL)

    with corner_shop(on_page=on_page) as shop:
        calm = house.run("run", "die-in-steps", f"http://{shop}", "--json", MAGICAI_OWNER=OTHER, **at(shop))
        assert calm.returncode == 0, calm.stderr
        orders.mkdir(exist_ok=True)
        for step in STEPS:
            (orders / step).touch()

        died = house.run("run", "die-in-steps", f"http://{shop}", "--json", **at(shop))
        run_id = run_of(died.stderr)
        assert died.returncode == 1
        assert f"magicai resume {run_id}" in died.stdout
        assert house.row(run_id).status is RunStatus.FAILED
        # What `magicai resume` starts; the command itself comes last, so that this does not take a minute.
        for left in range(len(STEPS) - 1, -1, -1):
            assert house.carry_on(run_id, **at(shop)) == -signal.SIGKILL
            assert len(list(orders.iterdir())) == left
        done = house.run("resume", run_id, "--json", **at(shop))
    assert done.returncode == 0, done.stderr

    killed = result_of(done.stdout)
    here = house.ask(lambda ports: found(ports, run_id, "local"))
    there = house.ask(lambda ports: found(ports, result_of(calm.stdout)["run_id"], OTHER))
    assert told(here.pop("report")) == told(there.pop("report"))
    assert here == there
    assert Counter(product["name"] for product in here["products"]) == Counter(name for name, *_ in PRODUCTS)
    assert [count for name, count in here["search"].items() if name.startswith("Kettle")] == [1] * 4
    assert (len(killed["crawl_data"]["products"]), killed["analysis"]["shops"][0]["products"]) == (8, 8)
    assert sorted(house.states(run_id)) == ["Completed", *["Crashed"] * (len(STEPS) + 1)]
    assert not house.running(run_id)
    assert not [run for run in house.runs() if not run.status.ended]
