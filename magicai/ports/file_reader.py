"""Files that others made, read where they can do no harm."""

from collections.abc import AsyncGenerator, Mapping
from typing import Any, BinaryIO, Literal, Protocol

FileKind = Literal["list", "preview", "feed"]
"""An uploaded list, its columns and first rows, or a feed that was found; integrations/parsing/child.py has readers."""


class FileReader(Protocol):
    """Reads each file in a process of its own, which has no network, no secrets, and limits on memory and time."""

    def read(self, kind: FileKind, file: BinaryIO, called: str, options: Mapping[str, Any]) -> AsyncGenerator[bytes]:
        """What a file says, in parts, each a list as JSON.

        The process ends with whoever takes the parts: it is killed when the generator is closed or cancelled, and when
        this process ends, however that does.

        Args:
            called: how messages call the file.
            options: what `parts` of the kind's module takes beside the file, as JSON.

        Raises:
            Invalid: it can't be read; says why.
            Missing: the package that reads it is not installed.
            Temporary: there was no process or memory to read it.
        """
        ...
