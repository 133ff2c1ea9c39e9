"""A store's block, saved in Prefect's user interface, is where a flow run that is started there looks for the store."""

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

from tests.house import House, free_port, until


@contextmanager
def saved(house: House, slug: str, **data: Any) -> Generator[None]:
    """A block named `magicai`, saved as the page does, for a while."""
    kind = house.prefect("GET", f"/block_types/slug/{slug}")
    wanted = {"block_schemas": {"block_type_id": {"any_": [kind["id"]]}}}
    (schema,) = house.prefect("POST", "/block_schemas/filter", wanted)
    ids = {"block_type_id": kind["id"], "block_schema_id": schema["id"]}
    made = house.prefect("POST", "/block_documents/", {"name": "magicai", "data": data, **ids})
    yield
    house.prefect("DELETE", f"/block_documents/{made['id']}")


def carried_out(house: House, **parameters: Any) -> Any:
    """A flow run of `reconcile`, started as the page does; its last state."""
    deployment = house.prefect("GET", "/deployments/name/reconcile/magicai")["id"]
    asked = {"parameters": parameters, "state": {"type": "SCHEDULED"}}
    flow_run = house.prefect("POST", f"/deployments/{deployment}/create_flow_run", asked)["id"]

    def ended() -> Any:
        state = house.prefect("GET", f"/flow_runs/{flow_run}")["state"]
        return state if state["type"] in ("COMPLETED", "FAILED", "CRASHED", "CANCELLED") else None

    return until(ended, limit_s=240)


def test_a_flow_run_started_in_the_page_uses_the_block_that_was_saved_there(everything: House) -> None:
    embedded = carried_out(everything, store="cache")
    assert (embedded["type"], embedded["name"]) == ("COMPLETED", "Completed")
    port = free_port()  # where nobody listens: what is said of it shows that it was asked
    with saved(everything, "magicai-redis", host="127.0.0.1", port=port, password="a-secret-word"):
        asked = carried_out(everything, store="cache")
    assert asked["type"] == "FAILED"
    assert f"127.0.0.1:{port}" in asked["message"]
    assert "a-secret-word" not in str(asked)
