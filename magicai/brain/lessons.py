"""What an owner's decisions have taught: taken along, brought back, rolled back."""

from magicai.brain.portable import Points, check, read, written
from magicai.errors import Invalid, NotFound
from magicai.ports import DecisionRecords, LearntChoice, LearntSnapshot

_LONGEST_NAME = 64


async def export_lessons(records: DecisionRecords, owner_id: str) -> str:
    """What an owner's decisions have taught, as JSON."""
    return written(await records.taught(owner_id))


async def import_lessons(records: DecisionRecords, owner_id: str, text: str, points: Points) -> list[LearntChoice]:
    """Replace what an owner's decisions have taught by an export: by all of it, or not at all.

    Raises:
        Invalid: it does not fit.
    """
    choices = read(text, points)
    await records.teach(owner_id, choices)
    return choices


async def take_snapshot(records: DecisionRecords, owner_id: str, name: str) -> LearntSnapshot:
    """Keep what an owner's decisions have taught until now.

    Raises:
        Invalid: the name is none.
        Conflict: there is one of this name.
    """
    if not name.strip() or len(name) > _LONGEST_NAME or not name.isprintable():
        raise Invalid("snapshot_name_invalid", name=name[:80], limit=_LONGEST_NAME)
    return await records.take_snapshot(owner_id, name)


async def roll_back(records: DecisionRecords, owner_id: str, name: str, points: Points) -> LearntSnapshot:
    """Know what was known when a snapshot was taken, and nothing else.

    Raises:
        NotFound: there is no such snapshot.
        Invalid: choices have changed since, so that it does not fit any more.
    """
    snapshots = await records.snapshots(owner_id)
    found = next((one for one in snapshots if one.name == name), None)
    if found is None:
        known = ", ".join(one.name for one in snapshots) or "none"
        raise NotFound("snapshot_not_found", name=name[:80], names=known)
    check(found.choices, points)
    await records.teach(owner_id, found.choices)
    return found
