"""Batches with a scripted model: their rate beside a bare loop over the same calls, and their memory."""

import asyncio
import json
import multiprocessing
import time
from collections.abc import Callable, Coroutine, Sequence
from multiprocessing.connection import Connection
from typing import Any

import psutil

from benchmarks.content.desk import desk
from benchmarks.content.kills import row_of, say
from benchmarks.content.provider import data_of
from benchmarks.table import Row
from magicai.content.brief import brief_of
from magicai.content.content_types import built_in
from magicai.content.prompts import prompt
from magicai.ports import Message, OnText, Usage
from magicai.runs.requests.files_in import upload
from tests.scripted import ScriptedText

_AT_ONCE = 8
_PIECE_BYTES = 65_536


Measure = Callable[[int], Coroutine[Any, Any, float]]


class Slow(ScriptedText):
    """Writes the true text of a row in so many seconds, and streams it."""

    def __init__(self, seconds: float) -> None:
        super().__init__(lambda messages: say(data_of([message.content for message in messages])), name="openai:slow")
        self.seconds, self.first_at = seconds, 0.0

    async def text(
        self,
        messages: Sequence[Message],
        *,
        max_tokens: int = 256,
        temperature: float = 0.0,
        on_text: OnText | None = None,
    ) -> tuple[str, Usage]:
        """The text, after its time."""
        await asyncio.sleep(self.seconds)
        self.asked.clear()
        return await super().text(messages, max_tokens=max_tokens, temperature=temperature, on_text=on_text)


def rows(*, quick: bool = False) -> list[Row]:
    """Rate, overhead and memory."""
    texts = 80 if quick else 1_000
    few, many = (100, 1_000) if quick else (1_000, 10_000)
    rate, bare = _in_child(_rate, texts), _in_child(_bare, texts)
    alone, call = _in_child(_alone, 20), _in_child(_bare, 1)
    least, most = _in_child(_memory, few), _in_child(_memory, many)
    return [
        Row(f"a batch of {texts} rows, 1 s a call", "texts/s", rate, bare, "a bare asyncio loop", least=0.65),
        Row("one text, 1 s a call, within a run", "s", alone, 1 / call, "the bare call", most=2.1),
        Row(f"memory of a batch of {many:,} rows", "MB", most, least, f"{few:,} rows", most=2),
    ]


def _in_child(measure: Measure, count: int) -> float:
    """A measurement in a process of its own, whose memory is nobody else's."""
    here, there = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=_child, args=(there, measure, count))
    process.start()
    there.close()
    value = here.recv()
    process.join()
    return value


def _child(there: Connection, measure: Measure, count: int) -> None:
    there.send(asyncio.run(measure(count)))


def _request(count: int) -> dict[str, object]:
    return {
        "content_type": "product-description",
        "variables": [row_of(number) for number in range(count)],
        "models": ["openai:slow"],
    }


async def _rate(count: int) -> float:
    async with desk(lambda _: Slow(1.0)) as made:
        await made.write(_request(1))  # what is read and compiled once
        began = time.perf_counter()
        _, _, result = await made.write(_request(count))
        assert result["count"] == count, result["problems"]
        return count / (time.perf_counter() - began)


async def _bare(count: int) -> float:
    template = built_in()["product-description", "en"]
    asked = [prompt(brief_of(template, row_of(number))) for number in range(count)]
    model, waiting = Slow(1.0), asyncio.Semaphore(_AT_ONCE)

    async def ask(messages: Sequence[Message]) -> None:
        async with waiting:
            await model.text(messages, max_tokens=2_000)

    began = time.perf_counter()
    await asyncio.gather(*map(ask, asked))
    return count / (time.perf_counter() - began)


async def _alone(count: int) -> float:
    """The median time of a row's work beside its call, in a batch of one at a time."""
    took: list[float] = []
    async with desk(lambda _: Slow(1.0)) as made:
        for _ in range(count):
            began = time.perf_counter()
            await made.write(_request(1))
            took.append(time.perf_counter() - began)
    return sorted(took)[count // 2]


async def _memory(count: int) -> float:
    """The peak above what is there once everything is imported, with a model that takes no time."""
    own, most = psutil.Process(), 0

    async def lines() -> object:
        made = bytearray()
        for number in range(count):
            made += json.dumps(row_of(number)).encode() + b"\n"
            if len(made) > _PIECE_BYTES:
                yield bytes(made)
                made.clear()
        yield bytes(made)

    async with desk(lambda _: Slow(0.0)) as made:
        await made.write(_request(8))
        file = await upload(made.records, made.files, "rows.jsonl", lines(), owner_id="local")  # type: ignore[arg-type]
        before = own.memory_info().rss

        async def watch() -> None:
            nonlocal most
            while True:
                most = max(most, own.memory_info().rss)
                await asyncio.sleep(0.05)

        watching = asyncio.create_task(watch())
        _, _, result = await made.write({**_request(1), "variables": file.file_id})
        watching.cancel()
        assert result["count"] == count, result["problems"]
    return (most - before) / 1e6
