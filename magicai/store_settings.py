"""Settings of the stores: the addresses of your servers, and what gives access to them."""

from pathlib import Path
from typing import Annotated

import platformdirs
from pydantic import AliasChoices, Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode


def _home() -> Path:
    return Path(platformdirs.user_data_dir("magicai", appauthor=False))


class StoreSettings(BaseSettings):
    """Addresses go by their usual names; a store without one is embedded."""

    home: Path = Field(default_factory=_home, description="Folder for everything that this installation keeps.")

    @field_validator("home", mode="before")
    @classmethod
    def _empty_is_unset(cls, value: object) -> object:
        """An empty setting is none: a variable of a shell that is not set names no folder."""
        return value if value not in ("", None) else _home()

    database_url: SecretStr | None = Field(
        None,
        validation_alias=AliasChoices("DATABASE_URL", "database_url"),
        description="PostgreSQL for the records. Unset: the embedded SQLite.",
    )
    database_pool: int = Field(
        50, ge=1, le=1000, description="Maximum number of connections to PostgreSQL, per process."
    )
    redis_url: SecretStr | None = Field(
        None,
        validation_alias=AliasChoices("REDIS_URL", "redis_url"),
        description="Redis for the cache. Unset: the embedded cache.",
    )
    elasticsearch_url: SecretStr | None = Field(
        None,
        validation_alias=AliasChoices("ELASTICSEARCH_URL", "elasticsearch_url"),
        description="Elasticsearch for search. Unset: the embedded index.",
    )
    elasticsearch_api_key: SecretStr | None = Field(
        None,
        validation_alias=AliasChoices("ELASTICSEARCH_API_KEY", "elasticsearch_api_key"),
        description="API key for Elasticsearch, instead of a user and password in ELASTICSEARCH_URL.",
    )
    neo4j_url: SecretStr | None = Field(
        None,
        validation_alias=AliasChoices("NEO4J_URL", "neo4j_url"),
        description="Neo4j for the graph. Unset: the embedded graph.",
    )
    neo4j_user: str = Field(
        "neo4j",
        validation_alias=AliasChoices("NEO4J_USER", "neo4j_user"),
        description="User for Neo4j, unless NEO4J_URL contains one.",
    )
    neo4j_password: SecretStr | None = Field(
        None,
        validation_alias=AliasChoices("NEO4J_PASSWORD", "neo4j_password"),
        description="Password for Neo4j, unless NEO4J_URL contains one.",
    )
    chromadb_url: SecretStr | None = Field(
        None,
        validation_alias=AliasChoices("CHROMADB_URL", "chromadb_url"),
        description="ChromaDB for vectors. Unset: a server that MagicAI starts on loopback.",
    )
    chromadb_token: SecretStr | None = Field(
        None,
        validation_alias=AliasChoices("CHROMADB_TOKEN", "chromadb_token"),
        description="Token for ChromaDB, if it requires one.",
    )
    files_url: SecretStr | None = Field(
        None, description="S3-compatible bucket for page bodies and results: s3://BUCKET/PREFIX. Unset: a folder."
    )
    stores_accepted: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        description="Store servers that may be used without `magicai stores accept`: records, cache, search,"
        " graph, vectors, files, or all; comma-separated.",
    )
    namespace: str = Field(
        "magicai",
        pattern=r"^[a-z][a-z0-9_]{0,30}$",
        description="Prefix of everything that MagicAI creates on your servers: schema, keys, indexes, labels,"
        " collections.",
    )
