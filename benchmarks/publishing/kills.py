"""Posts whose process is killed with -9 at a random moment, on platforms that fail at random beside: each is made once.

    python3 -m benchmarks.publishing.kills [--kills 100] [--faults 0.3] [--targets FILE]

Seven platforms run in a process of their own, some of which honour keys; or proxies of real servers, of which FILE is
a JSON list: `name`, `platform`, `address`, `user`, `secret`, `options`, as `magicai target add` takes them, and
`"keys": false` where the proxy takes idempotency keys away. Each trial approves a piece for all of them, kills the
process that publishes at a random moment of its posts, and lets another one finish.
"""

import argparse
import asyncio
import json
import os
import random
import signal
import sys
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psutil
from pydantic import SecretStr

from flows.review_and_publish import GOAL
from integrations.open import Ports, open_ports
from integrations.publishing.open import Publishers
from magicai.accounts.identity import Caller
from magicai.accounts.users import local_user
from magicai.publishing.posts import PostState, posts_of
from magicai.publishing.review_and_publish import ReviewAndPublish
from magicai.publishing.review_settings import rules_of
from magicai.publishing.reviewing import NewDecision, decide
from magicai.publishing.target import NewTarget, add_target
from magicai.runs.execution.executor import Executor
from magicai.runs.execution.step_calls import StepCall
from magicai.runs.requests.accept import accept
from magicai.runs.run import Origin, Run, RunStatus
from magicai.settings import Settings
from tests.platforms.bluesky import Bluesky
from tests.platforms.ghost import Ghost
from tests.platforms.mastodon import Mastodon
from tests.platforms.platform import FAULTS_THAT_LOSE, FAULTS_THAT_POST, Platform
from tests.platforms.proxy import Proxy
from tests.platforms.receiver import Receiver
from tests.platforms.wordpress import WordPress

_OWNER = "local"
Targets = Sequence[Mapping[str, Any]]

# Read before processes are made of this one.
_READ = (Publishers,)
_LATENCY_S = 0.15
# How long a call may take, and how long after one that was cut it may still be carried out: here, and at real servers.
_LIMITS_S, _SERVED_LIMITS_S = (1.0, 1.5), (4.0, 5.0)
_ATTEMPTS = 6
_LONGEST_S = 240.0


def platforms(targets: Targets) -> dict[str, Platform]:
    """The platforms, by the names of their targets."""
    if targets:
        return {str(target["name"]): _proxy(target) for target in targets}
    return {
        "mastodon": Mastodon(),
        "mastodon-keys": Mastodon(honours_keys=True),
        "wordpress": WordPress(),
        "ghost": Ghost(),
        "bluesky": Bluesky(),
        "webhook": Receiver(),
        "webhook-keys": Receiver(honours_keys=True, answers=False),
    }


def _proxy(target: Mapping[str, Any]) -> Proxy:
    wanted = {name: value for name, value in target.items() if name != "keys"}
    return Proxy(wanted, honours_keys=bool(target.get("keys", True)))


@dataclass
class Tally:
    """What came of all trials, by target.

    Attributes:
        kills: how many processes were killed while they published.
        wrong: trials whose post the records tell otherwise than the platform.
    """

    trials: int = 0
    kills: int = 0
    once: Counter[str] = field(default_factory=Counter[str])
    double: Counter[str] = field(default_factory=Counter[str])
    lost: Counter[str] = field(default_factory=Counter[str])
    wrong: Counter[str] = field(default_factory=Counter[str])
    person: Counter[str] = field(default_factory=Counter[str])


def serve(told: Connection, faults: float, targets: Targets) -> None:
    """Run the platforms; says where they are, and what is public when asked for a title."""

    async def run() -> None:
        made = platforms(targets)
        for one in made.values():
            one.latency_s = _LATENCY_S
            await one.__aenter__()
        told.send({name: {**one.target, "name": name} for name, one in made.items()})
        while True:
            asked = await asyncio.to_thread(told.recv)
            if asked is None:
                return
            if asked == "fail":
                for one in made.values():
                    if random.random() < faults:  # noqa: S311 - moments, not secrets
                        one.faults.append(random.choice((*FAULTS_THAT_POST, *FAULTS_THAT_LOSE)))  # noqa: S311
                told.send(None)
                continue
            told.send({name: await one.count(asked) for name, one in made.items()})

    asyncio.run(run())


def attempt(settings: Settings, run_id: str, begun: Any) -> None:
    """Carry out a run once, as a process of its own does."""
    os.environ["MAGICAI_HOME"] = str(settings.home)

    async def carry_out() -> None:
        async with open_ports(settings) as ports:
            own = psutil.Process()
            held = await ports.records.runs.begin(
                run_id, host="localhost", pid=own.pid, process_started_at=round(own.create_time()), flow_run_id=None
            )
            run = await ports.records.runs.get(run_id)
            request = ReviewAndPublish.model_validate(run.request)

            async def perform(call: StepCall, do: Callable[[], Awaitable[Any]]) -> Any:
                if call.name == "publish_posts" and begun is not None:
                    begun.set()
                return await do()

            await Executor(GOAL, run, request, held, ports, perform=perform, show=_show).carry_out()

    asyncio.run(carry_out())


async def _show(_key: str, _content: object) -> None: ...


def _asked(settings: Settings, question: Callable[[Ports], Awaitable[Any]]) -> Any:
    async def ask() -> Any:
        async with open_ports(settings) as ports:
            return await question(ports)

    return asyncio.run(ask())


class Trials:
    """Trials on an installation of their own.

    Args:
        targets: what `NewTarget` takes.
        public: how many posts with a title each target has.
        fail: makes platforms fail at random.
    """

    def __init__(
        self,
        home: Path,
        targets: Targets,
        public: Callable[[str], Mapping[str, int]],
        fail: Callable[[], None],
        tally: Tally,
        *,
        limits_s: tuple[float, float],
    ) -> None:
        hosts = tuple(str(target["address"]).split("/")[2] for target in targets if "//" in str(target["address"]))
        self._settings = Settings(
            home=home,
            model="none",
            publish_allow_hosts=hosts,
            publish_seconds=limits_s[0],
            publish_settle=limits_s[1],
        )
        self._names = [str(target["name"]) for target in targets]
        self._public, self._fail, self._tally = public, fail, tally
        self._processes = get_context("fork")
        # How long the posts of one run take; the first trial, whose process nobody kills, tells.
        self._posting_s = 0.0
        _asked(self._settings, lambda ports: self._add(ports, targets))

    async def _add(self, ports: Ports, targets: Targets) -> None:
        for target in targets:
            given: dict[str, Any] = {**target, "secret": SecretStr(str(target["secret"]))}
            await add_target(ports.records, ports.seal, NewTarget(**given), owner_id=_OWNER)

    def trial(self, number: int) -> None:
        """Approve a piece, kill the process that publishes it, and let others finish."""
        title = f"Apron {os.getpid()}-{number}-{random.getrandbits(32):08x}"
        content_id, run_id = self._approved(title)
        if self._posting_s:
            self._fail()
        begun = self._processes.Event()
        process = self._processes.Process(target=attempt, args=(self._settings, run_id, begun))
        process.start()
        begun.wait(_LONGEST_S)
        since = time.monotonic()
        if self._posting_s:
            time.sleep(random.uniform(0, self._posting_s))  # noqa: S311 - moments, not secrets
            if process.is_alive() and process.pid is not None:
                os.kill(process.pid, signal.SIGKILL)
                self._tally.kills += 1
        process.join()
        self._posting_s = self._posting_s or time.monotonic() - since
        for _ in range(_ATTEMPTS):
            _asked(self._settings, _find_dead)
            if _asked(self._settings, lambda ports: self._is_done(ports, run_id)):
                break
            again = self._processes.Process(target=attempt, args=(self._settings, run_id, None))
            again.start()
            again.join(_LONGEST_S)
            again.kill()
        self._count(title, content_id)

    def _approved(self, title: str) -> tuple[str, str]:
        """A submission that is approved, and the run that publishes it."""
        first = _asked(self._settings, lambda ports: self._submit(ports, title))
        process = self._processes.Process(target=attempt, args=(self._settings, first, None))
        process.start()
        process.join(_LONGEST_S)
        return first, _asked(self._settings, lambda ports: self._approve(ports, first))

    async def _submit(self, ports: Ports, title: str) -> str:
        request = ReviewAndPublish(title=title, text="Of washed linen.", platforms=tuple(self._names))
        run = await accept(ports.records, GOAL.workflow.name, request, owner_id=_OWNER, origin=Origin.CLI)
        return run.run_id

    async def _approve(self, ports: Ports, content_id: str) -> str:
        user = await local_user(ports.records.identities, _OWNER)
        digest = (await ports.publishing.submissions.get(content_id, owner_id=_OWNER)).submission.digest
        new = NewDecision("approve", digest)
        await decide(ports.publishing, content_id, new, by=Caller(user=user), rules=rules_of(self._settings))
        (following,) = await ports.records.runs.listed(owner_id=_OWNER, follows=content_id)
        return following.run_id

    async def _is_done(self, ports: Ports, run_id: str) -> bool:
        run: Run = await ports.records.runs.get(run_id)
        return run.status is RunStatus.COMPLETED

    def _count(self, title: str, content_id: str) -> None:
        posts = _asked(self._settings, lambda ports: posts_of(ports.records, content_id, owner_id=_OWNER))
        told = {post.target: post for post in posts}
        public = self._public(title)
        self._tally.trials += 1
        for name in self._names:
            count = public[name]
            state = told[name].state if name in told else None
            self._tally.once[name] += count == 1
            self._tally.double[name] += count > 1
            self._tally.lost[name] += count == 0
            self._tally.person[name] += state is PostState.UNKNOWN
            right = state is PostState.PUBLISHED if count == 1 else state is not PostState.PUBLISHED
            self._tally.wrong[name] += not right and state is not PostState.UNKNOWN


async def _find_dead(ports: Ports) -> None:
    for _, held in await ports.records.runs.unfinished():
        await ports.records.runs.restart(held, most=99)
    for run in await ports.records.runs.listed(statuses=(RunStatus.PARTIAL, RunStatus.FAILED)):
        await ports.records.runs.requeue(run.run_id)


def measure(kills: int, *, faults: float, targets: Targets = ()) -> Tally:
    """Kill so many processes, each of which posts to all platforms."""
    ours, theirs = get_context("spawn").Pipe()
    server = get_context("spawn").Process(target=serve, args=(theirs, faults, targets), daemon=True)
    server.start()
    proxied = ours.recv()
    tally = Tally()

    def ask(question: str) -> Any:
        ours.send(question)
        return ours.recv()

    with TemporaryDirectory(prefix="magicai-") as folder:
        limits_s = _SERVED_LIMITS_S if targets else _LIMITS_S
        trials = Trials(
            Path(folder) / "home", list(proxied.values()), ask, lambda: ask("fail"), tally, limits_s=limits_s
        )
        for number in range(kills + 1):
            trials.trial(number)
            print(f"{number + 1} of {kills + 1}", end="\r", file=sys.stderr)
    ours.send(None)
    server.join(10)
    return tally


def shown(tally: Tally) -> str:
    """The tally as a table."""
    lines = [
        f"{tally.kills} kills in {tally.trials} trials",
        "target           once  double  lost  told wrongly  person",
    ]
    lines += [
        f"{name:<16} {tally.once[name]:>4}  {tally.double[name]:>6}  {tally.lost[name]:>4}  {tally.wrong[name]:>12}"
        f"  {tally.person[name]:>6}"
        for name in tally.once
    ]
    return "\n".join(lines)


def main() -> int:
    """Print the tally; 0 where nothing is double, lost or told wrongly."""
    parser = argparse.ArgumentParser(prog="python3 -m benchmarks.publishing.kills", description=__doc__)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--faults", type=float, default=0.3, help="share of calls that fail beside")
    parser.add_argument("--targets", type=Path, help="real servers, as JSON")
    wanted = parser.parse_args()
    targets = json.loads(wanted.targets.read_text("utf-8")) if wanted.targets else ()
    tally = measure(wanted.kills, faults=wanted.faults, targets=targets)
    print(shown(tally))
    print(json.dumps({name: dict(getattr(tally, name)) for name in ("double", "lost", "wrong", "person")}))
    return int(any(sum(getattr(tally, name).values()) for name in ("double", "lost", "wrong")))


if __name__ == "__main__":
    sys.exit(main())
