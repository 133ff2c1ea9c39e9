import threading
from pathlib import Path

import pytest
from filelock import Timeout

from integrations.sqlite.gate import Gate


def test_one_is_let_through_at_a_time(tmp_path: Path) -> None:
    path, number = tmp_path / "x.lock", tmp_path / "number"
    number.write_text("0")

    def add(gate: Gate) -> None:
        for _ in range(100):
            with gate.held():
                number.write_text(str(int(number.read_text()) + 1))

    # Each opens the file for itself, as processes do.
    gates = [Gate(path, limit_s=60) for _ in range(4)]
    threads = [threading.Thread(target=add, args=(gate,)) for gate in gates]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert number.read_text() == "400"


def test_a_file_that_was_removed_is_not_held_beside_the_new_one(tmp_path: Path) -> None:
    path = tmp_path / "x.lock"
    first, second = (Gate(path, limit_s=0.05) for _ in range(2))
    with first.held():
        pass
    path.unlink()
    with second.held(), pytest.raises(Timeout), first.held():
        pass


def test_who_waits_too_long_is_told(tmp_path: Path) -> None:
    first, second = (Gate(tmp_path / "x.lock", limit_s=0.05) for _ in range(2))
    with first.held(), pytest.raises(Timeout), second.held():
        pass
    first.close()
    with second.held():
        pass
