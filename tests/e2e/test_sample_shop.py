"""The main job on the sample shop, as a user starts it; what it finds is compared with the shop's truth."""

import asyncio
import csv
import json
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from decimal import Decimal
from pathlib import Path
from statistics import median
from typing import Any, cast

import jsonschema
import openpyxl
import psutil
import pytest
from pyarrow import parquet

from integrations.fetcher.open import find_browser
from integrations.records import sqlite
from magicai.cli.command_name import as_called
from magicai.cli.run_summary import ending
from magicai.runs.run import Origin, Run, RunStatus
from magicai.settings import Settings
from magicai.shops.analysis import ChangeKind
from magicai.shops.crawl_result import CrawlAnalyzeGenerateResult
from magicai.shops.history import Comparison, ProductHistory, Reading
from magicai.shops.product import Seen
from magicai.shops.report.export_csv import write_csv
from magicai.shops.report.export_parquet import write_parquet
from magicai.shops.report.export_xlsx import write_xlsx
from magicai.shops.report.words import words_of
from magicai.shops.sample import Truth, truth
from tests.page.pictures import REPORT, SETTLED, WANTED

PROJECT = Path(__file__).parents[2]
DESCRIPTION = PROJECT / "docs/schemas/api.json"
RENDERED = find_browser(Settings()) is not None


def processes_of(home: Path) -> list[psutil.Process]:
    found: list[psutil.Process] = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if process.pid != os.getpid() and process.environ().get("MAGICAI_HOME") == str(home):
                found.append(process)
    return found


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    path = tmp_path_factory.mktemp("home")
    path.chmod(0o755)  # as a person or a package has made it
    yield path
    left = processes_of(path)
    for process in left:
        with suppress(psutil.Error):
            process.terminate()
    psutil.wait_procs(left, timeout=20)


OWNER = "beatrix-of-the-tests"


def environment(home: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("MAGICAI_", "PREFECT_"))}
    foreign = {
        "DATABASE_URL": "postgresql://elsewhere/x",
        "REDIS_URL": "redis://elsewhere",
        "PREFECT_API_URL": "http://x/",
    }
    return {**kept, **foreign, "MAGICAI_HOME": str(home), "MAGICAI_OWNER": OWNER}


def run(home: Path, *words: str) -> tuple[int, dict[str, Any]]:
    done = subprocess.run(
        [sys.executable, "-m", "magicai", "run", "crawl-analyze-generate", "--sample", "--no-model", "--json", *words],
        env=environment(home),
        umask=0o022,
        capture_output=True,
        text=True,
        timeout=550,
        check=False,
    )
    assert done.stdout, done.stderr
    return done.returncode, json.loads(done.stdout)


@pytest.fixture(scope="module")
def first(home: Path) -> dict[str, Any]:
    status, result = run(home)
    assert (status, result["status"]) == (0, "completed"), result["problems"]
    return result


@pytest.fixture(scope="module")
def second(home: Path, first: dict[str, Any]) -> dict[str, Any]:
    assert first
    return run(home)[1]


def stated(expected: Truth) -> dict[str, tuple[Any, ...]]:
    return {
        product.name: (
            None if product.price is None else Decimal(str(product.price)),
            product.currency,
            None if product.list_price is None else Decimal(str(product.list_price)),
            str(product.availability),
        )
        for product in expected.products
    }


def found(result: dict[str, Any]) -> dict[str, tuple[Any, ...]]:
    return {
        product["name"]: (
            None if product["price"] is None else Decimal(product["price"]),
            product["currency"],
            None if product["list_price"] is None else Decimal(product["list_price"]),
            product["availability"],
        )
        for product in result["crawl_data"]["products"]
        if product["seen"] == "seen"
    }


def test_every_product_is_found_as_the_shop_states_it_and_none_is_invented(first: dict[str, Any]) -> None:
    assert found(first) == stated(truth(1, rendered=RENDERED))


def test_whatever_a_run_leaves_is_for_its_owner_only(home: Path, first: dict[str, Any]) -> None:
    assert first
    assert {path.name for path in home.iterdir()} >= {"records.sqlite3", "files", "logs", "prefect", "chroma"}
    assert {
        str(path.relative_to(home)): oct(path.stat().st_mode)
        for path in (home, *home.rglob("*"))
        if path.stat().st_mode & 0o777 != (0o700 if path.is_dir() else 0o600)
    } == {}


def test_no_product_is_counted_twice(first: dict[str, Any]) -> None:
    assert len(first["crawl_data"]["products"]) == len(truth(1, rendered=RENDERED).products)


def test_the_numbers_are_those_of_the_truth(first: dict[str, Any]) -> None:
    products = truth(1, rendered=RENDERED).products
    (shop,) = first["analysis"]["shops"]
    assert shop["products"] == len(products)
    for stats in shop["stats"]:
        own = [product for product in products if product.currency == stats["currency"]]
        prices = [Decimal(str(product.price)) for product in own if product.price is not None]
        if prices:
            assert Decimal(stats["median"]) == median(prices)
            assert (Decimal(stats["low"]), Decimal(stats["high"])) == (min(prices), max(prices))
            assert stats["priced"] == len(prices)


def test_the_second_day_shows_what_changed(second: dict[str, Any]) -> None:
    expected = truth(2, rendered=RENDERED).changes
    assert expected is not None
    (shop,) = second["analysis"]["shops"]
    changes = shop["changes"]
    assert changes["compared"] == expected.compared
    for kind in ("new", "gone", "dearer", "cheaper", "sold_out", "back"):
        assert {change["name"] for change in changes[kind]} == {change.name for change in getattr(expected, kind)}, kind
    for change in changes["dearer"]:
        told = next(one for one in expected.dearer if one.name == change["name"])
        assert told.old is not None
        assert told.new is not None
        assert (Decimal(change["old_price"]), Decimal(change["new_price"])) == (Decimal(told.old), Decimal(told.new))


def closed(schema: Any) -> Any:
    """The same schema, where no object has a field that is not published."""
    if isinstance(schema, list):
        return [closed(one) for one in cast("list[Any]", schema)]
    if not isinstance(schema, dict):
        return schema
    made = {name: closed(one) for name, one in cast("dict[str, Any]", schema).items()}
    if isinstance(made.get("properties"), dict) and made.get("type") == "object":
        made["additionalProperties"] = False
    return made


def test_results_are_of_the_published_shape(first: dict[str, Any], second: dict[str, Any]) -> None:
    """What is published allows for more, so that fields can be added; what comes out is just that."""
    described = closed(json.loads(DESCRIPTION.read_text(encoding="utf-8"))["components"])
    schema = {"$ref": "#/components/schemas/CrawlAnalyzeGenerateResult", "components": described}
    for result in (first, second):
        jsonschema.validate(result, schema)


def test_what_robots_txt_forbids_was_not_read(first: dict[str, Any]) -> None:
    forbidden = {name for name, _ in truth(1).forbidden}
    assert forbidden.isdisjoint(found(first))


def test_the_report_lies_where_the_result_says_and_names_no_script(first: dict[str, Any]) -> None:
    html = Path(first["report"]["html"]).read_text(encoding="utf-8")
    assert "<script>alert" not in html
    assert len(first["report"]["findings"]) == 3
    assert Path(first["report"]["markdown"]).exists()


async def over_both(home: Path, *runs: dict[str, Any]) -> tuple[Comparison, Reading, list[ProductHistory]]:
    """What the records tell of two runs' crawls: their comparison, the later crawl, and every product over both."""
    records = sqlite.open(home / "records.sqlite3")
    try:
        (older,), (newer,) = [await records.histories.of_run(one["run_id"]) for one in runs]
        compared = await records.histories.compare(older, newer, limit=1000)
        return compared, newer, await records.histories.products([older, newer], limit=10_000)
    finally:
        await records.close()


def test_a_report_s_numbers_are_the_same_everywhere(
    home: Path, first: dict[str, Any], second: dict[str, Any], tmp_path: Path
) -> None:
    """Result, report, product table, exports, comparison and price history count by one definition."""
    result = CrawlAnalyzeGenerateResult.model_validate(second)
    (shop,) = result.analysis.shops
    changes = shop.changes
    assert changes is not None
    counts = {kind: len(getattr(changes, kind)) for kind in ChangeKind if getattr(changes, kind)}
    assert len(counts) == len(ChangeKind)
    # The report and its tables.
    markdown = Path(result.report.markdown).read_text(encoding="utf-8")
    words = {label: int(count) for label, count in re.findall(r"^- \*\*(.+) \((\d+)\)\*\* – ", markdown, re.MULTILINE)}
    assert words == {words_of("en").changed[kind]: count for kind, count in counts.items()}
    rows = [line.split(" | ")[0].removeprefix("| ") for line in markdown.splitlines() if line.startswith("| ")]
    assert {kind: rows.count(words_of("en").changes[kind]) for kind in counts} == counts
    assert f" {shop.products} products in " in markdown
    listed = markdown.split("\n## Products\n")[1].split("\n## ")[0]
    assert sum(line.startswith("| ") for line in listed.splitlines()) == shop.products + 2
    # Brands, of which what is gone is no part.
    brands = {group.name.casefold(): sum(own.count for own in group.stats) for group in shop.brands}
    seen = [product for product in result.crawl_data.products if product.seen is Seen.SEEN]
    assert len(seen) == shop.products
    assert Counter((product.brand or "").casefold() for product in seen if product.brand) == brands
    shared = re.findall(r"^\| ([^|]+) \| [^|]* · [^|]* \| (\d+) \|$", markdown, re.MULTILINE)
    assert len(shared) == len(result.shared_brands) > 0
    assert {brand.replace("\\", "").casefold(): int(count) for brand, count in shared}.items() <= brands.items()
    # The exports.
    write_csv(result, tmp_path / "p.csv")
    write_xlsx(result, tmp_path / "p.xlsx")
    write_parquet(result, tmp_path / "p.parquet")
    with (tmp_path / "p.csv").open(encoding="utf-8-sig", newline="") as file:
        assert Counter(row["seen"] for row in csv.DictReader(file))["seen"] == shop.products
    book = openpyxl.load_workbook(tmp_path / "p.xlsx", read_only=True)
    columns, *products = book["Products"].iter_rows(values_only=True)
    assert Counter(row[columns.index("seen")] for row in products)["seen"] == shop.products
    columns, *changed = book["Changes"].iter_rows(values_only=True)
    assert Counter(row[columns.index("kind")] for row in changed) == counts
    table: Any = parquet.ParquetFile(tmp_path / "p.parquet").read(["seen"])  # pyright: ignore[reportUnknownMemberType] - columns are typed as any list
    assert Counter(table["seen"].to_pylist())["seen"] == shop.products
    # The comparison of the two runs, and the history.
    compared, newer, history = asyncio.run(over_both(home, first, second))
    assert (compared.counts, compared.compared) == (counts, changes.compared)
    for kind in counts:
        told = {difference.product_id for difference in compared.differences if difference.kind is kind}
        assert told == {change.product_id for change in getattr(changes, kind)}, kind
    assert newer.products == shop.products
    assert sum(one.offers[1] is not None and one.offers[1].seen is Seen.SEEN for one in history) == shop.products


def test_the_readme_shows_what_is_printed(
    first: dict[str, Any], second: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAGICAI_CALLED_AS", "python3 start.py")
    readme = (PROJECT / "README.md").read_text(encoding="utf-8")
    shown = re.findall(r"^crawl-analyze-generate: completed\n(?:.+\n)+?(?=```)", readme, re.MULTILINE)
    for block, result in zip(shown, (first, second), strict=True):
        run = Run(
            run_id=result["run_id"],
            owner_id=OWNER,
            workflow=result["workflow"],
            request={},
            origin=Origin.CLI,
            status=RunStatus(result["status"]),
            created_at=0,
            attempts=1,
            flow_run_id="any",
        )
        printed = as_called("".join(f"{line.lead}{line.words}\n" for line in ending(run, result)))
        assert comparable(printed) == comparable(block)


def comparable(lines: str) -> str:
    """What is printed, without what differs from one machine, or one run, to the next: findings vary their words."""
    kept = re.sub(r"/\S+(?=/results/)|(?<=results/)[\w-]+|(?<=start.py ui )\w+|(?<=Took     ).+?(?=,)", "", lines)
    kept = re.sub(r"(?m)(?<=^  • ).+", "", kept)
    return re.sub(r"(?m)^  ! .*without a browser.*\n", "", kept) if RENDERED else kept


def test_the_readmes_findings_are_those_of_the_truth() -> None:
    readme = (PROJECT / "README.md").read_text(encoding="utf-8")
    changes = truth(2).changes
    assert changes is not None

    def largest(kind: str) -> tuple[str, str, str]:
        by = {abs(Decimal(one.new) / Decimal(one.old) - 1): one for one in getattr(changes, kind)}
        share, one = max(by.items())
        return f"{share:.1%}", f"“{one.name}”", f"from US${one.old} to US${one.new}"

    findings = "\n".join(re.findall(r"^  • (.+)$", readme, re.MULTILINE))
    assert f"lists {len(truth(1).products)} products" in findings
    assert f"sold out of {len(changes.sold_out)} products" in findings
    for part in (*largest("dearer"), *largest("cheaper")):
        assert part in findings


def test_the_picture_of_the_readme_is_of_that_report(browser: Any, second: dict[str, Any], tmp_path: Path) -> None:
    picture = Path(os.environ.get(WANTED) or tmp_path, REPORT)
    page = browser.new_page(viewport={"width": 1000, "height": 1100})
    page.goto(Path(second["report"]["html"]).as_uri())
    page.locator("h1").wait_for()
    page.evaluate(SETTLED)
    page.screenshot(path=str(picture))
    page.close()
    assert picture.stat().st_size > 20_000


def test_the_stores_agree_with_the_records(home: Path, second: dict[str, Any]) -> None:
    assert second
    done = subprocess.run(
        [sys.executable, "-m", "magicai", "reconcile", "--json"],
        env={**os.environ, "MAGICAI_HOME": str(home)},
        capture_output=True,
        text=True,
        timeout=550,
        check=False,
    )
    assert json.loads(done.stdout)["differences"] == 0, done.stderr


def test_a_person_s_erasure_leaves_none_of_their_words_in_any_file(home: Path, second: dict[str, Any]) -> None:
    """The last test of this shop: it removes what the others look at."""
    own = {name: value for name, value in environment(home).items() if not name.endswith("_URL")}
    words = (OWNER, second["run_id"], str(second["report"]["title"]))
    before = holding(home, words)
    assert {"prefect.db", "records.sqlite3", "search.sqlite3"} <= before
    done = subprocess.run(
        [sys.executable, "-m", "magicai", "delete", "--user", OWNER, "--yes"],
        env=own, capture_output=True, text=True, timeout=550, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    # Tombstones keep a report's id, which is the run's: nobody's name, and nothing of what was read.
    assert holding(home, words[:1] + words[2:]) == set()
    assert "prefect.db" not in holding(home, words)


def holding(home: Path, words: tuple[str, ...]) -> set[str]:
    files = [path for path in home.rglob("*") if path.is_file()]
    bodies = {path: path.read_bytes() for path in files}
    return {path.name for path, body in bodies.items() if any(word.encode() in body for word in words)}
