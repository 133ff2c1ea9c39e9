"""What can't be read is said before there is a run."""

import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from magicai.cli import addresses
from magicai.cli.addresses import check_addresses
from magicai.errors import Invalid, Refused, Temporary
from magicai.settings import Settings
from magicai.shops.crawl_analyze_generate import CrawlAnalyzeGenerate

SHOP = CrawlAnalyzeGenerate.model_validate({"competitor_url": "https://shop.example"})


def resolver(monkeypatch: pytest.MonkeyPatch, answer: Any) -> None:
    def look_up(*_: object, **__: object) -> Any:
        return answer()

    monkeypatch.setattr(socket, "getaddrinfo", look_up)


async def check() -> None:
    await check_addresses("crawl-analyze-generate", SHOP, Settings())


async def test_a_host_that_is_there_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    resolver(monkeypatch, lambda: [(2, 1, 6, "", ("93.184.215.14", 443))])
    await check()


async def test_a_host_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def none() -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    resolver(monkeypatch, none)
    with pytest.raises(Invalid, match=r"There is no host named shop\.example\. Check the spelling"):
        await check()


async def test_a_private_address_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    resolver(monkeypatch, lambda: [(2, 1, 6, "", ("10.0.0.1", 443))])
    with pytest.raises(Refused, match="no public address"):
        await check()


async def test_a_resolver_that_does_not_answer_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    from threading import Event

    answered = Event()
    monkeypatch.setattr(addresses, "_LIMIT_S", 0.01)
    resolver(monkeypatch, lambda: [answered.wait(60)][:0])
    with pytest.raises(Temporary, match=r"shop\.example could not be looked up .* network connection"):
        await check()
    answered.set()


def test_a_refused_address_ends_the_command_with_one_line(tmp_path: Path) -> None:
    """Twelve lines of "nanobind: leaked" came after it."""
    words = [sys.executable, "-m", "magicai", "run", "crawl-analyze-generate", "http://127.0.0.1:1/"]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MAGICAI_")}
    environ = {**kept, "MAGICAI_HOME": str(tmp_path), "MAGICAI_MODEL": "none"}
    done = subprocess.run(words, env=environ, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 1
    assert done.stdout == ""
    (said,) = done.stderr.splitlines()
    assert said.startswith("127.0.0.1:1 uses port 1")
