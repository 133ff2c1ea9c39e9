"""Every view, in every look: axe finds nothing, nothing sticks out, and in Chinese nothing of ours is English."""

import re
from collections.abc import Iterator
from itertools import groupby
from typing import Any

import pytest

from tests.page.conftest import Open, Place, Seeded
from tests.page.showing import PHONE, WIDE
from tests.page.subjects import add_subjects
from tests.page.views import VIEWS, View, living_run

pytestmark = pytest.mark.timeout(900)
# Each language, each of the colours and each width comes in every run of the tests, each pair of them before a release.
LOOKS = {
    "english, light, wide": {"language": "en", "scheme": "light", "viewport": WIDE},
    "chinese, dark, phone": {"language": "zh", "scheme": "dark", "viewport": PHONE},
}
MORE = {
    "english, dark, phone": {"language": "en", "scheme": "dark", "viewport": PHONE},
    "chinese, light, phone": {"language": "zh", "scheme": "light", "viewport": PHONE},
    "chinese, dark, wide": {"language": "zh", "scheme": "dark", "viewport": WIDE},
}
# What was crawled, or typed, or is a command, a format's or a product's name stays as it is.
NAMES = re.compile(
    r"MagicAI|`[^`]+`|magicai [a-z-]+( [a-z]+)*( --?[a-z]+| [A-Z]+)*"
    r"|Vertex AI|Google AI|Google Cloud|Azure OpenAI"
    r"|JSON-LD|Open Graph|USD|EUR|API|CSV|[\w.-]+\.(csv|xlsx|parquet|md|html)"
    r"|English|Prefect|127\.0\.0\.1\S*|https?:\S+|\S+\.example\S*"
)
ENGLISH = re.compile(r"[A-Za-z]{2,}[,;:]? [A-Za-z]{2,}")
TEXTS = """() => {
  const SKIPPED = "code, script, noscript, option[lang=en], .findings, .sources, .finding";
  const texts = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (!node.parentElement.closest(SKIPPED)) texts.push(node.data.trim());
  }
  for (const one of document.querySelectorAll("[aria-label], [title]:not(iframe), [placeholder]")) {
    texts.push(...["aria-label", "title", "placeholder"].map((name) => one.getAttribute(name) ?? ""));
  }
  return [document.title, ...texts].filter(Boolean);
}"""


@pytest.fixture(scope="module", autouse=True)
def subjects(place: Place) -> None:
    place.ask(add_subjects)


def walk(show: Open, place: Place, seeded: Seeded, **look: Any) -> Iterator[tuple[View, Any]]:
    """Every view once it is whole."""
    live = living_run(place, seeded)
    for who, views in groupby(sorted(VIEWS, key=lambda one: one.who or ""), key=lambda one: one.who):
        with show(who, **look) as page:
            for view in views:
                page.goto(view.path(seeded, live))
                view.open(page)
                yield view, page


def crawled(place: Place, seeded: Seeded) -> list[str]:
    """All that the shop has said, the longest first."""

    async def said(gateway: Any) -> set[str]:
        found: set[str] = set()
        for run in (*seeded.runs, seeded.chinese):
            for crawl in await gateway.records.crawls.of_run(run):
                async for product in gateway.records.products.of_crawl(crawl.crawl_id):
                    found |= {product.name, *product.category, product.brand or "", " › ".join(product.category)}
                    found |= {product.description or "", *(variant.name for variant in product.variants)}
        return found

    return sorted(place.ask(said) - {""}, key=len, reverse=True)


@pytest.mark.parametrize("look", [*LOOKS, *(pytest.param(look, marks=pytest.mark.nightly) for look in MORE)])
def test_every_view_is_accessible_fits_and_is_in_its_language(
    show: Open, place: Place, seeded: Seeded, axe: str, look: str
) -> None:
    wanted = {**LOOKS, **MORE}[look]
    theirs = crawled(place, seeded) if wanted["language"] == "zh" else []
    found: list[str] = []
    for view, page in walk(show, place, seeded, **wanted):
        page.evaluate(axe)
        told = page.evaluate("axe.run(document, { iframes: false, resultTypes: ['violations'] })")
        for one in told["violations"]:
            found += [
                f"{view.name}: {one['id']}: {node['html'][:160]} {node['failureSummary']}" for node in one["nodes"]
            ]
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if wide > 0:
            found.append(f"{view.name}: sticks out by {wide} pixels")
        if wanted["language"] == "zh":
            found += [f"{view.name}: in English: {text}" for text in english(page, theirs)]
    assert not found, "\n".join(found)


def english(page: Any, theirs: list[str]) -> list[str]:
    """What of our own words is English."""
    found: list[str] = []
    for text in page.evaluate(TEXTS):
        own = text
        for name in theirs:
            own = own.replace(name, "")
        if ENGLISH.search(NAMES.sub("", own)):
            found.append(text)
    return found
