"""kill -9 of a list, again and again: every product is there once, and every failure is named."""

from pathlib import Path

import pytest

from benchmarks.catalogue.lists import killed
from benchmarks.catalogue.shop import FAULTS, Item

pytestmark = [pytest.mark.nightly, pytest.mark.timeout(1800)]


def test_each_product_is_there_once_and_each_failure_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("MAGICAI_HOME", "MAGICAI_CRAWL_ALLOW_HOSTS"):
        monkeypatch.setenv(name, str(tmp_path))
    faults = dict(zip(range(5, 200, 15), FAULTS, strict=False))
    items = [
        Item(f"Cup {n}", f"{n + 1}.50", "Fira", f"C{n}", "Cups", f"Cup number {n}.", faults.get(n, ""))
        for n in range(200)
    ]
    got = killed(items, 5, hangs_s=3.0)
    assert (got.status, got.doubled, got.wrong) == ("partial", 0, [])
    assert (got.right, got.named) == (got.good, got.bad)
