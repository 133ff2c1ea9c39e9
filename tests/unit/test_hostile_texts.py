"""Texts that were made to keep their reader busy come to an end.

A call of a regular expression holds the interpreter, and with it everybody's gateway: each of these took minutes.
`python3 -m benchmarks.scaling` measures all readers.
"""

import io
import sys

import pytest

from integrations.fetcher.headers import retry_after_s
from integrations.parsing.markdown import read as read_markdown
from magicai.claims.checking import Checker
from magicai.claims.reading import read
from magicai.claims.sources import sources_of
from magicai.content.text import as_html, parse
from magicai.knowledge.untrusted import cleaned, gives_orders
from magicai.publishing.checks import legality
from magicai.publishing.checks.context import Context
from magicai.publishing.checks.manuscript import manuscript
from magicai.publishing.piece import Piece
from magicai.values.tables import rows_in


@pytest.mark.parametrize(("part", "times"), [("A", 100_000), ("-", 60_000), ("A-", 5_000), (" ", 10_000)])
def test_a_text_of_one_sign_is_checked_for_claims(part: str, times: int) -> None:
    checker = Checker(sources_of({"name": "Kettle K-100", "ceo": "Jane Doe, director"}), "en")
    found = checker.check(f"{part * times}. Model K-100 is new.")
    assert "K-100" in {one.claim.value for one in found}


@pytest.mark.parametrize("part", ["3 of 4 ", "1 ", "not the best. The best one. ", "10% "])
def test_the_work_of_checking_a_text_of_its_own_input_rises_with_its_length(part: str) -> None:
    def calls(length: int) -> int:
        text = part * (length // len(part))
        counted = 0

        def count(*_: object) -> None:
            nonlocal counted
            counted += 1

        before = sys.getprofile()
        sys.setprofile(count)
        try:
            Checker(sources_of({"name": "Kettle K-100", "notes": text}), "en").check(text)
        finally:
            sys.setprofile(before)
        return counted

    calls(200)  # what is compiled first
    assert calls(3_000) < 6 * calls(750)


def test_a_fact_is_found_by_its_value_among_thousands() -> None:
    checker = Checker(sources_of({"sizes": [{"name": f"Part {n}", "size": 10_000 + n} for n in range(3_000)]}), "en")
    (claim,) = (one for one in checker.check("Its size is 12,999.") if one.claim.value == "12999")
    assert claim.source is not None
    assert claim.source.text == "12999"


def test_letters_that_look_like_others_are_read_as_they_look() -> None:
    assert read("A" * 300_000 + " K\u0410").plain.endswith(" KA")


def test_a_wording_that_stands_ten_thousand_times_is_looked_up_once_a_sentence() -> None:
    script = manuscript(Piece(fields={"text": "最好" * 10_000 + "，数据来源：欧睿。最好！"}))
    (found,) = legality.find(script, Context(countries=("CN",)))
    assert (found.rule, found.text) == ("legality.cn.superlative", "最好")


def test_marks_that_are_never_closed_are_text() -> None:
    assert as_html(parse("`aa " * 8_000)).startswith("<p>`aa `aa")
    assert read_markdown(b"[" * 50_000)[1]


def test_columns_of_one_name_are_numbered() -> None:
    (row,) = rows_in(io.BytesIO(b"name" + b",x" * 50_000 + b"\na" + b",1" * 50_000 + b"\n"), "a.csv")
    assert [*row.cells][:3] == ["name", "x", "x 2"]
    assert [*row.cells][-1] == "x 50000"


@pytest.mark.parametrize("part", [" ", "\n", '"', "{\n", "<a ", "<!--", "<|", "ignore your ", "系统"])
def test_a_passage_of_one_sign_is_cleaned_and_read_for_orders(part: str) -> None:
    text = part * (200_000 // len(part)) + "tea"
    assert cleaned(f"tea {text}").startswith("tea")
    assert not gives_orders(text)


@pytest.mark.parametrize("value", ["9" * 400, "Fri, 31 Dec 9999 23:59:59 GMT"])
def test_nobody_waits_longer_than_a_month(value: str) -> None:
    assert retry_after_s(value) == 30 * 86_400
