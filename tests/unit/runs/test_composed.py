"""Runs that are composed of what workflows can do: the product's own, and the tutorial's."""

from typing import Any

import pytest

from magicai.brain.knowledge import Knowledge
from magicai.brain.situation import Machine
from magicai.errors import Invalid
from magicai.runs import catalogue
from magicai.runs.accept import accept, check_request
from magicai.runs.actions import members
from magicai.runs.composed import WORKFLOW, Composed
from magicai.runs.plan import Plan
from magicai.runs.planning import plan_of
from magicai.runs.run import Origin, RunStatus
from magicai.runs.secrets import as_row

from .conftest import Bench

pytestmark = pytest.mark.usefixtures("tutorial")
SHOP = {"competitor_url": "https://shop.example"}
TEXTS = {"texts": ["red green red"], "most": 1}


def composed(action: str, **params: Any) -> Composed:
    return Composed.model_validate({"action": action, "params": params})


def plan(action: str, **params: Any) -> Plan:
    request = as_row(composed(action, **params))
    return plan_of(WORKFLOW.name, request, owner_id="o", machine=Machine(2, 4000), knowledge=Knowledge(), budget=1)


def test_a_part_of_a_workflow_is_planned_without_the_rest() -> None:
    assert plan("crawl_and_analyze", **SHOP).decision.task_sequence == (
        "crawl_shops", "save_products", "analyse_shops", "relate_brands"
    )  # fmt: skip
    assert plan("crawl", **SHOP).decision.task_sequence == ("crawl_shops", "save_products")


def test_verbs_of_several_workflows_are_one_plan() -> None:
    steps = {one.name: one.needs for one in plan("count_and_crawl", **SHOP, **TEXTS).steps}
    assert steps == {"split_words": (), "count_words": ("words",), "crawl_shops": (), "save_products": ("crawl",)}


def test_an_action_that_is_all_of_one_workflow_is_that_workflow() -> None:
    for action in ("crawl_analyze_generate", "generate-and-crawl then analyze", "Crawl Analyze Generate"):
        assert members(action, SHOP).whole == "crawl-analyze-generate"
    assert members("crawl_and_analyze", SHOP).whole is None
    assert members("crawl_and_count", {**SHOP, **TEXTS}).whole is None


def test_the_parameters_say_which_workflow_is_meant_of_several_that_can() -> None:
    for verb in catalogue.workflow("count-words").actions:
        assert "count-words" in members(verb, TEXTS).verbs


@pytest.mark.parametrize(
    ("action", "params", "words"),
    [
        (
            "crawl_and_analyse",
            SHOP,
            "No workflow can 'analyse'. Did you mean 'analyze'? There are: analyze, count",
        ),
        ("fly", SHOP, "No workflow can 'fly'. There are: analyze, count, crawl"),
        ("", SHOP, "has 0 verbs"),
        ("_and_", SHOP, "has 0 verbs"),
        ("crawl", {**SHOP, "max_page": 3}, "'max_page' is not a parameter of crawl-analyze-generate. Did you mean"),
        ("crawl", {}, "competitor_url is missing"),
        ("crawl", {**SHOP, "max_pages": 0}, "max_pages"),
        ("crawl_and_count", SHOP, "texts is missing"),
    ],
)
def test_what_nothing_here_can_do_is_refused_by_name(action: str, params: dict[str, Any], words: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_request(Composed, {"action": action or " ", "params": params})
    assert words in str(refused.value)


def test_an_action_is_told_apart_the_same_way_from_its_row() -> None:
    request = composed("crawl_and_count", **SHOP, **TEXTS)
    assert Composed.model_validate(as_row(request)).members() == request.members()


async def test_a_composed_run_gives_what_its_workflows_would_make_of_it(bench: Bench) -> None:
    request = composed("count", **TEXTS)
    run = await accept(bench.records, WORKFLOW.name, request, owner_id="o", origin=Origin.CLI)
    goal = catalogue.goal(WORKFLOW.name, run.request)
    status, result = await bench.carry_out(goal, run, request)
    assert status is RunStatus.COMPLETED
    assert result["counts"] == {"red": 2}
    assert result["workflow"] == WORKFLOW.name
    assert "letter" not in result
