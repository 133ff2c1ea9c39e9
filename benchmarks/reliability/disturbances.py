"""What is done to a server while a run goes on, and how it is undone.

Killed, paused and emptied are the lab's own servers, and their disks are really full. A refused password is the
server's own answer where it asks for one (PostgreSQL, Redis, Neo4j); a proxy answers for those that ask for none.
"""

import time
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

from benchmarks.reliability.disks import small_disk
from magicai.errors import Conflict
from tests.faulty import Faulty
from tests.lab.lab import Lab

FAULTS = ("killed", "paused", "refusing", "wrong version", "cut", "disk full", "emptied")
# A fault of what a run can't do without: longer than PostgreSQL is waited for when it is started again (30 s).
TRUTH = ("postgresql", "s3")
_HELD_S = 45.0
# Of any other, to the run's end.
_HELD_LONGEST_S = 300.0
PAUSED_S = 60.0
_CUT_AFTER = {"postgresql": 400, "redis": 20, "elasticsearch": 60, "neo4j": 60, "chroma": 60, "s3": 40}
_LOOK_S = 0.2
# Equally long, since protocols count; what answers is older than what the product takes.
_VERSIONS = {
    "postgresql": (b"PostgreSQL 15", b"PostgreSQL 12"),
    "redis": (b"redis_version:7", b"redis_version:5"),
    "elasticsearch": (b'"9.5.3"', b'"7.1.0"'),
    "neo4j": (b"Neo4j/5", b"Neo4j/4"),
}
_REFUSED = {"error": "who are you?"}


@dataclass(frozen=True, slots=True)
class Target:
    """A server, and the proxy before it."""

    lab: Lab
    name: str
    proxy: Faulty
    address: str


Over = Callable[[], bool]


@contextmanager
def room_for(fault: str, target: Target) -> Generator[Callable[[Over], None]]:
    """What disturbs a server, and returns when it is well again: its own disk is made before the run begins.

    What is called takes a function that says whether the run is over: a fault is held no longer than that.

    Raises:
        Missing: this machine can't have that fault.
    """
    if fault == "disk full" and target.name != "s3":
        with small_disk(target.lab, target.name) as disk:

            def full(over: Over) -> None:
                disk.fill()
                _hold(target, over)
                disk.free()
                _restart(target)

            yield full
    else:
        yield lambda over: _OTHERS[fault](target, over)


def _killed(target: Target, over: Over) -> None:
    target.lab.kill(target.name)
    _hold(target, over)
    target.lab.start(target.name)


def _paused(target: Target, _: Over) -> None:
    target.lab.pause(target.name)
    time.sleep(PAUSED_S)
    target.lab.resume(target.name)


def _emptied(target: Target, _: Over) -> None:
    target.lab.wipe(target.name)


def _refusing(target: Target, over: Over) -> None:
    password = (urlsplit(target.address).password or "").encode()
    if target.name == "postgresql":  # a password never goes over its wire
        target.proxy.misquote(b"user\0magicai", b"user\0nobody!")
    elif password:
        target.proxy.misquote(password, password[::-1])
    else:
        target.proxy.http(403 if target.name == "s3" else 401, _REFUSED)
    _through_the_proxy(target, over)


def _wrong_version(target: Target, over: Over) -> None:
    if target.name in _VERSIONS:
        target.proxy.rewrite(*_VERSIONS[target.name])
    else:  # it tells none: another kind of server answers
        target.proxy.http(404, {"detail": "Not Found"})
    _through_the_proxy(target, over)


def _cut(target: Target, over: Over) -> None:
    target.proxy.cut(after=_CUT_AFTER[target.name])
    _hold(target, over)
    target.proxy.heal()
    target.proxy.drop()


def _full(target: Target, over: Over) -> None:
    """The lab's bucket is in memory, so the proxy answers for it."""
    target.proxy.http(507, {"error": "XMinioStorageFull"})
    _through_the_proxy(target, over)


def _through_the_proxy(target: Target, over: Over) -> None:
    target.proxy.drop()
    _hold(target, over)
    target.proxy.heal()
    target.proxy.drop()


def _hold(target: Target, over: Over) -> None:
    until = time.monotonic() + (_HELD_S if target.name in TRUTH else _HELD_LONGEST_S)
    while not over() and time.monotonic() < until:
        time.sleep(_LOOK_S)


def _restart(target: Target) -> None:
    """As whoever keeps it does after its disk was full."""
    with suppress(Conflict):
        target.lab.kill(target.name)
    target.lab.start(target.name)


_OTHERS: dict[str, Callable[[Target, Over], None]] = {
    "killed": _killed,
    "paused": _paused,
    "refusing": _refusing,
    "wrong version": _wrong_version,
    "cut": _cut,
    "disk full": _full,
    "emptied": _emptied,
}
