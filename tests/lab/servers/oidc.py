"""A certified OpenID Connect provider from npm (oidc-provider, MIT), which lets everybody in."""

import shutil
import signal
from http import HTTPStatus
from pathlib import Path

from tests.lab import npm, probes
from tests.lab.cached import built
from tests.lab.server import HOST, Command, Place

_OWN = Path(__file__).parents[1] / "oidc"


class Oidc:
    """With the client `magicai`, whose secret is the lab's password; it keeps nothing."""

    name = "oidc"
    variable = "OIDC_ISSUER"
    stop = signal.SIGTERM

    def fetch(self, cache: Path) -> None:
        """Fetch the packages."""
        _programs(cache)

    def prepare(self, place: Place) -> None:
        """Nothing to prepare: its people come into being as they sign in."""

    def command(self, place: Place) -> Command:
        """Node.js itself."""
        environment = {"LAB_PORT": str(place.port), "LAB_PASSWORD": place.password}
        return Command([str(npm.node()), str(_programs(place.cache) / "serve.js")], environment)

    def healthy(self, place: Place) -> bool:
        """Whether it describes itself."""
        return probes.http_status(place.port, "/.well-known/openid-configuration") == HTTPStatus.OK

    def addresses(self, place: Place) -> dict[str, str]:
        """With the client's secret."""
        return {self.variable: f"http://{HOST}:{place.port}", "OIDC_CLIENT_SECRET": place.password}


def _programs(cache: Path) -> Path:
    return built(cache, "oidc", (_OWN / "package.json", _OWN / "serve.js"), _build)


def _build(made: Path) -> None:
    for name in ("package.json", "serve.js"):
        shutil.copy(_OWN / name, made)
    npm.install(made)
