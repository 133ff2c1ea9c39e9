"""Chroma, from the environment's own package."""

import signal
import sys
from http import HTTPStatus
from pathlib import Path

from magicai.errors import Missing
from tests.lab import probes
from tests.lab.server import HOST, Command, Place


class Chroma:
    """`chroma run`, which has no token."""

    name = "chroma"
    variable = "CHROMADB_URL"
    stop = signal.SIGTERM

    def fetch(self, cache: Path) -> None:  # noqa: ARG002 - it is in the environment
        """Look whether it is there."""
        if not _program().is_file():
            raise Missing(f"There is no {_program()}.", way_out="`python3 start.py check` installs it.")

    def prepare(self, place: Place) -> None:
        """Nothing to prepare."""

    def command(self, place: Place) -> Command:
        """In this user's account: the environment is often where no other user may look."""
        words = [
            str(_program()),
            "run",
            "--path",
            str(place.folder / "data"),
            "--host",
            HOST,
            "--port",
            str(place.port),
        ]
        return Command(words, {"ANONYMIZED_TELEMETRY": "False"}, unprivileged=False)

    def healthy(self, place: Place) -> bool:
        """Whether its heart beats."""
        return probes.http_status(place.port, "/api/v2/heartbeat") == HTTPStatus.OK

    def addresses(self, place: Place) -> dict[str, str]:
        """Without a token."""
        return {self.variable: f"http://{HOST}:{place.port}"}


def _program() -> Path:
    return Path(sys.executable).with_name("chroma")
