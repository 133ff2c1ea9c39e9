"""`magicai inventory`, as a terminal shows it."""

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from magicai.cli.subjects.catalogue_inventory import inventory
from magicai.errors import Conflict


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAGICAI_HOME", str(tmp_path / "home"))


def run(*args: str, given: str = "") -> Result:
    return CliRunner().invoke(inventory, args, input=given, standalone_mode=False)


def test_stock_is_received_reserved_sold_counted_and_checked(tmp_path: Path) -> None:
    assert "receipt     tea +5: 5 on hand" in run("receive", "tea=5", "cup=2", "--key", "d1").output
    assert "5 on hand" in run("receive", "tea=5", "cup=2", "--key", "d1").output
    run("bundle", "set", "tea=2", "cup=1")
    held = run("reserve", "set=2", "--minutes", "5").output
    assert "open  2 cup, 4 tea" in held
    short = run("sell", "tea=2")
    assert isinstance(short.exception, Conflict)
    assert "2 of 'tea' are wanted, and 1 are available." in str(short.exception)
    assert "sold" in run("sell-reserved", held.split()[0]).output
    listed = [json.loads(line) for line in run("list", "--json").output.splitlines()]
    assert [(one["item"], one["available"]) for one in listed] == [("cup", 0), ("set", 0), ("tea", 1)]
    assert [line.split()[1] for line in run("ledger", "tea").output.splitlines()] == ["sale", "reservation", "receipt"]
    counts = tmp_path / "counts.csv"
    counts.write_text("sku,quantity,version\npot,7,3\nlid,many,3\n", encoding="utf-8")
    imported = run("import", str(counts), "--source", "till")
    assert imported.return_value == 3
    assert "Counts: 1 taken." in imported.output
    assert "line 3" in imported.output
    assert "Counts: 1 repeated." in run("import", str(counts), "--source", "till").output
    assert "pot,7,0,7,till" in run("export", "-").output
    assert "Stock and ledger agree." in run("check").output
    assert "till" in run("source", "list").output
    shutil.rmtree(tmp_path / "home")
