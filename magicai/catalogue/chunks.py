"""Parts of a list between two steps: files of some hundred entries, so that a list of any length fits into memory."""

import gzip
import json
from collections.abc import Sequence

from magicai.ports import Files
from magicai.runs.run import JSON

AT_ONCE = 500


class Chunks:
    """Writes entries to a run's files, some hundred a file.

    Args:
        called: what they are: `rows`, `addresses`.

    Attributes:
        names: of the files that are full.
        count: of all entries so far.
    """

    def __init__(self, files: Files, run_id: str, called: str) -> None:
        self._files, self._run_id, self._called = files, run_id, called
        self._part: list[JSON] = []
        self.names: list[str] = []
        self.count = 0

    async def add(self, entries: Sequence[JSON]) -> None:
        """Take some more."""
        self.count += len(entries)
        self._part.extend(entries)
        while len(self._part) >= AT_ONCE:
            await self._write(self._part[:AT_ONCE])
            del self._part[:AT_ONCE]

    async def close(self) -> tuple[str, ...]:
        """Write what is left; answers the files' names."""
        if self._part:
            await self._write(self._part)
            self._part = []
        return tuple(self.names)

    async def _write(self, part: Sequence[JSON]) -> None:
        name = f"{self._run_id}/{self._called}-{len(self.names) + 1:06}.jsonl.gz"
        lines = "\n".join(json.dumps(entry, ensure_ascii=False, separators=(",", ":")) for entry in part)
        body = lines.encode("utf-8", "replace")
        await self._files.save(name, gzip.compress(body, compresslevel=1, mtime=0))
        self.names.append(name)


async def read_chunk(files: Files, name: str) -> list[JSON]:
    """The entries of a file."""
    body = gzip.decompress(await files.result(name))
    return [json.loads(line) for line in body.splitlines()]
