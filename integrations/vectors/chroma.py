"""Semantic search in ChromaDB, which a server of ours has open: one per home, started by whoever needs it first."""

import base64
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from integrations.processes.on_demand import Client, Startable, look
from integrations.vectors.shown import Shown, words
from magicai import extras
from magicai.errors import Missing, Temporary, error_of
from magicai.ports import NO_FACETS, Embedder, Facets, Hit
from magicai.settings import Settings
from magicai.stores.entity import ProjectedEntity, Store, Versioned

if TYPE_CHECKING:
    import httpx
    import numpy as np

# A write costs Chroma 30 ms and more, whatever its size; this many are written in half a second.
_BATCH = 200
_ANSWER_S = 60.0


@dataclass(frozen=True, slots=True)
class Wanted:
    """The server that somebody needs.

    Attributes:
        folder: where everything of it is: MAGICAI_HOME/chroma.
        idle_s: it ends after so many seconds without a request.
        start_s: how long a start may take.
    """

    folder: str
    idle_s: float = 120.0
    start_s: float = 120.0


def folder_of(settings: Settings) -> Path:
    """Where an installation's vectors are, with what tells of their server."""
    return settings.home.absolute() / "chroma"


def is_ready(settings: Settings) -> bool:
    """Whether vectors are kept: on a server, or embedded once the packages that they need are there."""
    return folder_of(settings).exists() or settings.chromadb_url is not None or extras.is_installed("vectors")


class ChromaVectors:
    """The embedded vectors of one model.

    Args:
        embedder: the model; its dimension is that of all vectors.
        space: what the vectors are called, and digest: of the model, which is kept with them.
    """

    store: Store = "vectors"

    def __init__(self, settings: Settings, embedder: Embedder, *, space: str = "", digest: str = "") -> None:
        self._folder = folder_of(settings)
        self._space, self._digest = space or f"{embedder.name}-{embedder.dimension}", digest
        self._embedder = embedder
        want = json.dumps(asdict(Wanted(str(self._folder), idle_s=settings.idle_seconds)))
        found, module = partial(look, self._folder), "integrations.vectors.chroma_process"
        server = Startable("vector server", self._folder, module, (want,), look=found)
        self._server = Client(server, answer_s=_ANSWER_S, repeatable=True)

    async def apply(self, changes: Sequence[Versioned]) -> None:
        """Take over entities and tombstones; one that is not newer than what is held changes nothing."""
        for start in range(0, len(changes), _BATCH):
            batch = changes[start : start + _BATCH]
            vectors = await self._embedder.embed([words(one.entity) for one in batch if one.entity is not None])
            shown = [(Shown.of(one).as_json(), one.entity is None) for one in batch]
            await self._ask("apply", changes=shown, vectors=_packed(vectors))

    async def held(self, *, after: tuple[str, str] = ("", ""), limit: int = 1000) -> list[ProjectedEntity]:
        """What is held, live entities only, ordered by (kind, id), after that key."""
        return [ProjectedEntity(**one) for one in await self._ask("held", after=after, limit=limit)]

    async def drop(self, keys: Sequence[tuple[str, str]]) -> None:
        """Remove what the records never had."""
        for start in range(0, len(keys), _BATCH):
            await self._ask("drop", keys=keys[start : start + _BATCH])

    async def nearest(
        self, text: str, *, owner_id: str, kinds: Sequence[str] = (), where: Facets = NO_FACETS, limit: int = 5
    ) -> list[Hit]:
        """An owner's entities that mean something near, best first; nothing is near to no words at all."""
        if not text.strip() or limit < 1:
            return []
        (vector,) = await self._embedder.embed([text], as_queries=True)
        return await self.nearest_to(vector, owner_id=owner_id, kinds=kinds, where=where, limit=limit)

    async def nearest_to(
        self, vector: "np.ndarray", *, owner_id: str, kinds: Sequence[str], where: Facets, limit: int
    ) -> list[Hit]:
        """An owner's entities whose vectors are near, best first."""
        narrow = {field: list(values) for field, values in where.items()}
        asked = {"vectors": _packed(vector), "owner_id": owner_id, "kinds": list(kinds), "where": narrow}
        return [Hit(**one) for one in await self._ask("nearest", **asked, limit=limit)]

    async def check(self) -> str:
        """Write, read back and remove a vector; answers where."""
        count = await self._ask("check")
        return f"{count} vectors of {self._embedder.name} in {self._folder}"

    async def remove(self) -> None:
        """Remove all vectors of this model."""
        await self._ask("remove")

    async def close(self) -> None:
        """Let go of the connection; the server stays for others, and ends when idle."""
        await self._server.close()

    async def _ask(self, what: str, **asked: Any) -> Any:
        """One exchange with the server, which is started where there is none.

        Raises:
            Missing: chromadb is not installed.
            Temporary: the server crashed, is busy, or can't start now; the next call starts another.
        """
        if find_spec("chromadb") is None:
            raise Missing("chromadb_not_installed")
        embedder = self._embedder
        told = {"embedder": embedder.name, "dimension": embedder.dimension, "digest": self._digest}
        asked |= {"collection": f"magicai-{self._space}", "dimension": embedder.dimension, "made_by": told}
        return _read(await self._server.post(f"/{what}", asked))


def _read(answer: "httpx.Response") -> Any:
    try:
        body = answer.json()
        if "fault" not in body:
            return body["answer"]
        fault = error_of(body["fault"])
    except (ValueError, KeyError, TypeError):
        fault = None
    raise fault or Temporary("vector_server_error_status", status=answer.status_code, reason=answer.text[:200])


def _packed(vectors: "np.ndarray") -> str:
    return base64.b64encode(vectors.astype("<f4").tobytes()).decode()
