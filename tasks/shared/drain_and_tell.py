"""Feeds stores within a run, and tells of those that are behind in the end."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from integrations.store_roles import server_stores
from magicai.brain.steps import StepRun
from magicai.errors import MagicError, Missing
from magicai.messages import Message, say
from magicai.ports import Projection, Records, Reporter
from magicai.settings import Settings
from magicai.stores.entity import Store
from magicai.stores.relay import drain

# What runs on this machine is this run's own work. A server that does not answer at once is left to what comes after.
_WAIT_S = 60.0
_TIMEOUT_S = 1.0


@dataclass(frozen=True, slots=True)
class Drained:
    """How it went.

    Attributes:
        behind: how many entries each store is behind; 0 where it is not.
        why: of those that could not be fed.
    """

    behind: Mapping[Store, int]
    why: Mapping[Store, MagicError] = field(default_factory=dict[Store, MagicError])


async def drain_and_tell(
    run: StepRun,
    records: Records,
    projections: Mapping[Store, Projection],
    *,
    settings: Settings,
    reporter: Reporter | None = None,
    lost: Message | None = None,
) -> Drained:
    """Bring stores up to the records; one that is slow or down delays nothing else, and the run is told of it.

    Args:
        reporter: told of the entries that are done.
        lost: what the result may miss where a store is behind; None where nothing, since the records have all of it.
    """
    why: dict[Store, MagicError] = {}
    behind = await drain(
        records,
        projections,
        limit_s=_WAIT_S,
        timeout_s=dict.fromkeys(server_stores(settings), _TIMEOUT_S),
        reporter=reporter,
        on_down=why.__setitem__,
    )
    for store, waiting in behind.items():
        if waiting:
            what = say("projection_behind", store=store, n=waiting)
            if lost is not None:
                what = say("projection_behind_lost", store=store, n=waiting, lost=lost)
            await tell(run, store, what, why.get(store), missing=lost is not None)
    return Drained(behind, why)


async def tell(run: StepRun, store: Store, what: Message, why: MagicError | None, *, missing: bool) -> None:
    """Tell the run of a store that is behind or away, with what to do."""
    way = say("store_catches_up")
    if why is not None:
        what = say("said_with_reason", what=what, why=why.message)
        if isinstance(why, Missing):
            way = why.way
        elif why.way is not None:
            way = say("remedy_then_catches_up", remedy=why.way)
    await run.reporter.problem(store, what, way, temporary=True, missing=missing)
