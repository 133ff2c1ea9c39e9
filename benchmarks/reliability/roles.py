"""What is killed: `python -m benchmarks.reliability.roles worker NUMBER NOTES`, or `... relay`."""

import asyncio
import hashlib
import os
import sys
from collections.abc import Sequence
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from integrations.open import Ports, open_ports
from magicai.errors import Temporary
from magicai.runs.run import Origin, Run, RunStatus
from magicai.stores.entity import STORES, Entity, Relation
from magicai.stores.relay_loop import relay_forever
from magicai.values.ids import new_id
from magicai.values.times import now_us

if TYPE_CHECKING:
    import numpy as np

WORKFLOW, OWNER = "reliability", "reliability"
_NEW = 5
_PAUSE_S = 0.05


class Cheap:
    """An embedder that takes no time: what is tried is the stores."""

    name, dimension = "cheap", 32

    async def embed(self, texts: Sequence[str], *, as_queries: bool = False) -> "np.ndarray":
        """Unit vectors made of digests."""
        import numpy as np

        del as_queries
        rows = [np.frombuffer(hashlib.sha256(text.encode(errors="replace")).digest(), np.uint8) for text in texts]
        vectors = np.array(rows, dtype=np.float32).reshape(-1, self.dimension) - 127.5
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def cheap(ports: Ports) -> Ports:
    """The same ports with the cheap embedder."""
    ports.__dict__["embedded_embedder"] = Cheap()
    return ports


def entity(entity_id: str, title: str) -> Entity:
    """A product."""
    relations = (Relation("SOLD_BY", "shop", "s", "Shop"), Relation("OF_BRAND", "brand", title[-1], title[-1]))
    return Entity("product", entity_id, OWNER, title, f"{title}, of tin", relations=relations, stores=STORES)


def after(worker: int, batches: int) -> dict[str, str]:
    """What the records have of a worker's batches: titles by id."""
    found: dict[str, str] = {}
    for number in range(batches):
        found |= {one.entity_id: one.title for one in _batch(worker, number)}
        if number:
            del found[f"{worker}-{number - 1}-0"]
    return found


def _batch(worker: int, number: int) -> list[Entity]:
    new = [entity(f"{worker}-{number}-{place}", f"Kettle {number}") for place in range(_NEW)]
    return [*new, entity(f"{worker}-changing", f"Kettle {number}")]


async def _work(worker: int, done: int, descriptor: int) -> None:
    """Write for ever; what was cut is written again, under the same key."""
    async with open_ports() as ports:
        for number in count(done):
            while True:
                try:
                    await _write(ports, worker, number)
                    break
                except Temporary:
                    await asyncio.sleep(_PAUSE_S)
            os.write(descriptor, b"%d\n" % number)
            await asyncio.sleep(_PAUSE_S)


async def _write(ports: Ports, worker: int, number: int) -> None:
    key = f"{worker}-{number}"
    run = Run(
        run_id=new_id(),
        workflow=WORKFLOW,
        owner_id=OWNER,
        request={"key": key},
        created_at=now_us(),
        origin=Origin.API,
        status=RunStatus.QUEUED,
    )
    await ports.records.runs.add(run, key=key)
    await ports.records.entities.save(_batch(worker, number))
    if number:
        await ports.records.entities.delete("product", [f"{worker}-{number - 1}-0"])


async def _relay() -> None:
    async with open_ports() as ports:
        cheap(ports)
        await relay_forever(
            ports.records, ports.projections(), on_down=lambda store, why: print(store, why, flush=True)
        )


def main() -> None:
    """Play a role until killed."""
    if sys.argv[1] == "worker":
        notes = Path(sys.argv[3])
        done = notes.read_bytes().count(b"\n") if notes.exists() else 0
        asyncio.run(_work(int(sys.argv[2]), done, os.open(notes, os.O_WRONLY | os.O_CREAT | os.O_APPEND)))
    else:
        asyncio.run(_relay())


if __name__ == "__main__":
    main()
