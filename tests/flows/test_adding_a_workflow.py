from integrations.prefect import server_on_demand
from tests.house import House, result_of


def test_the_tutorials_workflow_runs(house: House, server: server_on_demand.Server) -> None:
    done = house.run("run", "count-words", "red green red", "blue red", "--most", "2", "--json")
    assert done.returncode == 0, done.stderr
    result = result_of(done.stdout)
    assert result["status"] == "completed"
    assert result["counts"] == {"red": 3, "green": 1}
    assert result["decision"]["task_sequence"] == ["split_words", "count_words", "write_letter"]
    for kind, body in (("csv", b"red,3\r\ngreen,1\r\n"), ("md", b"# Words\n- red: 3\n- green: 1\n")):
        taken = house.run("export", result["run_id"], "--output", f"{house.home}/out.{kind}")
        assert taken.returncode == 0, taken.stderr
        assert (house.home / f"out.{kind}").read_bytes() == body
    refused = house.run("export", result["run_id"], "--format", "pdf")
    assert refused.returncode == 2
    assert "csv, md" in refused.stderr


def test_its_bad_input_is_named(house: House) -> None:
    done = house.run("run", "count-words", "red", "--most", "900")
    assert done.returncode == 2
    assert not done.stdout
    assert "most is '900'" in done.stderr


def test_its_plan_can_be_seen(house: House) -> None:
    done = house.run("plan", "count-words", "red", "--json")
    assert [step["name"] for step in result_of(done.stdout)["steps"]] == [
        "split_words", "count_words", "write_letter"
    ]  # fmt: skip
