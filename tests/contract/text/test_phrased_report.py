"""The whole report on the sample shop's second day in the words of the real model."""

import json
import os
import re
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, suppress
from decimal import Decimal
from pathlib import Path
from typing import Any

import psutil
import pytest

from integrations.text import xllamacpp
from integrations.text.server_on_demand import Wanted
from integrations.text.xllamacpp import XllamacppText
from magicai.settings import load
from magicai.shops.report.draft import Draft
from magicai.shops.report.facts import Direction, Measure
from magicai.shops.report.fidelity import accepts
from magicai.shops.report.phrase import phrase
from magicai.shops.report.sentence import Sentence
from tests.contract.text.conftest import REAL

pytestmark = [*REAL, pytest.mark.nightly]
# The test's machine may be slow; the product's own limit is 300.
LIMIT_S = 150.0
NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
# Written apart from the forms that the product accepts: what a reader takes a sentence to say.
UP = re.compile(r"\b(ris(e|en|es|ing)|rose|increas\w*|climb\w*|gone up|dearer|pricier|costlier|more)\b")
DOWN = re.compile(
    r"\b(f[ae]ll\w*|drop\w*|decreas\w*|cuts?|gone down|come down|cheaper|less|lower\w*|reduc\w*|discount\w*|on sale)\b"
)
SAYS = {
    Measure.MEDIAN_PRICE: r"median",
    Measure.AVERAGE_PRICE: r"average|mean",
    Measure.CHEAPEST: r"cheapest|least expensive|lowest",
    Measure.DEAREST: r"most expensive|dearest|costliest|priciest|highest",
    Measure.LOWEST_PRICE: r"lowest|cheapest",
    Measure.HIGHEST_PRICE: r"highest|most expensive",
    Measure.HIGHEST_CATEGORY: r"highest|most expensive|dearest",
    Measure.LOWEST_CATEGORY: r"lowest|cheapest|least expensive",
    Measure.LARGEST_CATEGORY: r"largest|biggest|most products",
    Measure.IN_STOCK: r"in stock|available",
    Measure.SOLD_OUT: r"sold[ -]out|out of stock|no longer available|unavailable",
    Measure.BACK_IN_STOCK: r"back|again|return|restocked",
    Measure.NEW_PRODUCTS: r"new|added|appeared",
    Measure.GONE_PRODUCTS: r"gone|vanished|disappeared|removed|no longer|left",
    Measure.DISCOUNTED: r"discount|reduced|sale",
    Measure.MEDIAN_DISCOUNT: r"median",
    Measure.DEEPEST_DISCOUNT: r"(deepest|largest|biggest|highest|greatest|steepest)",
}


def run(home: Path) -> str:
    """The id of a run on the sample shop, in the composer's words."""
    others = {name: value for name, value in os.environ.items() if not name.startswith(("MAGICAI_", "PREFECT_"))}
    done = subprocess.run(
        [
            *(sys.executable, "-m", "magicai", "run", "crawl-analyze-generate"),
            *("--sample", "--no-model", "--render", "never", "--json"),  # there is enough to say without a browser
        ],
        env=others | {"MAGICAI_HOME": str(home)},
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )
    assert done.returncode == 3, done.stderr  # a page that scripts draw is left out
    return json.loads(done.stdout)["run_id"]


@pytest.fixture(scope="module")
def composed(real_server: Wanted, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Sentence, ...]]:
    """The sentences of the second day's report; not made where there is no model to phrase them."""
    if not xllamacpp.installed():
        (pytest.fail if "model" in load().test_require else pytest.skip)("xllamacpp is not installed")
    assert real_server
    home = tmp_path_factory.mktemp("home")
    run(home)
    yield Draft.model_validate(kept(home, run(home), "compose_report")).sentences
    left: list[psutil.Process] = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if process.environ().get("MAGICAI_HOME") == str(home):
                process.terminate()
                left.append(process)
    psutil.wait_procs(left, timeout=20)


def kept(home: Path, run_id: str, step: str) -> Any:
    """What a step of a run gave."""
    with closing(sqlite3.connect(home / "records.sqlite3")) as records:
        ((row,),) = records.execute("SELECT result FROM step_results WHERE run_id = ? AND step = ?", (run_id, step))
    value = json.loads(row)
    while "sentences" not in value:
        value = value["value"]
    return value


def numbers(sentence: Sentence) -> "Counter[Decimal]":
    """The numbers that a reader sees, those within names left out."""
    text = sentence.text
    for name in sorted((sentence.fact.subject.name, *(one.name for one in sentence.fact.names)), key=len, reverse=True):
        text = text.replace(name, "_")
    return Counter(Decimal(found.replace(",", "")) for found in NUMBER.findall(text))


async def test_the_model_phrases_half_of_it_and_each_sentence_says_what_its_fact_does(
    composed: tuple[Sentence, ...], real_server: Wanted
) -> None:
    model = XllamacppText("local:real", real_server)
    try:
        phrased = await phrase(composed, model, seconds=LIMIT_S)
    finally:
        await model.close()
    own = [(before, after) for before, after in zip(composed, phrased.sentences, strict=True) if after.by == "model"]
    assert 2 * len(own) >= len(composed), (phrased.refused, phrased.stopped)
    assert {after.fact.direction for _, after in own} >= {Direction.UP, Direction.DOWN}
    for before, after in own:
        fact, text = after.fact, after.text
        assert fact == before.fact
        assert text != before.text
        assert accepts(before, after.masked).accepted, text
        assert numbers(after) == numbers(before), text
        dates = {Decimal(part) for part in re.findall(r"\d+", fact.since or "")}
        assert set(numbers(after)) <= {value.amount for value in fact.values} | dates, text
        for name in (fact.subject.name, *(one.name for one in fact.names)):
            assert (name in text) == (name in before.text), text
        if fact.measure in SAYS:
            assert re.search(SAYS[fact.measure], text.lower()), text
        match fact.direction:
            case Direction.UP:
                assert UP.search(text.lower()), text
                assert not DOWN.search(text.lower()), text
            case Direction.DOWN:
                assert DOWN.search(text.lower()), text
                assert not re.search(r"\b(ris|rose|increas|dearer|pricier|more expensive)", text.lower()), text
            case _:
                pass
