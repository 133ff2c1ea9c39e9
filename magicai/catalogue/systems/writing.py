"""A previewed write is applied, and undone: each part once, and only over what the preview has seen.

pending ──read, compare, write, read──> written ──likewise──> undone
   ├── the shop has something else ──> stopped: nothing is overwritten
   └── no answer ──> unknown ──asked first──> written, or written now, or stopped for a person
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from magicai.catalogue.ports import ShopSystem
from magicai.catalogue.shop_system import FieldName, ShopConnection, SystemChange
from magicai.catalogue.systems.shop_write import PartState, ShopWrite, Values, WritePart, replace, write_of
from magicai.errors import Conflict, Invalid, MagicError, NotFound, OutcomeUnknown, Permanent, Temporary
from magicai.messages import say
from magicai.ports import Records
from magicai.runs.effects import Effect
from magicai.runs.run import JSON

KIND = "shop-write"
# For what is read and written of one part. One that takes longer is asked about, and written again if need be.
_LIMIT_S = 30.0


@dataclass(frozen=True, slots=True)
class _Direction:
    """From what to what a part goes."""

    suffix: str
    done: PartState
    todo: tuple[PartState, ...]

    def values(self, part: WritePart) -> tuple[Values, Values]:
        """Before and after."""
        return (part.kept or part.after, part.before) if self.suffix else (part.before, part.after)


_APPLY = _Direction("", PartState.WRITTEN, (PartState.PENDING, PartState.STOPPED, PartState.UNKNOWN))
_UNDO = _Direction(":undo", PartState.UNDONE, (PartState.WRITTEN,))


async def apply(
    records: Records, system: ShopSystem, connection: ShopConnection, write_id: str, *, digest: str
) -> ShopWrite:
    """Write what was previewed; what was written before is not written again.

    Raises:
        NotFound: there is no such write.
        Conflict: the digest is another's, it was undone, or the shop is connected otherwise since.
    """
    return await _go(records, system, connection, write_id, digest, _APPLY)


async def undo(
    records: Records, system: ShopSystem, connection: ShopConnection, write_id: str, *, digest: str
) -> ShopWrite:
    """Write back what was there before, where the shop still has what was written.

    Raises:
        NotFound: there is no such write.
        Conflict: the digest is another's, nothing was applied, or the shop is connected otherwise since.
    """
    return await _go(records, system, connection, write_id, digest, _UNDO)


async def _go(
    records: Records,
    system: ShopSystem,
    connection: ShopConnection,
    write_id: str,
    digest: str,
    direction: _Direction,
) -> ShopWrite:
    write, version = await write_of(records, write_id, owner_id=connection.owner_id)
    if digest != write.digest:
        raise Conflict("shop_write_digest_differs")
    if (write.name, write.connection) != (connection.name, connection.digest):
        raise Conflict("shop_write_other_connection", name=write.name)
    if direction is _APPLY and any(part.state is PartState.UNDONE for part in write.parts):
        raise Conflict("shop_write_undone")
    if direction is _UNDO and any(part.state is PartState.UNKNOWN for part in write.parts):
        raise Conflict("shop_write_unclear")
    for place, part in enumerate(write.parts):
        if part.state not in direction.todo:
            continue
        made, goes_on = await _part(records, system, write, place, direction)
        parts = (*write.parts[:place], made, *write.parts[place + 1 :])
        write = write.model_copy(update={"parts": parts, "state": _state(parts)})
        version = await replace(records, write, version)
        if not goes_on:
            break
    return write


def _state(parts: tuple[WritePart, ...]) -> str:
    states = {part.state for part in parts}
    if states == {PartState.WRITTEN}:
        return "applied"
    if PartState.UNDONE in states and not states & {PartState.WRITTEN, PartState.UNKNOWN}:
        return "undone"
    return "partial"


async def _part(
    records: Records, system: ShopSystem, write: ShopWrite, place: int, direction: _Direction
) -> tuple[WritePart, bool]:
    """A part as it is since, and whether the shop is there for the next one."""
    part = write.parts[place]
    key = f"{write.write_id}:{place}{direction.suffix}"
    effect = Effect(records, kind=KIND, owner_id=write.owner_id, key=key, limit_s=_LIMIT_S)
    before, after = direction.values(part)
    hand = _Hand(system, part, key, before, after)
    try:
        kept = cast("Mapping[FieldName, str]", (await effect.once(hand.write, look_up=hand.look_up)).get("kept", after))
    except Temporary as exc:
        unknown = PartState.UNKNOWN if direction is _APPLY else part.state
        state = unknown if hand.sent or part.state is PartState.UNKNOWN else part.state
        return part.model_copy(update={"state": state, "problem": exc.said}), False
    except MagicError as exc:
        state = PartState.STOPPED if direction is _APPLY else part.state
        return part.model_copy(update={"state": state, "problem": exc.said}), True
    problem = None if dict(kept) == dict(after) else say("shop_kept_otherwise", part=part.title)
    update: dict[str, Any] = {"state": direction.done, "problem": problem}
    if direction is _APPLY:
        update["kept"] = dict(kept)
    return part.model_copy(update=update), True


class _Hand:
    """Writes one part from `before` to `after`.

    Attributes:
        sent: whether the shop was told to change something.
    """

    def __init__(self, system: ShopSystem, part: WritePart, key: str, before: Values, after: Values) -> None:
        self._system, self._part, self._key = system, part, key
        self._before, self._after = dict(before), dict(after)
        self.sent = False

    async def write(self) -> JSON:
        """Compare, write, and read what the shop has since."""
        now = await self._now()
        if now == self._after:
            return {"kept": now}
        if now != self._before:
            raise Conflict("shop_changed_meanwhile", part=self._part.title, fields=", ".join(self._differing(now)))
        change = SystemChange(
            key=self._key,
            product_id=self._part.remote_id,
            variant_id=self._part.variant_id,
            values=self._after,
            before=self._before,
        )
        self.sent = True
        try:
            await self._system.write(change)
        except (Temporary, Permanent):
            self.sent = False
            raise
        try:
            now = await self._now()
        except MagicError as exc:
            raise OutcomeUnknown(exc.message, way_out=exc.way) from exc
        if now == self._before:
            raise Invalid("shop_kept_nothing", part=self._part.title)
        return {"kept": now}

    async def look_up(self, _key: str) -> JSON | None:
        """What an interrupted try has done."""
        self.sent = True
        try:
            now = await self._now()
        except NotFound as exc:
            raise Permanent(exc.message, way_out=exc.way) from exc
        if now == self._after:
            return {"kept": now}
        if now == self._before:
            return None  # writing it again changes nothing twice
        raise Permanent("shop_changed_meanwhile", part=self._part.title, fields=", ".join(self._differing(now)))

    async def _now(self) -> dict[FieldName, str]:
        """The part as the shop has it.

        Raises:
            NotFound: it has the product, or the variant, no more.
        """
        now = self._part.now(await self._system.product(self._part.remote_id))
        if None in now.values():
            raise NotFound("shop_product_not_found", product=self._part.title, address="")
        return {field: value or "" for field, value in now.items()}

    def _differing(self, now: Values) -> list[str]:
        return [field for field, value in now.items() if value != self._before[field]]
