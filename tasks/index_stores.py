from integrations.open import open_ports
from magicai.app.relay import drain
from magicai.brain.steps import StepRun, step
from magicai.domain.crawl_analyze_generate import Report
from magicai.domain.crawl_steps import Indexed
from magicai.domain.plan import Resources
from magicai.domain.units import so_many

_WAIT_S = 60.0


@step(gives="indexed", resources=Resources(cpu=1.0, memory=400))
async def index_stores(run: StepRun, report: Report) -> Indexed:  # noqa: ARG001 - the last thing that is written
    """Bring the other stores up to the records; one that is down delays nothing else."""
    async with open_ports() as ports:
        behind = await drain(ports.records, ports.projections(), limit_s=_WAIT_S, watch=run.watch)
    for store, waiting in behind.items():
        if waiting:
            await run.watch.problem(
                store,
                f"{store} is {so_many(waiting, 'entries')} behind.",
                "It catches up by itself.",
                temporary=True,
                missing=False,
            )
    return Indexed(behind={str(store): waiting for store, waiting in behind.items()})
