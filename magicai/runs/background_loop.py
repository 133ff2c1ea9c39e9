"""What a process does again and again for as long as it lives."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from magicai.errors import MagicError


async def keep_doing(
    do: Callable[[], Awaitable[object]], *, log: logging.Logger, waits: str, pause_s: Callable[[], float]
) -> None:
    """Do something for ever; what goes wrong is logged, the same error once in a row, and tried again.

    Args:
        waits: what waits meanwhile, as the log calls it: `notifications`.
        pause_s: seconds between two times.
    """
    reported = ""
    while True:
        try:
            await do()
            reported = ""
        except MagicError as exc:
            if str(exc) != reported:
                log.warning("%s wait: %s", waits, exc)
            reported = str(exc)
        except Exception:
            log.exception("%s wait", waits)
        await asyncio.sleep(pause_s())
