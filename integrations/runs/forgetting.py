"""Removes flow runs with all that Prefect keeps of them: `python -m integrations.runs.forgetting`, their ids on stdin.

Its API deletes a flow run and leaves its logs, artifacts and events behind; so this opens Prefect's database itself.
"""

import asyncio
import json
import sys
from collections.abc import Sequence
from typing import Any
from uuid import UUID

_PART = 200


def main() -> None:
    """Remove what standard input names."""
    asyncio.run(_forget([UUID(one) for one in json.load(sys.stdin)]))


async def _forget(flow_runs: Sequence[UUID]) -> None:
    from prefect.server.database import provide_database_interface

    db: Any = provide_database_interface()
    async with db.session_context(begin_transaction=True) as session:
        for start in range(0, len(flow_runs), _PART):
            await _remove(db, session, flow_runs[start : start + _PART])
    engine = await db.engine()
    if engine.dialect.name == "sqlite":  # else what was removed stays readable in the file
        async with engine.connect() as connection:
            raw = await connection.get_raw_connection()
            await raw.driver_connection.execute("VACUUM")
            await raw.driver_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


async def _remove(db: Any, session: Any, flow_runs: Sequence[UUID]) -> None:
    from sqlalchemy import delete, select

    tasks = await _all(session, select(db.TaskRun.id).where(db.TaskRun.flow_run_id.in_(flow_runs)))
    shown = await _all(session, select(db.Artifact.id).where(db.Artifact.flow_run_id.in_(flow_runs)))
    collections = await _all(
        session, select(db.ArtifactCollection.id).where(db.ArtifactCollection.latest_id.in_(shown))
    )
    named = [
        *(f"prefect.flow-run.{one}" for one in flow_runs),
        *(f"prefect.task-run.{one}" for one in tasks),
        *(f"prefect.artifact.{one}" for one in shown),
        *(f"prefect.artifact-collection.{one}" for one in collections),
    ]
    told: set[UUID] = set()
    for start in range(0, len(named), _PART):
        some = db.EventResource.resource_id.in_(named[start : start + _PART])
        told |= set(await _all(session, select(db.EventResource.event_id).where(some)))
    for table, ids in (
        (db.Event.id, [*told]),
        (db.EventResource.event_id, [*told]),
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
