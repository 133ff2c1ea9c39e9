"""Posts on a Mastodon API that nobody on this project wrote: mastodon-mock."""

import asyncio
import socket
import sys
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from integrations.fetcher.addresses import AddressRules
from integrations.publishing.mastodon import MastodonPublisher
from integrations.publishing.site import site_at
from magicai.errors import NotFound, Temporary
from magicai.publishing.draft import Note
from magicai.publishing.ports import Intent

LIMIT_S = 60


@pytest.fixture
async def mastodon() -> AsyncIterator[MastodonPublisher]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        host = f"127.0.0.1:{free.getsockname()[1]}"
    words = ("serve", "--in-memory", "--port", host.rpartition(":")[2])
    server = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "mastodon_mock",
        *words,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    publisher = MastodonPublisher(
        site_at(AddressRules((host,)), f"http://{host}", limit_s=10, secret="mock_token"), "mock_token", settle_s=0
    )
    try:
        async with asyncio.timeout(LIMIT_S):
            while True:
                try:
                    await publisher.check()
                    break
                except Temporary:
                    await asyncio.sleep(0.2)
        yield publisher
    finally:
        await publisher.close()
        server.kill()
        await server.wait()


async def test_a_status_is_found_again_whatever_its_server_makes_of_it(mastodon: MastodonPublisher) -> None:
    text = "Linen <b> & more, 围裙.\n\nhttps://havn.example/aprons?a=1&b=2\n\n#linen @bob@example.com"
    intent = Intent(key="k", created_at=1, digest="d", body=Note(form="note", text=text))
    intent = replace(intent, kept=await mastodon.prepare(intent))
    assert await mastodon.look_up(intent) is None
    posted = await mastodon.publish(intent)
    assert await mastodon.look_up(intent) == posted
    assert await mastodon.look_up(replace(intent, others=frozenset({posted.remote_id}))) is None
    later = replace(intent, kept=await mastodon.prepare(intent))
    assert await mastodon.look_up(later) is None
    before = await mastodon.see(posted)
    await mastodon.update(replace(intent, body=Note(form="note", text="Edited.")), posted)
    after = await mastodon.see(posted)
    assert (after.there, after.changed != before.changed) == (True, True)
    await mastodon.remove(posted)
    with pytest.raises(NotFound):
        await mastodon.remove(posted)
    assert not (await mastodon.see(posted)).there
