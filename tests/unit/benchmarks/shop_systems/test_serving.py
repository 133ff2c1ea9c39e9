"""The measuring shops over a real socket."""

from pathlib import Path
from urllib.request import Request, urlopen

import pytest

from benchmarks.shop_systems import serve


def test_a_running_shop_answers_and_counts_what_was_asked(market: Path) -> None:
    with serve(market, "shopify", limit=3) as shop:
        assert len(shop.expected) == 3
        with urlopen(shop.url + shop.expected[0].path.lstrip("/")) as answer:
            assert "Lighthouse Enamel Mug" in answer.read().decode()
        with urlopen(Request(shop.url, method="HEAD")) as answer:
            assert answer.read() == b""
        assert shop.requested[shop.expected[0].path] == 1
        assert shop.url == f"http://{shop.host}/"


def test_an_unknown_system_is_refused_by_name(market: Path) -> None:
    with pytest.raises(ValueError, match="no shop system oscommerce"), serve(market, "oscommerce"):
        pass
