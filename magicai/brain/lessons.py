"""Snapshots of what an owner's decisions have taught."""

from magicai.errors import Invalid, NotFound
from magicai.ports import DecisionRecords, LearntSnapshot

LONGEST_NAME = 64


async def take_snapshot(records: DecisionRecords, owner_id: str, name: str) -> LearntSnapshot:
    """Keep what an owner's decisions have taught until now.

    Raises:
        Invalid: the name is none.
        Conflict: there is one of this name.
    """
    if not name.strip() or len(name) > LONGEST_NAME or not name.isprintable():
        raise Invalid("snapshot_name_invalid", name=name[:80], limit=LONGEST_NAME)
    return await records.take_snapshot(owner_id, name)


async def roll_back(records: DecisionRecords, owner_id: str, name: str) -> LearntSnapshot:
    """Know what was known when a snapshot was taken, and nothing else.

    Raises:
        NotFound: there is no such snapshot.
    """
    snapshots = await records.snapshots(owner_id)
    found = next((snapshot for snapshot in snapshots if snapshot.name == name), None)
    if found is None:
        known = ", ".join(snapshot.name for snapshot in snapshots) or "none"
        raise NotFound("snapshot_not_found", name=name[:80], names=known)
    await records.teach(owner_id, found.choices)
    return found
