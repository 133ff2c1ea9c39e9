from collections.abc import Callable, Mapping

from integrations import catching_up
from integrations.store_roles import server_stores
from magicai.brain.steps import StepRun, step
from magicai.errors import MagicError, Missing
from magicai.ports import Embedder, EntityRecords, Projection, Records
from magicai.runs.plan import Resources
from magicai.settings import Settings
from magicai.stores.entity import Store
from magicai.stores.indexed import Indexed
from magicai.stores.relay import drain
from magicai.values.units import so_many

# What runs on this machine is this run's own work. A server that does not answer at once is left to what comes after.
_WAIT_S = 60.0
_TIMEOUT_S = 1.0


@step(provides="indexed", resources=Resources(cpu=1.0, memory=400))
async def index_stores(
    run: StepRun,
    *,
    records: Records,
    projections: Callable[[], Mapping[Store, Projection]],
    embedder: Embedder,
    settings: Settings,
) -> Indexed:
    """Bring the other stores up to the records; one that is slow or down delays nothing else, the run neither."""
    why: dict[Store, MagicError] = {}
    servers = server_stores(settings)
    if "vectors" in servers:  # so that nobody waits for the server while this process reads its own model
        await embedder.embed([""])
    behind = await drain(
        records,
        projections(),
        limit_s=_WAIT_S,
        timeout_s=dict.fromkeys(servers, _TIMEOUT_S),
        reporter=run.reporter,
        on_down=why.__setitem__,
    )
    late: list[Store] = [store for store, waiting in behind.items() if waiting]
    for store in late:
        await _tell_behind(run, store, behind[store], why.get(store))
    for store in behind:
        await _tell_aside(run, store, records.entities)
    if any(not isinstance(why.get(store), Missing) for store in late):
        catching_up.start(settings)
    return Indexed(behind={str(store): waiting for store, waiting in behind.items()})


async def _tell_behind(run: StepRun, store: Store, waiting: int, why: MagicError | None) -> None:
    """Nothing of the result is missing: all of it is in the records, and the store gets it from there."""
    what = f"{store} is {so_many(waiting, 'entries')} behind"
    way_out = "It catches up by itself. For its progress: magicai doctor"
    if isinstance(why, Missing):
        way_out = why.way_out
    elif why is not None and why.way_out:
        way_out = f"{why.way_out} {way_out}"
    words = f"{what}: {why.what}" if why is not None else f"{what}."
    await run.reporter.problem(store, words, way_out, temporary=True, missing=False)


async def _tell_aside(run: StepRun, store: Store, entities: EntityRecords) -> None:
    aside = await entities.dead_letters(store, limit=1)
    if not aside:
        return
    kind, entity_id, fault = aside[0]
    count = await entities.dead_letter_count(store)
    await run.reporter.problem(
        store,
        f"{store} rejected {so_many(count, 'entries')}, such as {kind} {entity_id}: {fault}",
        "They block nothing else. To try them again: magicai reconcile",
        missing=False,
    )
