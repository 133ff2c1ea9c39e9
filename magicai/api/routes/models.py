"""Language models that this installation has."""

import asyncio

from fastapi import Request

from magicai.api.access import At, Reader
from magicai.api.answers import problems
from magicai.api.routes import router_of
from magicai.api.telling import said_to
from magicai.runs.views.models import Models, ModelShown

router = router_of("models")


@router.get("/api/models", responses=problems())
async def show_models(gateway: At, request: Request, _caller: Reader) -> Models:
    """Models that requests may name, each with whether it is ready, its price, and whether data leaves the machine."""
    say = said_to(request)
    found = [ModelShown.of(one) for one in await asyncio.to_thread(gateway.ports.models)]
    return Models(models=[one.model_copy(update={"why_not": say.text(one.why_not)}) for one in found])
