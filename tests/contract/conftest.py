"""Where the stores of a test are, for all suites of this folder."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from integrations.processes import on_demand
from magicai.settings import Settings
from magicai.values.ids import new_id

from .graph.neo4j_namespace import forget_namespace
from .projection.implementations import IMPLEMENTATIONS, Place
from .vectors.chroma_run import ChromaRun


@pytest.fixture(scope="session")
def server_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A home whose servers are started once, and ended in the end."""
    home = tmp_path_factory.mktemp("servers")
    yield home
    ChromaRun.end_shared(home)
    forget_namespace(home)
    asyncio.run(on_demand.stop(home / "chroma"))


@pytest.fixture
def place(tmp_path: Path, server_home: Path) -> Place:
    return Place(tmp_path, f"t{new_id()}", server_home)


@pytest.fixture
async def opened(place: Place) -> AsyncIterator[Callable[[str], Any]]:
    """Opens implementations by name, as often as one likes, at the same place."""
    close: list[Callable[[], Awaitable[None]]] = []

    def open_one(name: str) -> Any:
        implementation = IMPLEMENTATIONS[name]
        if implementation.missing and implementation.needs not in Settings().test_require:
            pytest.skip(f"{implementation.needs} is not installed")
        made = implementation.open(place)
        if not close and implementation.forget is not None:
            close.append(partial(implementation.forget, place.name))
        close.append(made.close)
        return made

    yield open_one
    for one in reversed(close):
        await one()
