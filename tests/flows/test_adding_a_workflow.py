import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("magicai", "flows", "tasks", "blocks", "integrations", "deployments")
BLOCK = re.compile(r"^```python file=(\S+)\n(.*?)^```", re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the house, with the workflow that the tutorial builds."""
    folder = tmp_path_factory.mktemp("house")
    for package in PACKAGES:
        shutil.copytree(ROOT / package, folder / package, ignore=shutil.ignore_patterns("__pycache__"))
    for name, code in BLOCK.findall((ROOT / "docs/adding-a-workflow.md").read_text(encoding="utf-8")):
        (folder / name).write_text(code, encoding="utf-8")
    return folder


def magicai(house: Path, environment: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "magicai", *words],
        cwd=house,
        env={**environment, "PYTHONPATH": str(house)},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )


def test_the_tutorials_workflow_runs(house: Path, environment: dict[str, str]) -> None:
    done = magicai(house, environment, "run", "count-words", "red green red", "blue red", "--most", "2", "--json")
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    assert result["status"] == "completed"
    assert result["counts"] == {"red": 3, "green": 1}
    assert result["decision"]["task_sequence"] == ["split_words", "count_words"]


def test_its_bad_input_is_named(house: Path, environment: dict[str, str]) -> None:
    done = magicai(house, environment, "run", "count-words", "red", "--most", "900")
    assert done.returncode == 2
    assert "most is '900'" in done.stderr


def test_its_plan_can_be_seen(house: Path, environment: dict[str, str]) -> None:
    done = magicai(house, environment, "plan", "count-words", "red", "--json")
    assert [step["name"] for step in json.loads(done.stdout)["steps"]] == ["split_words", "count_words"]
