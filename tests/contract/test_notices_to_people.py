"""Messages to addresses that users give go where they may, and nowhere else."""

from pathlib import Path

import pytest
from aiohttp import web

from integrations.notices import send_to
from magicai.errors import Invalid, MagicError, Refused, Temporary
from magicai.settings import Settings
from tests.platforms.receiver import Receiver


@pytest.mark.parametrize(
    ("address", "error"),
    [
        ("jsons://127.0.0.1:9000/x", Refused),
        ("jsons://169.254.169.254/latest", Refused),
        ("mailtos://u:p@mail.example?smtp=10.0.0.1&to=a@b.example", Refused),
        ("ntfys://localhost/topic", Refused),
        ("json://chat.example/x", Invalid),
        ("syslog://", Invalid),
        ("dbus://", Invalid),
        ("https://chat.example", Invalid),
        ("file:///etc/passwd", Invalid),
        ("", Invalid),
    ],
)
async def test_a_private_or_unknown_address_is_refused(tmp_path: Path, address: str, error: type[MagicError]) -> None:
    with pytest.raises(error):
        await send_to(Settings(home=tmp_path), address, title="t", body="b")


class Chat(Receiver):
    """Takes messages, or sends those who bring them elsewhere."""

    def routes(self) -> list[web.RouteDef]:
        async def take(_: web.Request) -> web.Response:
            return web.Response()

        async def elsewhere(_: web.Request) -> web.Response:
            return web.Response(status=307, headers={"Location": "/take"})

        return [web.post("/take", take), web.post("/elsewhere", elsewhere)]


async def test_a_listed_address_is_told_and_none_that_it_redirects_to(tmp_path: Path) -> None:
    async with Chat() as chat:
        settings = Settings(home=tmp_path, webhook_allow_hosts=(chat.host,))
        await send_to(settings, f"json://{chat.host}/take", title="t", body="b")
        with pytest.raises(Temporary):
            await send_to(settings, f"json://{chat.host}/elsewhere", title="t", body="b")
        assert chat.calls == ["POST /take", "POST /elsewhere"]
