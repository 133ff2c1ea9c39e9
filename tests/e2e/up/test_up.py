"""`magicai up`: everything on one machine, with a run that is the same wherever it was started."""

import json
import re
from pathlib import Path

import httpx

from magicai.runs.run import Origin, Run
from magicai.shops.crawl_analyze_generate import CrawlAnalyzeGenerate
from tests.e2e.everything import STEPS, begin, last_state
from tests.house import House, Trace, until


def test_the_readme_shows_what_it_prints(begun: tuple[House, str, list[str]]) -> None:
    def comparable(lines: str) -> str:
        return re.sub(r"(?<=127\.0\.0\.1:)\d+|(?<=/login/)\S+", "", lines)

    readme = Path(__file__).parents[3].joinpath("README.md").read_text(encoding="utf-8")
    (shown,) = re.findall(r"^1/3 (?:.+\n)+?(?=```)", readme, re.MULTILINE)
    assert comparable(shown.replace("python3 start.py", "magicai")) in comparable("".join(begun[2]))


def test_a_run_is_the_same_wherever_it_was_started(everything: House, tmp_path: Path) -> None:
    traces: dict[str, Trace] = {}
    for name in ("terminal", "page", "command", "schedule"):
        (tmp_path / name).mkdir()
        traces[name] = Trace(tmp_path / name)

    def ours() -> list[Run]:
        places = [str(trace) for trace in traces.values()]
        return [run for run in everything.runs() if run.request.get("trace") in places]

    second = everything.run("up")
    assert second.returncode == 0
    assert second.stderr.startswith("MagicAI is already running.")
    fresh = everything.run("ui", "--no-open")
    for link in (second.stderr.partition("Page: ")[2].split()[0], fresh.stdout.strip()):
        url, _, secret = link.partition("/login/")
        signed_in = httpx.post(f"{url}/api/session/link", json={"link": secret}, headers={"Origin": url}, timeout=60)
        assert signed_in.is_success, signed_in.text

    begin(everything, traces["page"])
    request = json.dumps({"trace": str(traces["command"])})
    started = everything.run("prefect", "deployment", "run", "take-steps/magicai", "--param", f"request={request}")
    assert started.returncode == 0, started.stdout + started.stderr
    deployment = everything.prefect("GET", STEPS)["id"]
    schedule = {
        "schedule": {"interval": 20},
        "active": True,
        "parameters": {"request": {"trace": str(traces["schedule"])}},
    }
    made = everything.prefect("POST", f"/deployments/{deployment}/schedules", [schedule])
    bad = everything.prefect(
        "POST", f"/deployments/{deployment}/create_flow_run", {"parameters": {"request": {"trace": "here"}}}
    )
    typed = everything.run("run", "take-steps", str(traces["terminal"]), "--json")
    assert typed.returncode == 0, typed.stderr

    until(lambda: Origin.SCHEDULE in [run.origin for run in ours()])
    everything.prefect("DELETE", f"/deployments/{deployment}/schedules/{made[0]['id']}")
    until(lambda: all(run.status.ended for run in ours()))
    origins = {run.request["trace"]: run.origin for run in ours()}
    assert {name: origins[str(trace)] for name, trace in traces.items()} == {
        "terminal": Origin.CLI,
        "page": Origin.PREFECT,
        "command": Origin.PREFECT,
        "schedule": Origin.SCHEDULE,
    }
    results = [everything.row(run.run_id).result for run in ours()]
    assert {(result or {})["status"] for result in results} == {"completed"}
    assert {(result or {})["fourth"] for result in results} == {5}
    assert {(result or {})["decision"]["task_sequence"][0] for result in results} == {"step_one"}
    names = [one["name"].split()[-1] for one in everything.prefect("POST", "/flow_runs/filter", {})]
    assert {run.run_id[-8:] for run in ours()} <= {*names}

    refused = until(lambda: last_state(everything, bad["id"]))
    assert refused["type"] == "FAILED"
    assert "'here' is no absolute path" in refused["message"]


def test_the_form_has_titles_descriptions_and_limits(everything: House) -> None:
    deployment = everything.prefect("GET", "/deployments/name/crawl-analyze-generate/magicai")
    shown = deployment["parameter_openapi_schema"]["definitions"]["CrawlAnalyzeGenerate"]["properties"]
    meant = CrawlAnalyzeGenerate.model_json_schema()["properties"]
    for name, field in meant.items():
        kept = {key: field[key] for key in ("title", "description", "minimum", "maximum", "enum") if key in field}
        told = shown[name].get("description", "").partition(" Example")[0]
        assert {key: told if key == "description" else shown[name].get(key) for key in kept} == kept
    asked = {"parameters": {"request": {"competitor_url": "https://shop.example", "max_pages": 0}}}
    refused = everything.prefect("POST", f"/deployments/{deployment['id']}/create_flow_run", asked)
    assert "0 is less than the minimum of 1" in refused["detail"]
    assert [schedule["active"] for schedule in deployment["schedules"]] == [False]
