"""Which models make the vectors: the one that is searched, and the one whose vectors are being made instead."""

import asyncio
import re
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from integrations.embedder.open import OtherEmbedder, open_embedder
from magicai.brain.budgets import Purse
from magicai.errors import Permanent
from magicai.models.choices import EMBEDDED
from magicai.models.consents import Consents
from magicai.ports import Embedder, ModelChoices, OnUsage, Spender, VectorSpace, unheard
from magicai.settings import Settings

if TYPE_CHECKING:
    import numpy as np

_LONGEST_NAME, _DIGEST = 60, 12


class OpenPurse(Protocol):
    """Opens what pays calls: the spender's, or the installation's owner's."""

    def __call__(self, spender: Spender | None = None, /) -> Purse:
        """The purse."""
        ...


class Spaces:
    """Reads what the records say each time, so that a process that lives long follows; opens each model once.

    Args:
        settings: reads those of the installation's owner as they are now; a model whose settings changed is opened
            again.
        embedded: opens the embedded model, whose vectors are searched until somebody chooses another.
        purse: opens what paid models spend from.
    """

    def __init__(
        self,
        settings: Callable[[], Awaitable[Settings]],
        choices: ModelChoices,
        embedded: Callable[[], Embedder],
        purse: OpenPurse,
    ) -> None:
        self._settings, self.choices, self._embedded, self._purse = settings, choices, embedded, purse
        self._opened: dict[str, tuple[Settings, OtherEmbedder]] = {}
        self._replaced: list[OtherEmbedder] = []  # which others may still use
        self._opening: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    @property
    def embedded(self) -> VectorSpace:
        """The embedded model's vectors."""
        model = self._embedded()
        return VectorSpace(f"{model.name}-{model.dimension}", EMBEDDED, model.dimension, "", "serving")

    async def serving(self) -> VectorSpace:
        """The vectors that are searched."""
        return next((space for space in await self.choices.spaces() if space.state == "serving"), self.embedded)

    async def written(self) -> Sequence[VectorSpace]:
        """The vectors that are kept up to date: first those that are searched."""
        spaces = await self.choices.spaces()
        serving = next((space for space in spaces if space.state == "serving"), self.embedded)
        return [serving, *(space for space in spaces if space.state == "filling")]

    def made_by(self, space: VectorSpace) -> str:
        """The name by which a space's vectors are told from others that somebody kept."""
        return self._embedded().name if space.embedder == EMBEDDED else space.space_id

    async def embedder(
        self, space: VectorSpace, spender: Spender | None = None, on_usage: OnUsage = unheard
    ) -> Embedder:
        """The model that makes a space's vectors.

        Args:
            spender: who pays its calls; the installation's owner where None.
            on_usage: hears what these calls took.

        Raises:
            Invalid: a setting that it needs is missing.
            Missing: its file is not here.
            Permanent: another model bears its name now.
        """
        if space.embedder == EMBEDDED:
            return self._embedded()
        settings = await self._settings()
        async with self._opening[space.space_id]:
            known = self._opened.get(space.space_id)
            if known is None or known[0] is not settings:
                self._opened[space.space_id] = settings, await self._open(space, settings)
                if known is not None:
                    self._replaced.append(known[1])
        model = self._opened[space.space_id][1]
        return model if spender is None else model.paid_by(self._purse(spender), on_usage)

    async def _open(self, space: VectorSpace, settings: Settings) -> OtherEmbedder:
        model = open_embedder(
            settings, space.embedder, self._purse(), dimension=space.dimension, consents=Consents(self.choices)
        )
        try:
            digest = await model.digest()
        except BaseException:
            await model.close()
            raise
        if digest != space.digest:
            await model.close()
            raise Permanent("embedder_changed", embedder=space.embedder)
        return model

    async def tried(self, name: str) -> VectorSpace:
        """The space that a model would fill, by trying the model; a file that it needs is downloaded.

        Raises:
            MagicError: the model can't be used.
        """
        if name == EMBEDDED:
            own = self.embedded
            await self._embedded().embed(["a chair"])
            return replace(own, state="filling")
        model = open_embedder(await self._settings(), name, self._purse(), download=True)
        try:
            await model.embed(["a chair", "一把椅子"])
            digest = await model.digest()
        finally:
            await model.close()
        plain = re.sub(r"[^a-z0-9._-]+", "-", name.lower())[:_LONGEST_NAME].strip("-._")
        space_id = f"{plain}-{model.dimension}-{digest[:_DIGEST]}"
        return VectorSpace(space_id, name, model.dimension, digest, "filling")

    async def close(self) -> None:
        """Let go of the models."""
        opened, self._opened = self._opened, {}
        replaced, self._replaced = self._replaced, []
        for model in (*replaced, *(model for _, model in opened.values())):
            await model.close()


class ChosenEmbedder:
    """The model whose vectors are searched, whichever that is at each call.

    Attributes:
        name, dimension: of the model that embedded last; of the embedded one before the first text.
    """

    def __init__(self, spaces: Spaces) -> None:
        self._spaces = spaces
        self._last: VectorSpace | None = None

    @property
    def name(self) -> str:
        """The model."""
        last = self._last or self._spaces.embedded
        return self._spaces.made_by(last) if last.embedder == EMBEDDED else last.embedder

    @property
    def dimension(self) -> int:
        """Of each vector."""
        return (self._last or self._spaces.embedded).dimension

    async def embed(self, texts: Sequence[str], *, as_queries: bool = False) -> "np.ndarray":
        """Embed texts with the model whose vectors are searched now."""
        self._last = await self._spaces.serving()
        return await (await self._spaces.embedder(self._last)).embed(texts, as_queries=as_queries)
