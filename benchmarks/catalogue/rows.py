"""Rows of a file into the catalogue: how many a second, and how much memory."""

import asyncio
import os
import resource
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.catalogue.lists import carry_out
from flows.product_list import GOAL
from integrations.open import open_ports
from magicai.catalogue.product_list import ProductList
from magicai.runs.requests.accept import accept
from magicai.runs.requests.files_in import upload_path
from magicai.runs.run import Origin

_OWNER = "local"


@dataclass(frozen=True)
class Rate:
    """What an import took.

    Attributes:
        read_s: the whole run, files included.
        processor_s: of its process.
    """

    rows: int
    kept: int
    named: int
    read_s: float
    processor_s: float
    peak_mb: float

    @property
    def per_second(self) -> float:
        """Rows a second."""
        return self.rows / self.read_s


def imported(rows: int) -> Rate:
    """Import a CSV file of products of which one is broken, in a process of its own."""
    with TemporaryDirectory(prefix="magicai-") as folder:
        path = Path(folder) / "rows.csv"
        with path.open("w", encoding="utf-8") as file:
            file.write("sku,gtin,name,brand,price,currency,category,weight,description\n")
            for number in range(rows):
                broken = '"broken' if number == rows // 2 else f"Cup {number}"
                file.write(
                    f"S{number},,{broken},Fira,{number % 90}.50,EUR,Kitchen > Cups,{200 + number % 99} g,A cup.\n"
                )
        variables = {**os.environ, "MAGICAI_HOME": str(Path(folder) / "home"), "MAGICAI_MODEL": "none"}
        words = [sys.executable, "-m", "benchmarks.catalogue.rows", str(path)]
        said = subprocess.run(words, env=variables, check=True, capture_output=True, text=True).stdout.split()
    return Rate(rows, int(said[-5]), int(said[-4]), *map(float, said[-3:]))


async def _import(path: Path) -> None:
    async with open_ports() as ports:
        upload = await upload_path(ports.records, ports.files, path, owner_id=_OWNER)
        request = ProductList(file=upload.file_id, enrich=False)
        run = await accept(ports.records, GOAL.workflow.name, request, owner_id=_OWNER, origin=Origin.CLI)
        began, before = time.monotonic(), time.process_time()
        status = await carry_out(run.run_id)
        seconds, processor = time.monotonic() - began, time.process_time() - before
        result = (await ports.records.runs.get(run.run_id)).result or {}
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
        print(status, result["processed_count"], result["failed_count"], seconds, processor, peak)


if __name__ == "__main__":
    asyncio.run(_import(Path(sys.argv[1])))
