"""snac, another server that speaks Mastodon's API: it rewrites texts, and its ids are in no order.

Its program is found on PATH; nothing here fetches it.
"""

import json
import shutil
import signal
from http import HTTPStatus
from pathlib import Path

from magicai.errors import Missing
from tests.lab import probes
from tests.lab.programs import run
from tests.lab.server import HOST, Command, Place

_USER = "editor"


class Snac:
    """With one account, whose access token is the lab's password."""

    name = "snac"
    variable = "SNAC_URL"
    stop = signal.SIGTERM

    def fetch(self, cache: Path) -> None:  # noqa: ARG002 - it is installed by hand
        """Look whether it is there."""
        _program()

    def prepare(self, place: Place) -> None:
        """Make its files, an account and a token."""
        data = place.folder / "data"
        # Address, port, host, prefix, mail address of the admin.
        said = f"{HOST}\n{place.port}\n{HOST}:{place.port}\n\n\n"
        run([_program(), "init", data], said=said)
        server = json.loads((data / "server.json").read_text())
        (data / "server.json").write_text(json.dumps({**server, "protocol": "http"}))
        run([_program(), "adduser", data, _USER])
        token = {"token": place.password, "client_id": "lab", "client_secret": "lab", "uid": _USER, "code": "lab"}
        (data / "token").mkdir()
        (data / "token" / f"{place.password}.json").write_text(json.dumps(token))

    def command(self, place: Place) -> Command:
        """Its web server."""
        return Command([_program(), "httpd", str(place.folder / "data")])

    def healthy(self, place: Place) -> bool:
        """Whether it answers."""
        return probes.http_status(place.port, "/api/v1/instance") == HTTPStatus.OK

    def addresses(self, place: Place) -> dict[str, str]:
        """With the access token."""
        return {self.variable: f"http://{HOST}:{place.port}", "SNAC_TOKEN": place.password}


def _program() -> str:
    found = shutil.which("snac")
    if found is None:
        raise Missing(
            "snac is not installed.", way_out="Build it (https://codeberg.org/grunfink/snac2), or do without."
        )
    return found
