"""A copy of the house with workflows of the tests' own, and an installation that it runs in."""

import asyncio
import json
import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Generator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

import psutil

from integrations.open import Ports, open_ports
from integrations.prefect import environment, server_on_demand
from magicai.private import private_folder
from magicai.runs.run import Attempt, Run
from magicai.settings import Settings

ROOT = Path(__file__).parents[1]
PACKAGES = ("magicai", "flows", "tasks", "blocks", "integrations", "deployments")
KEPT = "kept.db"
_BLOCK = re.compile(r"^```(?!diff)\w+ file=(\S+)\n(.*?)^```", re.MULTILINE | re.DOTALL)
_CHANGE = re.compile(r"^```diff file=(\S+)\n(.*?)^```", re.MULTILINE | re.DOTALL)
_LIMIT_S = 150
T = TypeVar("T")


def until(what: Callable[[], T | None], *, limit_s: float = _LIMIT_S) -> T:
    """What is true at last."""
    end, pause = time.monotonic() + limit_s, 0.02
    while not (found := what()):
        assert time.monotonic() < end, "it did not come to that"
        time.sleep(pause)
        pause = min(pause * 1.5, 0.5)  # a look may cost more than what it waits for
    return found


def write_files(page: Path, folder: Path) -> None:
    """Write the files that a page of Markdown shows."""
    for name, code in _BLOCK.findall(page.read_text(encoding="utf-8")):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(code, encoding="utf-8")


def change_files(page: Path, folder: Path) -> None:
    """Change the files of which a page of Markdown shows what is different, in parts that `@@` separates."""
    for name, block in _CHANGE.findall(page.read_text(encoding="utf-8")):
        path = folder / name
        text = path.read_text(encoding="utf-8")
        for part in block.split("@@\n"):
            lines = part.splitlines(keepends=True)
            before = "".join(line[1:] for line in lines if line[0] in " -")
            assert text.count(before) == 1, f"{name} has not once:\n{before}"
            text = text.replace(before, "".join(line[1:] for line in lines if line[0] in " +"))
        path.write_text(text, encoding="utf-8")


class House:
    """The packages in a folder of their own, and MAGICAI_HOME."""

    def __init__(self, folder: Path, home: Path) -> None:
        self.folder, self.home = folder, home

    def build(self, *pages: Path) -> None:
        """Copy the packages, and add the files that pages of Markdown show."""
        left_out = shutil.ignore_patterns("node_modules")
        for package in PACKAGES:
            shutil.copytree(ROOT / package, self.folder / package, ignore=left_out)
        for page in pages:
            write_files(page, self.folder)

    def keep_database(self) -> None:
        """Keep Prefect's database as it is now, with what is deployed, for other installations to begin with."""
        folder = environment.prefect_home(self.home)
        with closing(sqlite3.connect(folder / "prefect.db")) as source, closing(sqlite3.connect(folder / KEPT)) as copy:
            source.backup(copy)

    def another(self, home: Path) -> "House":
        """The same house with another installation, which need not make Prefect's database: that takes long."""
        made = House(self.folder, home)
        mine, theirs = (environment.prefect_home(house.home) for house in (made, self))
        private_folder(home)
        private_folder(mine)
        shutil.copy(theirs / KEPT, mine / "prefect.db")
        if (theirs / "deployed").exists():
            shutil.copy(theirs / "deployed", mine)
        return made

    @property
    def variables(self) -> dict[str, str]:
        """What a user's shell would hold, without settings of the one that runs the tests."""
        foreign = ("MAGICAI_", "PREFECT_", "PYTHONDONTWRITEBYTECODE")  # many processes: compiled modules are kept
        kept = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
        ours = {"MAGICAI_HOME": str(self.home), "MAGICAI_IDLE_SECONDS": "120", "MAGICAI_MODEL": "none"}
        return {**kept, **ours, "PYTHONPATH": str(self.folder)}

    @contextmanager
    def start(self, *words: str, **variables: str) -> "Generator[subprocess.Popen[str]]":
        """A command while it runs; it is to end with the test's part that started it."""
        process = subprocess.Popen(
            [sys.executable, "-m", "magicai", *words],
            cwd=self.folder,
            env={**self.variables, **variables},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        with process:
            try:
                yield process
                process.wait(_LIMIT_S)
            finally:
                process.kill()

    def run(self, *words: str, **variables: str) -> "subprocess.CompletedProcess[str]":
        """Run a command to its end."""
        with self.start(*words, **variables) as process:
            out, err = process.communicate(timeout=_LIMIT_S)
        return subprocess.CompletedProcess(words, process.returncode, out, err)

    def carry_on(self, run_id: str, **variables: str) -> int:
        """The status with which the process of a run's next attempt ends, which `magicai resume` would start."""
        return subprocess.run(
            [sys.executable, "-m", "integrations.prefect.attempt", run_id],
            cwd=self.folder,
            env={**self.variables, **variables},
            capture_output=True,
            timeout=_LIMIT_S,
            check=False,
        ).returncode

    def ask(self, question: Callable[[Ports], Awaitable[T]]) -> T:
        """What the installation's ports answer."""

        async def asked() -> T:
            async with open_ports(Settings(home=self.home)) as ports:
                return await question(ports)

        return asyncio.run(asked())

    def row(self, run_id: str) -> Run:
        """A run."""
        return self.ask(lambda ports: ports.records.runs.get(run_id))

    def runs(self) -> list[Run]:
        """All runs, newest first."""
        return self.ask(lambda ports: ports.records.runs.listed(limit=1000))

    def attempt(self, run_id: str) -> Attempt:
        """The attempt that a run has open, once it has."""

        def find() -> Attempt | None:
            unfinished = self.ask(lambda ports: ports.records.runs.unfinished())
            return next((attempt for run, attempt in unfinished if run.run_id == run_id), None)

        return until(find)

    def prefect(self, method: str, path: str, body: object = None) -> Any:
        """What Prefect's API answers."""
        server = server_on_demand.ensure(self.home, idle_s=600)
        answer = server_on_demand.ask(self.home, method, f"{server.url}{path}", body)
        return answer.json() if answer.content else None

    def states(self, run_id: str) -> list[str]:
        """The names of the states of a run's flow runs, oldest first."""
        found = self.prefect("POST", "/flow_runs/filter", {"sort": "START_TIME_ASC"})
        return [one["state_name"] for one in found if one["labels"].get("magicai.run") == run_id]

    def processes(self) -> list[psutil.Process]:
        """Every process of this installation."""
        found: list[psutil.Process] = []
        for process in psutil.process_iter():
            with suppress(psutil.Error):
                if process.pid != os.getpid() and process.environ().get("MAGICAI_HOME") == str(self.home):
                    found.append(process)
        return found

    def running(self, word: str) -> list[psutil.Process]:
        """Those of them that have a word in their command line; what ends meanwhile is none."""
        found: list[psutil.Process] = []
        for process in self.processes():
            with suppress(psutil.Error):
                if word in process.cmdline():
                    found.append(process)
        return found

    def end(self) -> list[str]:
        """End the servers; answers the command lines of what is left then, and ends that, too."""
        server = server_on_demand.running(self.home)
        if server is not None:
            os.kill(server.pid, signal.SIGTERM)
        psutil.wait_procs(self.processes(), timeout=30)
        left = self.left()
        for process in self.processes():
            process.kill()
        return left

    def left(self) -> list[str]:
        """The command lines of all that still runs."""
        found: list[str] = []
        for process in self.processes():
            with suppress(psutil.Error):
                found.append(f"{process.pid} of {process.ppid()}: {' '.join(process.cmdline())}")
        return found


class Trace:
    """Where the workflow `take-steps` leaves a line for each thing that it does, and is held."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "trace").touch()

    def __str__(self) -> str:
        return str(self.folder)

    def hold(self, *steps: str, how: str = "hold") -> None:
        """Let steps wait: in the open (`hold`), or hearing nothing (`deaf`)."""
        for step in steps:
            (self.folder / f"{how}-{step}").touch()

    def release(self, *steps: str) -> None:
        """Let steps go on."""
        for step in steps:
            for how in ("hold", "deaf"):
                (self.folder / f"{how}-{step}").unlink(missing_ok=True)

    def lines(self) -> list[str]:
        """Everything that was done, in order."""
        return (self.folder / "trace").read_text().splitlines()

    def count(self, words: str) -> int:
        """How often something was done."""
        return self.lines().count(words)

    def wait(self, words: str, times: int = 1) -> None:
        """Wait until something has been done so often."""
        until(lambda: self.count(words) >= times)

    def child(self) -> int:
        """The pid of the process that a held step started last."""
        return until(lambda: [int(line.split()[1]) for line in self.lines() if line.startswith("child ")])[-1]


def gone(pid: int) -> bool:
    """Whether a process has ended."""
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def run_of(line: str) -> str:
    """The run that a command's first line names: `Run ID: workflow`."""
    return line.split()[1].rstrip(":")


def free_port() -> int:
    """A port that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def result_of(out: str) -> Any:
    """The JSON that a command printed, and nothing beside it."""
    return json.loads(out)
