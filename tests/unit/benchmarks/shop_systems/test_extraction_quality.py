"""The command that measures extraction, with the crawl replaced."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest

from benchmarks import extraction_quality
from benchmarks.shop_systems import Options
from benchmarks.shop_systems.catalogue import load
from benchmarks.shop_systems.systems import BY_NAME

Finder = Callable[..., list[dict[str, Any]]]


def stub_of_magicai(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    command = folder / "magicai"
    command.write_text(f"#!{sys.executable}\n{script}")
    command.chmod(0o755)
    monkeypatch.setattr(extraction_quality.sys, "executable", str(folder / "python"))


def test_a_run_gets_a_home_of_its_own_and_the_shops_address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stub_of_magicai(
        tmp_path,
        monkeypatch,
        "import json, os, sys\n"
        "told = [*sys.argv[1:], os.environ['MAGICAI_CRAWL_ALLOW_HOSTS'], os.path.isdir(os.environ['MAGICAI_HOME'])]\n"
        "print(json.dumps({'status': 'partial', 'crawl_data': {'products': [{'told': told}]}}))\n"
        "sys.exit(3)",
    )
    (product,) = extraction_quality.find_products("http://127.0.0.1:9/", "127.0.0.1:9", 40)
    run = ["run", "crawl-analyze-generate", "http://127.0.0.1:9/", "--json", "--no-model", "--max-pages", "40"]
    assert product["told"] == [*run, "127.0.0.1:9", True]


def test_what_a_run_leaves_running_ends_with_its_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stub_of_magicai(
        tmp_path,
        monkeypatch,
        "import json, subprocess, sys\n"
        "quiet = dict.fromkeys(('stdout', 'stderr'), subprocess.DEVNULL)\n"
        "left = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(300)'], **quiet)\n"
        "print(json.dumps({'crawl_data': {'products': [{'left': left.pid}]}}))",
    )
    (product,) = extraction_quality.find_products("http://127.0.0.1:9/", "127.0.0.1:9", 40)
    # Ended, and perhaps not yet collected by whoever inherited it.
    assert not psutil.pid_exists(product["left"]) or psutil.Process(product["left"]).status() == psutil.STATUS_ZOMBIE


def test_a_run_without_a_result_is_told_with_its_last_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stub_of_magicai(tmp_path, monkeypatch, "import sys\nsys.exit('no such host')")
    with pytest.raises(RuntimeError, match="ended with 1 and no result: no such host"):
        extraction_quality.find_products("http://127.0.0.1:9/", "127.0.0.1:9", 40)


def test_a_failed_run_is_told_with_its_problems(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stub_of_magicai(tmp_path, monkeypatch, 'print(\'{"status": "failed", "problems": ["robots"]}\')')
    with pytest.raises(RuntimeError, match=r"the run is failed: \['robots'\]"):
        extraction_quality.find_products("http://127.0.0.1:9/", "127.0.0.1:9", 40)


def test_the_table_has_a_line_for_every_shop_of_the_systems_asked_for(
    market: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(extraction_quality, "find_products", perfect_finder(market, "shopware", limit=5))
    status = extraction_quality.main([str(market), "--systems", "shopware", "--limit", "5", "--json"])
    rows = json.loads(capsys.readouterr().out)
    assert [row["shop"] for row in rows] == ["shopware", "shopware structured=False locale=en-GB"]
    assert rows[0]["reaches_goal"]
    assert rows[0]["fields"]["price"]["f1"] == 1
    # The same finds are in the wrong currency in the other shop, so the whole does not reach the goal.
    assert rows[1]["wrong_currency"] == 5
    assert status == 1


def test_a_crawl_that_fails_is_a_line_without_finds(
    market: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: Any) -> Any:
        raise RuntimeError("the run is failed")

    monkeypatch.setattr(extraction_quality, "find_products", fail)
    assert extraction_quality.main([str(market), "--systems", "nextjs", "--limit", "3"]) == 1
    out, err = capsys.readouterr()
    header, first, *_ = out.splitlines()
    assert "price F1" in header
    assert first.split()[0] == "nextjs"
    assert first.split()[-1] == "no"
    assert "nextjs: the run is failed" in err


def test_an_unknown_system_is_refused(market: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        extraction_quality.main([str(market), "--systems", "oscommerce"])
    assert "no system oscommerce" in capsys.readouterr().err


def test_every_system_is_measured_and_every_shop_can_be_built(market: Path) -> None:
    assert {system for system, _ in extraction_quality.SHOPS} == set(BY_NAME)
    for system, options in extraction_quality.SHOPS:
        assert BY_NAME[system](load(market), Options(**options), "http://shop.test").expected()


def perfect_finder(market: Path, system: str, **options: Any) -> Finder:
    chosen = Options(**options)
    expected = BY_NAME[system](load(market, chosen.limit), chosen, "").expected()

    def find(url: str, *_: Any) -> list[dict[str, Any]]:
        return [
            {
                "url": url + wanted.path.lstrip("/"),
                "name": wanted.name,
                "price": None if wanted.price is None else str(wanted.price),
                "currency": wanted.currency,
                "list_price": None if wanted.list_price is None else str(wanted.list_price),
                "availability": wanted.availability or "unknown",
                "sku": wanted.sku,
                "brand": wanted.brand,
                "category": list(wanted.category or ()),
            }
            for wanted in expected
        ]

    return find
