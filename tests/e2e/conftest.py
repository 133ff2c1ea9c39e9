"""An installation of its own for a module that asks for it."""

from collections.abc import Iterator

import pytest

from tests.e2e.everything import deploy
from tests.house import House


@pytest.fixture(scope="session")
def deployed(house: House, tmp_path_factory: pytest.TempPathFactory) -> House:
    """An installation whose deployments are made, of which others get a copy; none of its processes runs."""
    made = House(house.folder, tmp_path_factory.mktemp("deployed"))
    assert deploy(made) == 0
    assert not made.end()
    made.keep_database()
    return made


@pytest.fixture(scope="module")
def alone(deployed: House, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """An installation of its own for these tests."""
    made = deployed.another(tmp_path_factory.mktemp("alone"))
    yield made
    for process in made.running("integrations.vectors.chroma_process"):  # it would stay for others, until it is idle
        process.terminate()
    assert not made.end()
