"""`chroma run`: a ChromaDB server as users have it, on loopback and a free port."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import httpx

_LIMIT_S = 60.0
_children: dict[int, subprocess.Popen[bytes]] = {}


@dataclass(slots=True)
class ChromaRun:
    """One server; it keeps its port over restarts.

    Attributes:
        folder: of its data.
    """

    folder: Path
    port: int
    pid: int = 0

    @property
    def url(self) -> str:
        """As CHROMADB_URL has it."""
        return f"http://127.0.0.1:{self.port}"

    @classmethod
    def started(cls, folder: Path) -> "ChromaRun":
        """A server of its own in this folder."""
        with socket.socket() as one:
            one.bind(("127.0.0.1", 0))
            port = one.getsockname()[1]
        made = cls(folder, port)
        made.start()
        return made

    @classmethod
    def shared(cls, home: Path) -> "ChromaRun":
        """The server of a home, which the first who asks starts; `end_shared` ends it."""
        record = home / "chroma-run.json"
        if record.exists():
            port, pid = json.loads(record.read_text())
            return cls(home / "chroma-run", port, pid)
        made = cls.started(home / "chroma-run")
        record.write_text(json.dumps([made.port, made.pid]))
        return made

    @classmethod
    def end_shared(cls, home: Path) -> None:
        """End the server of a home, if there is one."""
        if (home / "chroma-run.json").exists():
            cls.shared(home).end()

    def start(self) -> None:
        """Start it, on what it had before, and wait until it answers."""
        self.folder.mkdir(parents=True, exist_ok=True)
        command = [str(Path(sys.executable).with_name("chroma")), "run", "--host", "127.0.0.1"]
        command += ["--port", str(self.port), "--path", str(self.folder)]
        with (self.folder / "log").open("ab") as log:
            child = subprocess.Popen(command, stdout=log, stderr=log, cwd=self.folder)
        self.pid = child.pid
        _children[child.pid] = child
        until = time.monotonic() + _LIMIT_S
        while time.monotonic() < until:
            try:
                if httpx.get(f"{self.url}/api/v2/heartbeat", timeout=1, trust_env=False).is_success:
                    return
            except httpx.TransportError:
                time.sleep(0.05)
        raise TimeoutError((self.folder / "log").read_text(errors="replace")[-1000:])

    def signal(self, number: signal.Signals) -> None:
        """Send it a signal."""
        os.kill(self.pid, number)

    def end(self) -> None:
        """Kill it, and wait until it is gone."""
        child = _children.pop(self.pid)
        child.kill()
        child.wait(_LIMIT_S)
