import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from magicai.shops.report.markdown import escaped, render_markdown
from magicai.shops.report.plain import plain
from magicai.shops.report.report_model import ReportModel
from tests.unit.shops.report.hostile import NAMES

# Everything on that a reader may have on: raw HTML, tables, strikethrough.
_READER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
_SYNTAX = st.text(alphabet=st.sampled_from("<>[]()!*_`~#|\\&;:/.@=+-\"'{}$^ \nab1"), max_size=40)


def read(markdown: str) -> str:
    """What is read, where nothing but text may come of it."""
    html = _READER.renderInline(markdown)
    assert "<" not in html, html
    return unescape(html)


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_read_as_it_is(name: str) -> None:
    assert read(escaped(plain(name))).replace("\u2060", "") == plain(name)


@given(st.one_of(_SYNTAX, st.text(max_size=60)))
def test_any_text_is_read_as_it_is(text: str) -> None:
    shown = plain(text)
    assert read(escaped(shown)).replace("\u2060", "") == shown


@given(_SYNTAX)
def test_any_text_stays_within_its_cell(text: str) -> None:
    html = _READER.render(f"| a | b |\n| --- | --- |\n| {escaped(plain(text))} | end |\n")
    assert re.search(r"<td>end</td>\n</tr>", html)
    assert html.count("<td>") == 2


def test_hostile_names_make_no_link_picture_or_heading(hostile_report: ReportModel) -> None:
    html = _READER.render(render_markdown(hostile_report))
    assert not re.search(r"<(?!/?(?:h[1-3]|p|em|strong|ul|li|table|thead|tbody|tr|th|td|a|hr)[ />])", html)
    hrefs = re.findall(r'href="([^"]*)"', html)
    assert hrefs
    assert all(href.startswith("https://shop.example/") for href in hrefs)
    assert html.count("<h1>") == 1
    assert "Heading" not in "".join(re.findall(r"<h\d>.*?</h\d>", html))


def test_what_some_renderers_link_by_themselves_is_broken_up(hostile_report: ReportModel) -> None:
    markdown = render_markdown(hostile_report)
    linked = re.sub(r"\]\(<[^>]*>\)", "", markdown)
    assert not re.search(r"https?://|www\.|[A-Za-z0-9]@[A-Za-z0-9]|[a-z]\.[a-z]", re.sub(r"\*Made.*", "", linked))


def test_the_report_is_all_there(english: ReportModel) -> None:
    markdown = render_markdown(english)
    assert markdown.startswith("# Competitor report\\: leafandkettle\\.example\n")
    sections = ("Changes", "Range", "Prices", "Discounts", "Stock", "Brands", "Coverage", "Products")
    for heading in ("Main findings", "What changed since 2 May 2026, 09:12 UTC", *sections):
        assert f"\n## {heading}\n" in markdown
    assert "*From 116 products with a price*" in markdown
    assert "- **−30%** largest price cut – " in markdown
    assert "“Double-Wall Glass No\\. 2”](<https://leafandkettle.example/products/mug-001>)" in markdown
    assert "| [Spring Darjeeling No\\. 1](<https://leafandkettle.example/products/loo-000>) | €22.55 |" in markdown
    assert markdown.count("\n| [") == 120


def test_what_to_do_comes_first_and_a_finding_stands_once(english: ReportModel) -> None:
    markdown = render_markdown(english)
    assert english.to_do
    assert markdown.index("\n## What to do\n") < markdown.index("\n## Main findings\n")
    below = {s.fact.fact_id for shop in english.shops for part in shop.parts for p in part.paragraphs for s in p}
    assert english.findings
    assert not below & {finding.sentence.fact.fact_id for finding in english.findings}


def test_chinese_reads_as_chinese(chinese: ReportModel) -> None:
    markdown = render_markdown(chinese)
    assert "## 价格" in markdown
    assert "从€42.64降到€29.85，降幅为30%。" in markdown


def test_what_came_and_went_is_named_before_the_sections_the_first_few_of_many(english: ReportModel) -> None:
    markdown = render_markdown(english)
    told = markdown[
        markdown.index("\n## What changed since 2 May 2026, 09:12 UTC\n") : markdown.index("\n## Changes\n")
    ]
    assert [line.partition(" – ")[0] for line in told.splitlines() if line.startswith("- ")] == [
        *("- **New (6)**", "- **Gone (4)**", "- **Sold out (3)**", "- **Back in stock (2)**"),
        *("- **Price increases (9)**", "- **Price cuts (12)**"),
    ]
    assert "[Earl Grey \\& Blue No\\. 5](<https://leafandkettle.example/products/loo-004>) (€15.25), and 1 more" in told
    assert "(€42.64 → €29.85)" in told
