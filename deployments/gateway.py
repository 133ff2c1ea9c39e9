"""The gateway as a process beside the launcher: started, kept up, ended."""

import asyncio
import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable

from integrations.open import Ports
from integrations.page_link import page_link
from integrations.prefect import environment
from integrations.processes import lifeline
from magicai.api.place import LOG, PAGE, RECORD, listen
from magicai.errors import Permanent, Temporary

_START_LIMIT_S = 90.0
_END_LIMIT_S = 8.0
_LOOK_EVERY_S = 0.1
_PAUSE_S = 3.0


class GatewayProcess:
    """One gateway; it ends with this process."""

    def __init__(self, ports: Ports) -> None:
        self._ports, self._settings = ports, ports.settings
        self._process: subprocess.Popen[bytes] | None = None
        self._listener: socket.socket | None = None
        self._changing = threading.Lock()
        self._began = 0.0
        self.url = ""

    def take_port(self) -> None:
        """Take the port, and keep it while the gateway starts again: no other program gets it, and callers wait.

        Raises:
            Invalid: the port that was asked for can't be had.
        """
        self._listener = listen(self._settings.host, self._settings.port)
        self._listener.set_inheritable(True)

    async def start(self, *, on_killed: Callable[[], None] = lambda: None) -> str:
        """Start it on the port that was taken; answers its address once it answers.

        Args:
            on_killed: called before it is started again, where a signal ended it.

        Raises:
            Permanent, Temporary: it did not start; the message names its log.
        """
        self._spawn()
        until = time.monotonic() + _START_LIMIT_S
        while time.monotonic() < until:
            assert self._process is not None
            status = self._process.poll()
            if status is not None and status < 0 and self._spawn():
                on_killed()
            elif status is not None:
                raise Permanent("gateway_start_failed", log_path=self._log)
            self.url = self._read_url()
            if self.url:
                return self.url
            await asyncio.sleep(_LOOK_EVERY_S)
        raise Temporary("gateway_start_timed_out", limit_s=f"{_START_LIMIT_S:.0f}", log_path=self._log)

    async def link(self) -> str | None:
        """Opens the page, signed in as the user of this command line, once; None where the page was not built."""
        return await page_link(self._ports, self.url) if (PAGE / "index.html").is_file() else None

    def keep(self) -> bool:
        """Start it again where it has ended; answers whether that was so."""
        if self._process is None or self._process.poll() is None or time.monotonic() - self._began < _PAUSE_S:
            return False
        return self._spawn()

    def end(self) -> None:
        """End it for good, so that nothing new is accepted or started."""
        with self._changing:
            listener, self._listener = self._listener, None
        if listener is not None:
            listener.close()
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(_END_LIMIT_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    @property
    def pids(self) -> list[int]:
        """Its process, if there is one."""
        return [] if self._process is None else [self._process.pid]

    @property
    def _log(self) -> str:
        return str(self._settings.home / "logs" / LOG)

    def _read_url(self) -> str:
        try:
            record = json.loads((self._settings.home / RECORD).read_text())
        except (OSError, ValueError):
            return ""
        return record["url"] if self._process is not None and record["pid"] == self._process.pid else ""

    def _spawn(self) -> bool:
        """Start it, unless it was ended for good: another thread does that."""
        with self._changing, environment.open_log(self._settings.home / "logs" / LOG) as log:
            if self._listener is None:
                return False
            self._began = time.monotonic()
            self._process = subprocess.Popen(  # noqa: S603 - our own module
                [sys.executable, "-m", "magicai.api", "--listener", str(self._listener.fileno())],
                env={
                    **environment.clean(os.environ),
                    "MAGICAI_HOME": str(self._settings.home.absolute()),
                    **lifeline.variables(),
                },
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                close_fds=False,  # of Python's own only the listener is inheritable
            )
        return True
