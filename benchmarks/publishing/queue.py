"""The review queue as it grows: listing a page, counting, and deciding should take the same at any length.

python3 -m benchmarks.publishing.queue [--sizes 100 1000 10000]
"""

import argparse
import asyncio
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from integrations.open import Ports, open_ports
from magicai.accounts.users import local_user
from magicai.publishing.adapting import adapt_all
from magicai.publishing.draft import Draft
from magicai.publishing.reviewing import NewDecision, decide
from magicai.publishing.rules import Rules
from magicai.publishing.submission import Status, Submission, Version
from magicai.publishing.target import targets_of
from magicai.settings import Settings
from magicai.values.ids import new_id
from magicai.values.times import now_us

_OWNER = "local"
_TIMES = 15
_AT_ONCE = 200
_MOST = 2.0


async def _add(ports: Ports, count: int) -> None:
    """Submissions that wait for a decision."""
    draft = Draft(title="Linen aprons", text="Washed linen, in three colours. " * 40)
    payloads = adapt_all(draft, await targets_of(ports.records, _OWNER))
    now = now_us()

    async def one() -> None:
        version = Version(number=1, at=now, by=_OWNER, draft=draft, payloads=payloads)
        made = Submission(
            content_id=new_id(),
            owner_id=_OWNER,
            created_at=now,
            changed_at=now,
            run_id="run",
            targets=("site",),
            status=Status.PENDING_REVIEW,
            versions=(version,),
            checked=version.digest,
        )
        await ports.publishing.submissions.add(made, [])

    for start in range(0, count, _AT_ONCE):
        await asyncio.gather(*(one() for _ in range(min(_AT_ONCE, count - start))))


async def _ms(what: Callable[[], Awaitable[Any]]) -> float:
    taken: list[float] = []
    for _ in range(_TIMES):
        began = time.perf_counter()
        await what()
        taken.append((time.perf_counter() - began) * 1000)
    return median(taken)


async def measure(sizes: list[int]) -> dict[int, dict[str, float]]:
    """Milliseconds by size and question."""
    found: dict[int, dict[str, float]] = {}
    with TemporaryDirectory(prefix="magicai-") as folder:
        async with open_ports(Settings(home=Path(folder) / "home", model="none")) as ports:
            user, there = await local_user(ports.records.identities, _OWNER), 0
            submissions, waiting = ports.publishing.submissions, (Status.PENDING_REVIEW,)
            for size in sizes:
                await _add(ports, size - there)
                there = size
                first = await submissions.listed(owner_id=None, statuses=waiting)
                middle = first[-1].content_id
                left = iter(first)

                async def reject(left: Any = left) -> None:
                    one = next(left)
                    new = NewDecision("reject", one.digest, "Too plain.")
                    await decide(ports.publishing, one.content_id, new, user=user, rules=Rules())

                found[size] = {
                    "list": await _ms(lambda: submissions.listed(owner_id=None, statuses=waiting)),
                    "next page": await _ms(
                        lambda middle=middle: submissions.listed(owner_id=None, statuses=waiting, after=middle)
                    ),
                    "decide": await _ms(reject),
                    "count": await _ms(lambda: submissions.counts(owner_id=None)),
                }
    return found


def main() -> int:
    """Print the table; 0 where listing and deciding are flat."""
    parser = argparse.ArgumentParser(prog="python3 -m benchmarks.publishing.queue", description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[100, 1_000, 10_000])
    found = asyncio.run(measure(parser.parse_args().sizes))
    names = list(next(iter(found.values())))
    print("waiting  " + "  ".join(f"{name:>12}" for name in names))
    for size, row in found.items():
        print(f"{size:>7}  " + "  ".join(f"{row[name]:>9.1f} ms" for name in names))
    smallest, largest = min(found), max(found)
    ratios = {name: found[largest][name] / found[smallest][name] for name in names}
    print("  ratio  " + "  ".join(f"{ratios[name]:>12.2f}" for name in names))
    return int(any(ratios[name] > _MOST for name in ("list", "next page", "decide")))


if __name__ == "__main__":
    sys.exit(main())
