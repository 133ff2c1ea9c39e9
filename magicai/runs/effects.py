"""An effect on the world is a row with a key of its own before it happens, so that no crash makes it happen twice."""

from collections.abc import Awaitable, Callable

from magicai.errors import Conflict, MagicError, NotFound
from magicai.ports import EntityRecords
from magicai.stores.entity import Entity


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
        state, version = await self._state()
        if state == "failed" or not version:
            # Of several that try at once, one begins.
            begins = await self._entities.replace(self._as("begun"), version=version)
            state = "beginning" if begins else (await self._state())[0]
        if state == "done":
            return False
        if state != "beginning":
            raise Conflict(
                f"{self._kind} {self._key} is being sent by another process, or was when that ended; it may have"
                " arrived.",
                way_out="Look where it should have arrived; it is not sent again.",
            )
        try:
            await effect()
        except MagicError:
            # Only of what the effect itself says: one that was cancelled on its way may have arrived.
            await self._keep("failed")
            raise
        await self._keep("done")
        return True

    async def _state(self) -> tuple[str, int]:
        """How far it is, and the version of the row that says so; "" and 0 where there is none."""
        try:
            found = await self._entities.get(self._kind, self._key, owner_id=self._owner_id)
        except NotFound:
            return "", 0
        return ("", 0) if found.entity is None else (str(found.entity.data["state"]), found.version)

    async def _keep(self, state: str) -> None:
        await self._entities.save([self._as(state)])

    def _as(self, state: str) -> Entity:
        data = {"schema_version": 1, "state": state}
        return Entity(self._kind, self._key, self._owner_id, title=self._kind, text="", data=data, stores=())
