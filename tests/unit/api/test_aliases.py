from dataclasses import replace

import pytest
from fastapi.routing import APIRoute

from magicai.api.router import router_of
from magicai.api.routes import workflows
from magicai.runs import registry
from magicai.runs.workflow import Workflow


def test_a_workflow_is_started_by_its_other_names_too(monkeypatch: pytest.MonkeyPatch) -> None:
    (name, *_), declared = registry.names(), registry.workflow

    def with_another_name(asked: str) -> Workflow:
        return replace(declared(asked), aliases=("read-shops",))

    monkeypatch.setattr(registry, "workflow", with_another_name)
    monkeypatch.setattr(workflows, "router", router_of("workflows"))
    workflows.add_workflows()
    routes = [route for route in workflows.router.routes if isinstance(route, APIRoute)]
    paths = {route.path for route in routes if "POST" in (route.methods or ())}
    assert {f"/api/workflows/{name}", "/api/workflows/read-shops", f"/api/workflow/{name}"} <= paths
    assert {"/api/workflow/read-shops", "/api/plans/read-shops"}.isdisjoint(paths)
