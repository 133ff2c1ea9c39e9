"""Sessions and tokens that end on servers that nobody on this project wrote (`tests.lab`)."""

from typing import Any

import pytest
from pydantic import SecretStr

from integrations.open import open_ports
from magicai.errors import Refused
from magicai.publishing.target import NewTarget, add_target
from magicai.settings import Settings
from tests.platforms.served import NAMES, served


def _new(target: dict[str, Any], secret: str) -> NewTarget:
    given: dict[str, Any] = {**target, "secret": SecretStr(secret)}
    return NewTarget(**given)


async def test_a_session_of_bluesky_is_refreshed_and_begun_anew(settings: dict[str, Any]) -> None:
    """An access token that the server does not know is refreshed; without a refresh token, it signs in."""
    target = served("bluesky")
    host = str(target["address"]).partition("://")[2]
    async with open_ports(Settings(**settings | {"publish_seconds": 20}, publish_allow_hosts=(host,))) as ports:
        new = _new(target, target["secret"])
        publisher = await ports.publishers(await add_target(ports.records, ports.seal, new, owner_id="o"))
        await publisher.check()
        session: Any = publisher  # nothing else ends its tokens within a test
        for refresh in (session._refresh, "not.a.token"):
            session._access, session._refresh = "not.a.token", refresh
            answer = await session._read("com.atproto.server.getSession", {})
            assert answer.object["handle"] == target["user"]


@pytest.mark.parametrize("name", NAMES)
async def test_a_wrong_secret_is_told_by_a_check(settings: dict[str, Any], name: str) -> None:
    target = served(name)
    host = str(target["address"]).partition("://")[2]
    wrong = f"{'ab' * 12}:{'cd' * 32}" if name == "ghost" else "wrong-secret"
    async with open_ports(Settings(**settings | {"publish_seconds": 20}, publish_allow_hosts=(host,))) as ports:
        new = _new(target, wrong)
        publisher = await ports.publishers(await add_target(ports.records, ports.seal, new, owner_id="o"))
        with pytest.raises(Refused, match="refuses the credentials"):
            await publisher.check()
