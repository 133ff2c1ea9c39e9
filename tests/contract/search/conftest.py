"""A namespace of a test's own on the server, and a proxy that spoils what goes there."""

from collections.abc import AsyncIterator, Iterator

import pytest

from tests.faulty import Faulty
from tests.servers import address, namespace

from .indexes import forget


@pytest.fixture
async def space() -> AsyncIterator[str]:
    """A namespace of the test's own."""
    name = namespace()
    address("elasticsearch")
    yield name
    await forget(name)


@pytest.fixture
def proxy(space: str) -> Iterator[Faulty]:
    with Faulty(address("elasticsearch")) as faulty:
        yield faulty
