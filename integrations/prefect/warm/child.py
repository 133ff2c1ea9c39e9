"""One warm process, `python -m integrations.prefect.warm.child`: imports the flows, then carries out run after run.

It is told of a flow run by a line of JSON on standard input, and answers by one on standard output; what flows print
goes to standard error. It ends when standard input does.
"""

import contextlib
import importlib
import json
import logging
import os
import pkgutil
import queue
import sys
import threading
from collections.abc import Generator, Mapping
from typing import IO, TYPE_CHECKING, Any

import psutil

from integrations.prefect import termination
from integrations.prefect.direct import ask_loopback_directly
from integrations.processes import lifeline
from integrations.processes.process import end_children, lead_session

if TYPE_CHECKING:
    from integrations.prefect.warm.execution import Execution

_log = logging.getLogger(__name__)
# For what a run started and left behind, a browser say.
_GRACE_S = 1.0


def main() -> None:
    """Carry out what standard input names, until it ends."""
    lead_session()
    lifeline.end_with_parent(termination.end_now)
    answers = _only_ours()
    ready = threading.Event()
    questions = _questions(ready)
    _warm_up()
    from integrations.prefect.warm.execution import Execution

    termination.heed()
    with Execution() as execution:
        ready.set()
        _say(answers, {"ready": True})
        while not termination.asked() and (line := questions.get()) is not None:
            asked = json.loads(line)
            _say(answers, {"begun": True})
            with termination.carrying_out():
                status = _carry_out(execution, asked)
            end_children(grace_s=_GRACE_S)
            _say(answers, {"status": status, "memory": psutil.Process().memory_info().rss})


def _carry_out(execution: "Execution", asked: Mapping[str, Any]) -> int:
    try:
        with _environment(asked["environment"]):
            execution.run(asked["flow_run"], asked["entrypoint"])
    except Exception:  # noqa: BLE001 - the next run must not pay for it
        _log.exception("flow run %s: fault", asked["flow_run"]["id"])
        return 1
    return 0


def _questions(ready: threading.Event) -> "queue.SimpleQueue[str | None]":
    """Lines of standard input, then None; where that ends before this process is ready, it ends at once."""
    asked: queue.SimpleQueue[str | None] = queue.SimpleQueue()

    def listen() -> None:
        for line in sys.stdin:
            asked.put(line)
        if not ready.is_set():
            os._exit(0)
        asked.put(None)

    threading.Thread(target=listen, name="questions", daemon=True).start()
    return asked


def _only_ours() -> IO[str]:
    """Standard output for answers alone; what prints there writes to standard error from now on."""
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    return answers


def _warm_up() -> None:
    """Import every flow, and with it all that a run needs."""
    ask_loopback_directly()
    flows: Any = importlib.import_module("flows")
    for module in pkgutil.iter_modules(flows.__path__):
        if not module.name.startswith("_"):
            importlib.import_module(f"flows.{module.name}")


@contextlib.contextmanager
def _environment(values: Mapping[str, str]) -> Generator[None]:
    """What a deployment's job variables put into the environment, for one run."""
    before = dict(os.environ)
    os.environ.update(values)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def _say(answers: IO[str], message: Mapping[str, object]) -> None:
    answers.write(json.dumps(message) + "\n")
    answers.flush()


if __name__ == "__main__":
    main()
