"""What a run adds to the bare API call: the run that publishes against the same calls of the publisher alone.

    python3 -m benchmarks.publishing [--target FILE] [--posts 12]

FILE is JSON as `kills` takes it, of one target; without it, a platform in this process that takes 300 ms for a post, as
WordPress does here. Each post is a submission of its own, approved, and carried out as a worker does.
"""

import argparse
import asyncio
import json
import sys
import time
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any, cast

from pydantic import SecretStr

from integrations.open import open_ports
from magicai.publishing.ports import Intent
from magicai.publishing.target import NewTarget, add_target
from magicai.settings import Settings
from magicai.values.times import now_us
from tests.desk import Desk
from tests.platforms.wordpress import WordPress

_LATENCY_S, _GOAL = 0.6, 1.1


async def _measure(given: dict[str, Any], posts: int) -> tuple[list[float], list[float], list[float]]:
    """Seconds of the bare calls, and of the run that makes them, for each post; and of this process in such a run."""
    bare, whole, busy = list[float](), list[float](), list[float]()
    with TemporaryDirectory(prefix="magicai-") as folder:
        host = str(given["address"]).partition("://")[2]
        home = Path(folder) / "home"
        async with open_ports(
            Settings(home=home, model="none", publish_allow_hosts=(host,), publish_settle=0)
        ) as ports:
            ports.__dict__["checks"] = {}  # they were made before the approval, by another run
            desk = Desk(ports)
            target = await add_target(ports.records, ports.seal, NewTarget(**given), owner_id="o")
            publisher = await ports.publishers(target)
            rita = await desk.user("rita")
            for number in range(posts):
                _, result = await desk.submit(title=f"Aprons {number} {now_us()}", platforms=[target.name])
                await desk.decide(result["content_id"], rita)
                (run,) = await desk.queued()
                begun, worked = time.perf_counter(), time.process_time()
                await desk.carry_out(run)
                whole.append(time.perf_counter() - begun)
                busy.append(time.process_time() - worked)
                kept = await desk.records.submissions.get(result["content_id"], owner_id="o")
                (payload,) = kept.submission.latest.payloads
                intent = Intent(key=f"bare{number}", created_at=now_us(), digest=payload.digest, body=payload.body)
                begun = time.perf_counter()
                prepared = await publisher.prepare(intent)
                await publisher.publish(
                    Intent(intent.key, intent.created_at, intent.digest, intent.body, kept=prepared)
                )
                bare.append(time.perf_counter() - begun)
    return bare, whole, busy


async def _here(posts: int) -> tuple[list[float], list[float], list[float]]:
    async with WordPress() as platform:
        platform.latency_s = _LATENCY_S / 2
        return await _measure(
            {"name": "blog", **platform.target, "secret": SecretStr(platform.target["secret"])}, posts
        )


def main() -> int:
    """Print the medians and their ratio; 1 where it is above the goal."""
    parser = argparse.ArgumentParser(prog="python3 -m benchmarks.publishing", description=__doc__)
    parser.add_argument("--target", type=Path, metavar="FILE")
    parser.add_argument("--posts", type=int, default=12)
    wanted = parser.parse_args()
    if wanted.target:
        read: Any = json.loads(wanted.target.read_text("utf-8"))
        given: dict[str, Any] = cast("list[Any]", read)[0] if isinstance(read, list) else read
        bare, whole, busy = asyncio.run(_measure(given, wanted.posts))
    else:
        bare, whole, busy = asyncio.run(_here(wanted.posts))
    print(f"bare call      {median(bare) * 1000:8.0f} ms")
    ratio = median(whole) / median(bare)
    more_ms = (median(whole) - median(bare)) * 1000
    print(f"the whole run  {median(whole) * 1000:8.0f} ms  {ratio:.2f} times, {more_ms:.0f} ms more")
    print(f"of which this process works {median(busy) * 1000:.0f} ms")
    return int(ratio > _GOAL)


if __name__ == "__main__":
    sys.exit(main())
