"""The download of a language model that somebody has asked this process for."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass

from integrations.text import models
from integrations.text.open import fetch_model
from integrations.text.progress import Progress
from magicai.errors import MagicError
from magicai.messages import Message
from magicai.settings import Settings


@dataclass(frozen=True, slots=True)
class ModelHere:
    """The local language model.

    Attributes:
        size: bytes of its download.
        done: bytes that are here already while it is downloaded, else None.
        problem: why the last download failed, if it did.
    """

    title: str
    size: int
    installed: bool
    done: int | None
    problem: Message | None


class ModelDownload:
    """Downloads the first model of the catalogue that can be had, once at a time."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._task: asyncio.Task[None] | None = None
        self._done, self._problem = 0, None

    def state(self) -> ModelHere:
        """How far it is."""
        home = self._settings.home
        here = next((one for one in models.CATALOGUE if one.path(home).is_file()), None)
        wanted = here or models.DEFAULT
        running = self._task is not None and not self._task.done()
        done = self._done if running else None
        return ModelHere(wanted.title, wanted.size, here is not None, done, None if running else self._problem)

    def start(self) -> None:
        """Start or resume the download; does nothing if it is in progress or the model is installed."""
        state = self.state()
        if not state.installed and state.done is None:
            self._done, self._problem = 0, None
            self._task = asyncio.create_task(self._fetch())

    async def close(self) -> None:
        """Stop; what is here stays."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def _fetch(self) -> None:
        def told(now: Progress) -> None:
            self._done = now.done

        try:
            await fetch_model(self._settings, on_progress=told)
        except MagicError as exc:
            self._problem = exc.said
