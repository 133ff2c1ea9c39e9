"""Models that this installation has, and which one each role uses."""

import asyncio
from dataclasses import asdict
from decimal import Decimal
from typing import Annotated

from fastapi import Depends, Query, Request

from integrations.choosing_models import choose, may_be_sent_to, start, try_model, unset, weigh
from integrations.model_roles import roles_shown
from magicai.api.access import Admin, AdminInPerson, At, OperatorStarter, Reader
from magicai.api.answers import problems
from magicai.api.bodies import body_of, described
from magicai.api.routes import router_of
from magicai.api.telling import said_to
from magicai.models.choices import Role, model_of
from magicai.models.consents import host_named
from magicai.runs.views.models import Models, ModelShown, RoleShown
from magicai.shapes.models import EmbedderChange, HostAllowed, LocalModel, ModelChosen, ModelHost, ModelTried

router = router_of("models")
_CHOSEN, _ALLOWED = {"name": "openai:gpt-4o-mini"}, {"allowed": True}


@router.get("/api/models", responses=problems())
async def show_models(gateway: At, request: Request, _caller: Reader) -> Models:
    """Models that requests may name, each with whether it is ready, its price, and whether data leaves the machine."""
    say = said_to(request)
    found = [ModelShown.of(one) for one in await asyncio.to_thread(gateway.ports.models)]
    roles = await roles_shown(gateway.ports)
    return Models(
        models=[one.model_copy(update={"why_not": say.text(one.why_not)}) for one in found],
        roles=[one.model_copy(update={"why_not": say.text(one.why_not)}) for one in roles],
    )


@router.get("/api/models/embedder/change", responses=problems())
async def weigh_embedder(gateway: At, _admin: Admin, name: Annotated[str, Query(max_length=300)]) -> EmbedderChange:
    """What another embedding model must read, and what that costs; nothing is changed."""
    change = await weigh(gateway.ports, name)
    texts = change.amount.entries if change.amount else 0
    return EmbedderChange(name=change.name, texts=texts, cost=_amount(change.cost), host=change.host)


@router.get("/api/models/{role}/host", responses=problems(404))
async def show_model_host(
    gateway: At, _admin: Admin, role: Role, name: Annotated[str, Query(max_length=300)]
) -> ModelHost:
    """Where a model is, and whether the role's documents may be sent there; nothing is called or changed."""
    host, allowed = await may_be_sent_to(gateway.ports, role, name)
    return ModelHost(host=host, allowed=allowed)


@router.put("/api/models/{role}", responses=problems(404, body=True), openapi_extra=described(ModelChosen, _CHOSEN))
async def choose_model(
    gateway: At,
    request: Request,
    _admin: Admin,
    role: Role,
    given: Annotated[ModelChosen, Depends(body_of(ModelChosen))],
) -> RoleShown:
    """Choose the model of a role, once it has answered; with an embedding model, all vectors are made anew.

    Its files are downloaded, which may take a while. Vectors are made in the background.
    """
    if given.name is None:
        await unset(gateway.ports, role)
    elif await choose(gateway.ports, role, given.name) is not None:
        start(gateway.settings)
    say = said_to(request)
    shown = next(one for one in await roles_shown(gateway.ports) if one.role == role)
    return shown.model_copy(update={"why_not": say.text(shown.why_not)})


@router.post("/api/models/{role}/test", responses=problems(404))
async def try_role(gateway: At, _admin: Admin, role: Role) -> ModelTried:
    """Ask the model of a role once, with a few words that are no one's documents. It may cost a little."""
    name = await model_of(role, gateway.records.model_choices, gateway.settings)
    tried = await try_model(gateway.ports, role, name)
    return ModelTried(name=tried.name, answer=tried.answer, duration_s=tried.seconds, cost=_amount(tried.cost))


@router.put("/api/model-hosts/{host}", responses=problems(body=True), openapi_extra=described(HostAllowed, _ALLOWED))
async def allow_host(
    gateway: At, admin: AdminInPerson, host: str, given: Annotated[HostAllowed, Depends(body_of(HostAllowed))]
) -> HostAllowed:
    """Allow that documents are sent to a host, or withdraw that; who has allowed it is kept."""
    choices, named = gateway.records.model_choices, host_named(host)
    if given.allowed:
        await choices.allow(named, admin.user.name)
    else:
        await choices.withdraw(named)
    return given


@router.get("/api/local-model", responses=problems())
async def show_local_model(gateway: At, _caller: Reader) -> LocalModel:
    """The local language model, and how far its download is."""
    return LocalModel(**asdict(gateway.ports.model_download.state()))


@router.post("/api/local-model", responses=problems())
async def get_local_model(gateway: At, _operator: OperatorStarter) -> LocalModel:
    """Download the local language model, or resume its download."""
    gateway.ports.model_download.start()
    return LocalModel(**asdict(gateway.ports.model_download.state()))


def _amount(cost: float | None) -> Decimal | None:
    return None if cost is None else Decimal(f"{cost:.9f}").normalize() + 0
