from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def market() -> Path:
    return Path(__file__).parents[3] / "catalogues" / "market.json"
