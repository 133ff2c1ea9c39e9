"""How much of ordinary copy the checks touch, and how much of it they hold up, check by check.

    python -m benchmarks.publishing --copy FILE [FILE ...] [--examples 5]

FILE is JSON Lines: `text`, and perhaps `language` and `record`, what the text was written from. Nothing in ordinary
copy needs a person, so what is held up is a false alarm until somebody has looked at it: that is what the examples are
for. Checks that need other texts, other servers or a model are left out.
"""

import argparse
import asyncio
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from integrations.grammar.harper import Harper
from magicai.claims.sources import sources_of
from magicai.publishing.checks import check, claims
from magicai.publishing.checks.check import Looks
from magicai.publishing.checks.context import Context
from magicai.publishing.checks.grammar import English
from magicai.publishing.checks.manuscript import Manuscript
from magicai.publishing.findings import Finding
from magicai.publishing.piece import Piece

OWN = Path(__file__).parent / "ordinary.jsonl"
_SHOWN = 70


@dataclass
class Touched:
    """What one check or rule does to a file of copy: which of its texts it touches, and which it holds up."""

    texts: set[int] = field(default_factory=set[int])
    held_up: set[int] = field(default_factory=set[int])
    examples: list[str] = field(default_factory=list[str])


def read(path: Path) -> Iterator[Mapping[str, Any]]:
    """The texts of a file."""
    with path.open(encoding="utf-8") as lines:
        yield from (json.loads(line) for line in lines if line.strip())


async def findings(row: Mapping[str, Any]) -> Sequence[Finding]:
    """What is found in one text, by its record too where it has one."""
    others: dict[str, Looks] = {"grammar": English(Harper()), "claims": _proof}
    record = row.get("record")
    context = Context(sources=sources_of(record) if record else ())
    return (await check(Piece(fields={"text": row["text"]}, language=row.get("language")), context, others)).found


async def _proof(script: Manuscript, context: Context) -> Sequence[Finding]:
    return tuple(claims.find(script, context))


async def measured(path: Path, examples: int) -> tuple[int, Mapping[str, Touched]]:
    """How many texts a file has, and what each check and each of its rules does to them."""
    count, by_name = 0, defaultdict[str, Touched](Touched)
    for number, row in enumerate(read(path)):
        count += 1
        for one in await findings(row):
            for name in ("all", one.check, one.rule):
                touched = by_name[name]
                touched.texts.add(number)
                if one.severity != "note":
                    touched.held_up.add(number)
                if name == one.rule and len(touched.examples) < examples:
                    touched.examples.append(f"“{one.text[:_SHOWN]}” in “{_around(row['text'], one)}”")
    return count, by_name


def _around(text: str, one: Finding) -> str:
    return " ".join(text[max(0, one.place.start - _SHOWN) : one.place.end + _SHOWN].split())


def main() -> None:
    """Print a table for each file."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.publishing", description=__doc__)
    parser.add_argument("--copy", type=Path, nargs="+", default=[OWN], metavar="FILE")
    parser.add_argument("--examples", type=int, default=5)
    wanted = parser.parse_args()
    for path in wanted.copy:
        count, by_name = asyncio.run(measured(path, wanted.examples))
        print(f"{path.name}: {count} texts")
        for name, one in sorted(by_name.items()):
            share, held = len(one.texts) / count, len(one.held_up) / count
            print(
                f"  {name:<36} touched {len(one.texts):>4} ({share:6.1%})  held up {len(one.held_up):>4} ({held:6.1%})"
            )
            for example in one.examples:
                print(f"      {example}")


if __name__ == "__main__":
    main()
