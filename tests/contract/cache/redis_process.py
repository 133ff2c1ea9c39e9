"""Redis servers of a test's own: on loopback, on free ports, ended by their process."""

import asyncio
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import redis.asyncio as vendor
import redis.exceptions

from magicai.settings import Settings

_LIMIT_S = 60.0


def redis_binary() -> str:
    """Where the server is; skips the test without one, unless settings require it."""
    found = shutil.which("redis-server")
    if found is None:
        if "redis" in Settings().test_require:
            pytest.fail("MAGICAI_TEST_REQUIRE names redis, and no redis-server is on the PATH")
        pytest.skip("no redis-server is on the PATH")
    return found


def free_port() -> int:
    """A port that nobody has, nor the one 10,000 above it, which a cluster takes."""
    while True:
        with socket.socket() as one, socket.socket() as other:
            one.bind(("127.0.0.1", 0))
            port = int(one.getsockname()[1])
            if port + 10_000 < 1 << 16:
                try:
                    other.bind(("127.0.0.1", port + 10_000))
                except OSError:
                    continue
                return port


class RedisProcess:
    """One server, empty each time it starts.

    Args:
        words: of its configuration, beside what keeps it small and on loopback.
    """

    def __init__(
        self, folder: Path, *words: str, port: int | None = None, password: str = "", tls: bool = False
    ) -> None:
        self.port = port or free_port()
        self.folder, self.password = folder, password
        self._tls, self._words = tls, words
        self._process: subprocess.Popen[bytes] | None = None
        self.url = f"redis://{f':{password}@' if password else ''}127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Start it, and wait until its port answers."""
        self.folder.mkdir(parents=True, exist_ok=True)
        ports = ["--port", "0", "--tls-port", str(self.port)] if self._tls else ["--port", str(self.port)]
        words = [*ports, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", str(self.folder)]
        words += ["--requirepass", self.password] if self.password else []
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen([redis_binary(), *words, *self._words], stdout=log, stderr=log)
        until = time.monotonic() + _LIMIT_S
        while not self._answers():
            assert self._process.poll() is None, (self.folder / "log").read_text(errors="replace")[-2000:]
            assert time.monotonic() < until, "redis-server does not answer"
            time.sleep(0.02)

    def _answers(self) -> bool:
        with socket.socket() as trying:
            trying.settimeout(1)
            return trying.connect_ex(("127.0.0.1", self.port)) == 0

    def signal(self, number: int) -> None:
        """Send it a signal."""
        assert self._process is not None
        self._process.send_signal(number)

    def kill(self) -> None:
        """End it with -9, whatever it is doing."""
        if self._process is not None:
            self.signal(signal.SIGKILL)
            self._process.wait()
            self._process = None


def cluster(folder: Path, shards: int = 3) -> list[RedisProcess]:
    """Servers that are one cluster, once all its slots are covered."""
    nodes = [RedisProcess(folder / str(place), "--cluster-enabled", "yes") for place in range(shards)]
    try:
        for node in nodes:
            node.start()
        with ThreadPoolExecutor(1) as beside:  # whoever asks first may have a loop of their own
            beside.submit(lambda: asyncio.run(_join([node.port for node in nodes]))).result()
    except BaseException:
        for node in nodes:
            node.kill()
        raise
    return nodes


async def _join(ports: Sequence[int]) -> None:
    clients = [vendor.Redis(host="127.0.0.1", port=port, protocol=2) for port in ports]
    step = -(-16384 // len(ports))
    for place, client in enumerate(clients):
        await _say(client, "CLUSTER", "ADDSLOTSRANGE", place * step, min(16384, (place + 1) * step) - 1)
        await _say(client, "CLUSTER", "MEET", "127.0.0.1", ports[0])
    until = time.monotonic() + _LIMIT_S
    for client in clients:
        while True:
            text = (await _say(client, "CLUSTER", "INFO")).decode()
            if "cluster_state:ok" in text and f"cluster_size:{len(ports)}" in text:
                break
            assert time.monotonic() < until, text
            await asyncio.sleep(0.05)
        await client.aclose()


async def _say(client: Any, *words: Any) -> Any:
    try:
        return await client.execute_command(*words)
    except redis.exceptions.ResponseError as exc:
        raise AssertionError(f"{words}: {exc}") from exc
