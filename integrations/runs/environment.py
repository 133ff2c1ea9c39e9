"""What a process of ours has in its environment before it imports Prefect."""

import os
import secrets
from collections.abc import Mapping
from pathlib import Path

# Measured on Prefect 3.9.1 (docs/decisions/0005): the lag from task to API falls from 7 s to 0.05 s.
_TUNING = {
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_BATCH_SIZE": "100",
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_READ_BATCH_SIZE": "100",
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_FLUSH_INTERVAL": "0.5",
    "PREFECT_SERVER_SERVICES_EVENT_PERSISTER_BATCH_SIZE": "200",
    "PREFECT_SERVER_SERVICES_EVENT_PERSISTER_READ_BATCH_SIZE": "100",
    "PREFECT_SERVER_SERVICES_EVENT_PERSISTER_FLUSH_INTERVAL": "1",
    "PREFECT_SERVER_SERVICES_TRIGGERS_READ_BATCH_SIZE": "100",
    "PREFECT_WORKER_QUERY_SECONDS": "0.5",
    "PREFECT_WORKER_ENABLE_CANCELLATION": "true",
}
_QUIET = {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_SERVER_UI_V2_ENABLED": "false",  # it calls an analytics host all the same
    "PREFECT_CLI_PROMPT": "false",
    "PREFECT_SERVER_ALLOW_EPHEMERAL_MODE": "false",  # an ephemeral server is orphaned by kill -9
    "PREFECT_LOGGING_TO_API_WHEN_MISSING_FLOW": "ignore",
}


def prefect_home(home: Path) -> Path:
    """A PREFECT_HOME of our own, so that a user's profile, perhaps Prefect Cloud's, never sees a run."""
    return home / "prefect"


def credential(home: Path) -> str:
    """The secret `user:password` of this installation's Prefect API; made on first use, readable by its owner only."""
    return "magicai:" + kept_secret(prefect_home(home) / "credential")


def kept_secret(path: Path) -> str:
    """A random secret kept in a file of mode 0600; whoever comes first makes it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_urlsafe(32))
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return path.read_text()


def clean(environment: Mapping[str, str]) -> dict[str, str]:
    """The user's environment without their own Prefect settings."""
    return {name: value for name, value in environment.items() if not name.startswith("PREFECT_")}


def client(home: Path, url: str, environment: Mapping[str, str]) -> dict[str, str]:
    """The environment of a process that talks to our server at `url` (which ends in /api)."""
    return {
        **clean(environment),
        **_QUIET,
        "MAGICAI_HOME": str(home),
        "PREFECT_HOME": str(prefect_home(home)),
        "PREFECT_API_URL": url,
        "PREFECT_API_AUTH_STRING": credential(home),
        "PREFECT_WORKER_QUERY_SECONDS": _TUNING["PREFECT_WORKER_QUERY_SECONDS"],
        "PREFECT_WORKER_ENABLE_CANCELLATION": "true",
    }


def server(home: Path, port: int, environment: Mapping[str, str]) -> dict[str, str]:
    """The environment of the server itself."""
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
    }


def encryption_key(home: Path) -> str:
    """The key under which Prefect's database keeps secret blocks: 32 bytes in URL-safe base64, as Fernet wants it."""
    return kept_secret(prefect_home(home) / "encryption-key") + "="
