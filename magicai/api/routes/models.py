"""Language models that this installation has."""

import asyncio
from dataclasses import asdict

from fastapi import Request

from magicai.api.access import At, OperatorStarter, Reader
from magicai.api.answers import problems
from magicai.api.routes import router_of
from magicai.api.shapes.models import LocalModel
from magicai.api.telling import said_to
from magicai.runs.views.models import Models, ModelShown

router = router_of("models")


@router.get("/api/models", responses=problems())
async def show_models(gateway: At, request: Request, _caller: Reader) -> Models:
    """Models that requests may name, each with whether it is ready, its price, and whether data leaves the machine."""
    say = said_to(request)
    found = [ModelShown.of(one) for one in await asyncio.to_thread(gateway.ports.models)]
    return Models(models=[one.model_copy(update={"why_not": say.text(one.why_not)}) for one in found])


@router.get("/api/local-model", responses=problems())
async def show_local_model(gateway: At, _caller: Reader) -> LocalModel:
    """The local language model, and how far its download is."""
    return LocalModel(**asdict(gateway.ports.model_download.state()))


@router.post("/api/local-model", responses=problems())
async def get_local_model(gateway: At, _operator: OperatorStarter) -> LocalModel:
    """Download the local language model, or resume its download."""
    gateway.ports.model_download.start()
    return LocalModel(**asdict(gateway.ports.model_download.state()))
