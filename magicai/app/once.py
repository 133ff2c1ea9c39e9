"""An effect on the world is a row with a key of its own before it happens, so that no crash makes it happen twice."""

from collections.abc import Awaitable, Callable

from magicai.domain.entity import Entity
from magicai.errors import Conflict, MagicError, NotFound
from magicai.ports import EntityRecords


class Once:
    """One effect, named by its kind and key."""

    def __init__(self, entities: EntityRecords, *, kind: str, owner_id: str, key: str) -> None:
        self._entities, self._kind, self._owner_id, self._key = entities, kind, owner_id, key

    async def do(self, effect: Callable[[], Awaitable[None]]) -> bool:
        """Let it happen if it has not; answers whether it did now.

        Raises:
            Conflict: an earlier try was cut in the middle, so nobody knows whether it happened: a person decides.
            MagicError: whatever `effect` says kept it from happening; it may be tried again.
        """
        state = await self._state()
        if state == "done":
            return False
        if state == "begun":
            raise Conflict(
                f"{self._kind} {self._key} was being sent when its process ended; it may have arrived.",
                way_out="Look where it should have arrived; it is not sent again.",
            )
        await self._keep("begun")
        try:
            await effect()
        except MagicError:
            # Only of what the effect itself says: one that was cancelled on its way may have arrived.
            await self._keep("failed")
            raise
        await self._keep("done")
        return True

    async def _state(self) -> str | None:
        try:
            found = await self._entities.get(self._kind, self._key, owner_id=self._owner_id)
        except NotFound:
            return None
        return None if found.entity is None else str(found.entity.data["state"])

    async def _keep(self, state: str) -> None:
        data = {"schema_version": 1, "state": state}
        made = Entity(self._kind, self._key, self._owner_id, title=self._kind, text="", data=data, stores=())
        await self._entities.save([made])
