"""Vendure, a shop system, from npm (GPL: for tests only), with SQLite and a few products."""

import shutil
import signal
from http import HTTPStatus
from pathlib import Path

from tests.lab import npm, probes
from tests.lab.cached import built
from tests.lab.server import HOST, Command, Place

_OWN = Path(__file__).parents[1] / "vendure"


class Vendure:
    """With the user superadmin, whose password is the lab's."""

    name = "vendure"
    variable = "VENDURE_URL"
    stop = signal.SIGTERM

    def fetch(self, cache: Path) -> None:
        """Fetch the packages, and build the database that one of them needs."""
        _programs(cache)

    def prepare(self, place: Place) -> None:
        """Nothing to prepare: it makes its products when it starts."""

    def command(self, place: Place) -> Command:
        """Node.js itself, in the server's folder, where Vendure writes."""
        environment = {"LAB": str(place.folder), "LAB_PORT": str(place.port), "LAB_PASSWORD": place.password}
        serve = _programs(place.cache) / "serve.js"
        words = ["sh", "-c", 'cd "$LAB" && exec "$0" "$1"', str(npm.node()), str(serve)]
        return Command(words, environment)

    def healthy(self, place: Place) -> bool:
        """Whether it answers, and has its products."""
        return (place.folder / "ready").exists() and probes.http_status(place.port, "/health") == HTTPStatus.OK

    def addresses(self, place: Place) -> dict[str, str]:
        """With the password of superadmin."""
        return {self.variable: f"http://{HOST}:{place.port}", "VENDURE_PASSWORD": place.password}


def _programs(cache: Path) -> Path:
    return built(cache, "vendure", (_OWN / "package.json", _OWN / "serve.js"), _build)


def _build(made: Path) -> None:
    for name in ("package.json", "serve.js"):
        shutil.copy(_OWN / name, made)
    npm.install(made)
