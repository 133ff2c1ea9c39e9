from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from integrations.cache.sqlite import SqliteCache
from integrations.records import sqlite
from integrations.signing_keys import FileSigningKeys
from magicai.accounts.callers import Callers
from magicai.accounts.identity import Role, User
from magicai.accounts.sessions import Tokens, log_in
from magicai.accounts.signing import Signer
from magicai.ports import Cache, Identities, SigningKeys, Workspaces
from magicai.values.times import now_us


class Clock:
    """Time that a test moves; UTC microseconds, beginning now."""

    def __init__(self) -> None:
        self.ahead = 0

    def __call__(self) -> int:
        return now_us() + self.ahead

    def later(self, seconds: float) -> None:
        self.ahead += round(seconds * 1_000_000)


@dataclass
class Gate:
    """Who may log in, and what reads what they bring."""

    identities: Identities
    workspaces: Workspaces
    cache: Cache
    keys: SigningKeys
    clock: Clock

    def __post_init__(self) -> None:
        self.signer = Signer(self.keys, now=self.clock)
        self.callers = Callers(self.identities, self.workspaces, self.signer, now=self.clock)

    async def user(self, name: str = "ann", role: Role = Role.USER) -> User:
        return await self.identities.add_user(User(user_id=f"id-{name}", name=name, role=role, created_at=1))

    async def tokens(self, name: str = "ann") -> Tokens:
        return await log_in(self.identities, self.signer, await self.user(name))


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def gate(tmp_path: Path, clock: Clock) -> AsyncIterator[Gate]:
    records = sqlite.open(tmp_path / "records.sqlite3", now=clock)
    cache = SqliteCache(tmp_path / "cache.sqlite3")
    yield Gate(records.identities, records.workspaces, cache, FileSigningKeys(tmp_path / "signing-keys.json"), clock)
    await cache.close()
    await records.close()
