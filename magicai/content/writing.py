"""Who writes a row's text: the model that is chosen, else the next one that the user allows."""

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from magicai.brain.situation import Machine
from magicai.brain.steps import StepRun
from magicai.content.answers import failure
from magicai.content.brief import Brief, brief_of
from magicai.content.drafting import COMPOSER, Draft, Drafter, NotFinished, best, facts_block, most_tokens
from magicai.content.generate_content import GenerateContent
from magicai.content.reviews import Reviews
from magicai.content.template import Template
from magicai.content.text_limits import Account, Limited, OverTextLimit, TextLimit, verifier_here
from magicai.errors import BudgetReserved, Busy, MagicError, OverBudget, Permanent, Refused, Temporary
from magicai.messages import Message, say
from magicai.ports import TextModel
from magicai.runs.events.streaming import Streaming
from magicai.runs.items import PutOff
from magicai.runs.run import JSON

# Of a row that no model answers now.
TRIES = 3
CALLS_AT_ONCE = 8
# The first draft is close to the facts; the others are to be others.
TEMPERATURE, TEMPERATURE_OF_VARIANTS = 0.2, 0.8
# How long a row waits for a model that answered 429 or 503: longer each time, and no longer in all than that.
WAIT_S, LONGEST_WAIT_S, PATIENCE_S = 15.0, 300.0, 3_600.0
# What keeps a model from being asked.
_OF_A_MONTH = ("person_budget_exceeded", "workspace_budget_exceeded", "installation_budget_exceeded")
_NOT_ASKED = (OverBudget, BudgetReserved, OverTextLimit)

OpenModel = Callable[..., Awaitable[TextModel | None]]


@dataclass(frozen=True, slots=True)
class Texts:
    """What was written for a row.

    Attributes:
        drafts: as many as were asked for, in their order; of facts blocks one.
        instead_of: why it is a facts block although a model was asked; None of others.
    """

    drafts: tuple[Draft, ...]
    instead_of: Message | None = None

    @property
    def best(self) -> Draft:
        """The one that is shown first."""
        return self.drafts[best(self.drafts)]


@dataclass(slots=True)
class _UnderWay:
    """What a model has written for a row so far: drafts, and the one that waits for an answer."""

    drafts: list[Draft] = field(default_factory=list[Draft])
    drafter: Drafter | None = None
    cost: float = 0.0


@dataclass(slots=True)
class Writer:
    """Writes the texts of a run's rows, several at a time.

    Attributes:
        limit: what each text may take.
        machine: says what models cost.
    """

    run: StepRun
    request: GenerateContent
    template: Template
    text_model: OpenModel
    limit: TextLimit
    machine: Machine
    reviews: Mapping[str, Reviews] = field(default_factory=dict[str, Reviews])
    _turns: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(CALLS_AT_ONCE))
    _opening: asyncio.Lock = field(default_factory=asyncio.Lock)
    _live: Streaming = field(init=False)
    _opened: dict[tuple[str, str], TextModel | None] = field(default_factory=dict[tuple[str, str], TextModel | None])
    _tried: Counter[str] = field(default_factory=Counter[str])
    _waits: dict[tuple[str, str], tuple[float, int]] = field(default_factory=dict[tuple[str, str], tuple[float, int]])
    _under_way: dict[tuple[str, str], _UnderWay] = field(default_factory=dict[tuple[str, str], _UnderWay])
    _accounts: dict[str, Account] = field(default_factory=dict[str, Account])
    _told: set[str] = field(default_factory=set[str])

    def __post_init__(self) -> None:
        self._live = Streaming(self.run.reporter)

    async def write(self, key: str, row: JSON) -> Texts:
        """Write the text of a row.

        Raises:
            Invalid: the row does not fit the template.
            PutOff: its model takes no requests for now.
            Unusable: the model wrote no text.
            Temporary, Permanent: no model answers.
            Refused: the budget is used up.
            Cancelled: the run must stop.
        """
        brief = brief_of(self.template, row, self.request.language)
        zh = float(self.template.language == "zh")
        chosen = await self.run.decide("writer", item=key, features={"language=zh": zh})
        self._tried[key] += 1
        failures: dict[str, MagicError] = {}
        for name in dict.fromkeys((chosen, *self.request.models)):
            if name == COMPOSER:
                continue
            try:
                drafts = await self._drafted(key, brief, name, chosen=name == chosen)
            except PutOff:
                raise
            except (Temporary, Permanent) as exc:
                failures[name] = exc
                continue
            await self._tell(failures)
            self._forget(key)
            return Texts(drafts)
        if failures and not self.request.falls_back:
            raise self._failure(failures, key)
        if failures:
            self._wait_for(failures, key)
        self._forget(key)
        await self._tell_fallback(failures)
        block = await asyncio.to_thread(facts_block, brief)
        why = say("models_failed", reasons=[one.message for one in failures.values()]) if failures else None
        return Texts((block,), why)

    def _failure(self, failures: Mapping[str, MagicError], key: str) -> MagicError:
        """Why a row has no text now."""
        for failed in failures.values():
            if isinstance(failed, OverBudget):
                # A month's budget is raised elsewhere, as it says itself.
                way = say("resume_with_larger_budget", run_id=self.run.run_id)
                return Refused(failed.message, way_out=failed.way if failed.message.code in _OF_A_MONTH else way)
        self._wait_for(failures, key)
        for name, failed in failures.items():
            if isinstance(failed, Busy):
                return failure("busy", name, failed.message)
        return next((one for one in failures.values() if isinstance(one, Temporary)), next(iter(failures.values())))

    def _wait_for(self, failures: Mapping[str, MagicError], key: str) -> None:
        """Put a row off whose models may answer later.

        Raises:
            PutOff: one takes no requests for now; others are written meanwhile.
            Temporary: one did not answer, and this was not the last try.
        """
        for name, failed in failures.items():
            if isinstance(failed, Busy):
                self._put_off(key, name, failed)
        for failed in failures.values():
            if isinstance(failed, Temporary) and not isinstance(failed, Busy) and self._tried[key] < TRIES:
                raise failed

    def _put_off(self, key: str, name: str, busy: Busy) -> None:
        """Have a row come back once a model may take requests again; nothing once it has waited for long enough.

        Raises:
            PutOff: others are written meanwhile.
        """
        since, times = self._waits.get((key, name), (time.monotonic(), 0))
        left_s = since + PATIENCE_S - time.monotonic()
        if left_s <= 0:
            return
        own_s = min(WAIT_S * 2**times, LONGEST_WAIT_S)
        wait_s = min(max(own_s, busy.retry_after_s or 0.0), left_s, PATIENCE_S)
        self._waits[key, name] = since, times + 1
        self._tried[key] -= 1
        again = datetime.fromtimestamp(time.time() + wait_s, UTC)
        why = say("model_waited_for", model=name, time=f"{again:%H:%M:%S}", why=busy.message)
        raise PutOff(wait_s, why=why)

    def _forget(self, key: str) -> None:
        self._tried.pop(key, None)
        self._accounts.pop(key, None)
        for kept in (self._waits, self._under_way):
            for of in [of for of in kept if of[0] == key]:
                del kept[of]

    async def _next_draft(self, key: str, brief: Brief, name: str, done: "_UnderWay") -> Temporary | Permanent | None:
        """One more draft, unless it fails with what is returned.

        Raises:
            PutOff: the model, or its verifier, takes no requests now, and drafts that are written wait for it.
        """
        drafter = done.drafter = done.drafter or await self._drafter(key, name, len(done.drafts))
        failed = None
        try:
            async with self._live.showing(key) as show:
                drafter.on_text = show
                done.drafts.append(await drafter.draft(brief))
        except NotFinished as exc:
            self._put_off(key, exc.model, exc)
            drafter.waits = False  # nobody waits any longer
            return None
        except (Temporary, Permanent) as exc:
            if isinstance(exc, Busy) and done.drafts:
                self._put_off(key, name, exc)
            failed = exc
        done.cost += drafter.usage.cost or 0.0
        done.drafter = None
        return failed

    async def _drafted(self, key: str, brief: Brief, name: str, *, chosen: bool) -> tuple[Draft, ...]:
        """A model's drafts; rewards what was decided about it. Of a row that was put off, the rest of them."""
        began = time.monotonic()
        done = self._under_way.setdefault((key, name), _UnderWay())
        failed: Temporary | Permanent | None = None
        while len(done.drafts) < self.request.variants and failed is None:
            failed = await self._next_draft(key, brief, name, done)
        cost, drafts = done.cost, done.drafts
        del self._under_way[key, name]
        if failed is not None and not drafts:
            if chosen and not isinstance(failed, (*_NOT_ASKED, Busy)):  # they say nothing of the model
                await self.run.reward("writer", item=key, failed=True, cost=cost)
            raise failed
        if failed is not None:
            written = say("variants_missing", n=len(drafts), variants=self.request.variants, why=failed.message)
            what = say("item_failed", item=say("row_numbered", number=int(key)), why=written)
            await self.run.reporter.problem(key, what, failed.way, missing=True)
        if chosen:
            quality = drafts[best(drafts)].assessment.score
            seconds = time.monotonic() - began
            await self.run.reward("writer", item=key, quality=quality, seconds=seconds, cost=cost, failed=False)
        return tuple(drafts)

    async def _drafter(self, key: str, name: str, number: int) -> Drafter:
        account = self._accounts.setdefault(key, Account(self.limit))
        model, judge = await self._open(name), await self._open("", role="verifier")
        assert model is not None
        prices = self.machine.prices
        return Drafter(
            Limited(model, account, prices.get(name)),
            verifier=None if judge is None else Limited(judge, account, prices.get(verifier_here(self.machine) or "")),
            temperature=TEMPERATURE if number == 0 else TEMPERATURE_OF_VARIANTS,
            max_tokens=most_tokens(self.template, self.run.generation.max_tokens),
            reviews=self.reviews.get(name, Reviews()),
            reporter=self.run.reporter,
            turns=self._turns,
            waits=True,
        )

    async def _open(self, name: str, role: str = "") -> TextModel | None:
        """A model, opened once: a connection for each row would be many; None where the role has none."""
        async with self._opening:
            if (name, role) not in self._opened:
                own = self.run.spender
                spender = replace(own, role=role or own.role, again=self.request.again)
                self._opened[name, role] = await self.text_model(spender, models=(name,) if name else (), cached=False)
        return self._opened[name, role]

    async def _tell(self, failures: Mapping[str, MagicError]) -> None:
        """Say once of each model that another one wrote, which the request allows."""
        for name, failed in failures.items():
            if name not in self._told and not isinstance(failed, OverBudget):
                self._told.add(name)
                what = say("model_replaced_by_others", model=name, why=failed.message)
                temporary = isinstance(failed, Temporary)
                await self.run.reporter.problem(name, what, failed.way, temporary=temporary, missing=False)

    async def _tell_fallback(self, failures: Mapping[str, MagicError]) -> None:
        """Say once of each model that facts blocks stand where its texts would."""
        for name, failed in failures.items():
            if name not in self._told:
                self._told.add(name)
                what = say("model_replaced_by_facts", model=name, why=failed.message)
                await self.run.reporter.problem(name, what, failed.way, temporary=isinstance(failed, Temporary))
