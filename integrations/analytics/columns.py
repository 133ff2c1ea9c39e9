"""A crawl's offers by column, where the records have them so (integrations/records/offer_columns.py)."""

import tempfile
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from integrations.analytics.measure import Measured, measure_columns
from integrations.analytics.offers import Part, connect

_FOUND = "SELECT {column} FROM offer_columns WHERE crawl_id = ? AND owner_id = ? AND {column} IS NOT NULL"


def measured(path: Path, now: Part, before: Part | None, *, threads: int) -> Measured | None:
    """Count by column; None where not all that it takes is there."""
    wanted = [("counted", now), *((("compared", now), ("compared", before)) if before else ())]
    found = _read(path, wanted)
    if len(found) < len(wanted):
        return None
    with tempfile.TemporaryDirectory(prefix="magicai-") as folder:
        files = [Path(folder) / f"{place}.parquet" for place in range(len(wanted))]
        while found:
            files[len(found) - 1].write_bytes(found.pop())
        compared = files[1:] or [None, None]
        return measure_columns(files[0], *compared, threads=threads)


def _read(path: Path, wanted: Sequence[tuple[str, Part]]) -> list[bytes]:
    with closing(connect(path)) as connection:
        # One state of the records for all of them.
        connection.execute("BEGIN")
        rows = [
            connection.execute(_FOUND.format(column=column), (part.crawl_id, part.owner_id)).fetchone()
            for column, part in wanted
        ]
    return [row[0] for row in rows if row is not None]
