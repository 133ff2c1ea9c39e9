"""What a backup says of itself."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from magicai.values.frozen import Frozen

_SPACE = 2**256


class Fingerprint(Frozen):
    """How many rows there are, and what they hold, whatever their order.

    Attributes:
        digest: the sum of the rows' SHA-256, modulo 2^256, as hex.
    """

    rows: int = 0
    digest: str = "0" * 64

    def with_rows(self, rows: Iterable[Mapping[str, Any]]) -> "Fingerprint":
        """The same with more rows."""
        count, total = self.rows, int(self.digest, 16)
        for row in rows:
            body = json.dumps(row, sort_keys=True, ensure_ascii=False, default=bytes.hex, separators=(",", ":"))
            total += int.from_bytes(hashlib.sha256(body.encode(errors="surrogatepass")).digest())
            count += 1
        return Fingerprint(rows=count, digest=f"{total % _SPACE:064x}")


class TableCopy(Frozen):
    """A table of the records; its parts are items of the archive, in the order in which they are loaded."""

    name: str
    fingerprint: Fingerprint
    parts: tuple[str, ...]


class Manifest(Frozen):
    """A backup: names what belongs to it, and by what it is checked.

    Attributes:
        name: of the backup; later ones sort behind.
        revision: of the records' tables.
        results_at: where the results were; what the records say of their places begins with it.
        pool: folder of the archive where the bodies are, which other backups under the same key share.
        results: name to SHA-256 of the results' bodies.
        bodies: items of the archive that list the digests of page bodies, one a line.
        missing: bodies that the records name and that were gone already.
        checksums: SHA-256 of every item that belongs to this backup alone.
        smaller_than: a backup with more than twice as many rows or files, for which none was removed; "" where none is.
    """

    schema_version: int = 1
    name: str
    product: str
    made_at: str
    revision: str
    tables: tuple[TableCopy, ...]
    results_at: str
    pool: str = "pool"
    results: Mapping[str, str]
    bodies: tuple[str, ...]
    missing: int
    checksums: Mapping[str, str]
    smaller_than: str = ""

    @property
    def rows(self) -> int:
        """Rows of all tables together."""
        return sum(table.fingerprint.rows for table in self.tables)
