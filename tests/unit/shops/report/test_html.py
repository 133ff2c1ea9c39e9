import base64
import hashlib
import re
from collections import Counter
from html.parser import HTMLParser

import pytest

from magicai.shops.analysis import Analysis
from magicai.shops.crawl_result import CrawlAnalyzeGenerateResult, CrawlData, PageCounts
from magicai.shops.report.facts import Section
from magicai.shops.report.html import render_html
from magicai.shops.report.markdown import render_markdown
from magicai.shops.report.report_model import ReportModel
from tests.unit.shops.report import example_shop
from tests.unit.shops.report.conftest import laid_out
from tests.unit.shops.report.hostile import NAMES

_KNOWN_TAGS = {
    *("html", "head", "meta", "title", "style", "body", "header", "main", "footer", "section", "h1", "h2", "h3", "p"),
    *("ol", "ul", "li", "dl", "div", "dt", "dd", "b", "bdi", "a", "span", "strong", "figure", "figcaption", "details"),
    *("summary", "table", "caption", "thead", "tbody", "tr", "th", "td", "svg", "g", "path", "line", "rect", "text"),
    "desc",
}


class Page(HTMLParser):
    """What a browser would make of a page: its elements, their attributes, and what is read."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: Counter[str] = Counter()
        self.attributes: list[tuple[str, str, str]] = []
        self.read: list[str] = []
        self.within: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        self.within.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]

    def handle_endtag(self, tag: str) -> None:
        while self.within and self.within.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if "style" not in self.within:
            self.read.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.read).split())


@pytest.fixture(scope="module")
def html(english: ReportModel) -> str:
    return render_html(english)


@pytest.fixture(scope="module")
def hostile_html(hostile_report: ReportModel) -> str:
    return render_html(hostile_report)


def test_the_page_needs_nothing_from_anywhere_and_allows_nothing(html: str) -> None:
    page = Page(html)
    assert not page.tags.keys() & {"script", "link", "img", "iframe", "object", "embed", "form", "base", "image", "use"}
    assert {name for _, name, _ in page.attributes}.isdisjoint(
        {"src", "srcset", "style", "xlink:href", "action", "data"}
    )
    assert not [name for _, name, _ in page.attributes if name.startswith("on")]
    style = re.search(r"<style>(.*?)</style>", html, re.DOTALL)
    assert style
    assert "url(" not in style[1]
    assert "@import" not in style[1]
    (policy,) = (v for tag, name, v in page.attributes if tag == "meta" and name == "content" and "default-src" in v)
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    assert policy == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def test_links_leave_without_a_trace(html: str) -> None:
    links = re.findall(r"<a ([^>]*)>", html)
    assert len(links) > 100
    for link in links:
        assert re.match(r'href="https://leafandkettle\.example/[^"]*" rel="nofollow noopener noreferrer"', link)


def test_every_section_says_from_how_much_it_comes(english: ReportModel, html: str) -> None:
    parts = english.shops[0].parts
    assert [part.section for part in parts] == [section for section in Section if section is not Section.OWN]
    assert all(part.basis and part.basis in html for part in parts)
    assert [part.basis for part in parts[:5]] == [
        "From 114 products compared",
        "From 120 products",
        "From 116 products with a price",
        "From 116 products with a price",
        "From 109 products with a known stock status",
    ]


def test_every_chart_can_be_heard_and_read_as_a_table(html: str) -> None:
    page = Page(html)
    charts = re.findall(r'<svg [^>]*role="img"[^>]*aria-labelledby="(\S+) (\S+)"', html)
    assert len(charts) == 2 * page.tags["figure"] == 10
    ids = Counter(value for _, name, value in page.attributes if name == "id")
    assert all(ids[identity] == 1 for identities in charts for identity in identities)
    assert not [identity for identity, times in ids.items() if times > 1]
    for figure in re.findall(r"<figure>.*?</figure>", html, re.DOTALL):
        assert len(re.findall(r'<svg [^>]*class="(?:wide|narrow)"', figure)) == 2
        assert "<details>" in figure
        assert "<table" in figure


def test_charts_take_the_colours_of_the_page(html: str) -> None:
    painted = re.findall(r'(?:fill|stroke)="([^"]*)"', html)
    assert set(painted) <= {"none", "currentColor"} | {
        f"var(--{name})" for name in ("ink", "muted", "rule", "accent", "tint", "up", "down")
    }
    assert "var(--accent)" in painted
    assert "font-family=" not in html


def test_it_has_a_look_for_phones_for_the_dark_and_for_paper(html: str) -> None:
    for query in ("(prefers-color-scheme: dark)", "(max-width: 46rem)", "print"):
        assert f"@media {query}" in html
    assert '<meta name="viewport" content="width=device-width, initial-scale=1">' in html


def test_findings_come_first_and_say_what_their_sentences_say(english: ReportModel, html: str) -> None:
    text = Page(html).text
    figures = [finding.figure.figure for finding in english.findings]
    assert figures == ["−30%", "+20%", "3"]
    assert text.index("−30%") < text.index("Range")
    assert "from €42.64 to €29.85." in text.replace(" .", ".")


def test_chinese_is_chinese_throughout(chinese: ReportModel) -> None:
    html = render_html(chinese)
    assert '<html lang="zh-CN">' in html
    crawled = "|".join(re.escape(word) for word in ("Loose tea", "Mugs &amp; cups", "MagicAI", "UTC"))
    told = " ".join(
        re.findall(r'<(?:p class="prose"|figcaption|summary|dt|h2[^>]*|caption|p class="basis")>(.*?)</', html)
    )
    assert not re.search(r"\b(?:products?|price|stock|the|of)\b", re.sub(crawled, "", told))


@pytest.mark.parametrize("name", [name for name in NAMES if name.strip()])
def test_no_name_becomes_anything_but_text(name: str, hostile_html: str) -> None:
    if "<" in name:
        assert name not in hostile_html
    page = Page(hostile_html)
    assert set(page.tags) <= _KNOWN_TAGS
    assert not [attribute for _, attribute, _ in page.attributes if attribute.startswith("on")]
    hrefs = [value for _, attribute, value in page.attributes if attribute == "href"]
    assert hrefs
    assert all(href.startswith("https://shop.example/") for href in hrefs)


def test_names_are_read_as_they_are_and_end(hostile_html: str) -> None:
    text = Page(hostile_html).text
    assert "<script>alert(1)</script>" in text
    assert "{{ 7 * 7 }}{% raw %}{{ config }}{% endraw %}{# #}" in text
    assert "x" * 100 not in hostile_html
    assert "xxx…" in hostile_html
    assert not re.search("[\u202a-\u202e\u2066-\u2069\u200b\u2060\x00-\x08\x1b\ud800-\udfff]", hostile_html)
    hostile_html.encode()


def test_an_empty_shop_has_a_page_too() -> None:
    result: CrawlAnalyzeGenerateResult = example_shop.result().model_copy(
        update={
            "crawl_data": CrawlData(shop="empty.example", pages=PageCounts(), coverage=0, products=()),
            "analysis": Analysis(shops=(example_shop.analysis_of([], shop="empty.example"),)),
            "shared_brands": (),
            "problems": (),
        }
    )
    page = Page(render_html(laid_out(result, "en")))
    assert "Nothing could be read in this shop." in page.text
    assert page.tags["svg"] == 0


def test_ones_own_catalogue_stands_beside_the_shop() -> None:
    result = example_shop.result().model_copy(update={"own_comparison": (example_shop.OWN,)})
    report = laid_out(result, "en")
    (part,) = (part for part in report.shops[0].parts if part.section is Section.OWN)
    assert part.basis == "From 40 products in your catalogue"
    text = Page(render_html(report)).text
    said = re.search(r"less than you for 3 of the 5 products|Of the 5 products that both sell, 3 are cheaper", text)
    assert said, text
    assert "Gooseneck Kettle No. 1 €89.00 €75.50 −€13.50 (−15.2%)" in text
    assert "sure: same GTIN: 04006381333931" in text


def test_several_shops_stand_one_after_the_other() -> None:
    one = example_shop.products()[:20]
    two = [product.model_copy(update={"currency": "JPY"}) for product in one[:7]]
    result = example_shop.result().model_copy(
        update={
            "crawl_data": CrawlData(
                shop="a.example",
                pages=PageCounts(),
                coverage=1,
                products=(*one, *two),
                shops=(example_shop.crawl_data(one, "a.example"), example_shop.crawl_data(two, "b.example")),
            ),
            "analysis": Analysis(
                shops=(
                    example_shop.analysis_of(one, shop="a.example"),
                    example_shop.analysis_of(two, shop="b.example"),
                )
            ),
            "shared_brands": (),
        }
    )
    report = laid_out(result, "en")
    assert report.title == "Competitor report: a.example, b.example"
    named = laid_out(result, "en", {"b.example": "Tern & <Tallow>"})
    assert named.title == "Competitor report: a.example, Tern & <Tallow>"
    for text in (Page(render_html(named)).text, render_markdown(named)):
        assert "b.example:" not in text
        assert "Tern" in text
    assert "b.example" not in Page(render_html(named)).text, "a shop that was named is called so everywhere"
    html = render_html(report)
    assert html.index('class="shop-name"><bdi>a.example') < html.index('class="shop-name"><bdi>b.example')
    second = html[html.index('class="shop-name"><bdi>b.example') :]
    assert "€" not in second.split('<section class="problems"')[0]
    assert "JP¥" in second
