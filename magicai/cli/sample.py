"""The sample shop for a run: on the same port each time, a day later each time."""

import contextlib
import json
import os
import socket
from collections.abc import Generator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from integrations.store_roles import ADDRESSES
from magicai.private import private_home
from magicai.settings import Settings, load
from magicai.shops.sample import SampleShop

_USUAL_PORT = 8765
_LAST_DAY = 2


@dataclass(slots=True)
class RunningSample:
    """The shop while it runs, and where its day is kept."""

    shop: SampleShop
    record: Path

    def enter_environment(self) -> None:
        """Let the run read it, into the embedded stores, whatever other addresses the shell holds."""
        for name in ADDRESSES.values():
            os.environ.pop(name, None)
        allowed = [host for host in os.environ.get("MAGICAI_CRAWL_ALLOW_HOSTS", "").split(",") if host]
        # A shop of one's own needs no manners.
        os.environ.setdefault("MAGICAI_CRAWL_DELAY", "0.01")
        if self.shop.host not in allowed:
            os.environ["MAGICAI_CRAWL_ALLOW_HOSTS"] = ",".join([*allowed, self.shop.host])

    def next_day(self) -> None:
        """The next run of the sample finds the shop a day later."""
        _write(self.record, int(self.shop.host.rpartition(":")[2]), min(self.shop.day + 1, _LAST_DAY))


@contextlib.contextmanager
def sample_of(workflow: str, values: dict[str, Any]) -> Generator[RunningSample]:
    """Serve the sample shop, and make it what the run reads.

    Args:
        workflow: its name; the sample is a shop, so it must read shops.
        values: the run's parameters, to which the address is added.
    """
    from magicai.errors import Invalid
    from magicai.shops.crawl_analyze_generate import WORKFLOW

    if workflow != WORKFLOW.name:
        raise Invalid(
            f"--sample is a shop to read, and {workflow} reads none.", way_out=f"It goes with {WORKFLOW.name}."
        )
    if values.get("competitor_url"):
        raise Invalid("--sample reads the sample shop, but an address was given, too.", way_out="Give one of them.")
    with _serve(load()) as running:
        values["competitor_url"] = (running.shop.url,)
        values.setdefault("model", "get")
        yield running


@contextlib.contextmanager
def sample_again(settings: Settings, request: Mapping[str, Any]) -> Generator[RunningSample | None]:
    """Serve the sample shop if that is what a run has been reading."""
    record = _record(settings)
    urls: list[str] = list(request.get("competitor_url", ()))
    hosts = {urlsplit(url).netloc for url in urls}
    if f"127.0.0.1:{_read(record)[0]}" not in hosts:
        yield None
        return
    with _serve(settings) as running:
        yield running


@contextlib.contextmanager
def _serve(settings: Settings) -> Generator[RunningSample]:
    record = _record(settings)
    port, day = _read(record)
    if not _free(port):
        port, day = 0, 1  # another address is another shop, which has no yesterday
    with SampleShop(day=day, port=port) as shop:
        _write(record, int(shop.host.rpartition(":")[2]), day)
        yield RunningSample(shop, record)


def _record(settings: Settings) -> Path:
    return settings.home / "sample-shop.json"


def _read(record: Path) -> tuple[int, int]:
    """Port and day of the next run; those of the first where none was kept."""
    try:
        kept = json.loads(record.read_text())
        return int(kept["port"]), int(kept["day"])
    except (OSError, ValueError, KeyError, TypeError):
        return _USUAL_PORT, 1


def _write(record: Path, port: int, day: int) -> None:
    private_home(record.parent)  # it may be the first of a home
    draft = record.with_suffix(".part")
    draft.write_text(json.dumps({"port": port, "day": day}))
    draft.replace(record)


def _free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True
