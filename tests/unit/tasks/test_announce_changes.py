"""People are told of changes once, and of nothing where nothing has changed."""

import pytest

from magicai.errors import Temporary
from magicai.runs.run import JSON
from magicai.shops.analysis import Analysis
from magicai.shops.crawl_result import Report, SentenceCounts
from tasks.crawl_analyze_generate.announce_changes import announce_changes
from tests.unit.shops.report import example_shop
from tests.unit.tasks.conftest import SHOP, Bench

REPORT = Report(
    language="en", title="What changed", written_by="composer", sentences=SentenceCounts(), markdown="m", html="h.html"
)
PRODUCTS = example_shop.products()
CHANGED = Analysis(shops=(example_shop.analysis_of(PRODUCTS, example_shop.changes(PRODUCTS), shop=SHOP),))
SAME = Analysis(shops=(example_shop.analysis_of(PRODUCTS, shop=SHOP),))


class Post:
    """Takes messages, or is away."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, str]] = []
        self.away = False

    async def __call__(self, *, title: str, body: str) -> JSON:
        if self.away:
            raise Temporary("It did not answer.")
        self.sent.append((title, body))
        return {"digest": title}


async def test_changes_are_told_once_however_often_the_step_runs(bench: Bench) -> None:
    post = Post()
    for _ in range(2):
        assert await announce_changes(bench.step(), CHANGED, REPORT, records=bench.shops, notify=post)
    ((title, body),) = post.sent
    assert title == "What changed"
    assert body.startswith(f"{SHOP}: ")
    assert body.endswith("h.html")


async def test_what_a_shop_undercuts_is_told_by_name(bench: Bench) -> None:
    post = Post()
    assert await announce_changes(bench.step(), SAME, REPORT, [example_shop.OWN], records=bench.shops, notify=post)
    ((_, body),) = post.sent
    assert f"{example_shop.SHOP}: 3 cheaper than yours" in body
    assert "My Gooseneck Kettle No. 1: 89.00 EUR, theirs 75.50 EUR" in body


async def test_only_what_a_shop_undercuts_since_the_last_crawl_is_told_in_the_report_s_language(bench: Bench) -> None:
    post = Post()
    pair = example_shop.OWN.cheaper[0]
    own = example_shop.OWN.model_copy(update={"shop": SHOP, "pairs": example_shop.OWN.cheaper})
    before = example_shop.changes(PRODUCTS)
    quiet = before.model_copy(update=dict.fromkeys(("new", "gone", "dearer", "cheaper", "sold_out", "back"), ()))
    moved = before.cheaper[0].model_copy(update={"product_id": pair.theirs})
    for changes in (quiet, quiet.model_copy(update={"cheaper": (moved,)})):
        analysis = Analysis(shops=(example_shop.analysis_of(PRODUCTS, changes, shop=SHOP),))
        report = REPORT.model_copy(update={"language": "zh"})
        told = await announce_changes(bench.step(), analysis, report, [own], records=bench.shops, notify=post)
        assert told is (changes is not quiet)
    ((_, body),) = post.sent
    assert f"{SHOP}：1 件商品售价低于我的商品\n{pair.mine_name}：" in body


async def test_nobody_is_told_where_nothing_has_changed(bench: Bench) -> None:
    post = Post()
    assert not await announce_changes(bench.step(), SAME, REPORT, records=bench.shops, notify=post)
    assert post.sent == []


async def test_what_could_not_be_sent_is_sent_by_the_next_try(bench: Bench) -> None:
    post = Post()
    post.away = True
    with pytest.raises(Temporary):
        await announce_changes(bench.step(), CHANGED, REPORT, records=bench.shops, notify=post)
    post.away = False
    assert await announce_changes(bench.step(), CHANGED, REPORT, records=bench.shops, notify=post)
    assert len(post.sent) == 1
