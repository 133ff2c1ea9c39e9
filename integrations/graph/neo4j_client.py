"""Transactions on one Neo4j server, with time limits and errors of ours."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Concatenate, LiteralString, ParamSpec, TypeVar
from urllib.parse import unquote, urlsplit

from neo4j import (
    AsyncDriver,
    AsyncGraphDatabase,
    AsyncManagedTransaction,
    AsyncSession,
    NotificationMinimumSeverity,
    unit_of_work,
)
from neo4j.exceptions import AuthError, DriverError, Neo4jError

from integrations.graph.cypher import Cypher
from magicai.errors import Invalid, MagicError, Permanent, Temporary
from magicai.settings import Settings
from magicai.values.masked import masked

P = ParamSpec("P")
T = TypeVar("T")

_SCHEMES = ("bolt", "bolt+s", "bolt+ssc", "neo4j", "neo4j+s", "neo4j+ssc")
_OLDEST = 5
_CONNECT_S = 5.0
_MOST_WORDS = 300
_INDEXES: LiteralString = "SHOW INDEXES YIELD name, state WHERE name IN $names AND state = 'ONLINE' RETURN name"
# Another writer was quicker, in the same moment: the same again does it.
_AGAIN = (
    "Neo.TransientError.Transaction.DeadlockDetected",
    "Neo.ClientError.Schema.ConstraintValidationFailed",
    "Neo.ClientError.Schema.EquivalentSchemaRuleAlreadyExists",
    "Neo.ClientError.Statement.EntityNotFound",
)
_WAYS_OUT = {
    "Neo.ClientError.Security.CredentialsExpired": "set_neo4j_password",
    "Neo.ClientError.Security.Forbidden": "grant_neo4j_rights",
    "Neo.ClientError.Database.DatabaseNotFound": "set_neo4j_database",
}
# Given up by the server: it took too long, or an administrator ended it.
_GIVEN_UP = "Neo.ClientError.Transaction."
_TOO_OFTEN = "Neo.ClientError.Security.AuthenticationRateLimit"


@dataclass(frozen=True, slots=True)
class Address:
    """Where the server is, and who asks: `bolt://USER:PASSWORD@HOST:PORT/DATABASE`.

    Attributes:
        shown: without user name and password.
        database: None for the server's own choice.
    """

    shown: str
    url: str
    user: str
    password: str = field(repr=False)
    database: str | None

    @classmethod
    def of(cls, url: str, settings: Settings) -> "Address":
        """What an address says; user and password that it does not hold come from the settings.

        Raises:
            Invalid: it is none of a Neo4j server.
        """
        shown = masked(url)
        try:
            parts = urlsplit(url)
            port = parts.port or 7687
        except ValueError as exc:
            raise Invalid(
                "setting_invalid", way_out="use_neo4j_address", setting="NEO4J_URL", value=shown, reason=exc
            ) from exc
        path = [unquote(part) for part in parts.path.split("/") if part]
        if parts.scheme not in _SCHEMES or not parts.hostname or len(path) > 1:
            raise Invalid(
                "store_server_invalid", way_out="use_neo4j_address", variable="NEO4J_URL", address=shown, role="Neo4j"
            )
        host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
        query = f"?{parts.query}" if parts.query else ""
        user = unquote(parts.username or "") or settings.neo4j_user
        kept = settings.neo4j_password.get_secret_value() if settings.neo4j_password else ""
        password = unquote(parts.password or "") or kept
        return cls(shown, f"{parts.scheme}://{host}:{port}{query}", user, password, path[0] if path else None)


class Client:
    """One server.

    Args:
        cypher: what must be there before anything is written, its schema, is made where it is not.
        limit_s: for one transaction, with everything that it takes.
    """

    def __init__(self, address: Address, cypher: Cypher, limit_s: float) -> None:
        self._address, self._cypher, self._limit_s = address, cypher, limit_s
        self._driver: AsyncDriver | None = None
        self._ready = False
        self._one_prepares = asyncio.Lock()

    async def read(
        self, work: Callable[Concatenate[AsyncManagedTransaction, P], Awaitable[T]], *args: P.args, **more: P.kwargs
    ) -> T:
        """What `work` answers; it may run several times."""
        return await self._do(lambda session: session.execute_read(self._bounded(work), *args, **more))

    async def write(
        self, work: Callable[Concatenate[AsyncManagedTransaction, P], Awaitable[T]], *args: P.args, **more: P.kwargs
    ) -> T:
        """What `work` answers, once all that it did is kept; it may run several times."""
        return await self._do(lambda session: session.execute_write(self._bounded(work), *args, **more))

    async def close(self) -> None:
        """Let go of the connections."""
        if self._driver is not None:
            await self._driver.close()
            self._driver = None

    def _bounded(
        self, work: Callable[Concatenate[AsyncManagedTransaction, P], Awaitable[T]]
    ) -> Callable[Concatenate[AsyncManagedTransaction, P], Awaitable[T]]:
        """The same, given up by the server as well: a process that is paused in the middle holds locks there."""
        return unit_of_work(timeout=self._limit_s / 2)(work)

    async def _do(self, ask: Callable[[AsyncSession], Awaitable[T]]) -> T:
        try:
            async with asyncio.timeout(self._limit_s):
                while True:
                    try:
                        driver = await self._opened()
                        async with self._session(driver) as session:
                            return await ask(session)
                    except Neo4jError as exc:
                        if exc.code not in _AGAIN:
                            raise
                        await asyncio.sleep(0.05)
        except TimeoutError as exc:
            self._ready = False
            raise Temporary(
                "service_timed_out", server=f"Neo4j at {self._address.shown}", limit_s=f"{self._limit_s:g}"
            ) from exc
        except MagicError:
            raise
        except (Neo4jError, DriverError, OSError, ValueError, TypeError) as exc:
            # It may come back empty, without our constraint.
            self._ready = False
            raise self._translated(exc) from exc

    async def _opened(self) -> AsyncDriver:
        if self._driver is None:
            address = self._address
            self._driver = AsyncGraphDatabase.driver(  # pyright: ignore[reportUnknownMemberType]
                address.url,
                auth=(address.user, address.password) if address.password else None,
                connection_timeout=_CONNECT_S,
                connection_acquisition_timeout=self._limit_s,
                # Whoever runs a task tries again; here, only what met another writer.
                max_transaction_retry_time=_CONNECT_S,
                keep_alive=True,
                notifications_min_severity=NotificationMinimumSeverity.OFF,
                telemetry_disabled=True,
                user_agent="MagicAI",
            )
        async with self._one_prepares:
            if not self._ready:
                await self._prepare(self._driver)
                self._ready = True
        return self._driver

    def _session(self, driver: AsyncDriver) -> AsyncSession:
        return driver.session(database=self._address.database)  # pyright: ignore[reportUnknownMemberType]

    async def _prepare(self, driver: AsyncDriver) -> None:
        async with self._session(driver) as session:
            server = (await (await session.run("RETURN 1")).consume()).server
            name, _, version = server.agent.partition("/")
            major = version.partition(".")[0]
            if name == "Neo4j" and major.isdecimal() and int(major) < _OLDEST:
                raise Permanent(
                    "neo4j_version_unsupported", shown=self._address.shown, version=version, required=_OLDEST
                )
            there = await (await session.run(_INDEXES, names=list(self._cypher.names))).data()
            if len(there) == len(self._cypher.names):
                return
            for statement in self._cypher.schema:
                await (await session.run(statement)).consume()

    def _translated(self, exc: Exception) -> MagicError:
        where = f"Neo4j at {self._address.shown}"
        said = exc.message if isinstance(exc, Neo4jError) else str(exc)
        said = " ".join((said or type(exc).__name__).split())[:_MOST_WORDS].rstrip(":")
        code = getattr(exc, "code", None) or ""
        if code == _TOO_OFTEN:
            return Temporary("too_many_sign_ins", where=where, said=said)
        if code in _WAYS_OUT:
            return Permanent("server_error", way_out=_WAYS_OUT[code], server=where, reason=said)
        if isinstance(exc, AuthError):
            return Permanent("neo4j_access_refused", where=where, user=self._address.user, said=said)
        away = "trust_certificate" if "SSLCertVerificationError" in said else "check_neo4j_is_running"
        if isinstance(exc, (Neo4jError, DriverError)) and (exc.is_retryable() or code.startswith(_GIVEN_UP)):
            way_out = None if isinstance(exc, Neo4jError) else away
            return Temporary("server_error", way_out=way_out, server=where, reason=said)
        if isinstance(exc, OSError):
            return Temporary("server_error", way_out=away, server=where, reason=said)
        return Permanent("server_error", server=where, reason=said)
