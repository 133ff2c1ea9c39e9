"""Where the page of this installation is, and links that sign in to it."""

import json
from pathlib import Path

import psutil

from integrations.open import Ports
from magicai.accounts.passes import issue
from magicai.accounts.users import local_user
from magicai.errors import Missing


def gateway_url(home: Path) -> str:
    """Where the gateway of this installation says that it is.

    Raises:
        Missing: none runs.
    """
    try:
        record = json.loads((home / "gateway.json").read_text(encoding="utf-8"))
        if psutil.pid_exists(record["pid"]):
            return record["url"]
    except (OSError, ValueError, KeyError, TypeError):
        pass
    raise Missing("gateway_not_running")


def page_address(home: Path) -> str:
    """Where the page is; "" where no gateway runs."""
    try:
        return gateway_url(home)
    except Missing:
        return ""


async def page_link(ports: Ports, url: str, run_id: str | None = None) -> str:
    """A link that opens the page, signed in as the user of this command line; it works once.

    Args:
        ports: of this installation.
        url: of its gateway.
        run_id: the run to show; the first page where None.
    """
    user = await local_user(ports.records.identities, ports.settings.owner)
    secret = await issue(ports.cache, "link", {"user_id": user.user_id})
    return f"{url}/login/{secret}" + (f"#/runs/{run_id}" if run_id else "")
