"""Messages to addresses that users give go where they may, and nowhere else."""

from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from integrations.notices import check_public, send_to
from magicai.errors import Invalid, MagicError, Refused, Temporary
from magicai.settings import Settings
from tests.platforms.receiver import Receiver


@pytest.mark.parametrize(
    ("address", "error"),
    [
        ("json://127.0.0.1:9000/x?method=DELETE", Invalid),
        ("jsons://chat.example/x", Invalid),
        ("forms://chat.example/x", Invalid),
        ("mailtos://u:p@mail.example?to=a@b.example", Invalid),
        ("gotifys://127.0.0.1:9000/AbCdEfGhIjKlMnO", Refused),
        ("ntfys://localhost/topic", Refused),
        ("gotifys://rebinds.example/AbCdEfGhIjKlMnO", Refused),
        ("workflows://evil.example/W/S", Refused),
        ("gotify://gotify.example/AbCdEfGhIjKlMnO", Invalid),
        ("discord://1234567890/abcdefghijk?template=/etc/passwd", Invalid),
        ("discord://1234567890/abcdefghijk?%74emplate=/etc/passwd", Invalid),
        ("discord://1234567890/abcdefghijk#?template=http://127.0.0.1/x", Invalid),
        ("tgram://123456789:abcdefg_hijklmnop/12315544?format=text;template=/etc/passwd", Invalid),
        ("discord://1234567890/abcdefghijk?+X-Header=1", Invalid),
        ("ntfys://topic?attach=http://127.0.0.1/x", Invalid),
        ("discord://1234567890/abcdefghijk?verify=no", Invalid),
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


@pytest.mark.parametrize(
    "address",
    [
        "discord://1234567890/abcdefghijk?format=markdown",
        "tgram://123456789:abcdefg_hijklmnop/12315544/?topic=4",
        "ntfys://topic",
        "ntfys://ntfy.sh/topic",
        "barks://api.day.app/key",
        "workflows://prod-1.westus.logic.azure.com:443/workflow/signature",
    ],
)
def test_a_public_service_is_none_of_these(tmp_path: Path, address: str) -> None:
    check_public(Settings(home=tmp_path), address)


class Chat(Receiver):
    """A Gotify server that takes messages, or sends those who bring them elsewhere."""

    def routes(self) -> list[web.RouteDef]:
        async def take(_: web.Request) -> web.Response:
            return web.Response()

        async def elsewhere(_: web.Request) -> web.Response:
            return web.Response(status=307, headers={"Location": "/take/message"})

        return [web.post("/take/message", take), web.post("/elsewhere/message", elsewhere)]


async def test_a_listed_address_is_told_and_none_that_it_redirects_to(tmp_path: Path) -> None:
    async with Chat() as chat:
        settings = Settings(home=tmp_path, webhook_allow_hosts=(chat.host,))
        await send_to(settings, f"gotify://{chat.host}/take/AbCdEfGhIjKlMnO", title="t", body="b")
        with pytest.raises(Temporary):
            await send_to(settings, f"gotify://{chat.host}/elsewhere/AbCdEfGhIjKlMnO", title="t", body="b")
        assert chat.calls == ["POST /take/message", "POST /elsewhere/message"]


async def test_certificates_are_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = list[Any]()

    def notify(messenger: Any, **_: Any) -> bool:
        asked.append(messenger[0])
        return True

    monkeypatch.setattr("apprise.Apprise.notify", notify)
    await send_to(Settings(home=tmp_path), "ntfys://topic", title="t", body="b")
    assert (asked[0].verify_certificate, asked[0].redirects) == (True, False)
