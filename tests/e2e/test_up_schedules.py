"""What an operator changed of schedules, while the deployments are made again."""

import json
import signal
from typing import Any

from tests.e2e.everything import deploy
from tests.house import House


def test_what_an_operator_changed_of_schedules_stays_when_all_is_deployed_again(alone: House) -> None:
    def schedules(flow: str) -> dict[str, Any]:
        deployment = alone.prefect("GET", f"/deployments/name/{flow}/magicai")
        return {one["slug"]: one for one in deployment["schedules"]}

    shop = {"request": {"competitor_url": "https://theirs.example/"}}
    assert deploy(alone) == 0
    crawls, nightly = (
        f"/deployments/{alone.prefect('GET', f'/deployments/name/{flow}/magicai')['id']}/schedules"
        for flow in ("crawl-analyze-generate", "reconcile")
    )
    example = schedules("crawl-analyze-generate")["every-morning"]
    alone.prefect("PATCH", f"{crawls}/{example['id']}", {"active": True, "parameters": shop})
    own: dict[str, Any] = {"schedule": {"interval": 86_400}, "active": False, "parameters": shop}
    (made,) = alone.prefect("POST", crawls, [own])
    alone.prefect("DELETE", f"{nightly}/{schedules('reconcile')['every-week']['id']}")
    definition = alone.folder / "prefect.yaml"
    was = definition.read_text()
    definition.write_text(was.replace("30 3 * * *", "45 4 * * *"))  # of every night, which nobody touched
    _forget_what_was_deployed(alone)
    assert deploy(alone) == 0
    as_made = schedules("crawl-analyze-generate")
    assert set(as_made) == {"every-morning", made["id"]}
    assert (as_made["every-morning"]["active"], as_made["every-morning"]["parameters"]) == (True, shop)
    assert as_made[made["id"]]["schedule"]["interval"] == own["schedule"]["interval"]
    (nightly_now,) = schedules("reconcile").values()
    assert (nightly_now["slug"], nightly_now["schedule"]["cron"]) == ("every-night", "45 4 * * *")
    _forget_what_was_deployed(alone)
    assert deploy(alone, killed=True) == -signal.SIGKILL
    assert "every-week" in schedules("reconcile"), "nothing was to be put back, so nothing is shown"
    assert deploy(alone) == 0
    now = schedules("crawl-analyze-generate")
    assert {slug: (one["active"], one["parameters"], one["schedule"]) for slug, one in now.items()} == {
        slug: (one["active"], one["parameters"], one["schedule"]) for slug, one in as_made.items()
    }
    assert set(schedules("reconcile")) == {"every-night"}
    definition.write_text(was)


def _forget_what_was_deployed(house: House) -> None:
    """Have all deployments be made again, as by another version."""
    stamp = house.home / "prefect/deployed"
    stamp.write_text(json.dumps({**json.loads(stamp.read_text()), "digest": "another version's"}))
