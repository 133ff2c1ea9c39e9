"""What comes of shops that are read side by side, and of those of which nothing can be read; none of them is asked."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, cast

import pytest

from integrations.open import Ports, open_ports
from magicai.brain.choice_points import ChoicePoint
from magicai.brain.planner import goal
from magicai.errors import Permanent
from magicai.messages import plain
from magicai.ports import Reporter
from magicai.runs.execution.executor import Executor
from magicai.runs.execution.step_calls import StepCall
from magicai.runs.plan import Alternative, Choice
from magicai.runs.requests.accept import accept
from magicai.runs.run import JSON, Origin, Run, RunResult, RunStatus
from magicai.runs.workflow import Workflow
from magicai.shops.crawl import Crawl, CrawlCounts
from magicai.shops.crawl_analyze_generate import CrawlAnalyzeGenerate
from magicai.shops.crawling import CrawlLimits
from magicai.shops.crawling.opening import Closed
from magicai.values.ids import new_id
from tasks.crawl_analyze_generate.crawl_shops import crawl_shops

GOAL = goal(
    Workflow(name="w", request=CrawlAnalyzeGenerate, result=RunResult, quality=lambda _: 0.5),
    provides=("crawl",),
    steps=(crawl_shops,),
)


@pytest.fixture
async def ports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Ports]:
    monkeypatch.setenv("MAGICAI_HOME", str(tmp_path))
    async with open_ports() as opened:
        yield opened


async def _read(ports: Ports, *urls: str) -> tuple[RunStatus, JSON]:
    request = CrawlAnalyzeGenerate(competitor_url=urls)
    return await _carry_out(ports, await accept(ports.records, "w", request, owner_id="local", origin=Origin.CLI))


async def _carry_out(ports: Ports, run: Run) -> tuple[RunStatus, JSON]:
    attempt = await ports.records.runs.begin(run.run_id, host="h", pid=1, process_started_at=1, flow_run_id=None)

    async def perform(_task: StepCall, do: Callable[[], Awaitable[Any]]) -> Any:
        return await do()

    async def show(_key: str, _content: str | Sequence[Mapping[str, object]]) -> None: ...

    request = CrawlAnalyzeGenerate.model_validate(run.request)
    executor = Executor(GOAL, run, request, attempt, ports, perform=perform, show=show)
    return await executor.carry_out()


@pytest.mark.parametrize("url", ["http://2130706433:8080/", "http://0x7f.1:8080/", "http://127.0.0.1:8080/"])
async def test_a_run_fails_where_nothing_can_be_read_and_says_why_once(ports: Ports, url: str) -> None:
    status, result = await _read(ports, url)
    assert status is RunStatus.FAILED
    (problem,) = result["problems"]
    assert url.removeprefix("http://").removesuffix("/") in problem["what"]
    assert "127.0.0.1:8080 is a loopback address: this machine" in problem["what"]
    assert "MAGICAI_CRAWL_ALLOW_HOSTS=127.0.0.1:8080" in problem["way_out"]


async def test_where_no_shop_can_be_read_each_is_named(ports: Ports) -> None:
    status, result = await _read(ports, "http://127.0.0.1:8080/", "http://[::1]:8080/")
    assert status is RunStatus.FAILED
    first, *each = [problem["what"] for problem in result["problems"]]
    assert all(any(shop in what for what in each) for shop in ("127.0.0.1:8080", "[::1]:8080"))
    assert (len(each), first) == (2, "None of the 2 shops could be crawled.")


class Shops:
    """Stands for the crawls of shops, which are not asked: `crawl` is what is done instead."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, crawl: Callable[[str, Reporter], Awaitable[None]]) -> None:
        self.reading: Counter[str] = Counter()
        self.most: Counter[str] = Counter()
        self.read: list[str] = []
        shops = self

        class Crawler:
            closed = None

            def __init__(
                self,
                _records: object,
                _files: object,
                _fetcher: object,
                _file_reader: object,
                reporter: Reporter,
                **_: object,
            ) -> None:
                self._reporter = reporter

            async def crawl(self, crawl_: Crawl, _limits: CrawlLimits, **_: object) -> CrawlCounts:
                host = crawl_.shop.partition("/")[0]
                shops.read.append(crawl_.entry_url)
                shops.reading.update((host, "all"))
                shops.most |= shops.reading
                try:
                    await crawl(crawl_.entry_url, self._reporter)
                finally:
                    shops.reading.subtract((host, "all"))
                return CrawlCounts(fetched=1, products_seen=1)

        monkeypatch.setattr("magicai.shops.crawling.step_crawls.Crawler", Crawler)


async def test_four_shops_are_read_side_by_side(ports: Ports, monkeypatch: pytest.MonkeyPatch) -> None:
    four = asyncio.Barrier(4)

    async def crawl(url: str, reporter: Reporter) -> None:
        await reporter.progress(1, 10, "pages", products=2, rate=1.5, shop=url, waiting="")
        if "last" not in url:
            async with asyncio.timeout(120), four:
                return

    shops = Shops(monkeypatch, crawl)
    names = ["a.example", "b.example", "c.example", "d.example", "last.example"]
    status, result = await _read(ports, *(f"http://{name}/" for name in names))
    assert (status, sorted(shops.read)) == (RunStatus.COMPLETED, [f"http://{name}/" for name in names])
    assert shops.most["all"] == 4
    assert [shop["shop"] for shop in result["crawl"]["shops"]] == names


async def test_two_shops_on_one_host_are_read_one_after_the_other(
    ports: Ports, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def crawl(_url: str, _reporter: Reporter) -> None:
        await asyncio.sleep(0.2)  # in which the other one would begin

    shops = Shops(monkeypatch, crawl)
    status, _ = await _read(ports, "http://one.example/x/", "http://one.example/y/")
    assert (status, len(shops.read), shops.most["one.example"]) == (RunStatus.COMPLETED, 2, 1)


async def test_a_shop_that_fails_is_a_problem_and_is_read_when_the_run_is_resumed(
    ports: Ports, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = [True]

    async def crawl(url: str, reporter: Reporter) -> None:
        if "slow" in url:
            await reporter.problem("slow.example", plain("3 addresses left unread."), plain("Raise max_pages."))
        if "bad" in url and broken:
            raise Permanent("Its pages can't be kept.", way_out="Make room.")

    shops = Shops(monkeypatch, crawl)
    urls = ("http://good.example/", "http://bad.example/", "http://slow.example/")
    status, result = await _read(ports, *urls)
    assert status is RunStatus.PARTIAL
    assert [shop["shop"] for shop in result["crawl"]["shops"]] == ["good.example", "slow.example"]
    assert {problem["what"] for problem in result["problems"]} == {
        "http://bad.example/: Its pages can't be kept.",
        "3 addresses left unread.",
    }
    broken.clear()
    shops.read.clear()
    status, result = await _carry_out(ports, await ports.records.runs.get(result["run_id"]))
    assert (shops.read, len(result["crawl"]["shops"])) == ([urls[1]], 3)
    # What an earlier attempt could not read of a shop is told by this one, too, which does not read it again.
    assert (status, [problem["what"] for problem in result["problems"]]) == (
        RunStatus.PARTIAL,
        ["3 addresses left unread."],
    )


async def reward_at(ports: Ports, monkeypatch: pytest.MonkeyPatch, concurrency: int, shop: str) -> float:
    """The reward of reading so many pages at once from a shop that stands eight and answers more with failures."""

    class Crawler:
        closed = None

        def __init__(self, *_: object, **__: object) -> None: ...

        async def crawl(self, _crawl: Crawl, _limits: CrawlLimits, *, concurrency: int) -> CrawlCounts:
            failed = 10 * max(0, concurrency - 8)
            return CrawlCounts(fetched=100 - failed, failed=failed, products_seen=1)

    def choose(step: str, point: ChoicePoint, *_: object, item: str | None, **__: object) -> Choice:
        option = str(concurrency)
        alternatives = tuple(Alternative(option=one, propensity=1 / 3) for one in cast("Sequence[str]", point.options))
        return Choice(
            id=new_id(), step=step, choice=point.name, item=item, option=option, alternatives=alternatives,
            reason="", propensity=1 / 3, features={"log_pages": 0.5},
        )  # fmt: skip

    monkeypatch.setattr("magicai.shops.crawling.step_crawls.Crawler", Crawler)
    monkeypatch.setattr("magicai.brain.step_decisions.choose", choose)
    _, result = await _read(ports, f"http://{shop}/")
    (made,) = await ports.records.decisions.of_run(result["run_id"])
    assert (made.choice.option, {reward.kind for reward in made.rewards}) == (str(concurrency), {"quality", "time"})
    assert made.reward is not None
    return made.reward


async def test_a_shop_that_cannot_be_reached_says_nothing_of_how_to_read_it(
    ports: Ports, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Crawler:
        closed = Closed(plain("There is no host named nowhere.example."), plain("Check the spelling of the address."))

        def __init__(self, *_: object, **__: object) -> None: ...

        async def crawl(self, _crawl: Crawl, _limits: CrawlLimits, **_: object) -> CrawlCounts:
            return CrawlCounts(failed=1)

    monkeypatch.setattr("magicai.shops.crawling.step_crawls.Crawler", Crawler)
    status, result = await _read(ports, "http://nowhere.example/")
    (made,) = await ports.records.decisions.of_run(result["run_id"])
    assert (status, made.rewards) == (RunStatus.FAILED, ())
    assert await ports.records.outcomes.recent("w") == []
