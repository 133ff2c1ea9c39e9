"""One attempt at one run, in a process of its own: `python -m flows RUN_ID`."""

import asyncio
import os
import sys

from integrations.runs import environment, ondemand
from magicai.settings import load


def main() -> int:
    """Carry the run out; 0 however it ended, since its row says how."""
    run_id = sys.argv[1]
    settings = load()
    # Before Prefect is imported anywhere: it reads its environment once.
    server = ondemand.ensure(settings.home, port=settings.prefect_port, idle_s=settings.idle_seconds)
    made = environment.client(settings.home, server.url, os.environ)
    os.environ.clear()
    os.environ.update(made)
    asyncio.run(_attempt(run_id))
    return 0


async def _attempt(run_id: str) -> None:
    from flows import catalogue
    from integrations.open import open_ports

    async with open_ports() as ports:
        run = await ports.records.runs.get(run_id)
    request = catalogue.parameters(run.workflow).model_validate(run.request)
    await catalogue.flow(run.workflow)(request=request, run_id=run.run_id, return_state=True)


if __name__ == "__main__":
    sys.exit(main())
