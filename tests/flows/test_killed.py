"""kill -9 of whatever takes part in a run, and what `magicai resume` makes of it."""

import os
import signal
from collections import Counter

from integrations.prefect import server_on_demand
from magicai.runs.run import RunStatus
from tests.house import House, Trace, gone, result_of, run_of, until

STEPS = ("step_one", "step_two", "step_three", "step_four")


def test_a_run_that_is_killed_again_and_again_goes_on_and_does_nothing_twice(
    house: House, server: server_on_demand.Server, trace: Trace
) -> None:
    trace.hold(*STEPS)

    # The attempt alone, in the first step.
    with house.start("run", "take-steps", str(trace), "--json") as cli:
        trace.wait("begun step_one")
        assert cli.stderr is not None
        run_id = run_of(cli.stderr.readline())
        first = house.attempt(run_id)
        children = [trace.child()]
        os.kill(first.pid, signal.SIGKILL)
        out, _ = cli.communicate(timeout=120)
    assert cli.returncode == 1
    assert result_of(out)["status"] == "failed"
    assert result_of(out)["problems"][0]["way_out"] == f"To resume it: magicai resume {run_id}"
    assert house.states(run_id) == ["Crashed"]

    # The command, which takes nothing along; then the server, which comes back; then the attempt.
    trace.release("step_one")
    with house.start("resume", run_id) as cli:
        trace.wait("begun step_two")
        trace.wait("begun step_three")
        children.append(trace.child())
        cli.kill()
    second = house.attempt(run_id)
    old = until(lambda: server_on_demand.running(house.home))
    os.kill(old.pid, signal.SIGKILL)
    new = until(lambda: server_on_demand.running(house.home))
    assert (new.url, new.pid != old.pid) == (old.url, True)
    assert not gone(second.pid)
    os.kill(second.pid, signal.SIGKILL)
    listed = house.run("runs", "--json")
    assert [run["status"] for run in result_of(listed.stdout) if run["run_id"] == run_id] == ["failed"]

    # Everything at once, in the last step.
    trace.release("step_two", "step_three")
    with house.start("resume", run_id) as cli:
        trace.wait("begun step_four")
        children.append(trace.child())
        third = house.attempt(run_id)
        for pid in (cli.pid, third.pid, new.pid):
            os.kill(pid, signal.SIGKILL)
    assert house.row(run_id).status is RunStatus.PROCESSING  # nobody has looked yet

    trace.release("step_four")
    done = house.run("resume", run_id, "--json")
    assert done.returncode == 0, done.stderr
    assert result_of(done.stdout)["status"] == "completed"
    assert result_of(done.stdout)["fourth"] == 5

    counted = Counter(line for line in trace.lines() if not line.startswith("child"))
    assert counted == {
        **{f"begun {step}": 2 for step in STEPS},
        **{f"ended {step}": 1 for step in STEPS},
    }
    assert house.states(run_id) == ["Crashed", "Crashed", "Crashed", "Completed"]
    running = {"task_runs": {"state": {"type": {"any_": ["RUNNING"]}}}}
    until(lambda: not house.prefect("POST", "/task_runs/filter", running))
    assert all(gone(pid) for pid in children)
    assert not [run for run in house.runs() if not run.status.ended]


def test_of_two_who_resume_one_run_one_is_told_where_it_lives(
    house: House, server: server_on_demand.Server, trace: Trace
) -> None:
    trace.hold("step_one", "step_two")
    with house.start("run", "take-steps", str(trace), "--json") as cli:
        trace.wait("begun step_one")
        assert cli.stderr is not None
        run_id = run_of(cli.stderr.readline())
        os.kill(house.attempt(run_id).pid, signal.SIGKILL)
    trace.release("step_one")
    with house.start("resume", run_id, "--json") as one, house.start("resume", run_id, "--json") as other:
        trace.wait("begun step_two")
        attempt = house.attempt(run_id)
        until(lambda: one.poll() is not None or other.poll() is not None)
        winner, loser = (other, one) if one.poll() is not None else (one, other)
        out, err = loser.communicate()
        assert (loser.returncode, out) == (1, "")
        assert f"process {attempt.pid} " in err
        assert "(attempt 2)" in err

        # An operator cancels the winner's flow run in Prefect, which reaches no run without a worker by itself.
        assert attempt.flow_run_id is not None
        asked = {"state": {"type": "CANCELLING", "name": "Cancelling"}}
        house.prefect("POST", f"/flow_runs/{attempt.flow_run_id}/set_state", asked)
        out, _ = winner.communicate(timeout=120)
    assert winner.returncode == 130
    assert result_of(out)["status"] == "cancelled"
    assert sorted(house.states(run_id)) == ["Cancelled", "Crashed", "Failed"]


def test_a_run_whose_process_and_server_are_asked_to_end_pauses_and_says_how_to_resume_it(
    house: House, server: server_on_demand.Server, trace: Trace
) -> None:
    trace.hold("step_two")
    with house.start("run", "take-steps", str(trace)) as cli:
        trace.wait("ended step_three")
        assert cli.stderr is not None
        run_id = run_of(cli.stderr.readline())
        attempt = house.attempt(run_id)
        for pid in (server.pid, attempt.pid):
            os.kill(pid, signal.SIGTERM)
        _, said = cli.communicate(timeout=60)
    assert cli.returncode == 1
    assert f"magicai resume {run_id[-8:]}" in said or f"magicai resume {run_id}" in said
    until(lambda: gone(attempt.pid), limit_s=30)
    assert house.row(run_id).status is RunStatus.QUEUED
    trace.release("step_two")
    assert house.run("resume", run_id).returncode == 0
    assert [trace.count(f"ended {step}") for step in STEPS] == [1, 1, 1, 1]
