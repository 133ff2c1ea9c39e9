"""Runs that are composed of what workflows can do: the product's own, and the tutorial's."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from integrations.files.folder import FolderFiles
from magicai.brain.recall import Knowledge
from magicai.brain.situation import Machine
from magicai.errors import Invalid
from magicai.mcp.tools import listed
from magicai.ports import Outcome
from magicai.runs import declarations, registry
from magicai.runs.composing.actions import members
from magicai.runs.composing.composed import WORKFLOW, Composed
from magicai.runs.execution.plan_request import PlanRequest
from magicai.runs.execution.planning import plan_of
from magicai.runs.exports import file_in, files_of, save_file
from magicai.runs.plan import Decision, Plan, Priority
from magicai.runs.queue.resume import set_budget
from magicai.runs.requests.accept import accept, check_request
from magicai.runs.requests.files_in import upload_path, with_counts
from magicai.runs.requests.secrets import as_row
from magicai.runs.run import Origin, RunStatus, budget_within
from magicai.runs.views.panels import panels_of
from magicai.runs.workflow import MessageHandler, Workflow

from .conftest import Bench

pytestmark = pytest.mark.usefixtures("tutorial")
SHOP = {"competitor_url": "https://shop.example"}
TEXTS = {"texts": ["red green red"], "most": 1}


def composed(action: str, **params: Any) -> Composed:
    return Composed.model_validate({"action": action, "params": params})


def plan(action: str, **params: Any) -> Plan:
    request = as_row(composed(action, **params))
    return plan_of(PlanRequest(WORKFLOW.name, request, "o", Machine(2, 4000), Knowledge(), budget=1))


def test_a_part_of_a_workflow_is_planned_without_the_rest() -> None:
    assert plan("crawl_and_analyze", **SHOP).decision.task_sequence == (
        "crawl_shops", "save_products", "analyse_shops", "relate_brands"
    )  # fmt: skip
    assert plan("crawl", **SHOP).decision.task_sequence == ("crawl_shops", "save_products")


def test_verbs_of_several_workflows_are_one_plan() -> None:
    steps = {step.name: step.needs for step in plan("count_and_crawl", **SHOP, **TEXTS).steps}
    assert steps == {"split_words": (), "count_words": ("words",), "crawl_shops": (), "save_products": ("crawl",)}


def test_a_broken_workflow_keeps_no_other_from_being_composed(monkeypatch: pytest.MonkeyPatch) -> None:
    def goal(name: str) -> Any:
        if name == "count-words":
            raise Invalid("These steps wait for each other: split_words, count_words.")
        return whole(name)

    whole = declarations.goal
    monkeypatch.setattr(declarations, "goal", goal)
    assert plan("crawl", **SHOP).decision.task_sequence == ("crawl_shops", "save_products")
    with pytest.raises(Invalid, match="wait for each other"):
        plan("count_and_crawl", **SHOP, **TEXTS)


def test_what_is_known_of_composed_runs_is_shown_with_the_rest() -> None:
    assert registry.chosen(None) == [*registry.names(), WORKFLOW.name]
    assert registry.chosen(WORKFLOW.name) == [WORKFLOW.name]


def test_an_action_that_is_all_of_one_workflow_is_that_workflow() -> None:
    for action in ("crawl_analyze_generate", "generate-and-crawl then analyze", "Crawl Analyze Generate"):
        assert members(action, SHOP).whole == "crawl-analyze-generate"
    assert members("crawl_and_analyze", SHOP).whole is None
    assert members("crawl_and_count", {**SHOP, **TEXTS}).whole is None


def test_the_parameters_say_which_workflow_is_meant_of_several_that_can() -> None:
    for verb in registry.workflow("count-words").actions:
        assert "count-words" in members(verb, TEXTS).verbs


@pytest.mark.parametrize(
    ("action", "params", "words"),
    [
        (
            "crawl_and_analyse",
            SHOP,
            "No workflow can 'analyse'. Did you mean 'analyze'? There are: analyze, answer, count",
        ),
        ("fly", SHOP, "No workflow can 'fly'. Use one of: analyze, answer, count, crawl"),
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


def test_a_composed_run_is_declared_by_what_it_is_composed_of() -> None:
    def declared(action: str, **params: Any) -> Workflow:
        found = registry.of_run(WORKFLOW.name, as_row(composed(action, **params)))
        assert found is not None
        return found

    crawl = declared("crawl", **SHOP)
    assert ([export.format for export in crawl.exports], crawl.document, crawl.findings) == (
        ["csv", "xlsx", "parquet"],
        None,
        "",
    )
    assert [panel.kind for panel in crawl.panels] == ["table", "files"]
    both = declared("crawl_analyze_generate_and_count", **SHOP, **TEXTS)
    assert both.document is not None
    assert ([*both.document.formats], both.findings) == (["html", "md"], "report.findings")
    assert [panel.title for panel in both.panels] == ["Report", "Products", "Counts", "Files"]


async def test_a_composed_run_has_the_budget_of_its_parameters(bench: Bench) -> None:
    request = composed("crawl_and_generate", content_type="blog-post", budget=0.01, **SHOP)
    run = await accept(bench.records, WORKFLOW.name, request, owner_id="o", origin=Origin.CLI)
    declared = registry.declared_of(run)
    assert declared is not None
    assert budget_within(declared.parameters(run.request), 1.0) == 0.01
    other = await set_budget(bench.records, run, 0.5)
    assert other.request == {**run.request, "params": {**run.request["params"], "budget": 0.5}}
    crawl = await accept(bench.records, WORKFLOW.name, composed("crawl", **SHOP), owner_id="o", origin=Origin.CLI)
    with pytest.raises(Invalid, match="no budget of its own"):
        await set_budget(bench.records, crawl, 0.5)


async def test_a_composed_runs_files_are_counted_at_their_place(bench: Bench, tmp_path: Path) -> None:
    rows = tmp_path / "rows.csv"
    rows.write_text("product\nlamp\nchair\n", encoding="utf-8")
    files = FolderFiles(tmp_path / "files")
    upload = await upload_path(bench.records, files, rows, owner_id="o")
    await bench.records.uploads.count(upload.file_id, 2)
    request = composed("crawl_and_generate", content_type="blog-post", variables=upload.file_id, **SHOP)
    row = await with_counts(bench.records, request, owner_id="o", row=as_row(request))
    declared = registry.of_run(WORKFLOW.name, row)
    assert declared is not None
    counted = declared.parameters(row)["variables"]
    assert (counted, counted.items) == (upload.file_id, 2)
    assert declared.priority(declared.parameters(row))[0] in Priority


def test_a_composed_run_takes_the_messages_of_its_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    handler = MessageHandler(body=Composed, handle=None)  # type: ignore[arg-type]
    known = registry.workflow("count-words")
    with monkeypatch.context() as patch:
        workflow = declarations.workflow
        listens = replace(known, messages={"decide": handler})

        def find(name: str) -> Workflow:
            return listens if name == known.name else workflow(name)

        patch.setattr(declarations, "workflow", find)
        declared = registry.of_run(WORKFLOW.name, as_row(composed("crawl_and_count", **SHOP, **TEXTS)))
    assert declared is not None
    assert declared.messages == {**known.messages, "decide": handler}


def test_a_run_of_a_workflow_that_is_there_no_longer_is_shown_as_any_run() -> None:
    assert registry.of_run(WORKFLOW.name, {"action": "fly", "params": {}}) is WORKFLOW


async def test_a_composed_run_hands_out_what_its_result_has_enough_for(bench: Bench, tmp_path: Path) -> None:
    request = composed("crawl", **SHOP)
    run = await accept(bench.records, WORKFLOW.name, request, owner_id="o", origin=Origin.CLI)
    data: dict[str, Any] = {"shop": "shop.example", "pages": {}, "coverage": 1.0, "products": []}
    ended = run.model_copy(update={"result": {"run_id": run.run_id, "crawl_data": data}})
    assert [file.name for file in files_of(ended)] == ["products.csv", "products.parquet"]
    path = tmp_path / "products.csv"
    await save_file(bench.records, FolderFiles(tmp_path / "files"), ended, file_in(ended, "csv"), path)
    assert path.read_text(encoding="utf-8-sig").startswith("shop,")
    assert [panel.kind for panel in await panels_of(bench.records, ended)] == ["files"]


def test_a_composed_run_is_estimated_by_the_sizes_of_its_parts() -> None:
    def known(action: str) -> tuple[Mapping[str, float], str, float]:
        request = as_row(composed(action, **SHOP, max_pages=70, max_seconds=50))
        declared = registry.of_run(WORKFLOW.name, request)
        assert declared is not None
        parameters = declared.parameters(request)
        return declared.size(parameters), declared.subject(parameters), declared.longest(parameters)

    size, subject, longest = known("crawl")
    assert (size["pages"], subject, longest) == (70, "shop.example", 50 + 120)
    # What does something else is not comparable.
    assert size.keys() != known("crawl_and_analyze")[0].keys()
    request = as_row(composed("crawl", **SHOP, max_pages=70, max_seconds=50))
    runs = tuple(
        Outcome(
            run_id=str(at), owner_id="o", workflow=WORKFLOW.name, at=at, quality=1.0, cost=0.0,
            status=RunStatus.COMPLETED, seconds=20.0 + at, size=size,
        )
        for at in range(8)
    )  # fmt: skip
    machine = Machine(2, 4000)
    planned = plan_of(PlanRequest(WORKFLOW.name, request, "o", machine, Knowledge(runs), budget=1))
    assert (planned.decision.estimated_time.basis, planned.decision.priority) == ("runs", Priority.HIGH)
    assert 15 < planned.decision.estimated_time.low < planned.decision.estimated_time.high < 40


def test_a_part_of_a_workflow_tells_nothing_of_steps_that_it_does_without() -> None:
    machine = Machine(2, 4000, model="m")

    def decided(action: str) -> Decision:
        request = as_row(composed(action, **SHOP, model="auto"))
        return plan_of(PlanRequest(WORKFLOW.name, request, "o", machine, Knowledge(), budget=1)).decision

    crawl = decided("crawl")
    assert (crawl.model, crawl.temperature, crawl.max_tokens, crawl.choices) == (None, None, None, ())


def test_an_assistant_can_compose_a_run() -> None:
    (tool,) = [one for one in listed() if one.name == WORKFLOW.name]
    assert {"action", "params", "follow"} == tool.input_schema["properties"].keys()


async def test_a_composed_run_gives_what_its_workflows_would_make_of_it(bench: Bench) -> None:
    request = composed("count", **TEXTS)
    run = await accept(bench.records, WORKFLOW.name, request, owner_id="o", origin=Origin.CLI)
    goal = registry.goal(WORKFLOW.name, run.request)
    status, result = await bench.carry_out(goal, run, request)
    assert status is RunStatus.COMPLETED
    assert result["counts"] == {"red": 2}
    assert result["workflow"] == WORKFLOW.name
    assert "letter" not in result
