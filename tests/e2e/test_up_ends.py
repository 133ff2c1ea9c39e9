"""How `magicai up` ends, or does not begin: nothing outlives it, and a run that it took along says so."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from deployments.gateway import GatewayProcess
from integrations.open import open_ports
from integrations.prefect import server_on_demand
from integrations.processes.on_demand import RECORD
from magicai.errors import Permanent
from magicai.private import private_folder
from magicai.runs.queue.dead_runs import close_dead_runs
from magicai.runs.run import RunStatus
from magicai.settings import Settings
from tests.e2e.everything import READY, begin, in_database, last_state, up
from tests.house import House, Trace, gone, result_of, until

# In the place of the one that has ChromaDB open, which takes long to start: whoever asked for it need not live on.
VECTORS = """
import asyncio, sys
from pathlib import Path
from integrations.processes.serving import Guard, serve

def make(port, key):
    guard = Guard(port=port, key=key)
    return guard, guard.app([], largest_body=1)

asyncio.run(serve(Path(sys.argv[1]), make, idle_s=600))
"""


def test_a_taken_port_is_named(alone: House) -> None:
    # Comes first: here nothing is up yet.
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        for words, variables, way_out in (
            (("up", "--port", str(port)), {}, "Choose another with --port"),
            (("serve", "--port", str(port)), {}, "Choose another with --port"),
            (("up",), {"MAGICAI_PREFECT_PORT": str(port)}, "Set MAGICAI_PREFECT_PORT to another port, or unset it."),
        ):
            refused = alone.run(*words, **variables)
            assert refused.returncode == 2
            assert f"Port {port} is in use. {way_out}" in refused.stderr
    assert not alone.left()


async def test_a_gateway_that_is_ended_while_it_starts_is_not_started_again(tmp_path: Path) -> None:
    async with open_ports(Settings(home=tmp_path)) as ports:
        gateway = GatewayProcess(ports)
        gateway.take_port()
        starting = asyncio.create_task(gateway.start())
        await asyncio.sleep(0)  # until its process has begun
        ended = gateway.pids
        gateway.end()
        with pytest.raises(Permanent, match="ended during its start"):
            await starting
        assert gateway.pids == ended
        assert not gateway.keep()


def test_a_run_that_is_delivered_again_goes_on_and_ctrl_c_ends_all(alone: House, trace: Trace) -> None:
    trace.hold("step_two", "step_four")
    with up(alone) as everything:
        flow_run = begin(alone, trace)
        trace.wait("ended step_three")
        run_id = next(run.run_id for run in alone.runs() if run.request["trace"] == str(trace))
        os.kill(alone.attempt(run_id).pid, signal.SIGKILL)
        trace.release("step_two")
        until(lambda: alone.row(run_id).status is RunStatus.FAILED)

        def deliver_again() -> int:
            # Prefect's worker reports a crash twice, and takes no retry in between.
            if last_state(alone, flow_run):
                state = {"type": "SCHEDULED", "name": "AwaitingRetry"}
                alone.prefect("POST", f"/flow_runs/{flow_run}/set_state", {"state": state, "force": True})
            return trace.count("begun step_four")

        until(deliver_again)
        assert alone.attempt(run_id).flow_run_id == flow_run
        assert [trace.count(f"ended step_{step}") for step in ("one", "two", "three")] == [1, 1, 1]
        children = [int(line.split()[1]) for line in trace.lines() if line.startswith("child")]

        # The worker is killed, and there again; what it had started lives, and is heard of by the next one.
        worker = alone.running("integrations.prefect.warm")[0]
        worker.kill()
        until(lambda: [one for one in alone.running("integrations.prefect.warm") if one != worker])

        everything.send_signal(signal.SIGINT)
        _, said = everything.communicate(timeout=60)
    assert everything.returncode == 0
    assert not alone.left()
    assert all(gone(pid) for pid in children)
    assert alone.row(run_id).status is RunStatus.FAILED
    assert f"magicai resume {run_id}" in said
    assert in_database(alone)[flow_run] == "CRASHED"
    assert "RUNNING" not in in_database(alone).values()


def test_nothing_outlives_a_launcher_that_is_killed(alone: House, trace: Trace) -> None:
    trace.hold("step_one")
    with up(alone) as everything:
        begin(alone, trace)
        trace.wait("begun step_one")
        child = trace.child()
        everything.kill()
    until(lambda: not alone.left())
    assert gone(child)

    (run,) = [run for run in alone.runs() if run.request["trace"] == str(trace)]

    def ended() -> bool:
        # What the gateway held may still be taken for held.
        alone.ask(lambda ports: close_dead_runs(ports.records, ports.orchestrator))  # as each command does
        return alone.row(run.run_id).status is RunStatus.FAILED

    until(ended)
    assert [one["status"] for one in result_of(alone.run("runs", "--json", "--limit", "1").stdout)] == ["failed"]
    shown = alone.run("show", run.run_id)
    assert f"magicai resume {run.run_id}" in shown.stdout, "nobody would start it again"


def test_sigterm_lets_a_run_come_to_a_border_from_which_it_goes_on_by_itself(alone: House, trace: Trace) -> None:
    trace.hold("step_two")
    with up(alone) as everything:
        flow_run = begin(alone, trace)
        trace.wait("ended step_three")
        folder = private_folder(alone.home / "chroma")
        vectors = subprocess.Popen([sys.executable, "-c", VECTORS, str(folder)], cwd=alone.folder, env=alone.variables)
        until((folder / RECORD).exists)
        everything.terminate()
        _, said = everything.communicate(timeout=120)
    assert everything.returncode == 0
    assert vectors.wait(60) == 0
    assert not alone.left()
    run = next(run for run in alone.runs() if run.request["trace"] == str(trace))
    assert run.status is RunStatus.QUEUED
    assert f"Run {run.run_id} pauses after its current step" in said
    assert in_database(alone)[flow_run] == "COMPLETED"

    trace.release("step_two")
    with up(alone) as everything:
        until(lambda: alone.row(run.run_id).status is RunStatus.COMPLETED)
        everything.terminate()
        everything.communicate(timeout=120)
    assert [trace.count(f"ended step_{step}") for step in ("one", "two", "three", "four")] == [1, 1, 1, 1]


def test_what_nobody_could_tell_prefect_it_hears_next_time(alone: House, trace: Trace) -> None:
    trace.hold("step_one")
    with up(alone) as everything:
        flow_run = begin(alone, trace)
        trace.wait("begun step_one")
        server = until(lambda: server_on_demand.running(alone.home))
        os.kill(server.pid, signal.SIGKILL)
        everything.kill()
    until(lambda: not alone.left())
    assert in_database(alone)[flow_run] == "RUNNING"

    with up(alone) as everything:
        assert in_database(alone)[flow_run] == "CRASHED"
        everything.terminate()
        everything.communicate(timeout=60)
    assert everything.returncode == 0
    assert not alone.left()


def test_what_is_resumed_while_everything_ends_goes_on_or_says_how_to(alone: House, trace: Trace) -> None:
    trace.hold("step_two")
    with up(alone) as everything:
        begin(alone, trace)
        trace.wait("ended step_three")
        run_id = next(run.run_id for run in alone.runs() if run.request["trace"] == str(trace))
        everything.send_signal(signal.SIGINT)
        everything.communicate(timeout=60)
    trace.release("step_two")
    ended = alone.row(run_id).status

    # Its attempt may not be open yet, so that whoever ends the server knows of nobody who uses it.
    with up(alone) as everything, alone.start("resume", run_id) as resumed:
        until(lambda: alone.row(run_id).status is not ended)
        everything.send_signal(signal.SIGINT)
        _, said = resumed.communicate(timeout=140)
        everything.communicate(timeout=60)
    assert everything.returncode == 0
    assert "Traceback" not in said
    assert alone.row(run_id).status is not RunStatus.PROCESSING
    if resumed.returncode:
        known = (run_id, run_id[-8:])
        again = "Run the same command again to start another one." in said
        assert again or any(f"magicai resume {one}" in said for one in known)
        assert alone.run("resume", run_id).returncode == 0
    assert alone.row(run_id).status is RunStatus.COMPLETED
    assert [trace.count(f"ended step_{step}") for step in ("one", "two", "three", "four")] == [1, 1, 1, 1]
    server_on_demand.leave(alone.home)
    until(lambda: not alone.left())


@pytest.mark.parametrize("phase", ["1/3 Page, API and Prefect's server", "2/3 Deployments"])
def test_ctrl_c_while_it_starts(alone: House, phase: str) -> None:
    (alone.home / "prefect/deployed").unlink(missing_ok=True)
    with alone.start("up") as starting:
        assert starting.stderr is not None
        until(lambda: phase in starting.stderr.readline())  # pyright: ignore[reportOptionalMemberAccess]
        starting.send_signal(signal.SIGINT)
        _, said = starting.communicate(timeout=60)
    assert starting.returncode == 0
    assert "Traceback" not in said
    assert READY not in said
    until(lambda: not alone.left(), limit_s=20)
