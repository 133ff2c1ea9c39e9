from collections.abc import Callable, Mapping

from integrations import catching_up
from integrations.store_roles import server_stores
from magicai.brain.steps import StepRun, step
from magicai.errors import Missing
from magicai.messages import say
from magicai.ports import Embedder, EntityRecords, Projection, Records
from magicai.runs.plan import Resources
from magicai.settings import Settings
from magicai.stores.entity import Store
from magicai.stores.indexed import Indexed
from tasks.shared.drain_and_tell import drain_and_tell


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
    if "vectors" in server_stores(settings):
        # So that nobody waits for the server while this process reads its own model.
        await embedder.embed([""])
    drained = await drain_and_tell(run, records, projections(), settings=settings, reporter=run.reporter)
    for store in drained.behind:
        await _tell_aside(run, store, records.entities)
    if any(waiting and not isinstance(drained.why.get(store), Missing) for store, waiting in drained.behind.items()):
        catching_up.start(settings)
    return Indexed(behind={str(store): waiting for store, waiting in drained.behind.items()})


async def _tell_aside(run: StepRun, store: Store, entities: EntityRecords) -> None:
    aside = await entities.dead_letters(store, limit=1)
    if not aside:
        return
    kind, entity_id, fault = aside[0]
    count = await entities.dead_letter_count(store)
    await run.reporter.problem(
        store,
        say("store_rejected_entries", store=store, n=count, kind=kind, entity_id=entity_id, reason=fault),
        missing=False,
    )
