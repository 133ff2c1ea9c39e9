"""Files read as the product does, without a process for each."""

from collections.abc import AsyncGenerator, Mapping
from typing import Any, BinaryIO

from integrations.parsing import child
from magicai.ports import FileKind


class InThisProcess:
    """A FileReader."""

    async def read(
        self, kind: FileKind, file: BinaryIO, called: str, options: Mapping[str, Any]
    ) -> AsyncGenerator[bytes]:
        """What a file says."""
        file.seek(0)
        for part in child.parts(kind, file, called, options):
            yield part
