"""What of `magicai up` dies while it starts, or is told to end by whoever ends everything at once."""

import os
import signal
from contextlib import suppress

import psutil

from integrations.prefect import server_on_demand
from magicai.runs.run import RunStatus
from tests.e2e.everything import READY, begin, up
from tests.house import House, Trace, until


def test_a_server_and_a_gateway_that_die_while_everything_starts_are_started_again(alone: House) -> None:
    (alone.home / "prefect/deployed").unlink(missing_ok=True)
    said: list[str] = []
    killed = 0
    with alone.start("up") as starting:
        assert starting.stderr is not None
        for line in starting.stderr:
            said.append(line)
            if "2/3 Deployments" in line:
                server = until(lambda: server_on_demand.running(alone.home))
                (gateway,) = alone.running("magicai.api")
                os.kill(server.pid, signal.SIGKILL)
                gateway.kill()
                killed = gateway.pid
            if READY in line:
                break
        until(lambda: [one for one in alone.running("magicai.api") if one.pid != killed])
        starting.send_signal(signal.SIGINT)
        _, rest = starting.communicate(timeout=60)
    words = "".join(said) + rest
    assert READY in words
    assert "Prefect's server ended; starting it again." in words
    assert "The gateway ended; starting it again." in words
    assert not alone.left()


def test_sigterm_to_every_process_at_once_pauses_a_run_and_ends_everything(alone: House, trace: Trace) -> None:
    """As systemd ends a service: Prefect's server ends with the run that would report to it."""
    trace.hold("step_two")
    with up(alone) as everything:
        begin(alone, trace)
        trace.wait("ended step_three")
        run = next(run for run in alone.runs() if run.request["trace"] == str(trace))
        for process in alone.processes():
            with suppress(psutil.NoSuchProcess):
                process.terminate()
        everything.communicate(timeout=60)
    assert everything.returncode == 0
    assert not alone.left()
    assert alone.row(run.run_id).status is RunStatus.QUEUED

    trace.release("step_two")
    with up(alone) as everything:
        until(lambda: alone.row(run.run_id).status is RunStatus.COMPLETED)
        everything.send_signal(signal.SIGINT)
        everything.communicate(timeout=60)
    assert [trace.count(f"ended step_{step}") for step in ("one", "two", "three", "four")] == [1, 1, 1, 1]
