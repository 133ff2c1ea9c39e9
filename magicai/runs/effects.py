"""Effects on the world: a post, a message, a charge. Each is a row with a unique key before it happens.

The row keeps what the other side returned (address, id, digest). After an interrupted try, the other side is asked by
the key before anything is done again; if it cannot say what happened, a person decides.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace

from magicai.errors import Conflict, MagicError, OutcomeUnknown, Permanent, Temporary
from magicai.messages import say
from magicai.ports import Records
from magicai.runs.run import JSON, Problem
from magicai.stores.entity import Entity

_log = logging.getLogger(__name__)

Do = Callable[[], Awaitable[JSON]]
LookUp = Callable[[str], Awaitable[JSON | None]]

KIND = "effect"
_LIMIT_S = 30.0
# A try looks up and then acts, each within the limit: the row is held for longer than both together.
_HELD = 2.5
_POLL_S = 0.2


@dataclass(frozen=True, slots=True)
class _Row:
    """The state of an effect.

    Attributes:
        state: "" if there is no row; `begun`, `cut` (it is unknown whether it happened), `failed` (it did not happen),
            `done`.
        until: when the current try has ended at the latest, or a `cut` one has settled on the other side; UTC
            microseconds of the records' clock.
        version: the row's version.
    """

    state: str = ""
    until: int = 0
    answer: JSON | None = None
    version: int = 0


class Effect:
    """One effect on the world, identified by its kind and key.

    Args:
        records: store of its row.
        kind: such as `notice`.
        owner_id: its owner.
        key: unique within kind; sent to the other side if that can be asked by key.
        run_id: the run that asks for a review when a person must decide.
        limit_s: timeout of one try; an effect that timed out may have happened.
        settle_s: how long after a try that was cut the other side may still carry it out: that it has nothing counts
            only afterwards.
    """

    def __init__(
        self,
        records: Records,
        *,
        kind: str,
        owner_id: str,
        key: str,
        run_id: str | None = None,
        limit_s: float = _LIMIT_S,
        settle_s: float = 0.0,
    ) -> None:
        self._settle_s = settle_s
        self._records, self._kind, self._owner_id, self._key = records, kind, owner_id, key
        self._id, self._run_id, self._limit_s = f"{kind}:{key}", run_id, limit_s

    async def once(self, do: Do, *, look_up: LookUp | None = None) -> JSON:
        """Make it happen unless it already has, and return what the other side returned.

        Args:
            do: performs the effect and returns its address, id or digest. It raises OutcomeUnknown if that may have
                happened, and another MagicError only if nothing happened.
            look_up: returns what the other side has under the key, or None if nothing. Omit it if the other side
                cannot be asked.

        Raises:
            Conflict: another owner has the key; or an earlier try was interrupted, and the other side cannot say
                whether it happened.
            Temporary: the other side does not answer, or not yet truly, or another process holds the effect for too
                long.
            MagicError: raised by `do`; nothing happened, and it may be tried again.
        """
        before = await self._begin()
        if before.state == "done":
            return before.answer or {}
        taken = before.version + 1
        if before.state in ("begun", "cut"):
            found = await self._found(look_up, taken, before)
            if found is not None:
                await self._keep("done", taken, answer=found)
                return found
        try:
            async with asyncio.timeout(self._limit_s):
                answer = await do()
        except OutcomeUnknown as exc:
            await self._keep_cut(taken)
            raise Temporary(exc.message, way_out=exc.way) from exc
        except MagicError:
            # Only what `do` itself reports: an effect that was stopped on its way may have arrived.
            await self._keep("failed", taken)
            raise
        except TimeoutError as exc:
            await self._keep_cut(taken)
            raise Temporary("effect_timed_out", kind=self._kind, key=self._key, limit_s=f"{self._limit_s:g}") from exc
        except BaseException:
            await asyncio.shield(self._keep_cut(taken))
            raise
        await self._keep("done", taken, answer=answer)
        return answer

    async def _begin(self) -> _Row:
        """Take the row unless it is done, and return its former state. Of concurrent tries, one takes it.

        Taking it makes its next version, under which alone the try may report how it ended.
        """
        waited = 0.0
        while True:
            row = await self._read()
            if row.state == "done":
                return row
            now = await self._records.runs.now()
            if row.state != "begun" or now >= row.until:
                until = now + round(_HELD * self._limit_s * 1_000_000)
                if await self._records.entities.replace(self._as("begun", until=until), version=row.version):
                    return row
                continue
            if waited > (_HELD + 1) * self._limit_s:
                raise Temporary("effect_in_progress", kind=self._kind, key=self._key)
            await asyncio.sleep(_POLL_S)
            waited += _POLL_S

    async def _found(self, look_up: LookUp | None, taken: int, before: _Row) -> JSON | None:
        """What the other side has of the earlier try."""
        why, found = say("effect_without_lookup"), None
        try:
            if look_up is not None:
                async with asyncio.timeout(self._limit_s):
                    found = await look_up(self._key)
        except (Temporary, TimeoutError) as exc:
            await self._keep("cut", taken, until=before.until)
            raise Temporary("effect_outcome_unavailable", kind=self._kind, key=self._key, reason=exc) from exc
        except Permanent as exc:
            why = exc.said
        except BaseException:
            await asyncio.shield(self._keep("cut", taken, until=before.until))
            raise
        else:
            if look_up is not None:
                return await self._settled(found, taken, before)
        unclear = Conflict("effect_interrupted", kind=self._kind, key=self._key, reason=why, id=self._id)
        await self._keep("cut", taken, until=before.until)
        if self._run_id is not None:
            problem = Problem.of(self._kind, unclear).model_dump(mode="json", exclude={"temporary"})
            await self._records.runs.need_review(self._run_id, problem)
        raise unclear

    async def _settled(self, found: JSON | None, taken: int, before: _Row) -> JSON | None:
        """What was found; that there is nothing counts once the interrupted try can't arrive any more."""
        left_s = (before.until - await self._records.runs.now()) / 1_000_000
        if found is None and left_s > 0:
            await self._keep("cut", taken, until=before.until)
            raise Temporary("effect_pending", retry_after_s=left_s, kind=self._kind, key=self._key)
        return found

    async def _read(self) -> _Row:
        """The row as it is now; a deleted one has no state, and can be taken at its version."""
        for found in await self._records.entities.present([(KIND, self._id)]):
            if found.owner_id != self._owner_id:
                raise Conflict("entity_not_owned", kind=self._kind, key=self._key)
            if found.entity is None:
                return _Row(version=found.version)
            data = found.entity.data
            return _Row(str(data["state"]), int(data.get("until", 0)), data.get("answer"), found.version)
        return _Row()

    async def _keep_cut(self, taken: int) -> None:
        until = 0
        if self._settle_s:
            until = await self._records.runs.now() + round(self._settle_s * 1_000_000)
        await self._keep("cut", taken, until=until)

    async def _keep(self, state: str, taken: int, *, answer: JSON | None = None, until: int = 0) -> None:
        """Record how this try ended, unless a later try or a person has taken the row since."""
        if not await self._records.entities.replace(self._as(state, answer=answer, until=until), version=taken):
            _log.warning("%s ended as %s after its row was taken over, answer: %s", self._id, state, answer)

    def _as(self, state: str, *, until: int = 0, answer: JSON | None = None) -> Entity:
        data = {"schema_version": 3, "state": state, "until": until, "answer": answer, "run_id": self._run_id}
        return Entity(KIND, self._id, self._owner_id, title=self._id, text="", data=data, stores=(), state=state)


async def effects_of(records: Records, owner_id: str, state: str) -> AsyncIterator[JSON]:
    """An owner's effects in a state, each with its id, its run, and what the other side returned."""
    after: str | None = ""
    while after is not None:
        page = await records.entities.listed(owner_id, KIND, state=state, after=after)
        for item in page.items:
            if item.entity is not None:
                yield _shown(item.entity)
        after = page.next


async def decide_effect(records: Records, effect: str, *, owner_id: str, answer: JSON | None) -> JSON:
    """Record a person's decision about an interrupted effect, and return the effect.

    Args:
        records: store of its row.
        effect: its id, `kind:key`.
        owner_id: its owner.
        answer: what the other side returned; None if the effect did not happen and may be tried again.

    Raises:
        NotFound: the owner has no such effect.
        Conflict: it was not interrupted, or changed since it was read.
    """
    found = await records.entities.get(KIND, effect, owner_id=owner_id)
    assert found.entity is not None
    state = "failed" if answer is None else "done"
    data = {**found.entity.data, "state": state, "answer": answer}
    decided = replace(found.entity, state=state, data=data)
    if found.entity.state != "cut" or not await records.entities.replace(decided, version=found.version):
        raise Conflict("effect_not_interrupted", effect=effect, state=found.entity.state)
    return _shown(decided)


def _shown(entity: Entity) -> JSON:
    return {"effect": entity.entity_id, **{name: entity.data[name] for name in ("state", "run_id", "answer")}}
