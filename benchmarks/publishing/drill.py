"""Posts of odd texts to real servers behind a proxy that fails and lies: each is there once, or a person is asked.

    python3 -m benchmarks.publishing.drill [--posts 60] [--servers snac wordpress ghost bluesky]

The servers are those of the lab whose file MAGICAI_TEST_STORES names; where none are named, all that the file has. The
proxy cuts calls after they were sent, halves their answers, lets them arrive late, or loses them, and then answers
questions with half of the answer, a page, an older list, one in another order, a short one, or other spellings. After
each fault the run is resumed. What is there is counted on the servers.
"""

import argparse
import asyncio
import json
import random
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from pydantic import SecretStr

from flows.review_and_publish import GOAL
from integrations.open import Ports, open_ports
from magicai.publishing.posts import PostState
from magicai.publishing.target import NewTarget, add_target
from magicai.runs.effects import decide_effect, effects_of
from magicai.runs.run import RunStatus
from magicai.settings import Settings
from magicai.values.ids import new_id
from tests.desk import Desk
from tests.platforms.platform import Fault
from tests.platforms.proxy import Lie, Proxy
from tests.platforms.served import NAMES, found

_FAULTS: tuple[Fault, ...] = ("reset", "half", "late", "hang", "500", "lost reset", "lost 500", "lost hang")
_LIES: tuple[Lie, ...] = ("half", "page", "stale", "shuffled", "short", "rewritten")
_FAILING = 0.6
_LYING, _MOST_LIES = 0.6, 3
# How long a call may take, how late one arrives or an answer is old, when a server's word counts that it has none.
_LIMIT_S, _LATE_S, _SETTLE_S = 6.0, 3.0, 12.0
_RESUMES = 4
_TEXTS = (
    ":-) new aprons <3 *washed* linen ;-)",
    "Aprons < 30 EUR & > 10 EUR, *3* of _them_ **left**",
    "🙂 👩‍👩‍👧 🇩🇰 aprons 🎉",
    "亚麻围裙，三种颜色：红、蓝、灰。",
    "リネンのエプロン、3色。",
    "مآزر الكتان بثلاثة ألوان (جديد)",
    "See https://havn.example/a?b=1&c=2#d and #linen, #围裙",
    "Lines\n\n\n  with   spaces\t and tabs  \n\n> a quote\n- a list\n1. one",
    "`code` ~~gone~~ <b>bold</b> &amp; &lt;tag&gt; [gallery] {{ braces }}",
    "Zero\u200bwidth, e\u0301 and é, “quotes”, don’t, … — –",
    "Write to @bob@example.org or bob@example.org :fire: :linen:",
    "A long one: " + "washed linen aprons in three colours, " * 9,
)


@dataclass
class Tally:
    """What came of all posts, by server."""

    posts: int = 0
    faults: Counter[str] = field(default_factory=Counter[str])
    double: Counter[str] = field(default_factory=Counter[str])
    lost: Counter[str] = field(default_factory=Counter[str])
    wrong: Counter[str] = field(default_factory=Counter[str])
    asked: Counter[str] = field(default_factory=Counter[str])


class Drill:
    """Posts to the servers through proxies.

    Args:
        proxies: that run.
    """

    def __init__(self, ports: Ports, proxies: Sequence[Proxy], tally: Tally, chance: random.Random) -> None:
        self._desk, self._proxies, self._tally, self._chance = Desk(ports), proxies, tally, chance

    async def begin(self) -> None:
        """Add the targets, and somebody who approves."""
        self._rita = await self._desk.user("rita")
        for proxy in self._proxies:
            given: dict[str, Any] = {**proxy.target, "name": proxy.name, "secret": SecretStr(proxy.target["secret"])}
            await add_target(self._desk.records, self._desk.ports.seal, NewTarget(**given), owner_id="o")

    async def post(self, number: int) -> None:
        """Approve a piece, publish it while the servers fail, resume it until it is done or asked about, and count."""
        word = f"drill{new_id()[-12:].replace('-', '')}"
        text = f"{_TEXTS[number % len(_TEXTS)]} {word}"
        names = tuple(proxy.name for proxy in self._proxies)
        _, result = await self._desk.submit(platforms=names, title=f"Aprons {word}", text=text)
        content_id = result["content_id"]
        await self._desk.decide(content_id, self._rita)
        self._disturb()
        (run,) = await self._desk.records.runs.listed(follows=content_id)
        for left in range(_RESUMES, -1, -1):
            status, _ = await self._desk.carry_out(await self._desk.records.runs.get(run.run_id))
            if status is RunStatus.COMPLETED or not left:
                break
            await self._desk.records.runs.requeue(run.run_id)
        await self._count(word, content_id)

    def _disturb(self) -> None:
        for proxy in self._proxies:
            if self._chance.random() >= _FAILING:
                continue
            proxy.faults.append(self._chance.choice(_FAULTS))
            lies = self._chance.choices(
                _LIES, k=self._chance.randint(1, _MOST_LIES) if self._chance.random() < _LYING else 0
            )
            proxy.lies += lies
            self._tally.faults[proxy.name] += 1 + len(lies)

    async def _asked(self, content_id: str) -> dict[str, str]:
        """The targets about which a person is asked, and the effects to decide."""
        cut = [str(effect["effect"]) async for effect in effects_of(self._desk.records, "o", "cut")]
        return {one.split(":")[2]: one for one in cut if one.split(":")[1] == content_id}

    async def _count(self, word: str, content_id: str) -> None:
        # What was late has arrived.
        await asyncio.sleep(_LATE_S)
        asked, self._tally.posts = await self._asked(content_id), self._tally.posts + 1
        posts = {post.target: post.state for post in await self._desk.posts(content_id)}
        for proxy in self._proxies:
            count = await proxy.count(word)
            told = posts.get(proxy.name) is PostState.PUBLISHED
            self._tally.double[proxy.name] += count > 1
            self._tally.asked[proxy.name] += proxy.name in asked
            self._tally.lost[proxy.name] += count == 0 and proxy.name not in asked
            self._tally.wrong[proxy.name] += told != (count == 1) and proxy.name not in asked
            if proxy.name in asked:
                answer: dict[str, Any] | None = {"remote_id": "", "url": word} if count else None
                await decide_effect(self._desk.records, asked[proxy.name], owner_id="o", answer=answer)


async def measure(targets: Sequence[dict[str, Any]], posts: int, *, at_once: int, seed: int) -> Tally:
    """Post to the targets, some pieces at a time."""
    tally, proxies = Tally(), [Proxy(target, late_s=_LATE_S) for target in targets]
    for proxy in proxies:
        await proxy.__aenter__()
    try:
        with TemporaryDirectory(prefix="magicai-") as folder:
            settings = Settings(
                home=Path(folder) / "home",
                model="none",
                publish_allow_hosts=tuple(proxy.host for proxy in proxies),
                publish_seconds=_LIMIT_S,
                publish_settle=_SETTLE_S,
            )
            async with open_ports(settings) as ports:
                drill = Drill(ports, proxies, tally, random.Random(seed))  # noqa: S311 - moments, not secrets
                await drill.begin()
                places = asyncio.Semaphore(at_once)

                async def post(number: int) -> None:
                    async with places:
                        await drill.post(number)
                        print(f"{tally.posts} of {posts}", end="\r", file=sys.stderr, flush=True)

                await asyncio.gather(*map(post, range(posts)))
    finally:
        for proxy in proxies:
            await proxy.__aexit__()
    return tally


def shown(tally: Tally, names: Sequence[str]) -> str:
    """The tally as a table."""
    lines = ["server      posts  faults  double  lost  told wrongly  asked"]
    lines += [
        f"{name:<10} {tally.posts:>6} {tally.faults[name]:>7} {tally.double[name]:>7} {tally.lost[name]:>5}"
        f" {tally.wrong[name]:>13} {tally.asked[name]:>6}"
        for name in names
    ]
    return "\n".join(lines)


def main() -> int:
    """Print the tally; 0 where nothing is double, lost or told wrongly."""
    parser = argparse.ArgumentParser(prog="python3 -m benchmarks.publishing.drill", description=__doc__)
    parser.add_argument("--posts", type=int, default=60)
    parser.add_argument("--servers", nargs="+", choices=NAMES, default=list(NAMES))
    parser.add_argument("--at-once", type=int, default=6, help="pieces at a time")
    parser.add_argument("--seed", type=int, default=28)
    wanted = parser.parse_args()
    targets = [one for name in wanted.servers if (one := found(name)) is not None]
    names = [str(target["name"]) for target in targets]
    tally = asyncio.run(measure(targets, wanted.posts, at_once=wanted.at_once, seed=wanted.seed))
    print(shown(tally, names))
    print(json.dumps({name: dict(getattr(tally, name)) for name in ("faults", "double", "lost", "wrong", "asked")}))
    return int(any(sum(getattr(tally, name).values()) for name in ("double", "lost", "wrong")))


if __name__ == "__main__":
    assert GOAL
    sys.exit(main())
