"""Where the gateway and the page of this installation are."""

import json
from pathlib import Path

import psutil

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
