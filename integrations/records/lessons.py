"""What decisions have taught: of each owner, of all together, and as it was when a snapshot was taken."""

from collections.abc import Mapping, Sequence

from sqlalchemy import ColumnElement, Connection, delete, insert, select, update

from integrations.records import models
from integrations.records.database import add_new, upsert
from integrations.records.documents import LEARNT_CHOICES, STATISTICS
from integrations.records.entities import NOBODY
from magicai.brain.sampler import MOST_SHARED, Statistics, renew, share
from magicai.errors import Conflict
from magicai.ports import LearntSnapshot, StoredChoice, StoredStatistics
from magicai.runs.run import JSON

_LEARNT = models.choice_statistics.c
_SNAPSHOT = models.learnt_snapshots.c
_DECISION = models.decisions.c
# Workflow, step and choice.
Key = tuple[str, str, str]


def statistics_of(connection: Connection, key: Key, owner_id: str) -> Statistics:
    """What is known about a choice, locked; a row is made where there is none, for nothing else could be locked."""
    whose = _whose(key, owner_id)
    add_new(connection, models.choice_statistics, [{**whose, "learnt": STATISTICS.write(Statistics().to_json())}])
    query = select(_LEARNT.learnt).where(*_is(whose))
    return Statistics.from_json(STATISTICS.read(connection.execute(query.with_for_update()).scalar_one()))


def both_statistics(connection: Connection, key: Key, owner_id: str) -> tuple[Statistics, Statistics]:
    """What all owners share about a choice, and what one knows, both locked.

    Whoever locks both, and decisions, does it in this order: of two that do it at once, none waits for the other.
    """
    return statistics_of(connection, key, NOBODY), statistics_of(connection, key, owner_id)


def seen(connection: Connection, key: Key, owner_id: str) -> Statistics:
    """What an owner knows about a choice, as it is now; somebody may be changing it."""
    row = connection.execute(select(_LEARNT.learnt).where(*_is(_whose(key, owner_id)))).first()
    return Statistics() if row is None else Statistics.from_json(STATISTICS.read(row.learnt))


def save(connection: Connection, key: Key, owner_id: str, statistics: Statistics) -> None:
    """Replace what is known about a choice."""
    learnt_json = STATISTICS.write(statistics.to_json())
    upsert(connection, models.choice_statistics, [{**_whose(key, owner_id), "learnt": learnt_json}])


def begin_anew(connection: Connection, key: Key, owner_id: str, anew: Statistics) -> None:
    """Forget what was learnt by other features than those that decide now."""
    pooled, own = both_statistics(connection, key, owner_id)
    if own.like(anew):  # somebody else has just done it
        return
    share(pooled, own, Statistics(), MOST_SHARED)
    renew(pooled, anew)
    save(connection, key, NOBODY, pooled)
    save(connection, key, owner_id, anew)
    _teach_no_more(connection, owner_id, *(_DECISION[name] == value for name, value in _named(key).items()))


def _teach_no_more(connection: Connection, owner_id: str, *which: ColumnElement[bool]) -> None:
    """Let decisions be older than any lesson: nobody could say what of theirs is in what is known."""
    decisions = update(models.decisions).where(_DECISION.owner_id == owner_id, *which)
    connection.execute(decisions.values(number=-1, lesson=None))


def learnt(connection: Connection, workflow: str, *, owner_id: str) -> dict[tuple[str, str], StoredStatistics]:
    """What is known about a workflow's choices, by step and choice."""
    query = select(models.choice_statistics).where(
        _LEARNT.workflow == workflow, _LEARNT.owner_id.in_({owner_id, NOBODY})
    )
    found: dict[tuple[str, str], dict[str, JSON]] = {}
    for row in connection.execute(query).mappings():
        whose = "pooled" if row["owner_id"] == NOBODY else "own"
        found.setdefault((row["step"], row["choice"]), {})[whose] = STATISTICS.read(row["learnt"])
    nothing = Statistics().to_json()
    return {
        key: StoredStatistics(known.get("own", nothing), known.get("pooled", nothing)) for key, known in found.items()
    }


def taught(connection: Connection, owner_id: str) -> list[StoredChoice]:
    """What an owner's decisions have taught."""
    query = select(models.choice_statistics).where(_LEARNT.owner_id == owner_id)
    rows = connection.execute(query.order_by(_LEARNT.workflow, _LEARNT.step, _LEARNT.choice)).mappings()
    return [
        StoredChoice(
            workflow=row["workflow"], step=row["step"], choice=row["choice"], learnt=STATISTICS.read(row["learnt"])
        )
        for row in rows
    ]


def teach(connection: Connection, owner_id: str, choices: Sequence[StoredChoice]) -> None:
    """Replace what an owner's decisions have taught, and their part in what all owners share."""
    new = {(choice.workflow, choice.step, choice.choice): Statistics.from_json(choice.learnt) for choice in choices}
    for key in sorted({*new, *_keys(connection, owner_id)}):
        pooled, own = both_statistics(connection, key, owner_id)
        anew = new.get(key) or Statistics.of(own.features)
        share(pooled, own, Statistics(), MOST_SHARED)
        if anew.options:
            renew(pooled, anew)
        share(pooled, Statistics(), anew, MOST_SHARED)
        save(connection, key, NOBODY, pooled)
        save(connection, key, owner_id, anew)
    _teach_no_more(connection, owner_id)


def forget(connection: Connection, owner_id: str) -> int:
    """Remove an owner's decisions with their rewards, and take what they taught out of what all owners share."""
    for key in _keys(connection, owner_id):
        pooled, own = both_statistics(connection, key, owner_id)
        share(pooled, own, Statistics(), MOST_SHARED)
        save(connection, key, NOBODY, pooled)
    for table in (models.choice_statistics, models.learnt_snapshots, models.rewards):
        connection.execute(delete(table).where(table.c.owner_id == owner_id))
    return connection.execute(delete(models.decisions).where(_DECISION.owner_id == owner_id)).rowcount


def take_snapshot(connection: Connection, now: int, owner_id: str, name: str) -> LearntSnapshot:
    """Keep what an owner's decisions have taught."""
    there = select(_SNAPSHOT.at).where(_SNAPSHOT.owner_id == owner_id, _SNAPSHOT.name == name)
    if connection.execute(there).first() is not None:
        raise Conflict("snapshot_name_taken", name=name)
    snapshot = LearntSnapshot(name=name, at=now, choices=tuple(taught(connection, owner_id)))
    row = {"owner_id": owner_id, "name": name, "at": now, "choices": LEARNT_CHOICES.write(snapshot.choices)}
    connection.execute(insert(models.learnt_snapshots), row)
    return snapshot


def snapshots(connection: Connection, owner_id: str) -> list[LearntSnapshot]:
    """An owner's snapshots."""
    query = select(models.learnt_snapshots).where(_SNAPSHOT.owner_id == owner_id)
    rows = connection.execute(query.order_by(_SNAPSHOT.at, _SNAPSHOT.name)).mappings()
    return [LearntSnapshot(name=row["name"], at=row["at"], choices=LEARNT_CHOICES.read(row["choices"])) for row in rows]


def _keys(connection: Connection, owner_id: str) -> list[Key]:
    query = select(_LEARNT.workflow, _LEARNT.step, _LEARNT.choice).where(_LEARNT.owner_id == owner_id)
    return sorted((workflow, step, choice) for workflow, step, choice in connection.execute(query))


def _named(key: Key) -> dict[str, str]:
    return dict(zip(("workflow", "step", "choice"), key, strict=True))


def _whose(key: Key, owner_id: str) -> dict[str, str]:
    return _named(key) | {"owner_id": owner_id}


def _is(whose: Mapping[str, str]) -> list[ColumnElement[bool]]:
    return [_LEARNT[name] == value for name, value in whose.items()]
