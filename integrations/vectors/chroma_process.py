"""The vector server: `python -m integrations.vectors.chroma_process WANTED`, the JSON of `Wanted`.

ChromaDB in a process of ours. `chroma run` answers whoever reaches its port, and any web page in the user's browser
can; it has no token, looks at no Host, and can't listen on a socket file. Several processes on one store destroy it. So
one process has it open, and what listens is ours alone, behind the checks of integrations/processes/serving.py.
"""

import asyncio
import base64
import json
import os
import sys
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from http import HTTPStatus
from pathlib import Path
from typing import Any

import numpy as np
from aiohttp import web

from integrations.processes import serving
from integrations.processes.serving import Guard
from integrations.vectors.chroma import Wanted
from integrations.vectors.collection import VectorCollection
from integrations.vectors.shown import INDEX, Shown
from magicai.errors import MagicError, Missing, Permanent

# 500 entities with vectors of 1,000 numbers, and their words.
_LARGEST_BODY = 16_000_000


class Service:
    """Answers in JSON; vectors are float32 in base64."""

    def __init__(self, client: Any, folder: Path) -> None:
        self._client, self._folder = client, folder
        self._shelves: dict[str, VectorCollection] = {}

    def routes(self) -> list[web.RouteDef]:
        """What can be asked."""
        return [
            web.post("/apply", self._answering(self._apply)),
            web.post("/held", self._answering(self._held)),
            web.post("/drop", self._answering(self._drop)),
            web.post("/nearest", self._answering(self._nearest)),
            web.post("/check", self._answering(self._check)),
            web.post("/remove", self._remove),
        ]

    async def _apply(self, collection: VectorCollection, asked: Any) -> None:
        vectors = iter(_vectors(asked["vectors"], asked["dimension"]))
        changes = [(Shown.of_json(one), None if gone else next(vectors)) for one, gone in asked["changes"]]
        await collection.apply(changes)

    async def _held(self, collection: VectorCollection, asked: Any) -> list[Any]:
        kind, entity_id = asked["after"]
        return [asdict(one) for one in await collection.held((kind, entity_id), asked["limit"])]

    async def _drop(self, collection: VectorCollection, asked: Any) -> None:
        await collection.drop([(kind, entity_id) for kind, entity_id in asked["keys"]])

    async def _nearest(self, collection: VectorCollection, asked: Any) -> list[Any]:
        (vector,) = _vectors(asked["vectors"], asked["dimension"])
        hits = await asyncio.to_thread(
            collection.nearest, vector, asked["owner_id"], asked["kinds"], asked["where"], asked["limit"]
        )
        return [asdict(hit) for hit in hits]

    async def _check(self, collection: VectorCollection, asked: Any) -> int:
        return await asyncio.to_thread(collection.check, asked["dimension"])

    async def _remove(self, request: web.Request) -> web.StreamResponse:
        name: str = (await request.json())["collection"]
        collection = self._shelves.pop(name, None)
        if collection is not None:
            await collection.close()
        try:
            await asyncio.to_thread(self._client.delete_collection, name)
        except Exception as exc:  # noqa: BLE001 - as below
            if type(exc).__name__ != "NotFoundError":
                return _failed(_of_chroma(exc))
        for file in self._folder.glob(f"{name}.versions.sqlite3*"):
            file.unlink()
        return web.json_response({"answer": None})

    def _answering(self, do: Callable[[VectorCollection, Any], Awaitable[Any]]) -> serving.Handler:
        async def answer(request: web.Request) -> web.StreamResponse:
            asked = await request.json()
            try:
                return web.json_response(
                    {"answer": await do(await self._collection(asked["collection"], asked["made_by"]), asked)}
                )
            except MagicError as exc:
                return _failed(exc)
            except Exception as exc:  # noqa: BLE001 - chromadb raises its own kinds, the Rust engine others: who asks must hear of all
                return _failed(_of_chroma(exc))

        return answer

    async def _collection(self, name: str, made_by: dict[str, Any]) -> VectorCollection:
        if name not in self._shelves:
            collection = await asyncio.to_thread(
                self._client.get_or_create_collection,
                name,
                # Never Chroma's own, which downloads a model.
                embedding_function=None,
                configuration={"hnsw": INDEX},
                metadata=made_by,
            )
            self._shelves[name] = VectorCollection(collection, self._folder / f"{name}.versions.sqlite3")
        return self._shelves[name]


def _of_chroma(error: Exception) -> Permanent:
    return Permanent("chromadb_error", kind=type(error).__name__, reason=error)


def _failed(error: MagicError) -> web.Response:
    return web.json_response({"fault": error.as_json()}, status=HTTPStatus.INTERNAL_SERVER_ERROR)


def main() -> None:
    """Serve until a signal, or until nobody needs it."""
    want = Wanted(**json.loads(sys.argv[1]))
    folder = Path(want.folder)
    lock = serving.alone(folder, want.start_s)
    if lock is None:
        return
    try:
        client = _open(folder / "store")
    except MagicError as exc:
        serving.tell_failure(folder, exc)
        sys.exit(str(exc))

    def make(port: int, key: str) -> tuple[Guard, web.Application]:
        guard = Guard(port=port, key=key)
        return guard, guard.app(Service(client, folder).routes(), largest_body=_LARGEST_BODY)

    asyncio.run(serving.serve(folder, make, idle_s=want.idle_s))
    # Everything that was answered is on the disk; the engine's own threads need not be waited for.
    os._exit(0)


def _open(folder: Path) -> Any:
    try:
        import chromadb
        from chromadb.config import Settings
    except ImportError as exc:
        raise Missing("chromadb_not_usable", reason=exc) from exc
    try:
        return chromadb.PersistentClient(str(folder), settings=Settings(anonymized_telemetry=False))
    except Exception as exc:  # the engine is Rust's: whatever it raises means the same here
        raise Permanent("chromadb_open_failed", folder=folder, reason=exc) from exc


def _vectors(packed: str, dimension: int) -> "np.ndarray":
    return np.frombuffer(base64.b64decode(packed), dtype=np.float32).reshape(-1, dimension)


if __name__ == "__main__":
    main()
