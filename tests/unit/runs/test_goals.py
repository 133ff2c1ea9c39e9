"""Goals in words, in English and Chinese, on the product's workflow and the tutorial's."""

from collections.abc import Sequence
from typing import Any

import pytest
from pydantic import BaseModel

from magicai.errors import Invalid, Temporary
from magicai.ports import Message, TextModel, Usage
from magicai.runs.composing.goals import LONGEST, refuse_unclear, understand

pytestmark = pytest.mark.usefixtures("tutorial")
WHOLE = "crawl-analyze-generate"


class Saying:
    """A model that always gives one answer, or fails."""

    name = "qwen"

    def __init__(self, verb: str | None) -> None:
        self._verb = verb
        self.asked: list[str] = []

    async def __call__(self) -> TextModel:
        return self

    async def text(self, messages: Sequence[Message], **_: Any) -> tuple[str, Usage]:
        raise NotImplementedError

    async def typed(self, messages: Sequence[Message], shape: type[Any], **_: Any) -> tuple[Any, Usage]:
        self.asked.append(messages[-1].content)
        if self._verb is None:
            raise Temporary("it said something else")
        return shape.model_validate({"verb": self._verb}), Usage()

    async def close(self) -> None: ...


def said(request: BaseModel) -> dict[str, Any]:
    """What a request was given, without what it has by default."""
    given = request.model_dump(mode="json", exclude_unset=True)
    return given.get("params", given)


@pytest.mark.parametrize(
    ("goal", "workflow", "values"),
    [
        (
            "compare these 2 shops and write a report about it: https://a.example https://b.example/x.",
            WHOLE,
            {"competitor_url": ["https://a.example/", "https://b.example/x"]},
        ),
        (
            "请比较这两家店铺并写一份中文报告：https://a.example，https://b.example 最多100页",
            WHOLE,
            {"competitor_url": ["https://a.example/", "https://b.example/"], "language": "zh", "max_pages": 100},
        ),
        (
            "Crawl a.example, in Chinese; at most 1,500 pages, 10 minutes",
            "magicai",
            {"competitor_url": ["https://a.example/"], "language": "zh", "max_pages": 1500, "max_seconds": 600},
        ),
        (
            "crawl a.example for 1.5 hours, no more than 100 pages",
            "magicai",
            {"competitor_url": ["https://a.example/"], "max_seconds": 5400, "max_pages": 100},
        ),
        (
            "抓取 a.example，分析价格差别，不超过 100 页",
            "magicai",
            {"competitor_url": ["https://a.example/"], "max_pages": 100},
        ),
        ("compare prices at a.example", "magicai", {"competitor_url": ["https://a.example/"]}),
        ("summarise a.example", WHOLE, {"competitor_url": ["https://a.example/"]}),
        ("Comparing a.example, b.example", "magicai", {"competitor_url": ["https://a.example/", "https://b.example/"]}),
        ("summaries of a.example, summarizing its prices", WHOLE, {"competitor_url": ["https://a.example/"]}),
    ],
)
async def test_what_is_said_becomes_a_workflow_and_its_parameters(
    goal: str, workflow: str, values: dict[str, Any]
) -> None:
    understood = await understand(goal)
    assert (understood.workflow, said(understood.request)) == (workflow, values)
    assert understood.unclear == ()
    refuse_unclear(understood)


async def test_a_part_that_nothing_can_do_is_said_and_refused_where_nobody_says_yes() -> None:
    understood = await understand("write a report on a.example, and sell the shpos")
    assert understood.workflow == WHOLE
    assert understood.unclear == ("sell the shpos",)
    with pytest.raises(Invalid, match=r"'sell the shpos'\. Did you mean 'shops'\? There are: analyze, answer, count"):
        refuse_unclear(understood)


async def test_a_number_that_nothing_takes_is_said() -> None:
    understood = await understand("crawl 3 products of a.example, at most 10 pages, 1,5 hours")
    assert understood.unclear == ("1,5 hours", "3 products")
    assert said(understood.request)["max_pages"] == 10


@pytest.mark.parametrize(
    "goal",
    [
        "don't crawl a.example",
        "never crawl a.example",
        "crawl a.example but do not analyze it",
        "crawl a.example without writing a report",
        "crawl a.example, skip the report",
        "crawl a.example, not in English",
        "抓取 a.example，不要写报告",
        "别抓取 a.example",
    ],
)
async def test_what_is_not_to_be_done_is_never_taken_for_what_is(goal: str) -> None:
    with pytest.raises(Invalid, match="says what not to do") as refused:
        await understand(goal)
    assert "Say only what to do" in refused.value.way_out


async def test_a_word_of_one_workflow_means_that_workflow() -> None:
    with pytest.raises(Invalid, match="content_type is missing"):
        await understand("compare these two shops and write a post about it: a.example b.example")
    understood = await understand("write a report on the prices of a.example, and a post")
    assert (understood.workflow, understood.unclear) == (WHOLE, ("a post",))


@pytest.mark.parametrize(
    ("goal", "words"),
    [
        ("buy me a horse", "No workflow can do 'buy me a horse'"),
        ("https://a.example", "No workflow can do"),
        ("   ", "No workflow can do"),
        ("report on a.example in English and Chinese", "en and zh for language"),
        ("crawl a.example, 10 pages or 20 pages", "10 and 20 for max_pages"),
        ("crawl a.example, 0 pages", "max_pages"),
        ("crawl the shop", "competitor_url is missing"),
        ("x" * (LONGEST + 1), "the maximum is 2000"),
    ],
)
async def test_what_cannot_be_done_or_contradicts_itself_is_refused(goal: str, words: str) -> None:
    with pytest.raises(Invalid) as refused:
        await understand(goal)
    assert words in str(refused.value)


async def test_a_model_is_asked_only_where_words_do_not_tell_and_only_what_there_is_counts() -> None:
    model = Saying("generate")
    understood = await understand("crawl a.example, and put it on paper", model)
    assert model.asked == ["put it on paper"]
    assert (understood.workflow, understood.unclear) == (WHOLE, ())
    for answer in ("none", "delete", None):
        understood = await understand(
            "crawl a.example, and put it on paper", Saying(answer if answer != "delete" else None)
        )
        assert (understood.workflow, understood.unclear) == ("magicai", ("put it on paper",))


async def test_the_same_word_of_two_workflows_is_the_one_of_which_more_is_said() -> None:
    understood = await understand("crawl the shop a.example and write about its prices")
    assert understood.workflow == WHOLE
