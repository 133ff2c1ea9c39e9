"""Runs in the warm processes of `magicai up`: what ends one, or takes its deployment away, leaves the others alone."""

import os
import signal
from pathlib import Path
from typing import Any

from magicai.runs.run import RunStatus
from tests.e2e.everything import STEPS, begin, flow_run_of
from tests.house import House, Trace, gone, until


def test_a_run_is_cancelled_by_ending_its_process_and_a_crash_takes_no_other_along(
    everything: House, tmp_path: Path
) -> None:
    traces: dict[str, Trace] = {}
    for name in ("cancelled", "crashed", "other"):
        (tmp_path / name).mkdir()
        traces[name] = Trace(tmp_path / name)
        traces[name].hold("step_two")
    begun: dict[str, str] = {}
    for name in ("cancelled", "crashed"):
        begun[name] = begin(everything, traces[name])
        traces[name].wait("begun step_two")
    pids = {name: int(flow_run_of(everything, one)["labels"]["magicai.pid"]) for name, one in begun.items()}
    cancelling = {"state": {"type": "CANCELLING", "name": "Cancelling"}}
    everything.prefect("POST", f"/flow_runs/{begun['cancelled']}/set_state", cancelling)
    until(lambda: flow_run_of(everything, begun["cancelled"])["state"]["type"] == "CANCELLED")
    assert gone(pids["cancelled"])
    begun["other"] = begin(everything, traces["other"])  # in a process that was warmed up in its place
    traces["other"].wait("begun step_two")
    os.kill(pids["crashed"], signal.SIGKILL)
    until(lambda: flow_run_of(everything, begun["crashed"])["state"]["type"] == "CRASHED")
    traces["other"].release("step_two")
    until(lambda: flow_run_of(everything, begun["other"])["state"]["type"] == "COMPLETED")
    by_trace = {run.request.get("trace"): run.run_id for run in everything.runs()}
    until(lambda: everything.row(by_trace[str(traces["crashed"])]).status is RunStatus.FAILED)
    until(lambda: everything.row(by_trace[str(traces["cancelled"])]).status is RunStatus.CANCELLED)


def test_a_deployment_that_is_deleted_takes_neither_the_worker_nor_another_run_along(
    everything: House, tmp_path: Path
) -> None:
    traces: list[Trace] = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        traces.append(Trace(tmp_path / name))
    traces[0].hold("step_two")
    (worker,) = everything.running("integrations.prefect.warm")
    going = begin(everything, traces[0])
    traces[0].wait("begun step_two")
    steps = everything.prefect("GET", STEPS)
    names = ("name", "flow_id", "entrypoint", "work_pool_name", "parameters", "pull_steps")
    asked = {**{name: steps[name] for name in names}, "name": "deleted"}
    other = f"/deployments/{everything.prefect('POST', '/deployments/', asked)['id']}"
    # The worker has carried one of its runs out, and so knows it.
    wanted = {"parameters": {"request": {"trace": str(traces[1])}}, "state": {"type": "SCHEDULED"}}
    known = everything.prefect("POST", f"{other}/create_flow_run", wanted)["id"]
    until(lambda: flow_run_of(everything, known)["state"]["type"] == "COMPLETED")
    seen = _last_life(everything)
    everything.prefect("DELETE", other)
    until(lambda: _last_life(everything) > seen)  # it has asked for what it knows since
    after = begin(everything, traces[1])
    until(lambda: flow_run_of(everything, after)["state"]["type"] == "COMPLETED")
    traces[0].release("step_two")
    until(lambda: flow_run_of(everything, going)["state"]["type"] == "COMPLETED")
    assert worker.is_running()
    assert traces[0].count("begun step_two") == 1


def test_a_run_whose_parameters_are_refused_says_why_in_its_log(everything: House) -> None:
    steps = everything.prefect("GET", STEPS)
    wanted: dict[str, Any] = {
        "parameters": {"request": {"trace": []}},
        "enforce_parameter_schema": False,
        "state": {"type": "SCHEDULED"},
    }
    refused = everything.prefect("POST", f"/deployments/{steps['id']}/create_flow_run", wanted)["id"]
    until(lambda: flow_run_of(everything, refused)["state"]["type"] == "FAILED")
    its = {"logs": {"flow_run_id": {"any_": [refused]}}}
    until(lambda: any("trace" in log["message"] for log in everything.prefect("POST", "/logs/filter", its)))


def _last_life(house: House) -> str:
    """When the worker last said that it lives, which it does as it looks at the deployments it knows."""
    workers = house.prefect("POST", "/work_pools/magicai/workers/filter", {})
    return max(worker["last_heartbeat_time"] for worker in workers)
