"""How long searching takes beside the stores alone, and adding beside the encoder alone.

    python3 -m benchmarks.knowledge.speed [--passages 100000] [--questions 200] [--documents 100] [--length 10]
        [--home DIR]

Passages and their vectors are made up. Stores are those that settings name: embedded ones, or servers. Everything is
measured in this process, one after the other; figures are ratios, as machines differ.
"""

import argparse
import asyncio
import hashlib
import random
import sys
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean, quantiles
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import psutil

from benchmarks.knowledge.documents import documents
from integrations.embedder.usem3 import UsemEmbedder
from integrations.open import Ports, open_ports
from integrations.vectors.shown import words
from magicai.knowledge.adding import add_document
from magicai.knowledge.collections import Readable
from magicai.knowledge.conversation import Question
from magicai.knowledge.document import PASSAGE, Passage, passage_entity
from magicai.knowledge.parsed import Place
from magicai.knowledge.searching import Hits, by_meaning, by_words, merged
from magicai.settings import load
from magicai.stores.entity import Entity
from magicai.stores.relay import drain
from magicai.values.ids import new_id

if TYPE_CHECKING:
    import numpy as np

_PART = 1_000
_AT_ONCE = 50
_DIMENSION = 384
_OWNER = "benchmark"


class Synthetic:
    """Vectors that say nothing, the same for the same text."""

    name, dimension = "synthetic", _DIMENSION

    async def embed(self, texts: Sequence[str], *, as_queries: bool = False) -> "np.ndarray":
        """A unit vector for each text."""
        import numpy as np

        del as_queries
        made = [
            np.random.default_rng(int.from_bytes(hashlib.sha256(one.encode()).digest()[:8])).standard_normal(_DIMENSION)
            for one in texts
        ]
        return np.array([one / np.linalg.norm(one) for one in made], dtype=np.float32)


def passages(count: int, owner_id: str) -> Iterator[Entity]:
    """Passages of a few thousand words, of which each has some sixty."""
    chance = random.Random(7)  # noqa: S311 - the same ones again
    vocabulary = [f"word{number}" for number in range(5_000)]
    for number in range(count):
        passage = Passage(
            passage_id=f"{owner_id}-{number:07}", document_id=f"d{number // 50}", collection="default",
            document=f"Document {number // 50}", source=f"{number // 50}.md", title_path=(f"Document {number // 50}",),
            place=Place(), language="en", text=" ".join(chance.choices(vocabulary, k=60)) + ".",
        )  # fmt: skip
        yield passage_entity(passage, owner_id)


@dataclass(frozen=True, slots=True)
class Spent:
    """What something took, in seconds: by the clock, and of this process's processor time."""

    clock_s: float
    processor_s: float


async def taken(
    ways: Mapping[str, Callable[[str], Awaitable[object]]], questions: Sequence[str]
) -> dict[str, list[Spent]]:
    """What each question took each way, one after the other: whatever else the machine does meets all ways."""
    spent: dict[str, list[Spent]] = {name: [] for name in ways}
    for question in questions:
        for name, ask in ways.items():
            began, used = time.perf_counter(), time.process_time()
            await ask(question)
            spent[name].append(Spent(time.perf_counter() - began, time.process_time() - used))
    return spent


async def _filled(ports: Ports, count: int, owner_id: str) -> dict[int, int]:
    """Save so many passages; the memory in bytes at a tenth of them, and at all."""
    part, memory = list[Entity](), dict[int, int]()
    for number, entity in enumerate(passages(count, owner_id), 1):
        part.append(entity)
        if len(part) == _PART or number == count:
            await ports.records.entities.save(part)
            await drain(ports.records, {"search": ports.search, "vectors": ports.vectors}, limit_s=600)
            part = []
        if number in (count // 10, count):
            memory[number] = psutil.Process().memory_info().rss
    return memory


async def searching(ports: Ports, count: int, asked: int) -> None:
    """Fill the stores, unless they were before, and search."""
    owner_id, memory = _OWNER, dict[int, int]()
    if not (await ports.records.entities.listed(owner_id, PASSAGE, limit=1)).items:
        memory = await _filled(ports, count, owner_id)
    chance = random.Random(8)  # noqa: S311 - as above
    questions = [" ".join(f"word{chance.randrange(5_000)}" for _ in range(6)) for _ in range(asked)]
    among = (Readable(owner_id),)

    async def ranked(question: str, semantic: Hits, full_text: Hits) -> object:
        entities = ports.records.entities
        return await merged(
            entities, Question(text=question), semantic, full_text, owner_id=owner_id, among=among, most=5
        )

    async def ask(question: str) -> object:
        semantic = await by_meaning(ports.vectors, Question(text=question), among=among)
        full_text = await by_words(ports.search, Question(text=question), among=among)
        return await ranked(question, semantic, full_text)

    async def ask_by_words(question: str) -> object:
        hits = await by_words(ports.search, Question(text=question), among=among)
        return await ranked(question, Hits(), hits)

    async def text_alone(question: str) -> object:
        return await ports.search.search(question, owner_id=owner_id, kinds=[PASSAGE], match="any", limit=20)

    async def vectors_alone(question: str) -> object:
        return await ports.vectors.nearest(question, owner_id=owner_id, kinds=[PASSAGE], limit=20)

    for question in questions[:20]:
        await ask(question)
    ways = {"text alone": text_alone, "text": ask_by_words, "vectors alone": vectors_alone, "both": ask}
    spent = await taken(ways, questions)
    print(
        "| search at | p95 | ms | beside the stores alone (goal 1.2) | processor ms, mean |\n|---:|---|---:|---:|---:|"
    )
    p95 = {name: quantiles([one.clock_s for one in its], n=20)[-1] for name, its in spent.items()}
    alone = {"text": p95["text alone"], "both": p95["text alone"] + p95["vectors alone"]}
    for name, seconds in p95.items():
        ratio = f"{seconds / alone[name]:.2f}" if name in alone else ""
        processor = fmean(one.processor_s for one in spent[name])
        print(f"| {count:,} | {name} | {seconds * 1000:.1f} | {ratio} | {processor * 1000:.1f} |")

    await _at_once(ask, questions[:_AT_ONCE])
    for filled, size in memory.items():
        print(f"memory with {filled:,} passages added: {size / 1e6:.0f} MB")
    print(f"memory after all questions: {psutil.Process().memory_info().rss / 1e6:.0f} MB")


async def _at_once(ask: Callable[[str], Awaitable[object]], questions: Sequence[str]) -> None:
    """Ask several questions at the same time, and say how many failed, and how the last one did."""
    took = dict[str, float]()

    async def timed(question: str) -> None:
        began = time.perf_counter()
        await ask(question)
        took[question] = time.perf_counter() - began

    began = time.perf_counter()
    failed = [
        one
        for one in await asyncio.gather(*map(timed, questions), return_exceptions=True)
        if isinstance(one, BaseException)
    ]
    whole = time.perf_counter() - began
    late = max(took.values()) / (sum(took.values()) / len(took))
    print(f"{len(questions)} at once: {len(failed)} failed, {whole:.2f} s; the last one took {late:.2f} of the mean")


def _processor_s() -> float:
    """What this process and those that it started have used."""
    own = psutil.Process()
    return sum(sum(one.cpu_times()[:4]) for one in (own, *own.children()))


async def ingesting(ports: Ports, count: int, length: int) -> None:
    """Add documents, and embed their passages by the encoder alone."""
    owner_id, embedder = new_id(), UsemEmbedder()
    await embedder.embed(["warm"])
    parser = ports.document_parser
    good = [one for one in documents(count, length=length) if not one.bad]

    async def add(name: str, body: bytes) -> None:
        await add_document(
            ports.records.entities, parser, owner_id=owner_id, collection="default", source=name, body=body
        )

    for one in {
        one.name.rpartition(".")[2]: one for one in good
    }.values():  # the readers are imported, as in a long run
        await add(f"first {one.name}", one.body)
    began, used = time.perf_counter(), _processor_s()
    for start in range(0, len(good), 2):
        await asyncio.gather(*(add(one.name, one.body) for one in good[start : start + 2]))
    adding, worked = time.perf_counter() - began, _processor_s() - used
    texts = await _texts(ports, owner_id)
    began, used = time.perf_counter(), _processor_s()
    for start in range(0, len(texts), 200):
        await embedder.embed(texts[start : start + 200])
    embedding, embedded = time.perf_counter() - began, _processor_s() - used
    print(
        f"{len(good)} documents, {len(texts)} passages: read and kept in {adding:.1f} s ({worked:.1f} processor"
        f" seconds; {len(good) / adding:.0f} documents a second), embedded in {embedding:.1f} s ({embedded:.1f})."
        f" One after the other, by the encoder alone (goal 1.2): {(adding + embedding) / embedding:.2f} by the clock,"
        f" {(worked + embedded) / embedded:.2f} in processor time."
    )


async def _texts(ports: Ports, owner_id: str) -> list[str]:
    """What is embedded of an owner's passages, without those of the documents that only warmed up."""
    texts: list[str] = []
    after = ""
    while True:
        page = await ports.records.entities.listed(owner_id, PASSAGE, after=after, limit=500)
        entities = (one.entity for one in page.items if one.entity is not None)
        texts += [words(one) for one in entities if not one.data["source"].startswith("first ")]
        if page.next is None:
            return texts
        after = page.next


async def measure(home: Path | None, count: int, asked: int, files: int, length: int) -> None:
    """Print what was measured."""
    with TemporaryDirectory(prefix="magicai-") as folder:
        settings = load().model_copy(update={"home": home or Path(folder) / "home", "model": "none"})
        async with open_ports(settings) as ports:
            made: dict[str, Any] = {"embedder": Synthetic()}
            ports.__dict__ |= made
            if count:
                await searching(ports, count, asked)
            if files:
                await ingesting(ports, files, length)


def main() -> int:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--passages", type=int, default=100_000)
    parser.add_argument("--questions", type=int, default=200)
    parser.add_argument("--documents", type=int, default=100)
    parser.add_argument("--length", type=int, default=1, help="how many times as much a document says")
    parser.add_argument("--home", type=Path, help="stores that are filled the first time, and only searched afterwards")
    wanted = parser.parse_args()
    asyncio.run(measure(wanted.home, wanted.passages, wanted.questions, wanted.documents, wanted.length))
    return 0


if __name__ == "__main__":
    sys.exit(main())
