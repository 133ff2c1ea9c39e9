"""Processes of writer.py as a test sees them: started, killed, and held to what they were told."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from magicai.ports import Records
from magicai.runs.run import Run, RunEvent

# Acknowledgements that a process lives to give: a few rounds of writer.py.
_ENOUGH = 12


@dataclass
class Writer:
    """A process of writer.py, and the file in which it says what was acknowledged."""

    pid: int
    said: Path

    def lines(self) -> list[list[str]]:
        return [line.split() for line in self.said.read_text().splitlines()] if self.said.exists() else []

    def kill_once_it_has_written(self) -> None:
        _wait_until(lambda: len(self.lines()) >= _ENOUGH)
        os.kill(self.pid, signal.SIGKILL)
        _wait_until(self.is_gone)

    def is_gone(self) -> bool:
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return True
        return False


def _wait_until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not true():
        assert time.monotonic() < deadline, "it does not come"
        time.sleep(0.002)


class Writers:
    """Starts processes of writer.py."""

    def __init__(self, host: "subprocess.Popen[str]", folder: Path) -> None:
        self._host, self._folder = host, folder
        self.all: list[Writer] = []

    def start(self) -> Writer:
        said = self._folder / f"writer{len(self.all)}"
        assert self._host.stdin
        assert self._host.stdout
        print(said, file=self._host.stdin, flush=True)
        self.all.append(Writer(int(self._host.stdout.readline()), said))
        return self.all[-1]


@contextmanager
def writers(address: str, run: Run, folder: Path) -> Generator[Writers]:
    """Writers to the records at an address; they end with the block."""
    command = [sys.executable, "-m", "tests.contract.records.writer", address, run.run_id]
    root = Path(__file__).parents[3]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=root) as host:
        yield Writers(host, folder)


async def nothing_is_lost(records: Records, run: Run, writers: Writers) -> None:
    """Hold the records to what the writers, which are dead by now, were told."""
    said = [line for writer in writers.all for line in writer.lines()]

    events: list[RunEvent] = []
    while page := await records.runs.events(run.run_id, after=len(events)):
        events += page
    assert [event.sequence for event in events] == list(range(1, len(events) + 1))
    kept = [(str(event.sequence), str(event.data["mark"])) for event in events]
    assert len({mark for _, mark in kept}) == len(kept)
    assert {(line[1], line[2]) for line in said if line[0] == "event"} <= set(kept)

    holders = {(line[1], line[2]) for line in said if line[0] == "lease"}
    assert len({token for token, _ in holders}) == len(holders) > 1

    dirty = {entity_id: version for _, entity_id, version in await records.entities.pending("search", 1000)}
    for entity_id, times in Counter(line[1] for line in said if line[0] == "saved").items():
        held = await records.entities.get("counter", entity_id, owner_id="ann")
        # One write of each process may have been kept when it was killed, too early to hear of it.
        untold = sum(line == ["unsure", entity_id] for line in said) + (
            len(writers.all) if entity_id == "shared" else 1
        )
        assert times <= held.version <= times + untold
        assert dirty[entity_id] == held.version
