"""Make the passwords that compose.yaml asks for, once: `python3 -m deployments.passwords`.

They go into the file .env beside compose.yaml, which Compose reads by itself. What is there stays: a server that was
started with a password keeps it in its volume. Runs on a bare Python, before anything is installed.
"""

import os
import re
import secrets
import sys
from pathlib import Path

NAMES = ("POSTGRESQL_PASSWORD", "REDIS_PASSWORD", "ELASTICSEARCH_PASSWORD", "NEO4J_PASSWORD")
PATH = Path(__file__).with_name(".env")


def make(path: Path = PATH) -> list[str]:
    """Add the passwords that the file lacks; only its owner may read it. Answers their names.

    Letters and digits alone: they become part of addresses.
    """
    kept = path.read_text(encoding="utf-8") if path.exists() else ""
    new = [name for name in NAMES if not re.search(rf"^{name}=.", kept, re.MULTILINE)]
    if kept and not kept.endswith("\n"):
        kept += "\n"
    beside = path.with_name(f"{path.name}.new")
    beside.unlink(missing_ok=True)
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(kept + "".join(f"{name}={secrets.token_hex(16)}\n" for name in new))
    beside.replace(path)
    return new


if __name__ == "__main__":
    made = make()
    said = f"created {', '.join(made)}" if made else "all passwords are there"
    sys.stderr.write(f"{PATH}: {said}\n")
