from dataclasses import replace

import pytest

from magicai.operations import workflows
from magicai.runs import registry
from magicai.runs.workflow import Workflow


def test_a_workflow_is_started_by_its_other_names_too(monkeypatch: pytest.MonkeyPatch) -> None:
    (name, *_), declared = registry.names(), registry.workflow

    def with_another_name(asked: str) -> Workflow:
        return replace(declared(asked), aliases=("read-shops",))

    monkeypatch.setattr(registry, "workflow", with_another_name)
    paths = {of_workflow.path for of_workflow in workflows.of_workflows() if of_workflow.method == "POST"}
    assert {f"/api/workflows/{name}", "/api/workflows/read-shops", f"/api/workflow/{name}"} <= paths
    assert {"/api/workflow/read-shops", "/api/plans/read-shops"}.isdisjoint(paths)
