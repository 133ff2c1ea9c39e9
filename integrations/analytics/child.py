"""The process that reads many offers: `python -m integrations.analytics.child`, one request on standard input.

It writes `measured` or `fault` to standard output, as JSON, and ends when whoever asked is gone.
"""

import json
import os
import sys
import threading
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from integrations.analytics.measure import measure
from integrations.analytics.offers import Part, Streams


def request(path: Path, now: list[Part], before: list[Part] | None, threads: int) -> bytes:
    """The line that asks for it."""
    wanted = {
        "path": str(path),
        "now": [asdict(part) for part in now],
        "before": None if before is None else [asdict(part) for part in before],
        "threads": threads,
    }
    return json.dumps(wanted).encode() + b"\n"


def main() -> None:
    """Answer one request."""
    wanted = json.loads(sys.stdin.buffer.readline())
    threading.Thread(target=_end_with_whoever_asked, daemon=True).start()
    try:
        answer = {"measured": _measured(wanted)}
    except Exception as exc:  # noqa: BLE001 - whoever asked translates it: this process has nobody else to tell
        answer = {"fault": f"{type(exc).__name__}: {exc}"}
    json.dump(answer, sys.stdout)
    sys.stdout.flush()
    # The thread above reads for ever, and Python's orderly end would wait for it.
    os._exit(0)


def _measured(wanted: Mapping[str, Any]) -> Mapping[str, Any]:
    streams = Streams(Path(wanted["path"]))
    # Every reader begins before the first is consumed, so that they see one state of the records.
    now = [streams.stream(Part(**part)) for part in wanted["now"]]
    before = None if wanted["before"] is None else [streams.stream(Part(**part)) for part in wanted["before"]]
    return measure(now, before, threads=wanted["threads"])


def _end_with_whoever_asked() -> None:
    sys.stdin.buffer.read()
    os._exit(1)


if __name__ == "__main__":
    main()
