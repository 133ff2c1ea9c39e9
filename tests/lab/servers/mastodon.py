"""A server that speaks Mastodon's API: mastodon-mock, from the environment's own packages. For tests."""

import importlib.util
import signal
import sys
from http import HTTPStatus
from pathlib import Path

from magicai.errors import Missing
from tests.lab import probes
from tests.lab.server import HOST, Command, Place

_CONFIGURATION = "mastodon.toml"


class Mastodon:
    """With one account, whose access token is the lab's password."""

    name = "mastodon"
    variable = "MASTODON_URL"
    stop = signal.SIGTERM

    def fetch(self, cache: Path) -> None:  # noqa: ARG002 - it is in the environment
        """Look whether it is there."""
        if importlib.util.find_spec("mastodon_mock") is None:
            raise Missing("mastodon-mock is not installed.", way_out="`python3 start.py check` installs it.")

    def prepare(self, place: Place) -> None:
        """Write the configuration."""
        (place.folder / _CONFIGURATION).write_text(
            f'[server]\nhost = "{HOST}"\nport = {place.port}\n'
            f'[database]\npath = "{place.folder / "mastodon.sqlite3"}"\n'
            f'[[seed.accounts]]\nusername = "editor"\naccess_token = "{place.password}"\n'
        )

    def command(self, place: Place) -> Command:
        """In this user's account: the environment is often where no other user may look."""
        configuration = place.folder / _CONFIGURATION
        words = [sys.executable, "-m", "mastodon_mock", "serve", "--config", str(configuration)]
        return Command([*words, "--log-level", "warning"], unprivileged=False)

    def healthy(self, place: Place) -> bool:
        """Whether it answers."""
        return probes.http_status(place.port, "/api/v1/instance") == HTTPStatus.OK

    def addresses(self, place: Place) -> dict[str, str]:
        """With the access token."""
        return {self.variable: f"http://{HOST}:{place.port}", "MASTODON_TOKEN": place.password}
