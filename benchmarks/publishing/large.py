"""A megabyte of text through all checks: seconds, and the memory that it takes.

    python3 -m benchmarks.publishing.large [--language zh] [--characters 350000] [--text FILE]

Without FILE, the text is made of the ordinary copy beside this file. A character of Chinese has three bytes, so
350,000 of them are a megabyte; 1,000,000 characters are the most that a piece may have.
"""

import argparse
import asyncio
import resource
import sys
import time
from collections.abc import Callable
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.publishing.__main__ import OWN, read
from integrations.open import open_ports
from magicai.publishing.adapting import adapt_all
from magicai.publishing.checks import CHECKS, check
from magicai.publishing.checks.context import Context
from magicai.publishing.checks.manuscript import manuscript
from magicai.publishing.draft import Draft
from magicai.publishing.piece import Piece
from magicai.publishing.target import targets_of
from magicai.settings import Settings

_MOST_S, _MOST_MB = 300.0, 1_500.0
_PARAGRAPH = 8


def _text(language: str, characters: int, path: Path | None) -> str:
    if path is not None:
        return path.read_text("utf-8")[:characters]
    said = [row["text"] for row in read(OWN) if row["language"] == language]
    made, size, end = list[str](), 0, "。" if language == "zh" else "."
    for number in count():
        part = f"{said[number % len(said)]}（{number}）{end}" + ("\n\n" if number % _PARAGRAPH == 0 else "")
        made.append(part)
        size += len(part)
        if size >= characters:
            return "".join(made)[:characters]
    raise AssertionError


async def _measure(text: str, language: Any) -> dict[str, float]:
    piece, spent = Piece(fields={"text": text}, language=language), dict[str, float]()
    with TemporaryDirectory(prefix="magicai-") as folder:
        async with open_ports(Settings(home=Path(folder) / "home", model="none")) as ports:
            context = Context(owner_id="o")

            async def timed(name: str, work: Callable[[], Any]) -> None:
                begun = time.monotonic()
                await asyncio.to_thread(work)
                spent[name] = time.monotonic() - begun
                print(f"{name:<12} {spent[name]:8.1f} s  {_memory():7.0f} MB", flush=True)

            for name, find in CHECKS.items():
                await timed(name, lambda find=find: list(find(manuscript(piece), context)))
            for name, look in ports.checks.items():
                begun = time.monotonic()
                await look(manuscript(piece), context)
                spent[name] = time.monotonic() - begun
                print(f"{name:<12} {spent[name]:8.1f} s  {_memory():7.0f} MB", flush=True)
            begun = time.monotonic()
            found = await check(piece, context, ports.checks)
            spent["all"] = time.monotonic() - begun
            print(f"{'all':<12} {spent['all']:8.1f} s  {_memory():7.0f} MB  {len(found.found)} findings", flush=True)
            targets = await targets_of(ports.records, "o")
            await timed("adapting", lambda: adapt_all(Draft(text=text, language=language), targets))
    return spent


def _memory() -> float:
    """The most that this process has had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> int:
    """Print the table; 1 where it takes too long, or too much."""
    parser = argparse.ArgumentParser(prog="python3 -m benchmarks.publishing.large", description=__doc__)
    parser.add_argument("--language", choices=("en", "zh"), default="zh")
    parser.add_argument("--characters", type=int, default=350_000)
    parser.add_argument("--text", type=Path)
    wanted = parser.parse_args()
    text = _text(wanted.language, wanted.characters, wanted.text)
    print(f"{len(text):,} characters, {len(text.encode()) / 1e6:.1f} MB; before: {_memory():.0f} MB")
    spent = asyncio.run(_measure(text, wanted.language))
    return int(spent["all"] > _MOST_S or _memory() > _MOST_MB)


if __name__ == "__main__":
    sys.exit(main())
