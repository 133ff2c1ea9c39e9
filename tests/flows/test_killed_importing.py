"""kill -9 of the tutorial's second workflow: by an item, after its effect, and after each of its steps."""

import json
import mailbox
import os
import signal
from pathlib import Path

import pytest

from integrations.prefect import server_on_demand
from magicai.ports import ItemState
from magicai.runs.run import RunStatus
from tests.flows.supplier import BUSY, FREE, GONE, expected, kept_prices, request_of, supplier
from tests.house import House, result_of, run_of, until

DEADLY = "TEA-0500"
TRIES = 3
STEPS = ("price_products", "write_price_letter", "send_price_letter", "ask_reviewer", "count_names")


def failed(house: House, run_id: str) -> dict[str, tuple[int, str]]:
    """The items of a run that failed: after how many attempts, and the code of why."""
    found = house.ask(lambda ports: ports.records.items.listed(run_id, states=(ItemState.FAILED,)))
    return {
        one.key: (one.attempts, one.problem.message.code if one.problem and one.problem.message else "")
        for one in found
    }


@pytest.mark.nightly
def test_killed_everywhere_nothing_is_lost_and_nothing_comes_twice(
    house: House, server: server_on_demand.Server, tmp_path: Path
) -> None:
    orders, deaths = house.home / "die", list[str]()

    def on_page(sku: str) -> None:
        if sku == DEADLY and len(deaths) < TRIES:
            deaths.append(sku)
            ((_, attempt),) = house.ask(lambda ports: ports.records.runs.unfinished())
            os.kill(attempt.pid, signal.SIGKILL)

    price_list = tmp_path / "prices.csv"
    with supplier(price_list, pages=(BUSY, GONE, DEADLY), on_page=on_page) as host:
        wanted, allowed = request_of(str(price_list)), {"MAGICAI_CRAWL_ALLOW_HOSTS": host}
        typed = ("--supplier", json.dumps(wanted["supplier"]), "--variables", json.dumps(wanted["variables"]))
        died = house.run(
            "run", "die-importing", str(price_list), *typed, "--review-from", str(wanted["review_from"]), "--json",
            **allowed,
        )  # fmt: skip
        run_id = run_of(died.stderr)
        assert died.returncode == 1
        assert house.row(run_id).status is RunStatus.FAILED
        for _ in range(1, TRIES):
            assert house.carry_on(run_id, **allowed) == -signal.SIGKILL
        assert len(deaths) == TRIES
        orders.mkdir(exist_ok=True)
        for order in ("post", *STEPS):
            (orders / order).touch()
        for left in range(len(STEPS), -1, -1):
            assert house.carry_on(run_id, **allowed) == -signal.SIGKILL
            assert len(list(orders.iterdir())) == left
            if left == len(STEPS):
                assert failed(house, run_id)[DEADLY] == (TRIES, "item_interrupted")
        # What failed is tried again where somebody asks for it, and this one would go well now.
        done = house.run("resume", run_id, "--json", **allowed)

    assert done.returncode == 3, done.stderr
    result, wanted = result_of(done.stdout), expected()
    assert {one["sku"]: (one["price"], one["state"]) for one in result["prices"]} == wanted
    assert len(result["prices"]) == len(wanted)
    assert sorted(failed(house, run_id)) == [one["where"] for one in result["problems"]] == [GONE, FREE]
    prices = house.ask(lambda ports: kept_prices(ports, ports.settings.owner, run_id))
    assert prices == {sku: (*one, 1) for sku, one in wanted.items()}
    assert [one["Message-ID"] for one in mailbox.Maildir(house.home / "postbox")].count(run_id) == 1
    following = house.ask(lambda ports: ports.records.runs.listed(follows=run_id))
    assert [(one.workflow, len(one.request["texts"])) for one in following] == [("count-words", len(wanted))]
    events = house.ask(lambda ports: ports.records.runs.events(run_id, limit=10_000))
    assert [event.kind for event in events].count("review") == 1
    until(lambda: house.row(following[0].run_id).status is RunStatus.COMPLETED)
    until(lambda: not house.running(following[0].run_id))
