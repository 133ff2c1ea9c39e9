"""Whether choices follow what readers did: the platform and the time of day of posts, over 60 of them.

    python3 -m benchmarks.publishing.choices [--posts 60]

Readers here prefer one platform and one time; their clicks vary. Printed is how often the best option was chosen.
"""

import argparse
import asyncio
import random
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from integrations.open import open_ports
from magicai.accounts.identity import Role
from magicai.publishing import reviewing
from magicai.publishing.learning import learn
from magicai.publishing.posts import Post, PostState
from magicai.publishing.review_settings import rules_of
from magicai.publishing.target import NewTarget, add_target
from magicai.settings import Settings
from magicai.values.times import now_us
from tests.desk import Desk

_BEST = {"platform": "feed", "time": "evening"}
_CLICKS, _OTHERS = 14, 4
_LAST = 20
_LEAST = 0.6


async def _measure(posts: int, seed: int) -> dict[str, list[bool]]:
    """For each post whether the best option was chosen, by choice."""
    found: dict[str, list[bool]] = {name: [] for name in _BEST}
    chance = random.Random(seed)  # noqa: S311 - readers, no secrets
    with TemporaryDirectory(prefix="magicai-") as folder:
        async with open_ports(Settings(home=Path(folder) / "home", model="none")) as ports:
            ports.__dict__["checks"] = {}  # their time says nothing here
            desk = Desk(ports)
            await add_target(ports.records, ports.seal, NewTarget(name="news", platform="feed"), owner_id="o")
            rita = await desk.user("rita", Role.REVIEWER)
            for number in range(posts):
                title = f"Aprons {number}"
                _, result = await desk.submit(title=title, platforms=["site", "news"], choose=["platform", "time"])
                content_id = result["content_id"]
                made = {one.choice.choice: one.choice.option for one in await desk.records.decisions.of_run(content_id)}
                for name, option in _BEST.items():
                    found[name].append(made[name] == option)
                mean = sum(_CLICKS if made[name] == option else _OTHERS for name, option in _BEST.items()) / 2
                post = Post(
                    content_id=content_id,
                    target="site",
                    platform="folder",
                    owner_id="o",
                    title=title,
                    run_id=content_id,
                    created_at=now_us(),
                    state=PostState.PUBLISHED,
                    counts={"clicks": max(0, round(chance.gauss(mean, mean / 3)))},
                )
                await learn(desk.records, post)
                kept = await desk.records.submissions.get(content_id, owner_id="o")
                new = reviewing.NewDecision("reject", kept.submission.digest, "Only measured.")
                await reviewing.decide(desk.records, content_id, new, user=rita, rules=rules_of(ports.settings))
    return found


def main() -> int:
    """Print how often the best option was chosen; 1 where it is not most of the time in the end."""
    parser = argparse.ArgumentParser(prog="python3 -m benchmarks.publishing.choices", description=__doc__)
    parser.add_argument("--posts", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    wanted = parser.parse_args()
    found = asyncio.run(_measure(wanted.posts, wanted.seed))
    late = {name: sum(one[-_LAST:]) / _LAST for name, one in found.items()}
    for name, one in found.items():
        first = sum(one[:_LAST]) / len(one[:_LAST])
        print(f"{name:<10} best of the first {_LAST}: {first:.2f}, of the last {_LAST}: {late[name]:.2f}")
    return int(min(late.values()) < _LEAST)


if __name__ == "__main__":
    sys.exit(main())
