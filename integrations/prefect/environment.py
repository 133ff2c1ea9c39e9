"""What a process of ours has in its environment before it imports Prefect."""

import os
import secrets
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import IO

from integrations.processes import lifeline
from magicai.loopback import direct
from magicai.private import private_draft, private_folder
from magicai.settings import Settings

# Measured on Prefect 3.9.1 (docs/decisions/0005-prefect-server-in-our-own-process.md): the delay between a task and the
# API falls from 7 s to 1 s.
_TUNING = {
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_BATCH_SIZE": "100",
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_READ_BATCH_SIZE": "100",
    # A whole number: Prefect cuts a fraction off, and with 0 its loop takes half a core for ever.
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_FLUSH_INTERVAL": "1",
    "PREFECT_SERVER_SERVICES_EVENT_PERSISTER_BATCH_SIZE": "200",
    "PREFECT_SERVER_SERVICES_EVENT_PERSISTER_READ_BATCH_SIZE": "100",
    "PREFECT_SERVER_SERVICES_EVENT_PERSISTER_FLUSH_INTERVAL": "1",
    "PREFECT_SERVER_SERVICES_TRIGGERS_READ_BATCH_SIZE": "100",
    "PREFECT_SERVER_SERVICES_SCHEDULER_LOOP_SECONDS": "15",  # so long nothing comes of a schedule that is switched on
    "PREFECT_WORKER_QUERY_SECONDS": "0.5",
}
_QUIET = {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_SERVER_UI_V2_ENABLED": "false",  # it calls an analytics host all the same
    "PREFECT_CLI_PROMPT": "false",
    "PREFECT_SERVER_ALLOW_EPHEMERAL_MODE": "false",  # an ephemeral server is orphaned by kill -9
    "PREFECT_LOGGING_TO_API_WHEN_MISSING_FLOW": "ignore",
    # Two questions of each new client, whose answers are known: our server has our version, and no such tokens.
    "PREFECT_CLIENT_SERVER_VERSION_CHECK_ENABLED": "false",
    "PREFECT_CLIENT_CSRF_SUPPORT_ENABLED": "false",
}


def prefect_home(home: Path) -> Path:
    """A PREFECT_HOME of our own, so that a user's profile, perhaps Prefect Cloud's, never sees a run."""
    return home / "prefect"


def credential(home: Path) -> str:
    """The secret `user:password` of this installation's Prefect API; made on first use, readable by its owner only."""
    return "magicai:" + kept_secret(prefect_home(home) / "credential")


def open_log(path: Path) -> IO[bytes]:
    """A log to append to, for its owner only: it may quote what a run was asked."""
    private_folder(path.parent.parent)
    private_folder(path.parent)
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab")


def kept_secret(path: Path) -> str:
    """A random secret kept in a file of mode 0600; whoever comes first makes it."""
    private_folder(path.parent.parent)
    private_folder(path.parent)
    try:
        return path.read_text()
    except FileNotFoundError:
        draft = private_draft(path, secrets.token_urlsafe(32).encode())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return path.read_text()


def clean(environment: Mapping[str, str]) -> dict[str, str]:
    """The user's environment without their own Prefect settings, and without what ends the process that has it.

    Its proxies are for what is not on this machine.
    """
    foreign = ("PREFECT_", lifeline.VARIABLE)
    kept = {name: value for name, value in environment.items() if not name.startswith(foreign)}
    return {**kept, **direct(environment)}


def client(home: Path, url: str, environment: Mapping[str, str]) -> dict[str, str]:
    """The environment of a process that talks to our server at `url` (which ends in /api)."""
    return {
        **clean(environment),
        **_QUIET,
        "MAGICAI_HOME": str(home.absolute()),
        # So that `python`, as prefect.yaml has it, is the one that has us installed.
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), environment.get("PATH", os.defpath)]),
        "PREFECT_HOME": str(prefect_home(home).absolute()),
        "PREFECT_API_URL": url,
        "PREFECT_API_AUTH_STRING": credential(home),
        "PREFECT_WORKER_QUERY_SECONDS": _TUNING["PREFECT_WORKER_QUERY_SECONDS"],
        "PREFECT_WORKER_ENABLE_CANCELLATION": "false",  # that of Prefect's own worker; ours hears of it by itself
    }


def server(settings: Settings, port: int, environment: Mapping[str, str]) -> dict[str, str]:
    """The environment of the server itself."""
    home = settings.home
    base = f"http://127.0.0.1:{port}"
    return {
        **client(home, f"{base}/api", environment),
        **_TUNING,
        "PREFECT_SERVER_API_HOST": "127.0.0.1",
        "PREFECT_SERVER_API_PORT": str(port),
        "PREFECT_SERVER_API_AUTH_STRING": credential(home),
        "PREFECT_SERVER_UI_API_URL": f"{base}/api",
        "PREFECT_SERVER_CORS_ALLOWED_ORIGINS": base,
        "PREFECT_SERVER_ENCRYPTION_KEY": encryption_key(home),
        **_shared(settings),
    }


def _shared(settings: Settings) -> dict[str, str]:
    """What servers of several machines share: a database, and a Redis for events, order, leases and services."""
    made: dict[str, str] = {}
    if settings.prefect_database:
        _, _, rest = settings.prefect_database.get_secret_value().partition("://")
        # By another name in its driver than in PostgreSQL's own library; the settings let nothing else through.
        made["PREFECT_SERVER_DATABASE_CONNECTION_URL"] = f"postgresql+asyncpg://{rest.replace('?sslmode=', '?ssl=')}"
    if settings.prefect_redis:
        redis = settings.prefect_redis.get_secret_value()
        made |= {
            "PREFECT_MESSAGING_BROKER": "prefect_redis.messaging",
            "PREFECT_MESSAGING_CACHE": "prefect_redis.messaging",
            "PREFECT_SERVER_EVENTS_CAUSAL_ORDERING": "prefect_redis.ordering",
            "PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE": "prefect_redis.lease_storage",
            "PREFECT_REDIS_MESSAGING_URL": redis,
            "PREFECT_SERVER_DOCKET_URL": redis,
        }
    return made


def encryption_key(home: Path) -> str:
    """The key under which Prefect's database keeps secret blocks: 32 bytes in URL-safe base64, as Fernet wants it."""
    return kept_secret(prefect_home(home) / "encryption-key") + "="
