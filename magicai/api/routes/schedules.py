"""Schedules of each workflow, added with its own parameters."""

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import Depends, Query, Response
from pydantic import BaseModel

from magicai.accounts.schedules import add_schedule
from magicai.api.access import At, Starter
from magicai.api.answers import problems
from magicai.api.bodies import MOST_BYTES, body_of, described
from magicai.api.router import router_of
from magicai.api.routes.workflows import example_of
from magicai.runs import registry
from magicai.runs.requests.intake import prepare_request
from magicai.runs.requests.secrets import as_row
from magicai.runs.run import Origin
from magicai.shapes.schedules import ScheduleShown

router = router_of("schedules")


def add_workflows() -> None:
    """Add a route for each workflow, whose body is its own parameters."""
    for name in registry.names():
        shape = registry.workflow(name).request
        router.add_api_route(
            f"/api/schedules/{name}",
            _add(name, shape),
            methods=["POST"],
            status_code=201,
            name=f"schedule_{name.replace('-', '_')}",
            summary=f"Schedule {name}",
            responses=problems(409, body=True),
            openapi_extra=described(shape, example_of(shape)),
        )


def _add(name: str, shape: type[BaseModel]) -> Callable[..., Awaitable[ScheduleShown]]:
    async def add(
        gateway: At,
        caller: Starter,
        response: Response,
        cron: Annotated[str, Query(max_length=100, description="Five fields, such as `0 7 * * 1`.")],
        parameters: Annotated[BaseModel, Depends(body_of(shape, most_bytes=MOST_BYTES))],
        zone: Annotated[str, Query(max_length=100, description="Such as Europe/Oslo.")] = "UTC",
    ) -> ScheduleShown:
        taken = await prepare_request(gateway.ports, parameters, owner_id=caller.owner_id, origin=Origin.SCHEDULE)
        identities, schedules, user = gateway.records.identities, gateway.ports.schedules, caller.user
        made = await add_schedule(identities, schedules, user, name, cron=cron, zone=zone, request=as_row(taken))
        response.headers["Location"] = f"/api/schedules/{made.name}"
        return ScheduleShown.of(made)

    return add


add_workflows()
