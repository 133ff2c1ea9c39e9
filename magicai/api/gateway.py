"""What every request of a process shares: ports, who reads tokens, who follows runs. Nothing that another one lacks."""

import time
from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from fastapi import Request, WebSocket

from integrations.open import Ports
from magicai.accounts.audit import Source
from magicai.accounts.callers import Callers
from magicai.accounts.identity import Caller
from magicai.accounts.signing import Signer
from magicai.api.metrics import Metrics
from magicai.api.planning import PlanningChild
from magicai.errors import MagicError, TooMany
from magicai.operations.operation import Context
from magicai.ports import Cache, Records
from magicai.runs.events.live_events import Tails
from magicai.runs.run import Origin
from magicai.settings import Settings
from magicai.surfaces import PathMask, SurfaceWords

# Sockets and event streams that one user may have open at a gateway.
SOCKETS_PER_USER = 50
# How long records that did not answer are not asked for settings again: a refusal waits for nobody.
_UNANSWERED_S = 1.0


class Gateway:
    """One process's share of the gateway."""

    def __init__(self, ports: Ports, *, page: Path, metrics: Metrics) -> None:
        self._ports, self.page, self.metrics = ports, page, metrics
        self.path_mask = PathMask(ports.settings)
        self.tails = Tails(lambda: self.records)
        self.planning = PlanningChild(ports.settings.home)
        self._signer: Signer | None = None
        self._callers: Callers | None = None
        self._lines: Counter[str] = Counter()
        self._last_settings, self._ask_again_at = ports.settings, 0.0

    @contextmanager
    def line(self, user_id: str) -> Generator[None]:
        """Hold one of the sockets and event streams that a user may have open here.

        Raises:
            TooMany: they have all.
        """
        self.check_lines(user_id)
        self._lines[user_id] += 1
        self.metrics.sockets.inc()
        try:
            yield
        finally:
            self.metrics.sockets.dec()
            self._lines[user_id] -= 1
            if not self._lines[user_id]:
                del self._lines[user_id]

    def check_lines(self, user_id: str) -> None:
        """See whether a user may open one more.

        Raises:
            TooMany: they may not.
        """
        if self._lines[user_id] >= SOCKETS_PER_USER:
            raise TooMany("too_many_sockets", limit=SOCKETS_PER_USER)

    @property
    def ports(self) -> Ports:
        """Everything outside."""
        return self._ports

    @property
    def settings(self) -> Settings:
        """The settings of this process."""
        return self._ports.settings

    async def settings_now(self) -> Settings:
        """The settings of the installation, as they are set now; as they were last while the records don't answer."""
        if time.monotonic() >= self._ask_again_at:
            try:
                self._last_settings = await self._ports.settings_of()
            except MagicError:
                self._ask_again_at = time.monotonic() + _UNANSWERED_S
        return self._last_settings

    @property
    def records(self) -> Records:
        """The truth.

        Raises:
            Temporary, Permanent: it can't be opened; the next request tries again.
        """
        return self._ports.records

    @property
    def cache(self) -> Cache:
        """Counters and what lets in once."""
        return self._ports.cache

    async def context(self, caller: Caller, say: SurfaceWords, source: Source) -> Context:
        """What an operation is done in for a caller, with the settings that are theirs.

        Raises:
            Temporary, Permanent: the records don't answer.
        """
        own = await self._ports.of(caller.owner_id)
        return Context(own, caller, say, origin=Origin.API, plan=self.planning.plan, source=source)

    @property
    def signer(self) -> Signer:
        """Signs and reads access tokens."""
        if self._signer is None:
            given = self.settings.jwt_secret_key
            self._signer = Signer(self._ports.signing_keys, given=given.get_secret_value() if given else None)
        return self._signer

    @property
    def callers(self) -> Callers:
        """Knows who asks."""
        if self._callers is None:
            self._callers = Callers(self.records.identities, self.records.workspaces, self.signer)
        return self._callers


def gateway_of(request: Request) -> Gateway:
    """The gateway that a request came to."""
    return request.app.state.gateway


def gateway_of_socket(socket: WebSocket) -> Gateway:
    """The gateway that a socket came to."""
    return socket.app.state.gateway
