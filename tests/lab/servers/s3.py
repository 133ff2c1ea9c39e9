"""An S3-compatible server: moto's, in memory, from the environment's own package. For tests."""

import importlib.util
import signal
import sys
from http import HTTPStatus
from pathlib import Path

from magicai.errors import Missing
from tests.lab import probes
from tests.lab.server import HOST, Command, Place

_BUCKET, _REGION = "magicai", "us-east-1"


class S3:
    """With one bucket; it takes any credentials."""

    name = "s3"
    variable = "MAGICAI_FILES_URL"
    stop = signal.SIGTERM

    def fetch(self, cache: Path) -> None:  # noqa: ARG002 - it is in the environment
        """Look whether it is there."""
        if not all(map(importlib.util.find_spec, ("moto", "flask", "flask_cors"))):
            raise Missing("moto's server is not installed.", way_out="`python3 start.py check` installs it.")

    def prepare(self, place: Place) -> None:
        """Nothing to prepare."""

    def command(self, place: Place) -> Command:
        """In this user's account: the environment is often where no other user may look."""
        words = [sys.executable, "-m", "moto.server", "-H", HOST, "-p", str(place.port)]
        return Command(words, unprivileged=False)

    def healthy(self, place: Place) -> bool:
        """Whether the bucket is there, or can be made."""
        return probes.http_status(place.port, f"/{_BUCKET}", method="PUT") in (HTTPStatus.OK, HTTPStatus.CONFLICT)

    def addresses(self, place: Place) -> dict[str, str]:
        """The bucket; server, region and credentials under the names that S3 clients read from the environment."""
        return {
            self.variable: f"s3://{_BUCKET}",
            "AWS_ENDPOINT_URL": f"http://{HOST}:{place.port}",
            "AWS_ALLOW_HTTP": "true",
            "AWS_ACCESS_KEY_ID": "magicai-lab",
            "AWS_SECRET_ACCESS_KEY": place.password,
            "AWS_REGION": _REGION,
        }
