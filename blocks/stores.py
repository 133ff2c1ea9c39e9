"""One block type a store: where the user's server is, and who asks.

    async with (await MagicaiRedis.aload("staging")).opened() as ports:
        await ports.cache.get("a key")

Blocks named `magicai` are what our own flow runs take for search, graph, vectors and cache
(integrations/prefect/blocks.py).
"""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import ClassVar
from urllib.parse import quote

from prefect.blocks.core import Block
from pydantic import Field, SecretStr

from integrations.open import Ports, open_ports
from integrations.store_roles import ADDRESSES, Role
from magicai.settings import Settings, load


class StoreBlock(Block):
    """A server of yours that plays one role."""

    _documentation_url = None
    role: ClassVar[Role]
    # Without TLS, and with it.
    schemes: ClassVar[tuple[str, str]]

    host: str = Field(description="Name or address of the server.", min_length=1)
    port: int = Field(description="Its port.", ge=1, le=65535)
    username: str | None = Field(default=None, description="Empty if the server needs no user.")
    password: SecretStr | None = Field(default=None, description="Encrypted by Prefect, and never shown.")
    tls: bool = Field(default=False, description="Whether the connection is encrypted, and the certificate checked.")
    path: str = Field(default="", description="The part of the address after the port: a database or tenant.")

    @property
    def variable(self) -> str:
        """The environment variable that says the same."""
        return ADDRESSES[self.role]

    def address(self) -> SecretStr:
        """As the environment variable would have it."""
        password = self.password.get_secret_value() if self.password is not None else ""
        who = ""
        if self.username or password:
            who = f"{quote(self.username or '', safe='')}{':' + quote(password, safe='') if password else ''}@"
        host = f"[{self.host}]" if ":" in self.host else self.host
        path = f"/{self.path.lstrip('/')}" if self.path else ""
        return SecretStr(f"{self.schemes[self.tls]}://{who}{host}:{self.port}{path}")

    def into(self, settings: Settings) -> Settings:
        """Settings with this server in its role; it was saved for MagicAI, which is the yes to it."""
        accepted = (*settings.stores_accepted, self.role)
        return settings.model_copy(update={self.variable.lower(): self.address(), "stores_accepted": accepted})

    @asynccontextmanager
    async def opened(self) -> AsyncGenerator[Ports]:
        """The ports of this installation, with this server in its role."""
        async with open_ports(self.into(load())) as ports:
            yield ports


class MagicaiPostgresql(StoreBlock):
    """PostgreSQL for MagicAI's records."""

    _block_type_name = "MagicAI PostgreSQL"
    _block_type_slug = "magicai-postgresql"
    _description = "PostgreSQL server for MagicAI's records (DATABASE_URL)."
    role = "records"
    schemes = ("postgresql", "postgresql")

    port: int = Field(default=5432, description="Its port.", ge=1, le=65535)
    path: str = Field(default="magicai", description="The database.")

    def address(self) -> SecretStr:
        """As DATABASE_URL would have it."""
        plain = super().address()
        return SecretStr(f"{plain.get_secret_value()}?sslmode=verify-full") if self.tls else plain


class MagicaiRedis(StoreBlock):
    """Redis for MagicAI's cache."""

    _block_type_name = "MagicAI Redis"
    _block_type_slug = "magicai-redis"
    _description = "Redis server for MagicAI's cache (REDIS_URL)."
    role = "cache"
    schemes = ("redis", "rediss")

    port: int = Field(default=6379, description="Its port.", ge=1, le=65535)
    path: str = Field(default="0", description="The number of the database.")


class MagicaiElasticsearch(StoreBlock):
    """Elasticsearch for MagicAI's search."""

    _block_type_name = "MagicAI Elasticsearch"
    _block_type_slug = "magicai-elasticsearch"
    _description = "Elasticsearch server for MagicAI's search (ELASTICSEARCH_URL)."
    role = "search"
    schemes = ("http", "https")

    port: int = Field(default=9200, description="Its port.", ge=1, le=65535)


class MagicaiNeo4j(StoreBlock):
    """Neo4j for MagicAI's graph."""

    _block_type_name = "MagicAI Neo4j"
    _block_type_slug = "magicai-neo4j"
    _description = "Neo4j server for MagicAI's graph (NEO4J_URL)."
    role = "graph"
    schemes = ("bolt", "bolt+s")

    port: int = Field(default=7687, description="Its port.", ge=1, le=65535)


class MagicaiChroma(StoreBlock):
    """ChromaDB for MagicAI's vectors."""

    _block_type_name = "MagicAI ChromaDB"
    _block_type_slug = "magicai-chromadb"
    _description = "ChromaDB server for MagicAI's vectors (CHROMADB_URL)."
    role = "vectors"
    schemes = ("http", "https")

    port: int = Field(default=8000, description="Its port.", ge=1, le=65535)


TYPES: tuple[type[StoreBlock], ...] = (
    MagicaiPostgresql,
    MagicaiRedis,
    MagicaiElasticsearch,
    MagicaiNeo4j,
    MagicaiChroma,
)
