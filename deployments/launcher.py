"""Everything on one machine: what `magicai up` runs.

Prefect's server, its deployments, a worker, the gateway, and supervision of runs and stores. One Ctrl-C ends them all.
SIGTERM does too, but lets active runs reach their next safe point first: they wait in the queue and resume at the next
start. Server, worker, gateway and their runs are tied to this process, so they also end if it is killed.
"""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import time
import webbrowser
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import httpx
import psutil
from filelock import FileLock, Timeout

from deployments.deploying import deploy
from deployments.gateway import GatewayProcess
from integrations.open import Ports, open_ports
from integrations.page_address import gateway_url
from integrations.page_link import page_link
from integrations.prefect import environment, server_on_demand
from integrations.processes import lifeline, on_demand
from integrations.processes.process import end, started_us
from integrations.vectors.chroma import folder_of
from magicai.cli.command_name import as_called
from magicai.errors import Cancelled, MagicError, Missing, Temporary
from magicai.private import private_home
from magicai.runs.queue.dead_runs import Restarts, Silences, close_dead_runs, close_lost_attempts
from magicai.runs.run import Run
from magicai.settings import Settings, load
from magicai.space import keep_reserve, unwritable
from magicai.stores.relay_loop import relay_forever

_LOOK_EVERY_S = 3.0
_GIVE_WAY_LOOK_S = 0.5
_WORKER_LIMIT_S = 8.0
_SERVER_LIMIT_S = 6.0
# A worker that ends at once would be started for ever: the pause doubles until one lives for long enough.
_STABLE_S, _SHORTEST_PAUSE_S, _LONGEST_PAUSE_S = 30.0, 3.0, 60.0
# How often deployments are made where Prefect's server ends meanwhile.
_DEPLOYMENTS = 5
_GATEWAY_AGAIN = "The gateway ended; starting it again."

T = TypeVar("T")


def main(*, open_it: bool) -> int:
    """Start everything, stay until a signal, end everything.

    Where this home runs already, print a fresh link to its page instead.

    Raises:
        Permanent: the home can't be written to.
    """
    settings = load()
    private_home(settings.home)
    lock = _lock(settings.home / "up.lock")
    if lock is None:
        return asyncio.run(_show_running(settings, open_it=open_it))
    try:
        keep_reserve(settings.home)
        return asyncio.run(_run(settings, open_it=open_it))
    finally:
        lock.release()


def _lock(path: Path) -> FileLock | None:
    """Hold the one lock of a home; None where another process has it."""
    lock = FileLock(path, timeout=0)
    try:
        lock.acquire()
    except Timeout:
        return None
    except OSError as exc:
        raise unwritable(path, exc) from exc
    return lock


async def _show_running(settings: Settings, *, open_it: bool) -> int:
    say("MagicAI is already running. To stop it, press Ctrl-C where it was started.")
    try:
        url = gateway_url(settings.home)
    except Missing:  # it is about to start, or to end
        return 0
    async with open_ports(settings) as ports:
        say_links(await page_link(ports, url), None, open_it=open_it)
    return 0


async def _run(settings: Settings, *, open_it: bool) -> int:
    stop = Stop()
    async with open_ports(settings) as ports:
        launcher = Launcher(ports)
        try:
            await stop.or_done(launcher.run(open_it=open_it))
        finally:
            if not await stop.or_done(launcher.end(planned=stop.planned), again=True):
                launcher.end_at_once()
    return 0


class Stop:
    """Signals, counted: the first ends everything, the next does so at once.

    Attributes:
        planned: whether the first one came from whoever looks after this machine, and not from a person at Ctrl-C.
    """

    def __init__(self) -> None:
        self._signals, self.planned = 0, False
        self._changed = asyncio.Event()
        loop = asyncio.get_running_loop()
        for name in ("SIGINT", "SIGTERM", "SIGHUP"):
            with contextlib.suppress(AttributeError, NotImplementedError):
                loop.add_signal_handler(getattr(signal, name), self._hear, name)

    def _hear(self, name: str) -> None:
        if not self._signals:
            self.planned = name != "SIGINT"
        self._signals += 1
        self._changed.set()

    async def or_done(self, doing: Coroutine[Any, Any, T], *, again: bool = False) -> T | None:
        """Do something until it is done, or until a signal (another one with `again`)."""
        enough = self._signals + 1 if again else 1
        task = asyncio.create_task(doing)
        while not task.done() and self._signals < enough:
            self._changed.clear()
            waiting = asyncio.create_task(self._changed.wait())
            await asyncio.wait({task, waiting}, return_when=asyncio.FIRST_COMPLETED)
            waiting.cancel()
        if not task.done():
            task.cancel()
        with contextlib.suppress(asyncio.CancelledError, Cancelled):
            return await task
        return None


class Launcher:
    """What runs, and how it is ended."""

    def __init__(self, ports: Ports) -> None:
        self._ports, self._settings = ports, ports.settings
        self._wanted = True
        self._worker: subprocess.Popen[bytes] | None = None
        self._gateway, self._silences = GatewayProcess(ports), Silences()
        self._pause_s, self._began = _SHORTEST_PAUSE_S, 0.0
        self._made: dict[str, str] = {}
        self._server_pid: int | None = None
        self._trouble = ""

    async def run(self, *, open_it: bool) -> None:
        """Start gateway and server, start again whatever dies from then on, deploy, start the worker; for ever.

        Raises:
            MagicError: something can't be started.
        """
        self._gateway.take_port()
        with contextlib.suppress(Temporary):  # records that are away are waited for later
            await self._ports.records.check()  # a machine that may not use them starts nothing
        say("1/3 Page, API and Prefect's server")
        url, _ = await asyncio.gather(self._start_gateway(), self._server())
        looking_after = asyncio.create_task(self._look_after())
        try:
            await self._deploy()
            say("3/3 Worker")
            self._start_worker()
            say(f"MagicAI is running: {url}")
            say_links(await self._gateway.link(), await self._ports.orchestrator.link(None), open_it=open_it)
            say(f"Your site, for readers: {self._settings.site_at(url)}")
            say("To stop it, press Ctrl-C.")
            await looking_after
        finally:
            looking_after.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await looking_after

    async def _start_gateway(self) -> str:
        return await self._gateway.start(on_killed=lambda: say(_GATEWAY_AGAIN))

    async def _deploy(self) -> None:
        """Make the deployments, again where Prefect's server ended meanwhile."""
        say("2/3 Deployments")
        for left in reversed(range(_DEPLOYMENTS)):
            server = await self._server()
            self._made = environment.client(self._settings.home, server.url, os.environ)
            try:
                await self._look()
                await deploy(self._settings.home, server, self._made)
            except (MagicError, httpx.HTTPError):
                if not left or await asyncio.to_thread(server_on_demand.running, self._settings.home) == server:
                    raise
            else:
                return

    async def _look_after(self) -> None:
        """Start again what died, close dead runs, feed the stores; for ever."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._feed())
            group.create_task(self._keep_up())
            group.create_task(self._keep_gateway())

    async def _feed(self) -> None:
        while True:
            try:
                await relay_forever(
                    self._ports.records,
                    self._ports.projections(),
                    on_down=lambda store, why: say(f"{store} is behind, and catches up by itself: {why}"),
                )
            except Exception as exc:  # noqa: BLE001 - as below
                say(f"The stores are not fed for a moment: {type(exc).__name__}: {exc}")
            await asyncio.sleep(_LOOK_EVERY_S)

    async def _keep_up(self) -> None:
        while True:
            await asyncio.sleep(_LOOK_EVERY_S)
            trouble = ""
            try:
                await self._server()
                await self._look()
            except MagicError as exc:
                trouble = str(exc)
            except Exception as exc:  # noqa: BLE001 - what goes wrong in one look must not end everybody's runs
                trouble = f"{type(exc).__name__}: {exc}"
            if trouble and trouble != self._trouble:
                say(trouble)
            self._trouble = trouble
            self._keep_worker()

    async def _keep_gateway(self) -> None:
        """By itself: a server may take minutes to start."""
        while True:
            await asyncio.sleep(_LOOK_EVERY_S)
            if self._gateway.keep():
                say(_GATEWAY_AGAIN)

    async def end(self, *, planned: bool) -> bool:
        """End gateway and worker with their runs, tell Prefect of them, and end its server, unless others use it.

        Args:
            planned: whether runs reach a safe point first, within MAGICAI_DRAIN_SECONDS, and resume at the next start.

        Returns:
            Yes, where it came to its end.
        """
        self._wanted = False
        say("\nStopping ...")
        await asyncio.to_thread(self._gateway.end)
        if planned:
            with contextlib.suppress(MagicError):
                await self._let_give_way()
        others = await self._end_runs(Restarts.HERE if planned else Restarts.NOT)
        for run in others:
            say(f"Run {run.run_id} continues elsewhere; Prefect's server ends after it.")
        if not others:  # else those use them
            await on_demand.stop(folder_of(self._settings))
        server = await asyncio.to_thread(server_on_demand.running, self._settings.home)
        if server is not None and others:
            await asyncio.to_thread(server_on_demand.leave, self._settings.home)
        elif server is not None:
            await asyncio.to_thread(end, *_known_as(server.pid), grace_s=_SERVER_LIMIT_S)
        return True

    async def _end_runs(self, restarts: Restarts) -> list[Run]:
        """End the worker and the runs tied to this process, and return those that continue elsewhere."""
        if self._worker is not None:
            await asyncio.to_thread(_end_worker, self._worker)
        others: list[Run] = []
        for run, attempt in await self._ports.records.runs.unfinished():
            if lifeline.is_tied(attempt.pid):  # the gateway's, or left by a worker that was killed
                await self._ports.orchestrator.stop(attempt)
            elif self._ports.orchestrator.alive(attempt):
                others.append(run)
        with contextlib.suppress(MagicError):
            await self._look(restarts, on_purpose=True)
        return others

    async def _let_give_way(self) -> None:
        """Let the runs that end with this process reach a safe point, for as long as a worker drains."""
        if self._worker is not None:
            self._worker.send_signal(signal.SIGTERM)  # it takes no more, and ends after its last one
        until, told = time.monotonic() + self._settings.drain_seconds, set[str]()
        while time.monotonic() < until:
            runs = self._ports.records.runs
            # What a process has just taken opens its attempt a little later: asked again and again.
            held = [run for run, attempt in await runs.unfinished() if lifeline.is_tied(attempt.pid)]
            if not held and (self._worker is None or self._worker.poll() is not None):
                return
            for run in held:
                await runs.ask_to_give_way(run.run_id)
                if run.run_id not in told:
                    say(f"Run {run.run_id} pauses after its current step, and resumes at the next start.")
                    told.add(run.run_id)
            await asyncio.sleep(_GIVE_WAY_LOOK_S)

    def end_at_once(self) -> NoReturn:
        """End the same without waiting for anything, and this process with it: a thread of it may still wait."""
        pids = [*self._gateway.pids, *([self._worker.pid] if self._worker is not None else [])]
        for pid in tuple(pids):
            with contextlib.suppress(psutil.NoSuchProcess):
                pids += [run.pid for run in psutil.Process(pid).children()]
        if self._server_pid is not None:
            pids.append(self._server_pid)
        end(*_known_as(*pids), grace_s=0.0)
        os._exit(1)

    async def _server(self) -> server_on_demand.Server:
        server = await asyncio.to_thread(
            server_on_demand.ensure,
            self._settings.home,
            port=self._settings.prefect_port,
            idle_s=0,
            held=True,
            on_start=self._say_again,
            wanted=lambda: self._wanted,
        )
        self._server_pid = server.pid
        return server

    def _say_again(self) -> None:
        if self._server_pid is not None:
            say("Prefect's server ended; starting it again.")

    async def _look(self, restarts: Restarts = Restarts.HERE, *, on_purpose: bool = False) -> None:
        records, runs = self._ports.records, self._ports.orchestrator
        closed = await close_dead_runs(records, runs, silences=self._silences, restarts=restarts, on_purpose=on_purpose)
        for run in closed:
            say(f"Run {run.run_id} was interrupted. To resume it: magicai resume {run.run_id}")
        await close_lost_attempts(records, runs)

    def _keep_worker(self) -> None:
        if self._worker is None or self._worker.poll() is None:
            return
        lived = time.monotonic() - self._began
        if lived < self._pause_s:
            return
        self._pause_s = _SHORTEST_PAUSE_S if lived > _STABLE_S else min(_LONGEST_PAUSE_S, 2 * self._pause_s)
        say(f"The worker ended (status {self._worker.returncode}); starting it again.")
        self._start_worker()

    def _start_worker(self) -> None:
        self._began = time.monotonic()
        with environment.open_log(self._settings.home / "logs" / "worker.log") as log:
            self._worker = subprocess.Popen(
                [sys.executable, "-m", "integrations.prefect.warm"],
                cwd=environment.prefect_home(self._settings.home),
                env={**self._made, **lifeline.variables()},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )


def _end_worker(worker: "subprocess.Popen[bytes]") -> None:
    worker.send_signal(signal.SIGINT)  # at once: whoever ends everything does not wait for its runs
    try:
        worker.wait(_WORKER_LIMIT_S)
    except subprocess.TimeoutExpired:
        worker.kill()
        worker.wait()


def _known_as(*pids: int) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for pid in pids:
        with contextlib.suppress(psutil.NoSuchProcess):
            found.append((pid, started_us(psutil.Process(pid))))
    return found


def say_links(page: str | None, operators: str | None, *, open_it: bool) -> None:
    """Print links that sign in, and open the first of them if that is wanted."""
    if page:
        say(f"Page: {page}")
    if operators:
        say(f"Prefect: {operators}")
    say("Each link signs you in once, within five minutes. For a new one: magicai ui")
    if open_it and (page or operators):
        webbrowser.open(page or operators or "")


def say(words: str) -> None:
    """Tell the person at the terminal."""
    sys.stderr.write(f"{as_called(words)}\n")
    sys.stderr.flush()
