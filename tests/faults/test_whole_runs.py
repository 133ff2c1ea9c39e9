"""Whole runs while a server goes: a part of what `python -m benchmarks.reliability matrix` does with every server."""

from pathlib import Path

import pytest

from benchmarks.reliability import disturbances
from benchmarks.reliability.matrix import cells
from magicai.settings import Settings
from tests.lab.lab import Lab

pytestmark = [pytest.mark.faults, pytest.mark.nightly, pytest.mark.timeout(600)]
# Shorter than a command waits for its records: what is gone for longer makes a run fail, which the matrix has.
_HELD_S = 4.0


def test_a_run_tells_the_truth_loses_nothing_and_every_store_catches_up(
    lab: Lab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    left_out = lab.up(["redis", "postgresql"])
    for name, why in left_out.items():
        if name in Settings().test_require:
            pytest.fail(str(why))
        pytest.skip(str(why))
    monkeypatch.setattr(disturbances, "_HELD_S", _HELD_S)
    wanted = [("postgresql", "killed"), ("redis", "cut")]
    outcomes = list(cells(lab, tmp_path / "home", wanted))
    assert [outcome.wrong for outcome in outcomes] == [[] for _ in wanted], outcomes
    assert {outcome.ended for outcome in outcomes} <= {"completed", "partial"}, outcomes
