"""An installation whose stores are a lab's servers, one of them behind a proxy; its commands are processes."""

import asyncio
import json
import os
import shlex
import subprocess
import sys
from collections.abc import Awaitable, Callable, Generator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from integrations.open import Ports, open_ports
from magicai.settings import Settings, load
from magicai.stores.entity import STORES
from tests.faulty import Faulty
from tests.house import ROOT, House
from tests.lab.lab import Lab
from tests.lab.servers import SERVERS

T = TypeVar("T")

_LIMIT_S = 900.0
_FOREIGN = ("MAGICAI_", "PREFECT_", "AWS_", *(server.variable for server in SERVERS.values()))
# The S3 client takes its server's address from elsewhere than the bucket's.
_LEADS_TO = {name: server.variable for name, server in SERVERS.items()} | {"s3": "AWS_ENDPOINT_URL"}


def addresses(lab: Lab) -> dict[str, str]:
    """The variables that lead to a lab's servers."""
    words = shlex.split(lab.addresses.read_text(encoding="utf-8"), comments=True)
    return dict(word.split("=", 1) for word in words if "=" in word)


@dataclass(frozen=True, slots=True)
class Ended:
    """What a command said."""

    status: int
    out: str
    err: str

    @property
    def result(self) -> dict[str, Any]:
        """The JSON that it printed; nothing where it printed none."""
        return json.loads(self.out) if self.out.lstrip().startswith("{") else {}


class Installation:
    """Runs commands, and answers what its records hold.

    Args:
        home: its MAGICAI_HOME; several may share one, by names of their own.
        variables: that lead to its servers.
        namespace: what is its own on them.
    """

    def __init__(self, home: Path, variables: Mapping[str, str], namespace: str) -> None:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(_FOREIGN)}
        ours = {
            "MAGICAI_HOME": str(home),
            "MAGICAI_NAMESPACE": namespace,
            "MAGICAI_STORES_ACCEPTED": "all",
            "MAGICAI_MODEL": "none",
            "MAGICAI_CRAWL_DELAY": "0",
            "MAGICAI_IDLE_SECONDS": "300",
        }
        self.home = home
        self.variables = {**kept, **variables, **ours}

    def start(self, *words: str, **more: str) -> "subprocess.Popen[str]":
        """Begin a command."""
        return subprocess.Popen(
            [sys.executable, "-m", "magicai", *words],
            env={**self.variables, **more},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def run(self, *words: str, **more: str) -> Ended:
        """A command, to its end."""
        return ended(self.start(*words, **more))

    def ask(self, question: Callable[[Ports], Awaitable[T]]) -> T:
        """What the installation's ports answer."""

        async def asked() -> T:
            async with open_ports(self.settings()) as ports:
                return await question(ports)

        with _environment(self.variables):
            return asyncio.run(asked())

    def settings(self) -> Settings:
        """What its commands read from their environment."""
        with _environment(self.variables):
            return load()

    def behind(self) -> int:
        """How many entries all stores together are behind."""

        async def count(ports: Ports) -> int:
            return sum([await ports.records.entities.behind(store) for store in STORES])

        return self.ask(count)

    def end(self) -> None:
        """End every process that it has started."""
        House(ROOT, self.home).end()


def ended(process: "subprocess.Popen[str]") -> Ended:
    """What a command said in the end."""
    with process:
        try:
            out, err = process.communicate(timeout=_LIMIT_S)
        finally:
            process.kill()
    return Ended(process.returncode, out, err)


@contextmanager
def behind_proxies(found: Mapping[str, str]) -> Generator[tuple[dict[str, Faulty], dict[str, str]]]:
    """A proxy before each server that is there, by its name, and the variables that lead through them."""
    with ExitStack() as stack:
        there = {name: variable for name, variable in _LEADS_TO.items() if variable in found}
        proxies = {name: stack.enter_context(Faulty(found[variable])) for name, variable in there.items()}
        yield proxies, {**found, **{variable: proxies[name].url for name, variable in there.items()}}


@contextmanager
def _environment(variables: Mapping[str, str]) -> Generator[None]:
    """The environment of this process, for those who read it by themselves: the S3 client."""
    kept = dict(os.environ)
    os.environ.clear()
    os.environ.update(variables)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(kept)
