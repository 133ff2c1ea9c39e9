"""Ctrl-C in each phase of a run."""

import signal

from integrations.prefect import server_on_demand
from magicai.runs.run import RunStatus
from tests.house import House, Trace, result_of, run_of, until


def test_while_it_starts(house: House, server: server_on_demand.Server, trace: Trace) -> None:
    with house.start("run", "take-steps", str(trace), "--json") as cli:
        assert cli.stderr is not None
        run_id = run_of(cli.stderr.readline())
        cli.send_signal(signal.SIGINT)
        out, err = cli.communicate(timeout=120)
    assert cli.returncode == 130
    assert result_of(out)["status"] == "cancelled"
    assert result_of(out)["problems"] == []
    assert "Traceback" not in err
    assert not trace.lines()
    assert not house.running(run_id)

    refused = house.run("resume", run_id)
    assert refused.returncode == 1
    assert "was cancelled before it started. To start a new one" in refused.stderr


def test_while_it_is_planned(house: House, server: server_on_demand.Server, trace: Trace) -> None:
    trace.hold("plan", how="deaf")
    with house.start("run", "take-steps", str(trace), "--json") as cli:
        trace.wait("begun plan")
        cli.send_signal(signal.SIGINT)
        until(lambda: house.runs()[0].cancel_requested)
        trace.release("plan")
        out, err = cli.communicate(timeout=120)
    assert cli.returncode == 130
    assert result_of(out)["status"] == "cancelled"
    assert result_of(out)["problems"] == []
    assert "Traceback" not in err
    assert trace.lines() == ["begun plan"]
    run_id = result_of(out)["run_id"]
    assert not house.running(run_id)

    assert house.run("resume", run_id).returncode == 0
    assert trace.count("ended step_four") == 1


def test_in_the_last_step(house: House, server: server_on_demand.Server, trace: Trace) -> None:
    trace.hold("step_four")
    with house.start("run", "take-steps", str(trace), "--json") as cli:
        trace.wait("begun step_four")
        cli.send_signal(signal.SIGINT)
        out, err = cli.communicate(timeout=120)
    assert cli.returncode == 130
    assert result_of(out)["status"] == "cancelled"
    assert "Traceback" not in err
    run_id = result_of(out)["run_id"]
    assert not house.running(run_id)

    trace.release("step_four")
    assert house.run("resume", run_id).returncode == 0
    assert [trace.count(f"ended step_{step}") for step in ("one", "two", "three", "four")] == [1, 1, 1, 1]


def test_in_a_step_and_again_while_it_goes_on(house: House, server: server_on_demand.Server, trace: Trace) -> None:
    trace.hold("step_two")
    with house.start("run", "take-steps", str(trace)) as cli:
        trace.wait("ended step_three")
        cli.send_signal(signal.SIGINT)
        _, err = cli.communicate(timeout=120)
    assert cli.returncode == 130
    assert "Cancelling after what is in progress" in err
    assert "Traceback" not in err
    run_id = run_of(err)
    assert f"magicai resume {run_id[-8:]}" in err

    trace.release("step_two")
    trace.hold("step_four", how="deaf")
    with house.start("resume", run_id, "--json") as cli:
        trace.wait("begun step_four")
        cli.send_signal(signal.SIGINT)
        until(lambda: house.row(run_id).cancel_requested)
        assert cli.poll() is None  # it waits for a step that does not hear
        cli.send_signal(signal.SIGINT)
        out, err = cli.communicate(timeout=120)
    assert cli.returncode == 130
    assert result_of(out)["status"] == "cancelled"
    assert "Ending it." in err
    assert house.states(run_id) == ["Cancelled", "Cancelled"]
    assert [trace.count(f"ended step_{step}") for step in ("one", "two", "three", "four")] == [1, 1, 1, 0]
    assert not house.running(run_id)

    # What does not follow can be stopped, too.
    trace.release("step_four")
    trace.hold("step_four")
    with house.start("resume", run_id) as cli:
        trace.wait("begun step_four", times=2)
        stopped = house.run("cancel", run_id, "--now")
        assert stopped.returncode == 0
        assert f"Run {run_id}: cancelled." in stopped.stderr
        cli.communicate(timeout=120)
    assert cli.returncode == 130


def test_a_run_that_nobody_follows_names_itself_and_goes_on(
    house: House, server: server_on_demand.Server, trace: Trace
) -> None:
    started = house.run("run", "take-steps", str(trace), "--no-follow", MAGICAI_LOG_LEVEL="INFO")
    assert started.returncode == 0
    run_id = started.stdout.strip()
    assert len(run_id.split()) == 1
    assert house.run("show", run_id, "--follow").returncode == 0
    assert house.row(run_id).status is RunStatus.COMPLETED
    lines = (house.home / "logs" / f"{run_id}.log").read_text().splitlines()
    told = [result_of(line) for line in lines if line.startswith("{")]
    assert {line["run_id"] for line in told} == {run_id}
    assert [line["event"] for line in told if line["attempt"] == 1][:2] == ["plan begins", "plan: Completed"]


def test_the_sample_is_served_only_while_somebody_follows(house: House) -> None:
    refused = house.run("run", "crawl-analyze-generate", "--sample", "--no-follow")
    assert refused.returncode == 2
    assert "Omit --no-follow." in refused.stderr
