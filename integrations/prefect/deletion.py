"""Removes flow runs with all that Prefect keeps of them, and schedules with what they have planned.

`python -m integrations.prefect.deletion`, told on standard input: `flow_runs`, ids; `schedules`, names of
schedules.py; or `before`, UTC microseconds: all that ended sooner. Answers how many flow runs are gone.
Prefect's API deletes a flow run and leaves its logs, artifacts and events behind; so this opens its database itself.
"""

import asyncio
import json
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from integrations.prefect.schedules import Schedule

_PART = 200
_AT_A_TIME = 50
_ENDED = ("COMPLETED", "FAILED", "CRASHED", "CANCELLED")


def main() -> None:
    """Remove what standard input names."""
    asked = json.load(sys.stdin)
    if "before" in asked:
        gone = asyncio.run(_prune(datetime.fromtimestamp(asked["before"] / 1_000_000, UTC)))
    else:
        gone = asyncio.run(_delete([UUID(one) for one in asked["flow_runs"]], frozenset(asked["schedules"])))
    sys.stdout.write(f"{gone}\n")


async def _delete(ended: Sequence[UUID], schedules: frozenset[str]) -> int:
    from prefect.server.database import provide_database_interface

    db: Any = provide_database_interface()
    # SQLite refuses to let one write who began by reading while the server wrote; who begins by writing waits for it.
    async with db.session_context(begin_transaction=True, with_for_update=True) as session:
        flow_runs = [*ended, *await _remove_schedules(db, session, schedules)]
        for start in range(0, len(flow_runs), _PART):
            await _remove(db, session, flow_runs[start : start + _PART])
    await _shrink(db)  # else what was removed stays readable in the file
    return len(flow_runs)


async def _prune(before: datetime) -> int:
    """Remove flow runs that ended before then, a few at a time, so that the server stays responsive."""
    from prefect.server.database import provide_database_interface
    from sqlalchemy import select

    db: Any = provide_database_interface()
    run, gone = db.FlowRun, 0
    ended = select(run.id).where(run.state_type.in_(_ENDED), run.end_time < before).limit(_AT_A_TIME)
    while True:
        async with db.session_context(begin_transaction=True, with_for_update=True) as session:
            flow_runs = await _all(session, ended)
            await _remove(db, session, flow_runs)
        gone += len(flow_runs)
        if not flow_runs:
            break
    if gone:
        await _shrink(db)
    return gone


async def _shrink(db: Any) -> None:
    """Give what is free in the file back to the disk, as far as there is one."""
    engine = await db.engine()
    if engine.dialect.name == "sqlite":
        async with engine.connect() as connection:
            raw = await connection.get_raw_connection()
            await raw.driver_connection.execute("VACUUM")
            await raw.driver_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


async def _remove_schedules(db: Any, session: Any, names: frozenset[str]) -> list[UUID]:
    """Remove schedules; answers the flow runs that they have planned."""
    from sqlalchemy import delete, select

    kept = db.DeploymentSchedule
    wanted = (
        select(kept.id, kept.deployment_id, kept.slug, db.Flow.name)
        .join(db.Deployment, db.Deployment.id == kept.deployment_id)
        .join(db.Flow, db.Flow.id == db.Deployment.flow_id)
    )
    planned: list[UUID] = []
    for id_, deployment, slug, workflow in (await session.execute(wanted)).all():
        if Schedule(str(id_), workflow, slug, active=True).name not in names:
            continue
        run = db.FlowRun
        waiting = select(run.id, run.created_by).where(run.deployment_id == deployment, run.state_type == "SCHEDULED")
        made = (await session.execute(waiting.where(run.auto_scheduled.is_(True)))).all()
        planned += [flow_run for flow_run, by in made if by is not None and by.id == id_]
        await session.execute(delete(kept).where(kept.id == id_))
    return planned


async def _remove(db: Any, session: Any, flow_runs: Sequence[UUID]) -> None:
    from sqlalchemy import delete, select

    tasks = await _all(session, select(db.TaskRun.id).where(db.TaskRun.flow_run_id.in_(flow_runs)))
    shown = await _all(session, select(db.Artifact.id).where(db.Artifact.flow_run_id.in_(flow_runs)))
    collections = await _all(
        session, select(db.ArtifactCollection.id).where(db.ArtifactCollection.latest_id.in_(shown))
    )
    named = [
        *(f"prefect.flow-run.{flow_run}" for flow_run in flow_runs),
        *(f"prefect.task-run.{task}" for task in tasks),
        *(f"prefect.artifact.{one}" for one in shown),
        *(f"prefect.artifact-collection.{collection}" for collection in collections),
    ]
    lost_events: set[UUID] = set()
    for start in range(0, len(named), _PART):
        some = db.EventResource.resource_id.in_(named[start : start + _PART])
        lost_events |= set(await _all(session, select(db.EventResource.event_id).where(some)))
    for table, ids in (
        (db.Event.id, [*lost_events]),
        (db.EventResource.event_id, [*lost_events]),
        (db.ArtifactCollection.id, collections),
        (db.Artifact.id, shown),
        (db.Log.flow_run_id, flow_runs),
        (db.TaskRunState.task_run_id, tasks),
        (db.TaskRun.id, tasks),
        (db.FlowRunState.flow_run_id, flow_runs),
        (db.FlowRun.id, flow_runs),
    ):
        for start in range(0, len(ids), _PART):
            await session.execute(delete(table.class_).where(table.in_(ids[start : start + _PART])))


async def _all(session: Any, query: Any) -> list[UUID]:
    return list((await session.execute(query)).scalars())


if __name__ == "__main__":
    main()
