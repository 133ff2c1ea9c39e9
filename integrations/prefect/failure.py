"""How an attempt's process tells the one that started it why it failed: on a pipe that is its standard output."""

import json
import os

from magicai.errors import MagicError, error_of


class FailureChannel:
    """The writing end. What the process prints from now on goes where its errors go."""

    def __init__(self) -> None:
        self._file = os.dup(1)
        os.dup2(2, 1)

    def report(self, error: MagicError) -> None:
        """Say why this process fails; nobody listens if the starter has moved on."""
        try:
            os.write(self._file, json.dumps(error.as_json()).encode())
        except OSError:
            return


def read_failure(written: bytes) -> MagicError | None:
    """The error that was told, or None where nothing was."""
    try:
        return error_of(json.loads(written))
    except ValueError:
        return None
