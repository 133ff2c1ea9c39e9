"""The sample shop for runs: one shop whatever port it is on, and a day later once it has been read to its end."""

import asyncio
import contextlib
import json
import socket
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from magicai.brain.situation import Machine
from magicai.errors import Conflict, NotFound
from magicai.private import private_home
from magicai.runs.samples import Served
from magicai.settings import Settings
from magicai.shops.identity import shop_at

if TYPE_CHECKING:  # `magicai --help` imports what declares a workflow, which names this
    from filelock import FileLock

    from magicai.shops.ports import ShopIdentities

LOOPBACK = "127.0.0.1"
_USUAL_PORT = 8765
HOST = f"{LOOPBACK}:{_USUAL_PORT}"
_NAMES = {"en": "Sample shop", "zh": "示例店铺"}
# A shop of one's own needs no manners.
_DELAY_S = 0.01
# How long a run waits for another one that reads the shop.
_PATIENCE_S = 300.0
_POLL_S = 0.2


@dataclass(frozen=True, slots=True)
class NextDay:
    """The port and the day of the next run of the sample.

    Attributes:
        file: where they are kept.
        former: ports that it had before, the oldest first.
    """

    file: Path
    port: int
    day: int
    former: tuple[int, ...] = ()

    @classmethod
    def of(cls, home: Path) -> "NextDay":
        """As it was kept; the first day where nothing was."""
        file = home / "sample-shop.json"
        try:
            kept = json.loads(file.read_text())
            return cls(file, int(kept["port"]), int(kept["day"]), tuple(map(int, kept.get("former", ()))))
        except (OSError, ValueError, KeyError, TypeError):
            return cls(file, _USUAL_PORT, 1)

    def keep(self) -> None:
        """Keep it for the next run."""
        private_home(self.file.parent)  # it may be the first of a home
        draft = self.file.with_suffix(".part")
        draft.write_text(json.dumps({"port": self.port, "day": self.day, "former": self.former}))
        draft.replace(self.file)

    def on(self, port: int) -> "NextDay":
        """The same shop on a port."""
        former = dict.fromkeys((*self.former, self.port))
        former.pop(port, None)
        return replace(self, port=port, former=tuple(former))

    @property
    def hosts(self) -> list[str]:
        """At which addresses it is or was, the present one first."""
        return [f"{LOOPBACK}:{port}" for port in (self.port, *reversed(self.former))]

    def completed(self) -> None:
        """The next run finds the shop a day later."""
        replace(self, day=self.day + 1).keep()


def request(settings: Settings, machine: Machine) -> dict[str, Any]:
    """The parameters of a run that crawls the sample shop."""
    # A first run succeeds without a browser, too, and says what it left out.
    render = {} if machine.browser else {"render": "never"}
    return {"competitor_url": [_address(settings)], **render}


def shop_request(settings: Settings, machine: Machine) -> dict[str, Any]:
    """The parameters of a run that imports the sample shop."""
    del machine
    return {"shop": _address(settings)}


def _address(settings: Settings) -> str:
    kept = NextDay.of(settings.home)
    if is_taken(kept.port) and not _is_served(settings.home):
        with socket.socket() as probe:
            probe.bind((LOOPBACK, 0))
            free = probe.getsockname()[1]
        # Where the sample has never been, somebody else's shop is.
        kept = kept.on(free) if kept.file.exists() else replace(kept, port=free)
    kept.keep()
    return f"http://{LOOPBACK}:{kept.port}/"


def urls_of(request: Mapping[str, Any]) -> list[str]:
    """The shops that a run reads."""
    shop = request.get("shop")
    return [shop] if shop else list(request.get("competitor_url", ()))


@contextlib.asynccontextmanager
async def serve(settings: Settings, request: Mapping[str, Any]) -> AsyncGenerator[Served | None]:
    """Serve the shop if that is all that a run reads, and let the run read it.

    Only what this process serves itself is allowed: whatever else has the port by now stays out of reach. A second run
    waits until the first has read it.
    """
    from filelock import Timeout

    from magicai.shops.sample.server import SampleShop

    kept = NextDay.of(settings.home)
    asked = [urlsplit(url).netloc for url in urls_of(request)]
    if asked not in ([one] for one in _own_hosts(kept, settings)) or not kept.file.exists():
        yield None
        return
    lock = _lock(settings.home)
    for _ in range(round(_PATIENCE_S / _POLL_S)):
        with contextlib.suppress(Timeout):
            lock.acquire(blocking=False)
            break
        await asyncio.sleep(_POLL_S)
    try:
        kept = NextDay.of(settings.home)  # the run that was waited for may have brought the next day
        host = kept.hosts[0]
        if not lock.is_locked or is_taken(kept.port):
            yield None
            return
        with SampleShop(day=kept.day, port=kept.port):
            allowed = (*settings.crawl_allow_hosts, host)
            may = settings.model_copy(update={"crawl_allow_hosts": allowed, "crawl_delay": _DELAY_S})
            yield Served(may, kept.completed)
    finally:
        lock.release()


async def follow(
    identities: "ShopIdentities", settings: Settings, url: str, *, owner_id: str, run_id: str = ""
) -> None:
    """Let what was crawled of the sample on former ports be of the shop that has the present one."""
    kept = NextDay.of(settings.home)
    hosts, host = _own_hosts(kept, settings), kept.hosts[0]
    if urlsplit(url).netloc not in hosts or host not in hosts:
        return
    for address in hosts[1:]:
        shop = shop_at(await identities.of(owner_id), address)
        with contextlib.suppress(NotFound, Conflict):  # it was not crawled there, or has a shop of its own by now
            await identities.move(owner_id, shop, host, f"http://{host}", run_id=run_id)


async def give_name(identities: "ShopIdentities", settings: Settings, shop: str, *, owner_id: str) -> None:
    """Call the sample so where it was first crawled on another port than the usual one, by which all know it."""
    if shop == HOST or shop not in _own_hosts(NextDay.of(settings.home), settings):
        return
    if not any(one.shop == shop and one.name for one in await identities.of(owner_id)):
        await identities.rename(owner_id, shop, _NAMES["zh" if settings.language == "zh" else "en"])


def _own_hosts(kept: NextDay, settings: Settings) -> list[str]:
    """Where the sample is or was, but for what the operator allows as a shop of their own."""
    return [host for host in kept.hosts if host not in settings.crawl_allow_hosts]


def _lock(home: Path) -> "FileLock":
    """Held by the process that serves the shop."""
    from filelock import FileLock

    return FileLock(home / "sample-shop.lock", is_singleton=False)


def _is_served(home: Path) -> bool:
    from filelock import Timeout

    lock = _lock(home)
    try:
        with lock.acquire(blocking=False):
            return False
    except Timeout:
        return True


def is_taken(port: int) -> bool:
    """Whether something listens on a port of this machine."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return True
        return False
