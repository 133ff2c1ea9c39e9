"""A turn at a post: whatever happens to its renewal, it is given back."""

import asyncio

import pytest

from magicai.errors import Permanent
from magicai.ports import Records
from magicai.publishing import turns
from magicai.runs.items import PutOff


async def test_a_turn_whose_renewal_fails_is_given_back_and_the_log_says_so(
    records: Records, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(turns, "_RENEW_S", 0.01)
    acquire = records.leases.acquire
    async with turns.turn(records.leases, "c1", "blog", "r1", again_s=1):
        with pytest.raises(PutOff):
            async with turns.turn(records.leases, "c1", "blog", "r2", again_s=1):
                pass

        async def broken(*_given: object, **_named: object) -> None:
            raise Permanent("disk_space_low", free="0", home="/")

        monkeypatch.setattr(records.leases, "acquire", broken)
        await asyncio.sleep(0.05)
    monkeypatch.setattr(records.leases, "acquire", acquire)
    assert "was not renewed" in caplog.text
    async with turns.turn(records.leases, "c1", "blog", "r2", again_s=1):
        pass
