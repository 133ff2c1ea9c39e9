"""A store's block, saved in Prefect's user interface, is where a flow run that is started there looks for the store."""

import signal
from typing import Any

from tests.house import House, free_port, until

READY = "Ctrl-C ends everything."


def save(house: House, slug: str, **data: Any) -> None:
    """Save a block named `magicai`, as the page does."""
    kind = house.prefect("GET", f"/block_types/slug/{slug}")
    wanted = {"block_schemas": {"block_type_id": {"any_": [kind["id"]]}}}
    (schema,) = house.prefect("POST", "/block_schemas/filter", wanted)
    ids = {"block_type_id": kind["id"], "block_schema_id": schema["id"]}
    house.prefect("POST", "/block_documents/", {"name": "magicai", "data": data, **ids})


def carried_out(house: House, **parameters: Any) -> Any:
    """A flow run of `reconcile`, started as the page does; its last state."""
    deployment = house.prefect("GET", "/deployments/name/reconcile/magicai")["id"]
    asked = {"parameters": parameters, "state": {"type": "SCHEDULED"}}
    flow_run = house.prefect("POST", f"/deployments/{deployment}/create_flow_run", asked)["id"]

    def ended() -> Any:
        state = house.prefect("GET", f"/flow_runs/{flow_run}")["state"]
        return state if state["type"] in ("COMPLETED", "FAILED", "CRASHED", "CANCELLED") else None

    return until(ended, limit_s=240)


def test_a_flow_run_started_in_the_page_uses_the_block_that_was_saved_there(alone: House) -> None:
    with alone.start("up") as everything:
        assert everything.stderr is not None
        errors = everything.stderr
        until(lambda: READY in errors.readline() or everything.poll() is not None)
        embedded = carried_out(alone, store="cache")
        assert (embedded["type"], embedded["name"]) == ("COMPLETED", "Completed")
        port = free_port()  # where nobody listens: what is said of it shows that it was asked
        save(alone, "magicai-redis", host="127.0.0.1", port=port, password="a-secret-word")
        asked = carried_out(alone, store="cache")
        assert asked["type"] == "FAILED"
        assert f"127.0.0.1:{port}" in asked["message"]
        assert "a-secret-word" not in str(asked)
        everything.send_signal(signal.SIGINT)
        everything.communicate(timeout=120)
