"""Effects on the world: a post, a message, a charge. Each is a row with a key of its own before it happens.

The row keeps what the other side answered (address, id, digest). Who finds an earlier try cut asks the other side by
the key before anything is done again; what can't be told is a person's to find out.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace

from magicai.errors import Conflict, MagicError, NotFound, Permanent, Temporary
from magicai.ports import Records
from magicai.runs.run import JSON
from magicai.stores.entity import Entity

Do = Callable[[], Awaitable[JSON]]
LookUp = Callable[[str], Awaitable[JSON | None]]

KIND = "effect"
_LIMIT_S = 30.0
_POLL_S = 0.2


@dataclass(frozen=True, slots=True)
class _Row:
    """How far an effect is.

    Attributes:
        state: "" where there is no row; `begun`, `cut` (nobody knows whether it happened),
            `failed` (it did not), `done`.
        until: whoever has begun it has ended by then; UTC microseconds of the records' clock.
        version: of the row.
    """

    state: str = ""
    until: int = 0
    answer: JSON | None = None
    version: int = 0


class Effect:
    """One effect on the world, named by its kind and key.

    Args:
        records: where its row is.
        kind: what it is, such as `notice`.
        owner_id: whose it is.
        key: unique within kind; the other side is told it where that can be asked by it.
        run_id: the run that it belongs to, which is told where a person is needed.
        limit_s: how long it may take; one that takes longer may have happened.
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
    ) -> None:
        self._records, self._kind, self._owner_id, self._key = records, kind, owner_id, key
        self._id, self._run_id, self._limit_s = f"{kind}:{key}", run_id, limit_s

    async def once(self, do: Do, *, look_up: LookUp | None = None) -> JSON:
        """Let it happen if it has not; answers what the other side said when it did.

        Args:
            do: makes it happen, and answers address, id or digest of it. A MagicError says that it did not happen.
            look_up: what the other side has by the key, None where it has nothing. None where it can't be asked.

        Raises:
            Conflict: an earlier try was cut in the middle, and the other side can't tell what came of it.
            Temporary: the other side does not answer just now, or another process is about it for too long.
            MagicError: whatever `do` says kept it from happening; it may be tried again.
        """
        before = await self._begin()
        if before.state == "done":
            return before.answer or {}
        if before.state in ("begun", "cut"):
            found = await self._found(look_up)
            if found is not None:
                await self._keep("done", answer=found)
                return found
        try:
            async with asyncio.timeout(self._limit_s):
                answer = await do()
        except MagicError:
            # Only of what the effect itself says: one that was stopped on its way may have arrived.
            await self._keep("failed")
            raise
        except TimeoutError as exc:
            await self._keep("cut")
            raise Temporary(f"{self._kind} {self._key} took longer than {self._limit_s:g} s.") from exc
        except BaseException:
            await asyncio.shield(self._keep("cut"))
            raise
        await self._keep("done", answer=answer)
        return answer

    async def _begin(self) -> _Row:
        """Take the row, unless it is done; answers how it was before. Of several that try at once, one takes it."""
        waited = 0.0
        while True:
            row = await self._read()
            if row.state == "done":
                return row
            now = await self._records.runs.now()
            if row.state != "begun" or now >= row.until:
                until = now + round(self._limit_s * 1_000_000)
                if await self._records.entities.replace(self._as("begun", until=until), version=row.version):
                    return row
                continue
            if waited > 2 * self._limit_s:
                raise Temporary(f"Another process is about {self._kind} {self._key}.", way_out="Try again.")
            await asyncio.sleep(_POLL_S)
            waited += _POLL_S

    async def _found(self, look_up: LookUp | None) -> JSON | None:
        """What the other side has of the earlier try."""
        why = "the other side can't be asked for it"
        try:
            if look_up is not None:
                async with asyncio.timeout(self._limit_s):
                    return await look_up(self._key)
        except (Temporary, TimeoutError) as exc:
            await self._keep("cut")
            raise Temporary(
                f"What came of {self._kind} {self._key} can't be looked up just now: {exc}", way_out="Try again."
            ) from exc
        except Permanent as exc:
            why = str(exc)
        except BaseException:
            await asyncio.shield(self._keep("cut"))
            raise
        unclear = Conflict(
            f"{self._kind} {self._key} was cut while it was sent and may have arrived: {why}.",
            way_out=f"Look where it should have arrived, and say what came of it: magicai effects decide {self._id}",
        )
        await self._keep("cut")
        if self._run_id is not None:
            await self._records.runs.need_review(
                self._run_id, {"where": self._kind, "what": unclear.what, "way_out": unclear.way_out}
            )
        raise unclear

    async def _read(self) -> _Row:
        try:
            found = await self._records.entities.get(KIND, self._id, owner_id=self._owner_id)
        except NotFound:
            return _Row()
        if found.entity is None:
            return _Row(version=found.version)
        data = found.entity.data
        return _Row(str(data["state"]), int(data.get("until", 0)), data.get("answer"), found.version)

    async def _keep(self, state: str, *, answer: JSON | None = None) -> None:
        await self._records.entities.save([self._as(state, answer=answer)])

    def _as(self, state: str, *, until: int = 0, answer: JSON | None = None) -> Entity:
        data = {"schema_version": 3, "state": state, "until": until, "answer": answer, "run_id": self._run_id}
        return Entity(KIND, self._id, self._owner_id, title=self._id, text="", data=data, stores=(), state=state)


async def effects_of(records: Records, owner_id: str, state: str) -> AsyncIterator[JSON]:
    """An owner's effects that stand so, each with its id, its run, and what the other side answered."""
    after: str | None = ""
    while after is not None:
        page = await records.entities.listed(owner_id, KIND, state=state, after=after)
        for one in page.items:
            if one.entity is not None:
                yield _shown(one.entity)
        after = page.next


async def decide_effect(records: Records, effect: str, *, owner_id: str, answer: JSON | None) -> JSON:
    """Say for a person what came of an effect that was cut; answers how it stands.

    Args:
        records: where its row is.
        effect: its id, `kind:key`.
        owner_id: whose it is.
        answer: what the other side said when it happened; None where it did not happen, so that it is tried again.

    Raises:
        NotFound: the owner has no such effect.
        Conflict: it was not cut, or has changed meanwhile.
    """
    found = await records.entities.get(KIND, effect, owner_id=owner_id)
    assert found.entity is not None
    state = "failed" if answer is None else "done"
    data = {**found.entity.data, "state": state, "answer": answer}
    decided = replace(found.entity, state=state, data=data)
    if found.entity.state != "cut" or not await records.entities.replace(decided, version=found.version):
        way_out = "To see what is cut: magicai effects list"
        raise Conflict(f"{effect} is {found.entity.state}: there is nothing to decide.", way_out=way_out)
    return _shown(decided)


def _shown(entity: Entity) -> JSON:
    return {"effect": entity.entity_id, **{name: entity.data[name] for name in ("state", "run_id", "answer")}}
