"""A text while it is written, as events of its run: few, and gone once the next text begins or the run has ended."""

import asyncio
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

from magicai.errors import MagicError
from magicai.ports import Message, Model, OnText, Reporter, TextModel, Usage

_LEAST_BETWEEN_EVENTS_S = 0.3


@dataclass(slots=True)
class Streaming:
    """Shows one text of a step at a time, however many are written at once.

    live = Streaming(run.reporter)
    model = live.through(model, item="000001")
    """

    reporter: Reporter
    busy: bool = False
    shown_at: float = field(default=float("-inf"))

    def through(self, model: TextModel, *, item: str) -> TextModel:
        """A model whose texts are shown while it writes them."""
        return _Shown(model, self, item)

    @asynccontextmanager
    async def showing(self, item: str) -> AsyncGenerator[OnText]:
        """What is handed to it is shown, until it is left; nothing where another text is being shown."""
        if self.busy:
            yield _unseen
            return
        self.busy = True
        passing = _Passing(self, item)
        task = asyncio.create_task(passing.keep_passing())
        try:
            yield passing.hear
        finally:
            self.busy = False
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
            await passing.end()


def _unseen(_piece: str) -> None:
    """Nobody watches."""


class _Shown:
    def __init__(self, inner: TextModel, live: Streaming, item: str) -> None:
        self.name = inner.name
        self._inner, self._live, self._item = inner, live, item

    async def text(
        self,
        messages: Sequence[Message],
        *,
        max_tokens: int = 256,
        temperature: float = 0.0,
        on_text: OnText | None = None,
    ) -> tuple[str, Usage]:
        async with self._live.showing(self._item) as show:

            def hear(piece: str) -> None:
                show(piece)
                if on_text is not None:
                    on_text(piece)

            try:
                return await self._inner.text(messages, max_tokens=max_tokens, temperature=temperature, on_text=hear)
            finally:
                self.name = self._inner.name  # of several models, the one that answered

    async def typed(
        self,
        messages: Sequence[Message],
        shape: type[Model],
        *,
        max_tokens: int = 512,
        temperature: float = 0.0,
        on_text: OnText | None = None,
        exchanges: int = 2,
    ) -> tuple[Model, Usage]:
        return await self._inner.typed(
            messages, shape, max_tokens=max_tokens, temperature=temperature, on_text=on_text, exchanges=exchanges
        )

    async def close(self) -> None:
        await self._inner.close()


class _Passing:
    """Pieces of one text on their way: the first at once, then together for a moment."""

    def __init__(self, live: Streaming, item: str) -> None:
        self._live, self._item = live, item
        self._pieces: list[str] = []
        self._heard = asyncio.Event()
        self._begins = True
        self._one_at_a_time = asyncio.Lock()

    def hear(self, piece: str) -> None:
        self._pieces.append(piece)
        self._heard.set()

    async def keep_passing(self) -> None:
        while True:
            await self._heard.wait()
            await asyncio.sleep(self._live.shown_at + _LEAST_BETWEEN_EVENTS_S - time.monotonic())
            # Whenever the text ends: what is being kept is kept before what is left.
            await asyncio.shield(self._pass_on())

    async def end(self) -> None:
        """Pass on what is left; a text that is over before anything of it was shown has been fast enough."""
        if not self._begins:
            await self._pass_on()

    async def _pass_on(self) -> None:
        async with self._one_at_a_time:
            pieces, begins = "".join(self._pieces), self._begins
            self._pieces.clear()
            self._heard.clear()
            self._begins = False
            self._live.shown_at = time.monotonic()
            if pieces:
                with suppress(MagicError):  # whoever writes the text goes on without being watched
                    await self._live.reporter.text(pieces, item=self._item, begins=begins)
