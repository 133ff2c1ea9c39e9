from collections.abc import Iterator

import pytest

from magicai.brain import steps


@pytest.fixture(autouse=True)
def own_registry(monkeypatch: pytest.MonkeyPatch) -> Iterator[steps.Registry]:
    """Steps that a test defines are its own."""
    registry = steps.Registry()
    monkeypatch.setattr(steps, "registry", registry)
    monkeypatch.setattr("magicai.brain.planner.registry", registry)
    yield registry
