"""Answers of a model that were paid for, kept until the item that they are for is done, whatever ends the process."""

import asyncio
import hashlib
import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from magicai.errors import MagicError
from magicai.ports import Cache, Message, Model, OnText, TextModel, Usage

# As long as other answers (integrations/text/wrapping.py).
_KEPT_S = 3600.0


@dataclass(slots=True)
class Remembered:
    """A model that says to an item what it has said to it in an attempt that was cut off.

    Attributes:
        item: the run and the item; one of these for each time that an item is worked on, since its calls are counted.
        turns: held while the model is called, so that what else is done for other items does not keep it waiting.
    """

    inner: TextModel
    cache: Cache
    item: str
    turns: asyncio.Semaphore
    _calls: int = 0

    @property
    def name(self) -> str:
        """The model's."""
        return self.inner.name

    async def text(
        self,
        messages: Sequence[Message],
        *,
        max_tokens: int = 256,
        temperature: float = 0.0,
        on_text: OnText | None = None,
    ) -> tuple[str, Usage]:
        """What it says next; it costs nothing if it has been paid for."""
        key = self._key(messages, max_tokens, temperature)
        if (kept := await self._kept(key)) is not None:
            if on_text is not None:
                on_text(kept)
            return kept, Usage()
        async with self.turns:
            said, usage = await self.inner.text(
                messages, max_tokens=max_tokens, temperature=temperature, on_text=on_text
            )
        with suppress(MagicError):  # a cache that is away keeps nobody from an answer
            await self.cache.put(key, said.encode(errors="surrogatepass"), ttl_s=_KEPT_S)
        return said, usage

    async def typed(
        self, messages: Sequence[Message], shape: type[Model], *, max_tokens: int = 512, temperature: float = 0.0
    ) -> tuple[Model, Usage]:
        """A value of that shape, which is not kept."""
        return await self.inner.typed(messages, shape, max_tokens=max_tokens, temperature=temperature)

    async def close(self) -> None:
        """Let go of the model's connection."""
        await self.inner.close()

    async def _kept(self, key: str) -> str | None:
        with suppress(MagicError):
            if (kept := await self.cache.get(key)) is not None:
                return kept.decode(errors="surrogatepass")
        return None

    def _key(self, messages: Sequence[Message], max_tokens: int, temperature: float) -> str:
        """Of the item, which of its calls it is, and all that makes the answer; nobody can read any of it out of it."""
        self._calls += 1
        said = [(one.role, one.content) for one in messages]
        asked = [self.item, self._calls, self.inner.name, said, max_tokens, temperature]
        return f"item-text:{hashlib.sha256(json.dumps(asked).encode()).hexdigest()}"
