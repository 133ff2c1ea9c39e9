"""Everything for one machine: `python -m deployments.launcher`, which is what `magicai up` runs.

Prefect's server, its deployments, a worker, and a look after runs and stores. One Ctrl-C ends all of it.
"""

import asyncio
import contextlib
import hashlib
import os
import signal
import subprocess
import sys
import webbrowser
from importlib.metadata import version
from pathlib import Path

import psutil

from deployments import definition
from integrations.open import Ports, open_ports
from integrations.runs import environment, ondemand
from magicai.app.dead_runs import close_dead_runs
from magicai.app.relay import drain
from magicai.errors import MagicError

POOL = "magicai"
_LOOK_EVERY_S = 3.0
_DRAIN_LIMIT_S = 2.0
_END_LIMIT_S = 5.0


async def main(*, open_it: bool) -> int:
    """Start everything, stay until a signal, end everything."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    async with open_ports() as ports:
        settings = ports.settings
        say("Starting Prefect's server ...")
        server = await asyncio.to_thread(ondemand.ensure, settings.home, port=settings.prefect_port, idle_s=0)
        made = environment.client(settings.home, server.url, os.environ)
        worker: subprocess.Popen[bytes] | None = None
        try:
            await asyncio.to_thread(_deploy, settings.home, made)
            worker = _start_worker(made, settings.home)
            link = await ports.runs.link(None)
            say(f"Prefect's user interface, logged in once: {link}")
            say("Ctrl-C ends everything.")
            if open_it and link:
                webbrowser.open(link)
            while not stop.is_set():
                await _look_after(ports)
                if worker.poll() is not None:
                    say("The worker ended; starting it again.")
                    worker = _start_worker(made, settings.home)
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(stop.wait(), _LOOK_EVERY_S)
        finally:
            say("\nEnding ...")
            if worker is not None:
                _end(worker.pid)
            with contextlib.suppress(MagicError):
                await close_dead_runs(ports.records, ports.runs)
            if server.started:
                _end(server.pid)
            else:
                # Somebody else's run may use it: it ends as soon as nobody does.
                with contextlib.suppress(ProcessLookupError):
                    os.kill(server.pid, signal.SIGUSR1)
    return 0


async def _look_after(ports: Ports) -> None:
    try:
        for run in await close_dead_runs(ports.records, ports.runs):
            say(f"Run {run.run_id} was cut; go on with it: magicai resume {run.run_id}")
        await drain(ports.records, ports.projections(), limit_s=_DRAIN_LIMIT_S)
    except MagicError as exc:
        say(str(exc))


def _deploy(home: Path, made: dict[str, str]) -> None:
    """Make the work pool and the deployments, when they are new or have changed."""
    stamp = environment.prefect_home(home) / "deployed"
    digest = hashlib.sha256(definition.path().read_bytes() + version("magicai").encode()).hexdigest()
    if stamp.exists() and stamp.read_text() == digest:
        return
    say("Making the deployments ...")
    _prefect(made, "work-pool", "create", POOL, "--type", "process", "--overwrite")
    _prefect(made, "--no-prompt", "deploy", "--all", "--prefect-file", str(definition.path()))
    stamp.write_text(digest)


def _prefect(made: dict[str, str], *words: str) -> None:
    done = subprocess.run(  # noqa: S603 - Prefect itself
        [sys.executable, "-m", "prefect", *words], env=made, capture_output=True, text=True, check=False, cwd=definition.path().parent
    )
    if done.returncode:
        raise SystemExit(f"prefect {' '.join(words)} failed:\n{done.stdout}{done.stderr}")


def _start_worker(made: dict[str, str], home: Path) -> "subprocess.Popen[bytes]":
    log_path = home / "logs" / "worker.log"
    log_path.parent.mkdir(parents=True, exist_ok=True)
    with log_path.open("ab") as log:
        return subprocess.Popen(  # noqa: S603 - Prefect itself
            [sys.executable, "-m", "prefect", "worker", "start", "--pool", POOL, "--name", "magicai"],
            env=made,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def _end(pid: int) -> None:
    """End a process and all its children, gently for some seconds."""
    try:
        family = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
    except psutil.NoSuchProcess:
        return
    for member in family:
        with contextlib.suppress(psutil.NoSuchProcess):
            member.terminate()
    _, left = psutil.wait_procs(family, timeout=_END_LIMIT_S)
    for member in left:
        with contextlib.suppress(psutil.NoSuchProcess):
            member.kill()
    psutil.wait_procs(left, timeout=_END_LIMIT_S)


def say(words: str) -> None:
    """Tell the person at the terminal."""
    sys.stderr.write(f"{words}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(asyncio.run(main(open_it="--open" in sys.argv[1:])))
