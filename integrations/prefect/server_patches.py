"""Patches to Prefect's server, applied before it serves. Each is private in 3.9.1, hence the pin.

tests/contract/prefect/test_changes.py and tests/unit/prefect/test_cursor.py show that each still applies.
"""

import json
from collections.abc import Callable
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from uuid import UUID

from starlette.middleware import Middleware
from starlette.middleware.base import BaseHTTPMiddleware, DispatchFunction
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount
from starlette.types import ASGIApp, Receive, Scope, Send

if TYPE_CHECKING:
    from fastapi import FastAPI

_MOST_SCHEMAS = 500
_CHECKS = ("token_validation", "default_content_type")


def begin_immediately() -> None:
    """Let SQLite's write transactions wait for each other.

    Prefect begins them deferred, and loses them to `database is locked` under concurrent creation: 38 of 320
    creations answered 503.
    """
    from prefect.server.database import configurations

    def begin(self: Any, conn: Any) -> None:  # noqa: ARG001 - the shape of what it replaces
        if configurations.SQLITE_BEGIN_MODE.get() is not None:
            conn.exec_driver_sql("BEGIN IMMEDIATE")

    configurations.AioSqliteConfiguration.begin_sqlite_stmt = begin


def check_schemas_once() -> None:
    """Look once whether a schema is one; values are held against it each time, as ever.

    For each flow run Prefect looks three times whether the schemas of its work pool and deployment are schemas: a
    tenth of all that a run costs here.
    """
    from prefect.utilities.schema_tools import validation

    validator: Any = validation._VALIDATOR  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
    check = validator.check_schema
    good: set[str] = set()

    def check_once(schema: Any, format_checker: Any = None) -> None:
        said = json.dumps(schema, sort_keys=True)
        if said not in good:
            check(schema, format_checker=format_checker) if format_checker is not None else check(schema)
            if len(good) >= _MOST_SCHEMAS:
                good.clear()
            good.add(said)

    validator.check_schema = check_once


def read_related_at_once() -> None:
    """Read a flow run's state, queue and pool by one question of SQLite instead of four.

    Where only a deployment's limit is looked at, its schedules are left out. Not on PostgreSQL, which locks no row
    that a join may leave out.
    """
    from prefect.server.database import orm_models
    from prefect.server.models import flow_runs
    from prefect.server.orchestration import core_policy
    from sqlalchemy.orm import joinedload, lazyload

    asked: Any = flow_runs
    both = joinedload(orm_models.FlowRun.work_queue).joinedload(orm_models.WorkQueue.work_pool)
    asked.selectinload = _always(SimpleNamespace(selectinload=_always(both)))  # as it is called there
    related = {
        orm_models.FlowRun: ("_state", "work_queue"),
        orm_models.Deployment: ("work_queue", "global_concurrency_limit"),
        orm_models.WorkQueue: ("work_pool",),
    }
    # Whether a run may start depends on its deployment's limit, and not on its schedules.
    unscheduled = [lazyload(orm_models.Deployment.schedules)]

    async def read_deployment(session: Any, deployment_id: UUID) -> Any:
        return await session.get(orm_models.Deployment, deployment_id, options=unscheduled)

    rules: Any = core_policy
    rules.deployments = SimpleNamespace(read_deployment=read_deployment)
    for owner, names in related.items():
        for name in names:
            relation: Any = getattr(owner, name).property
            relation.lazy, relation.strategy_key = "joined", (("lazy", "joined"),)
            relation.strategy = relation._get_strategy(relation.strategy_key)  # noqa: SLF001


def ask_once() -> None:
    """Hand each statement to its connection's thread once (`server_cursor.py`). SQLite only: PostgreSQL needs none."""
    from sqlalchemy.dialects.sqlite.aiosqlite import AsyncAdapt_aiosqlite_connection

    from integrations.prefect.server_cursor import Cursor

    connections: Any = AsyncAdapt_aiosqlite_connection
    connections._cursor_cls = Cursor  # noqa: SLF001


def _always(answer: Any) -> Callable[[object], Any]:
    return lambda _: answer


def hand_on_directly(app: "FastAPI") -> None:
    """Let Prefect's checks of each request's password and content type hand it on, without a task for each of them.

    Neither looks at the answer. Starlette's plumbing for those that do takes a millisecond of each request. What else
    Prefect may do to requests stays as it is.
    """
    api: Any = next(one.app for one in app.routes if isinstance(one, Mount) and one.path == "/api")
    api.user_middleware = [
        Middleware(_Check, **one.kwargs) if _only_checks(one) else one for one in api.user_middleware
    ]


def provide_on_the_loop() -> None:
    """Let what Prefect's routes ask for (a header, the database's interface) be found where they run.

    FastAPI hands each to a thread, since it may wait: eighteen times for one run, and none of Prefect's does.
    """
    from fastapi.dependencies import utils

    async def here(provide: Callable[..., Any], **named: Any) -> Any:
        return provide(**named)

    dependencies: Any = utils
    dependencies.run_in_threadpool = here


def _only_checks(middleware: Middleware) -> bool:
    return middleware.cls is BaseHTTPMiddleware and getattr(middleware.kwargs["dispatch"], "__name__", "") in _CHECKS


class _Check:
    """Answers a request itself, or hands it on as it came."""

    def __init__(self, app: ASGIApp, dispatch: DispatchFunction) -> None:
        self._app, self._dispatch = app, dispatch
        self._handed_on = Response()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        answer = self._handed_on
        if scope["type"] == "http":
            answer = await self._dispatch(Request(scope), self._hand_on)
        await (self._app if answer is self._handed_on else answer)(scope, receive, send)

    async def _hand_on(self, _: Request) -> Response:
        return self._handed_on
