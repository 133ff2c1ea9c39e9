"""Watch a run that continues whether or not somebody watches."""

import asyncio
from collections.abc import Coroutine

from magicai.cli.command_name import command
from magicai.cli.interrupts import Interrupts
from magicai.errors import Cancelled
from magicai.runs.run import Run


async def watch(run: Run, following: Coroutine[None, None, None], interrupted: Interrupts) -> None:
    """Follow a run until it has ended.

    Raises:
        Cancelled: by Ctrl-C; the run continues, and the message says how to follow it again.
    """
    tasks = (asyncio.ensure_future(following), asyncio.ensure_future(interrupted.get()))
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        if not tasks[0].done():
            again, end = command("show", run.run_id, "--follow"), command("cancel", run.run_id)
            raise Cancelled("run_continues_in_background", run_id=run.run_id, again=again, end=end)
        tasks[0].result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
