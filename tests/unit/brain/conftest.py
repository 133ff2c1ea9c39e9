import pytest

from magicai.brain import steps


@pytest.fixture(autouse=True)
def own_registry(monkeypatch: pytest.MonkeyPatch) -> steps.Registry:
    """Steps that a test defines are its own."""
    registry = steps.Registry()
    monkeypatch.setattr(steps, "registry", registry)
    monkeypatch.setattr("magicai.brain.planner.registry", registry)
    return registry
