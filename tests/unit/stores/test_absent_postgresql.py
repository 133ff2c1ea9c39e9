import asyncio
import socket

import pytest

from integrations.records.postgresql import PostgresDatabase
from integrations.records.postgresql_address import Address
from magicai.errors import Temporary


async def test_who_does_not_want_to_wait_is_told_at_once_that_the_server_is_away() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    database = PostgresDatabase(Address(f"postgresql://u:p@127.0.0.1:{port}/d", "s"), patience_s=0)
    database._ready = True  # pyright: ignore[reportPrivateUsage] - as after its first use
    async with asyncio.timeout(20):  # thirty seconds are waited for it otherwise
        with pytest.raises(Temporary):
            await database.read(lambda _: None)
    await database.close()
