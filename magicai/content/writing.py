"""Who writes a row's text: the model that is chosen, else the next one that the user allows, else the composer."""

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace

from magicai.brain.steps import StepRun
from magicai.content.brief import Brief, brief_of
from magicai.content.drafting import COMPOSER, Draft, Drafter
from magicai.content.earlier_texts import EarlierTexts
from magicai.content.generate_content import GenerateContent
from magicai.content.own_words import must_say_only
from magicai.content.template import Template
from magicai.errors import BudgetReserved, MagicError, OverBudget, Permanent, Refused, Temporary
from magicai.ports import TextModel
from magicai.runs.events.streaming import Streaming
from magicai.runs.run import JSON

# Of a row that no model answers now.
TRIES = 3
CALLS_AT_ONCE = 8
# What keeps a model from being asked.
_NOT_ASKED = (OverBudget, BudgetReserved)
TEMPERATURES = {"low": 0.2, "high": 0.8, "zero": 0.0}

OpenModel = Callable[..., Awaitable[TextModel | None]]


@dataclass(slots=True)
class Writer:
    """Writes the texts of a run's rows, several at a time."""

    run: StepRun
    request: GenerateContent
    template: Template
    text_model: OpenModel
    earlier: EarlierTexts
    _turns: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(CALLS_AT_ONCE))
    _live: Streaming = field(init=False)
    _opened: dict[tuple[str, bool], TextModel | None] = field(default_factory=dict[tuple[str, bool], TextModel | None])
    _tried: Counter[str] = field(default_factory=Counter[str])
    _told: set[tuple[str, str]] = field(default_factory=set[tuple[str, str]])

    def __post_init__(self) -> None:
        self._live = Streaming(self.run.reporter)

    async def write(self, key: str, row: JSON) -> Draft:
        """Write the text of a row.

        Raises:
            Invalid: the row does not fit the template.
            Temporary: no model answers now; at the last try the text is composed.
            Refused: the budget is used up.
            Cancelled: the run must stop.
        """
        brief = brief_of(self.template, row, self.request.language)
        earlier = self.earlier.beside(row)
        zh = float(self.template.language == "zh")
        chosen = await self.run.decide("model", item=key, features={"language=zh": zh})
        self._tried[key] += 1
        failures: dict[str, MagicError] = {}
        for name in dict.fromkeys((chosen, *self.request.models)):
            try:
                draft = await self._drafted(key, brief, name, earlier, chosen=name == chosen)
            except (Temporary, Permanent) as exc:
                failures[name] = exc
                continue
            await self._tell(failures)
            if name != COMPOSER and draft.by == COMPOSER:
                await self._tell_replaced(name, draft.instead_of)
            del self._tried[key]
            return replace(draft, instead_of=" ".join([*_notes(failures), draft.instead_of]).strip())
        self._check(failures, key)
        del self._tried[key]
        await self._tell(failures)
        composed = await Drafter(None, bar=self.request.quality_bar).draft(brief, earlier=earlier)
        return replace(composed, instead_of=" ".join(_notes(failures)))

    def _check(self, failures: dict[str, MagicError], key: str) -> None:
        """Raise what keeps a row from being written now; the composer is for what won't change."""
        for failure in failures.values():
            if isinstance(failure, OverBudget):
                way_out = f"To write it with a larger budget: magicai resume {self.run.run_id}"
                raise Refused(failure.what, way_out=way_out) from failure
        for failure in failures.values():
            if isinstance(failure, Temporary) and self._tried[key] < TRIES:
                raise failure

    async def _drafted(self, key: str, brief: Brief, name: str, earlier: Sequence[str], *, chosen: bool) -> Draft:
        """A model's draft, or the composer's where it was refused; rewards what was decided about it."""
        temperature, drafts = 0.0, 1
        model = None
        if name != COMPOSER:
            temperature = TEMPERATURES[await self.run.decide("temperature", item=key)]
            if self.request.variants > 1:
                drafts = int(await self.run.decide("drafts", item=key))
            model = self._live.through(await self._open(name, cached=temperature == 0), item=key)
        drafter = Drafter(
            model,
            strict=must_say_only(name),
            temperature=min(temperature, self.run.generation.temperature),
            max_tokens=self.run.generation.max_tokens,
            variants=drafts,
            bar=self.request.quality_bar,
            reporter=self.run.reporter,
            turns=self._turns,
        )
        began = time.monotonic()
        try:
            draft = await drafter.draft(brief, earlier=earlier)
        except (Temporary, Permanent) as exc:
            if chosen and not isinstance(exc, _NOT_ASKED):  # a budget says nothing of the model
                await self.run.reward("model", item=key, failed=True, cost=drafter.usage.cost)
            raise
        seconds, quality = time.monotonic() - began, draft.assessment.score
        if draft.model_score is not None:
            quality = draft.model_score
        if chosen:
            await self.run.reward(
                "model", item=key, quality=quality, seconds=seconds, cost=drafter.usage.cost, failed=False
            )
        if model is not None:
            await self.run.reward("temperature", item=key, quality=quality)
            if self.request.variants > 1:
                await self.run.reward("drafts", item=key, quality=quality, seconds=seconds, cost=drafter.usage.cost)
        return draft

    async def _open(self, name: str, *, cached: bool) -> TextModel:
        """A model, opened once: a connection for each row would be many."""
        if (name, cached) not in self._opened:
            self._opened[name, cached] = await self.text_model(self.run.spender, models=(name,), cached=cached)
        model = self._opened[name, cached]
        assert model is not None
        return model

    async def _tell(self, failures: dict[str, MagicError]) -> None:
        """Say once of each model that it did not write."""
        for name, failure in failures.items():
            if (name, "failed") not in self._told and not isinstance(failure, OverBudget):
                self._told.add((name, "failed"))
                what = f"Other models or the composer wrote some texts instead of {name}: {failure.what}"
                temporary = isinstance(failure, Temporary)
                await self.run.reporter.problem(name, what, failure.way_out, temporary=temporary, missing=False)

    async def _tell_replaced(self, name: str, why: str) -> None:
        """Say once of each model that texts of its own could not be used."""
        if (name, "replaced") not in self._told:
            self._told.add((name, "replaced"))
            what = f"The composer wrote some texts instead of {name}: {why}"
            way_out = "Each text says which of them wrote it, and why."
            await self.run.reporter.problem(name, what, way_out, temporary=False, missing=False)


def _notes(failures: dict[str, MagicError]) -> list[str]:
    return [
        failure.what if isinstance(failure, _NOT_ASKED) else f"{name} failed. {failure.what}"
        for name, failure in failures.items()
    ]
