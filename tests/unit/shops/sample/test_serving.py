import asyncio
import socket
import urllib.request
from dataclasses import replace
from pathlib import Path

import pytest

from magicai.brain.situation import Machine
from magicai.settings import Settings
from magicai.shops.sample.serving import NextDay, request, serve

MACHINE = Machine(cores=2, memory=4000)


def settings_of(home: Path) -> Settings:
    return Settings(home=home / "home")


async def test_only_a_run_of_the_sample_may_read_it_and_only_while_it_is_served(tmp_path: Path) -> None:
    settings = settings_of(tmp_path)
    wanted = request(settings, MACHINE)
    assert wanted["render"] == "never", "there is no browser"
    (url,) = wanted["competitor_url"]
    for other in ({"competitor_url": [url, "http://127.0.0.1:9/"]}, {"competitor_url": ["http://127.0.0.1:9/"]}, {}):
        async with serve(settings, other) as served:
            assert served is None
    async with serve(settings, wanted) as served:
        assert served is not None
        assert served.settings.crawl_allow_hosts == (url.removeprefix("http://").rstrip("/"),)
        assert await asyncio.to_thread(lambda: urllib.request.urlopen(url).status) == 200
    assert settings.crawl_allow_hosts == ()


async def test_a_second_run_waits_for_the_first_and_finds_the_next_day(tmp_path: Path) -> None:
    settings = settings_of(tmp_path)
    wanted = request(settings, MACHINE)
    days: list[int] = []

    async def run() -> None:
        assert request(settings, MACHINE) == wanted, "one that is served keeps its address"
        async with serve(settings, wanted) as served:
            assert served is not None
            days.append(NextDay.of(settings.home).day)
            await asyncio.sleep(0.05)
            served.completed()

    await asyncio.gather(run(), run())
    await run()
    assert days == [1, 2, 3]


async def test_what_another_program_serves_there_is_not_allowed(tmp_path: Path) -> None:
    settings = settings_of(tmp_path)
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        replace(NextDay.of(settings.home), port=port, day=2).keep()
        async with serve(settings, {"competitor_url": [f"http://127.0.0.1:{port}/"]}) as served:
            assert served is None
        assert NextDay.of(settings.home).port == port
        request(settings, MACHINE)
        kept = NextDay.of(settings.home)
        assert kept.port != port, "the next run finds the shop at another address"
        assert port in kept.former
        assert kept.day == 2, "and the shop goes on"
        async with serve(settings, {"competitor_url": [f"http://127.0.0.1:{port}/"]}) as served:
            assert served is not None, "a run that names its former address is a run of the sample"
            assert served.settings.crawl_allow_hosts == (f"127.0.0.1:{kept.port}",)


async def test_a_shop_of_ones_own_on_the_usual_port_is_never_taken_for_the_sample(tmp_path: Path) -> None:
    settings = settings_of(tmp_path)
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        usual = replace(NextDay.of(settings.home), port=port)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("magicai.shops.sample.serving._USUAL_PORT", usual.port)
            request(settings, MACHINE)
            assert NextDay.of(settings.home).former == ()
        replace(NextDay.of(settings.home), former=(port,)).keep()  # the sample was there, and left
        mine = settings.model_copy(update={"crawl_allow_hosts": (f"127.0.0.1:{port}",)})
        async with serve(mine, {"competitor_url": [f"http://127.0.0.1:{port}/"]}) as served:
            assert served is None, "what the operator allows is a shop of their own"
