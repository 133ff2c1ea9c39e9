from typing import Any

import pytest

from magicai.brain.situation import Machine
from magicai.shops.crawl_analyze_generate import WORKFLOW, CrawlAnalyzeGenerate


def request(**values: Any) -> dict[str, Any]:
    shop = values.pop("competitor_url", "https://s.example")
    return CrawlAnalyzeGenerate(competitor_url=shop, **values).model_dump(mode="json")


@pytest.mark.parametrize(
    "other",
    [
        {"max_pages": 9}, {"max_seconds": 9}, {"render": "never"}, {"model": "auto"}, {"model": "get"},
        {"own_catalogue": "a.csv"}, {"competitor_url": ["https://s.example", "https://t.example"]},
    ],
)  # fmt: skip
def test_whatever_makes_a_run_longer_is_of_its_size(other: dict[str, Any]) -> None:
    assert WORKFLOW.size(request(**other)) != WORKFLOW.size(request())


def test_runs_about_the_same_shops_are_about_the_same_whatever_else_was_asked() -> None:
    assert WORKFLOW.subject(request(max_pages=9)) == WORKFLOW.subject(request(language="zh"))
    assert WORKFLOW.subject(request()) != WORKFLOW.subject(request(competitor_url="https://t.example"))


def test_a_verifier_without_a_writer_is_called_once_for_each_shop() -> None:
    machine = Machine(2, 1000, models={"verifier": "openai:v"})
    asked = request(own_catalogue="a.csv", model="auto", fields="f.yaml")
    assert WORKFLOW.most_calls(asked, machine) == 1
    assert WORKFLOW.most_calls({**asked, "model": "none"}, machine) == 0


def test_no_run_is_expected_to_last_much_longer_than_it_may_read() -> None:
    longest = WORKFLOW.longest
    assert longest(request(max_seconds=60)) - longest(request(max_seconds=30)) == 30
    assert 30 < longest(request(max_seconds=30)) < longest(request(max_seconds=30, model="auto"))
