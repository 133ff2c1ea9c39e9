"""Feeds stores within a run, and tells of those that are behind in the end."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from integrations.store_roles import server_stores
from magicai.brain.steps import StepRun
from magicai.errors import MagicError, Missing
from magicai.ports import Projection, Records, Reporter
from magicai.settings import Settings
from magicai.stores.entity import Store
from magicai.stores.relay import drain
from magicai.values.units import so_many

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
    lost: str = "",
) -> Drained:
    """Bring stores up to the records; one that is slow or down delays nothing else, and the run is told of it.

    Args:
        reporter: told of the entries that are done.
        lost: what the result may miss where a store is behind; "" where nothing, since the records have all of it.
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
            await tell(run, store, f"{store} is {so_many(waiting, 'entries')} behind", why.get(store), lost=lost)
    return Drained(behind, why)


async def tell(run: StepRun, store: Store, what: str, why: MagicError | None, *, lost: str = "") -> None:
    """Tell the run of a store that is behind or away, with what to do."""
    way_out = "It catches up by itself. For its progress: magicai doctor"
    if isinstance(why, Missing):
        way_out = why.way_out
    elif why is not None and why.way_out:
        way_out = f"{why.way_out} {way_out}"
    if lost:
        what = f"{what}, so {lost} may be missing"
    words = f"{what}: {why.what}" if why is not None else f"{what}."
    await run.reporter.problem(store, words, way_out, temporary=True, missing=bool(lost))
