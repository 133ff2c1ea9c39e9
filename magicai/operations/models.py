"""Models that this installation has, and which one each role uses."""

import asyncio
from decimal import Decimal
from typing import Annotated

from pydantic import Field

from integrations.choosing_models import Tried, choose, may_be_sent_to, start, try_model, unset, weigh
from integrations.model_roles import roles_shown
from magicai.accounts.identity import Role as UserRole
from magicai.accounts.identity import Scope, WorkspaceRole
from magicai.models.choices import Role, model_of
from magicai.models.consents import host_named
from magicai.operations.operation import Context, operation
from magicai.runs.views.models import Models, ModelShown, RoleShown
from magicai.shapes.models import EmbedderChange, HostAllowed, LocalModel, ModelChosen, ModelHost, ModelTried

TAG = "models"
_Name = Annotated[str, Field(max_length=300)]


@operation("GET", "/api/models")
async def show_models(context: Context) -> Models:
    """Models that requests may name, each with whether it is ready, its price, and whether data leaves the machine."""
    found = [ModelShown.of(one) for one in await asyncio.to_thread(context.ports.models)]
    return Models(models=list(map(context.say.model, found)), roles=await _roles(context))


@operation("GET", "/api/models/embedder/change", scope=Scope.ACCOUNT, role=UserRole.ADMIN)
async def weigh_embedder(context: Context, name: _Name) -> EmbedderChange:
    """What another embedding model must read, and what that costs; nothing is changed."""
    change = await weigh(context.ports, name)
    texts = change.amount.entries if change.amount else 0
    return EmbedderChange(name=change.name, texts=texts, cost=_amount(change.cost), host=change.host)


@operation("GET", "/api/models/{role}/host", scope=Scope.ACCOUNT, role=UserRole.ADMIN, problems=(404,))
async def show_model_host(context: Context, role: Role, name: _Name) -> ModelHost:
    """Where a model is, and whether the role's documents may be sent there; nothing is called or changed."""
    host, allowed = await may_be_sent_to(context.ports, role, name)
    return ModelHost(host=host, allowed=allowed)


@operation(
    "PUT",
    "/api/models/{role}",
    scope=Scope.ACCOUNT,
    role=UserRole.ADMIN,
    member=WorkspaceRole.VIEWER,
    problems=(404,),
    example={"name": "openai:gpt-4o-mini"},
    audited="model.chosen",
    audited_in="installation",
)
async def choose_model(context: Context, role: Role, given: ModelChosen) -> RoleShown:
    """Choose the model of a role, once it has answered; with an embedding model, all vectors are made anew.

    Its files are downloaded, which may take a while. Vectors are made in the background.
    """
    context.noted.params["name"] = given.name
    if given.name is None:
        await unset(context.ports, role)
        context.noted.action = "model.reset"
    elif await choose(context.ports, role, given.name) is not None:
        start(context.settings)
    return next(one for one in await _roles(context) if one.role == role)


@operation(
    "POST",
    "/api/models/{role}/test",
    scope=Scope.ACCOUNT,
    role=UserRole.ADMIN,
    member=WorkspaceRole.VIEWER,
    problems=(404,),
)
async def try_role(context: Context, role: Role) -> ModelTried:
    """Ask the model of a role once, with a few words that are no one's documents. It may cost a little."""
    name = await model_of(role, context.records.model_choices, context.settings)
    return tried_shown(await try_model(context.ports, role, name))


@operation(
    "PUT",
    "/api/model-hosts/{host}",
    scope=Scope.ACCOUNT,
    role=UserRole.ADMIN,
    member=WorkspaceRole.VIEWER,
    in_person=True,
    example={"allowed": True},
    audited="model_host.allowed",
    audited_in="installation",
)
async def allow_host(context: Context, host: str, given: HostAllowed) -> HostAllowed:
    """Allow that documents are sent to a host, or withdraw that; who has allowed it is kept."""
    choices, named = context.records.model_choices, host_named(host)
    if given.allowed:
        await choices.allow(named, context.caller.user.name)
    else:
        await choices.withdraw(named)
        context.noted.action = "model_host.withdrawn"
    return given


@operation("GET", "/api/local-model")
async def show_local_model(context: Context) -> LocalModel:
    """The local language model, and how far its download is."""
    return _local_model(context)


@operation("POST", "/api/local-model", role=UserRole.OPERATOR)
async def get_local_model(context: Context) -> LocalModel:
    """Download the local language model, or resume its download."""
    context.ports.model_download.start()
    return _local_model(context)


def _local_model(context: Context) -> LocalModel:
    state = context.ports.model_download.state()
    problem = context.say.message(state.problem) if state.problem else None
    return LocalModel(
        title=state.title,
        size=state.size,
        installed=state.installed,
        done=state.done,
        problem=problem.text(context.say.surface) if problem else "",
        message=problem,
    )


async def _roles(context: Context) -> list[RoleShown]:
    return list(map(context.say.model, await roles_shown(context.ports)))


def tried_shown(tried: Tried) -> ModelTried:
    """The shape of what came of asking a model."""
    return ModelTried(name=tried.name, answer=tried.answer, duration_s=tried.seconds, cost=_amount(tried.cost))


def _amount(cost: float | None) -> Decimal | None:
    return None if cost is None else Decimal(f"{cost:.9f}").normalize() + 0
