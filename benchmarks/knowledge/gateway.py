"""What a question takes through the gateway, beside the same search in one process.

    python3 -m benchmarks.knowledge.gateway DIR QUESTIONS [--count 20]

`DIR` holds documents, and `QUESTIONS` is the JSON of `benchmarks.knowledge --questions`. `magicai up` runs with an
installation of its own and without a language model, and is asked one question after the other. Processor time is that
of all its processes, less what they take when nobody asks.
"""

import argparse
import asyncio
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import httpx
import psutil

from integrations.open import Ports, open_ports
from integrations.prefect import environment
from magicai.accounts.api_keys import add_key
from magicai.accounts.identity import Scope
from magicai.knowledge.answer import closest
from magicai.knowledge.collections import searched
from magicai.knowledge.conversation import Question
from magicai.knowledge.searching import by_meaning, by_words, merged
from magicai.settings import Settings, load

_IDLE_S = 10.0
_RUNNING = re.compile(r"is running: (\S+)")


@dataclass(frozen=True)
class Taken:
    """What questions took.

    Attributes:
        seconds: of each.
        processor_s: of all together.
    """

    seconds: Sequence[float]
    processor_s: float

    def said(self, name: str) -> str:
        """In one line."""
        mean = self.processor_s / len(self.seconds)
        return f"{name}: p50 {median(self.seconds):.3f} s, processor time {mean:.3f} s a question"


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(prog="python3 -m benchmarks.knowledge.gateway", description=__doc__)
    parser.add_argument("folder", type=Path, help="documents")
    parser.add_argument("questions", type=Path, help="a JSON list of {question}")
    parser.add_argument("--count", type=int, default=20, metavar="N", help="questions")
    wanted = parser.parse_args()
    asked = [one["question"] for one in json.loads(wanted.questions.read_text(encoding="utf-8"))][: wanted.count]
    with TemporaryDirectory() as home:
        os.environ |= {"MAGICAI_HOME": home, "MAGICAI_MODEL": "none"}
        subprocess.run(_magicai("knowledge", "add", str(wanted.folder)), check=True, env=environment.clean(os.environ))
        settings = load()
        alone = asyncio.run(_in_process(settings, asked))
        with _up() as (process, address):
            key = asyncio.run(_key(settings))
            whole = _through(process, address, key, asked)
    print(alone.said("In one process"))
    print(whole.said("Through the gateway"))
    print(f"Ratio of processor time: {whole.processor_s / alone.processor_s:.1f}")


def _magicai(*words: str) -> list[str]:
    return [sys.executable, "-m", "magicai", *words]


async def _key(settings: Settings) -> str:
    async with open_ports(settings) as ports:
        user = await ports.records.identities.user(settings.owner)
        assert user is not None
        _, secret = await add_key(
            ports.records.identities, user, "benchmark", frozenset((Scope.READ, Scope.RUN)), days=1, once=None
        )
        return str(secret)


async def _in_process(settings: Settings, questions: Sequence[str]) -> Taken:
    async with open_ports(settings) as ports:
        await _ask_once(ports, questions[0])  # loads the model
        before, seconds = time.process_time(), list[float]()
        for question in questions:
            begun = time.perf_counter()
            await _ask_once(ports, question)
            seconds.append(time.perf_counter() - begun)
        return Taken(seconds, time.process_time() - before)


async def _ask_once(ports: Ports, text: str) -> None:
    owner, question = ports.settings.owner, Question(text=text)
    among = await searched(ports.knowledge, (), user_id=owner)
    semantic = await by_meaning(ports.vectors, question, among=among)
    full_text = await by_words(ports.search, question, among=among)
    context = await merged(
        ports.knowledge.entities, question, semantic, full_text, among=among, owner_id=owner, most=10
    )
    closest(text, context, language="en")


@contextmanager
def _up() -> Generator[tuple[psutil.Process, str]]:
    with subprocess.Popen(
        _magicai("up", "--no-open"), stderr=subprocess.PIPE, text=True, env=environment.clean(os.environ)
    ) as process:
        assert process.stderr is not None
        address = ""
        for line in process.stderr:
            if found := _RUNNING.search(line):
                address = found[1]
            if "Ctrl-C" in line:
                break
        try:
            yield psutil.Process(process.pid), address
        finally:
            process.terminate()
            process.communicate(timeout=120)


def _through(process: psutil.Process, address: str, key: str, questions: Sequence[str]) -> Taken:
    with httpx.Client(base_url=address, headers={"Authorization": f"Bearer {key}"}, timeout=120) as http:
        for question in questions[:2]:  # each warm process loads the model
            _ask(http, question)
        time.sleep(2)
        before = _processor_s(process)
        time.sleep(_IDLE_S)
        idle = (_processor_s(process) - before) / _IDLE_S
        before, begun, seconds = _processor_s(process), time.perf_counter(), list[float]()
        for question in questions:
            asked = time.perf_counter()
            _ask(http, question)
            seconds.append(time.perf_counter() - asked)
        used = _processor_s(process) - before - idle * (time.perf_counter() - begun)
        return Taken(seconds, used)


def _ask(http: httpx.Client, question: str) -> None:
    started = http.post("/api/workflows/search-and-answer", json={"query": question})
    links = started.raise_for_status().json()["links"]
    with http.stream("GET", links["stream"]) as events:
        for _line in events.iter_lines():
            pass
    http.get(links["result"]).raise_for_status()


def _processor_s(process: psutil.Process) -> float:
    found = 0.0
    for one in (process, *process.children(recursive=True)):
        try:
            times = one.cpu_times()
        except psutil.NoSuchProcess:
            continue
        found += times.user + times.system
    return found


if __name__ == "__main__":
    main()
