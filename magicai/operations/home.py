"""What is shown first."""

from collections.abc import Awaitable, Callable

from magicai.accounts.identity import Role, WorkspaceRole
from magicai.accounts.usage import months_budgets
from magicai.brain.budgets import limits_of
from magicai.operations.connections_waiting import lost_connections
from magicai.operations.first_steps import first_steps
from magicai.operations.operation import Context, operation
from magicai.operations.sample_data import sample_data
from magicai.operations.stores import stores_shown
from magicai.ports import Spender
from magicai.runs import declarations
from magicai.runs.effects import effects_of
from magicai.runs.views.home import overview
from magicai.shapes.effects import EffectShown
from magicai.shapes.home import HomeShown, Waiting
from magicai.shapes.runs import RunListed
from magicai.stores.status import store_status

TAG = "home"
# What waits for who asks; a subject's operations list it as `WAITING`.
Ask = Callable[[Context], Awaitable[list[Waiting]]]
_EFFECTS = 6


@operation("GET", "/api/home", polled=True)
async def show_home(context: Context) -> HomeShown:
    """What needs you, active runs, and the latest findings."""
    records, owner_id = context.records, context.owner_id
    found = await overview(records, owner_id)
    effects = [EffectShown.of(effect) async for effect in effects_of(records, owner_id, "cut")]
    user = context.caller.user
    stores = await store_status(records) if user.role.covers(Role.OPERATOR) else []
    acts = context.caller.workspace_role.covers(WorkspaceRole.EDITOR)  # on whom nothing waits who may only look
    months = await months_budgets(records, Spender(owner_id, person=user.user_id), limits_of(context.settings))
    samples = await sample_data(context)
    sample_ids = [part.run_id for part in samples.parts]
    return HomeShown(
        first_steps=await first_steps(context, sample_ids, has_model=samples.has_model),
        sample_data=samples,
        waiting=[waiting for ask in _asked() for waiting in await ask(context)],
        attention=[RunListed.of_list(one, context.say) for one in found.attention if acts],
        running=[RunListed.of_list(one, context.say) for one in found.running],
        latest=[RunListed.of_list(one, context.say) for one in found.latest],
        effects=effects[:_EFFECTS] if acts else [],
        stores=stores_shown(context.settings, [store for store in stores if store.needs_attention]),
        budgets=[
            one for one in months if one.is_nearly_used and (one.scope != "month" or user.role.covers(Role.ADMIN))
        ],
    )


def _asked() -> list[Ask]:
    subjects = declarations.of_subjects("magicai.operations.subjects")
    return [lost_connections, *(ask for module in subjects for ask in getattr(module, "WAITING", ()))]
