"""A first day: steps that are done by what there is, and sample data that come and go by one button."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from magicai.api.gateway import Gateway
from magicai.runs.run import RunStatus
from tests.page.conftest import LIMIT_MS, Open, Place, add_users, settings_of


@pytest.fixture(scope="module")
def place(empty: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A gateway on an installation without runs, which starts none."""
    home = tmp_path_factory.mktemp("place") / "home"
    home.mkdir(mode=0o700)
    shutil.copy(empty, home / "records.sqlite3")
    with Place(settings_of(home)) as made:
        made.ask(add_users)
        yield made


async def end_all(gateway: Gateway) -> None:
    for run in await gateway.records.runs.listed(owner_id="id-ann"):
        attempt = await gateway.records.runs.begin(run.run_id, host="h", pid=1, process_started_at=1, flow_run_id=None)
        result: dict[str, Any] = {"run_id": run.run_id, "status": "completed", "problems": []}
        await gateway.records.runs.finish(attempt, RunStatus.COMPLETED, result)


def test_sample_data_are_added_and_removed_by_a_button_each(show: Open, place: Place, tmp_path: Path) -> None:
    with show() as page:
        steps, sample = page.get_by_role("region", name="First steps"), page.get_by_role("region", name="Sample data")
        steps.get_by_role("link", name="Crawl a shop").wait_for(timeout=LIMIT_MS)
        page.screenshot(path=tmp_path / "first.png", full_page=True)
        sample.get_by_role("button", name="Add sample data").click()
        sample.get_by_text("0 of 6 added").wait_for(timeout=LIMIT_MS)
        page.screenshot(path=tmp_path / "adding.png", full_page=True)
        assert not sample.get_by_role("button").count()
        place.ask(end_all)
        page.reload()
        sample.get_by_role("button", name="Remove sample data").click()
        page.get_by_role("dialog").get_by_role("button", name="Remove sample data").click()
        sample.get_by_role("button", name="Add sample data").wait_for(timeout=LIMIT_MS)
        assert steps.get_by_role("link").count() == len(("model", "shop", "products", "text", "question", "publish"))
        steps.get_by_role("button", name="Dismiss").click()
        steps.wait_for(state="hidden", timeout=LIMIT_MS)
