"""How long searching takes beside the stores alone, and adding beside the encoder alone.

    python3 -m benchmarks.knowledge.speed [--passages 100000] [--questions 200] [--documents 100]

Passages and their vectors are made up. Stores are those that settings name: embedded ones, or servers. Everything is
measured in this process, one after the other; figures are ratios, as machines differ.
"""

import argparse
import asyncio
import hashlib
import random
import sys
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import psutil

from benchmarks.knowledge.documents import documents
from integrations.embedder.usem3 import UsemEmbedder
from integrations.open import Ports, open_ports
from integrations.parsing.process import ProcessParser
from integrations.vectors.shown import words
from magicai.knowledge.adding import add_document
from magicai.knowledge.collections import Readable
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


class Synthetic:
    """Vectors that say nothing, the same for the same text."""

    name, dimension = "synthetic", _DIMENSION

    async def embed(self, texts: Sequence[str]) -> "np.ndarray":
        """A unit vector for each text."""
        import numpy as np

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


async def p95_of(ask: Callable[[str], Awaitable[object]], questions: Sequence[str]) -> float:
    """The 95th percentile of how long questions take, one after the other, in seconds."""
    took: list[float] = []
    for question in questions:
        began = time.perf_counter()
        await ask(question)
        took.append(time.perf_counter() - began)
    return quantiles(took, n=20)[-1]


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
    """Fill the stores, and search."""
    owner_id = new_id()
    memory = await _filled(ports, count, owner_id)
    chance = random.Random(8)  # noqa: S311 - as above
    questions = [" ".join(f"word{chance.randrange(5_000)}" for _ in range(6)) for _ in range(asked)]
    among = (Readable(owner_id),)

    async def ranked(question: str, semantic: Hits, full_text: Hits) -> object:
        entities = ports.records.entities
        return await merged(
            entities, question, semantic, full_text, owner_id=owner_id, among=among, language="en", most=5
        )

    async def ask(question: str) -> object:
        semantic = await by_meaning(ports.vectors, question, among=among, encoder="")
        full_text = await by_words(ports.search, question, among=among)
        return await ranked(question, semantic, full_text)

    async def ask_by_words(question: str) -> object:
        hits = await by_words(ports.search, question, among=among)
        return await ranked(question, Hits(), hits)

    async def text_alone(question: str) -> object:
        return await ports.search.search(question, owner_id=owner_id, kinds=[PASSAGE], match="any", limit=20)

    async def vectors_alone(question: str) -> object:
        return await ports.vectors.nearest(question, owner_id=owner_id, kinds=[PASSAGE], limit=20)

    await p95_of(ask, questions[:20])
    ways = {"text alone": text_alone, "text": ask_by_words, "vectors alone": vectors_alone, "both": ask}
    p95 = {name: await p95_of(way, questions) for name, way in ways.items()}
    print("| search at | p95 | ms | beside the stores alone (goal 1.2) |\n|---:|---|---:|---:|")
    alone = {"text": p95["text alone"], "both": p95["text alone"] + p95["vectors alone"]}
    for name, seconds in p95.items():
        ratio = f"{seconds / alone[name]:.2f}" if name in alone else ""
        print(f"| {count:,} | {name} | {seconds * 1000:.1f} | {ratio} |")

    took = dict[str, float]()

    async def timed(question: str) -> None:
        began = time.perf_counter()
        await ask(question)
        took[question] = time.perf_counter() - began

    began = time.perf_counter()
    failed = [
        one
        for one in await asyncio.gather(*map(timed, questions[:_AT_ONCE]), return_exceptions=True)
        if isinstance(one, BaseException)
    ]
    whole = time.perf_counter() - began
    late = max(took.values()) / (sum(took.values()) / len(took))
    print(f"{_AT_ONCE} questions at once: {len(failed)} failed, {whole:.2f} s, the last took {late:.2f} of the mean")
    print("memory at a tenth, and at all:", ", ".join(f"{size / 1e6:.0f} MB" for size in memory.values()))


async def ingesting(ports: Ports, count: int) -> None:
    """Add documents, and embed their passages by the encoder alone."""
    owner_id, embedder = new_id(), UsemEmbedder()
    await embedder.embed(["warm"])
    good = [one for one in documents(count) if not one.bad]
    parser = ProcessParser()
    began = time.perf_counter()

    async def add(name: str, body: bytes) -> None:
        await add_document(
            ports.records.entities, parser, owner_id=owner_id, collection="default", source=name, body=body
        )

    for start in range(0, len(good), 2):
        await asyncio.gather(*(add(one.name, one.body) for one in good[start : start + 2]))
    adding = time.perf_counter() - began
    texts: list[str] = []
    after = ""
    while True:
        page = await ports.records.entities.listed(owner_id, PASSAGE, after=after, limit=500)
        texts += [words(one.entity) for one in page.items if one.entity is not None]
        if page.next is None:
            break
        after = page.next
    began = time.perf_counter()
    for start in range(0, len(texts), 200):
        await embedder.embed(texts[start : start + 200])
    embedding = time.perf_counter() - began
    print(
        f"{len(good)} documents, {len(texts)} passages: read and kept in {adding:.1f} s, embedded in {embedding:.1f} s;"
        f" one after the other {(adding + embedding) / embedding:.2f} of the encoder alone (goal 1.2)"
    )


async def measure(count: int, asked: int, files: int) -> None:
    """Print what was measured."""
    with TemporaryDirectory(prefix="magicai-") as folder:
        settings = load().model_copy(update={"home": Path(folder) / "home", "model": "none"})
        async with open_ports(settings) as ports:
            made: dict[str, Any] = {"embedder": Synthetic()}
            ports.__dict__ |= made
            if count:
                await searching(ports, count, asked)
            if files:
                await ingesting(ports, files)


def main() -> int:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--passages", type=int, default=100_000)
    parser.add_argument("--questions", type=int, default=200)
    parser.add_argument("--documents", type=int, default=100)
    wanted = parser.parse_args()
    asyncio.run(measure(wanted.passages, wanted.questions, wanted.documents))
    return 0


if __name__ == "__main__":
    sys.exit(main())
