"""A crawl's offers by column, where the records have them so (integrations/records/offer_columns.py)."""

import tempfile
from pathlib import Path

from integrations.analytics.measure import Measured, measure_columns
from integrations.analytics.offers import Part, Source


def measured(source: Source, now: Part, before: Part | None, *, threads: int) -> Measured | None:
    """Count by column; None where not all that it takes is there."""
    wanted = [("counted", now), *((("compared", now), ("compared", before)) if before else ())]
    with tempfile.TemporaryDirectory(prefix="magicai-") as folder:
        files = [Path(folder) / f"{place}.parquet" for place in range(len(wanted))]
        with source.reading() as reader:
            for file, (column, part) in zip(files, wanted, strict=True):
                copy = reader.copy(column, part)
                if copy is None:
                    return None
                file.write_bytes(copy)
        compared = files[1:] or [None, None]
        return measure_columns(files[0], *compared, threads=threads, spill=Path(folder))
