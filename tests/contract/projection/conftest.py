from collections.abc import Callable
from typing import Any

import pytest

from magicai.ports import Projection

from .implementations import IMPLEMENTATIONS


@pytest.fixture(params=IMPLEMENTATIONS)
def name(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def projection(name: str, opened: Callable[[str], Any]) -> Projection:
    return opened(name)
