"""The process that reads many offers: `python -m integrations.analytics.child`, one request on standard input.

It writes `measured`, `error` (one of magicai.errors) or `fault` to standard output, as JSON, and ends when whoever
asked is gone.
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
from integrations.analytics.offers import Part, Source


def request(source: Source, now: list[Part], before: list[Part] | None, *, threads: int, spill: Path) -> bytes:
    """The line that asks for it."""
    wanted = {
        "source": source.arguments(),
        "spill": str(spill),
        "now": [asdict(part) for part in now],
        "before": None if before is None else [asdict(part) for part in before],
        "threads": threads,
    }
    return json.dumps(wanted).encode() + b"\n"


def main() -> None:
    """Answer one request."""
    wanted = json.loads(sys.stdin.buffer.readline())
    threading.Thread(target=_end_with_whoever_asked, daemon=True).start()
    json.dump(answered(wanted), sys.stdout)
    sys.stdout.flush()
    # The thread above reads for ever, and Python's orderly end would wait for it.
    os._exit(0)


def answered(wanted: Mapping[str, Any]) -> Mapping[str, Any]:
    """What is said to a request."""
    source = opened(wanted["source"])
    try:
        return {"measured": _measured(source, wanted)}
    except source.vendor as exc:
        return {"error": source.translated(exc).as_json()}
    except Exception as exc:  # noqa: BLE001 - whoever asked translates it: this process has nobody else to tell
        return {"fault": f"{type(exc).__name__}: {exc}"}


def _measured(source: Source, wanted: Mapping[str, Any]) -> Mapping[str, Any]:
    now = [Part(**part) for part in wanted["now"]]
    before = None if wanted["before"] is None else [Part(**part) for part in wanted["before"]]
    with source.streams([now, before or []]) as (now_streams, before_streams):
        compared = None if before is None else before_streams
        return measure(now_streams, compared, threads=wanted["threads"], spill=Path(wanted["spill"]))


def opened(named: Mapping[str, str]) -> Source:
    """The source that `Source.told` tells of."""
    kind, arguments = named["kind"], {name: value for name, value in named.items() if name != "kind"}
    if kind == "postgresql":
        from integrations.analytics.postgresql import PostgresSource

        return PostgresSource(**arguments)
    from integrations.analytics.sqlite import SqliteSource

    return SqliteSource(**arguments)


def _end_with_whoever_asked() -> None:
    sys.stdin.buffer.read()
    os._exit(1)


if __name__ == "__main__":
    main()
