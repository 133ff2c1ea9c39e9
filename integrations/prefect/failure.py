"""How an attempt's process tells the one that started it why it failed: on a pipe that is its standard output."""

import json
import os
from typing import cast

from magicai import errors
from magicai.errors import MagicError, Permanent


class FailureChannel:
    """The writing end. What the process prints from now on goes where its errors go."""

    def __init__(self) -> None:
        self._file = os.dup(1)
        os.dup2(2, 1)

    def report(self, error: MagicError) -> None:
        """Say why this process fails; nobody listens if the starter has moved on."""
        words = json.dumps({"kind": type(error).__name__, "what": error.what, "way_out": error.way_out})
        try:
            os.write(self._file, words.encode())
        except OSError:
            return


def read_failure(written: bytes) -> MagicError | None:
    """The error that was told, or None where nothing was."""
    try:
        parts = json.loads(written)
        kind = getattr(errors, parts["kind"], Permanent)
        return cast("type[MagicError]", kind)(parts["what"], way_out=parts["way_out"])
    except (ValueError, KeyError, TypeError):
        return None
