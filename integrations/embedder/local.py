"""Embedding models in GGUF files, by the machine's model server (llama.cpp)."""

from collections.abc import Sequence
from http import HTTPStatus
from pathlib import Path
from typing import Any

from integrations.embedder.checked import CheckedEmbedder
from integrations.processes.on_demand import Client
from integrations.text.download import sha256
from integrations.text.server_on_demand import Wanted, startable
from magicai.errors import Invalid, Temporary

_ANSWER_S = 300.0
_PATH = "/v1/embeddings"
# About a second of work of a small model on two cores, so that questions need not wait for long.
_MOST, _LONGEST, _BATCH = 8, 6_000, 8_000
_SHORTEST = 400


class LocalEmbedder(CheckedEmbedder):
    """A model file in a server of its own, which is started by the first call that needs it."""

    def __init__(self, name: str, want: Wanted, *, dimension: int = 0) -> None:
        super().__init__(name, dimension=dimension, most=_MOST, longest=_LONGEST, batch=_BATCH)
        self._want = want
        self._server = Client(startable(want), answer_s=_ANSWER_S)
        self._readable = _LONGEST + 200

    async def encode(self, texts: Sequence[str], *, as_queries: bool) -> Any:
        """The model's vectors; what is longer than its context is cut.

        Raises:
            Missing: the runtime is not installed, or does not run on this processor.
            Temporary: the server crashed, is busy, or can't start now; the next call starts another.
            Invalid: the file is no embedding model.
        """
        del as_queries  # the prefix tells
        while True:
            cut = [text[: self._readable] for text in texts]
            answer = await self._server.post(_PATH, {"input": cut})
            if answer.is_success:
                return [row["embedding"] for row in sorted(answer.json()["data"], key=lambda row: row["index"])]
            longest = max(map(len, cut))
            if answer.status_code != HTTPStatus.BAD_REQUEST or longest <= _SHORTEST:
                raise _failure(self.name, answer.status_code, answer.text)
            self._readable = max(_SHORTEST, longest // 2)

    async def digest(self) -> str:
        """Of the model's file."""
        import asyncio

        return self._want.sha256 or await asyncio.to_thread(sha256, Path(self._want.model))

    async def close(self) -> None:
        """Let go of the connection; the server stays for others, and ends when idle."""
        await self._server.close()


def _failure(name: str, status: int, said: str) -> Temporary | Invalid:
    if status == HTTPStatus.BAD_REQUEST:
        return Invalid(
            "model_server_error_status", way_out="use_embedding_model", name=name, status=status, reason=said[:200]
        )
    return Temporary("model_server_error_status", name=name, status=status, reason=said[:200])
