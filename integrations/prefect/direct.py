"""Prefect's clients, and its command line, without the proxies of the environment where its server is on loopback.

Its clients are built with what the environment names before they know whom they ask. So a proxy that httpx can't use
(`ALL_PROXY=socks://...`) ended each of them, though NO_PROXY says that it is not for loopback.
"""

import runpy
import sys
from collections.abc import Callable
from functools import wraps
from typing import Any

import httpx

from magicai.loopback import is_loopback


def ask_loopback_directly() -> None:
    """Let this process's clients of Prefect on loopback read no proxy from the environment."""
    from prefect.client import base

    for kind in (base.PrefectHttpxAsyncClient, base.PrefectHttpxSyncClient):
        kind.__init__ = _direct(kind.__init__)


def _direct(usual: Callable[..., None]) -> Callable[..., None]:
    @wraps(usual)
    def made(client: Any, *words: Any, **named: Any) -> None:
        if is_loopback(httpx.URL(named.get("base_url", "")).host):
            named.setdefault("trust_env", False)
        usual(client, *words, **named)

    return made


def run(*words: str) -> None:
    """Run Prefect's command line in this process, which it ends."""
    sys.argv[1:] = words
    runpy.run_module("prefect", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    ask_loopback_directly()
    run(*sys.argv[1:])
