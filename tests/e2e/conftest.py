"""An installation of its own for a module that asks for it, and everything up on it."""

import re
import signal
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from magicai.shops.sample import SampleShop, catalogue
from tests.e2e.everything import up
from tests.e2e.visiting import LIMIT_MS
from tests.house import House, until

LINK = re.compile(r"http://127\.0\.0\.1:\d+/login/\S+")


@pytest.fixture(scope="module")
def alone(served: House, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """An installation of its own for these tests."""
    made = served.another(tmp_path_factory.mktemp("alone"))
    yield made
    for process in made.processes():
        if "integrations.vectors.chroma_process" in process.cmdline():  # it would stay for others, until it is idle
            process.terminate()
    assert not made.end()


@pytest.fixture(scope="module")
def everything(alone: House) -> Iterator[House]:
    """Everything is up for the module's tests, which leave it so; in the end Ctrl-C ends all of it."""
    with up(alone) as process:
        yield alone
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=120)
    assert process.returncode == 0
    assert not alone.processes()


@pytest.fixture(scope="module")
def shop() -> Iterator[SampleShop]:
    """The sample shop, past the faults that it begins a day with: a crawl would spare it for a quarter of a minute."""
    with SampleShop(day=1, port=0) as made:
        faults = catalogue.shop()["faults"]
        for path in (*faults["busy"], *faults["broken"]):
            until(lambda url=f"http://{made.host}{path}": httpx.get(url, trust_env=False).is_success)
        yield made


@pytest.fixture(scope="module")
def link(alone: House, shop: SampleShop) -> Iterator[str]:
    """Where everything is up: the link that logs in once."""
    with alone.start("up", MAGICAI_CRAWL_ALLOW_HOSTS=shop.host, MAGICAI_CRAWL_DELAY="0.01") as process:
        assert process.stderr is not None

        def printed() -> str | None:
            assert process.stderr is not None
            line = process.stderr.readline()
            assert line or process.poll() is None, "it ended"
            found = LINK.search(line) if "MagicAI's page" in line else None
            return found.group() if found else None

        yield until(printed)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=90)


@pytest.fixture(scope="module")
def login(browser: Any, link: str) -> dict[str, Any]:
    """The page's login of whoever started everything."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(link)
    page.get_by_role("heading", name="Your first report is one address away").wait_for(timeout=LIMIT_MS)
    page.get_by_role("heading", name="How it goes").wait_for(timeout=LIMIT_MS)
    page.locator("#workflow").select_option("crawl-analyze-generate")
    kept = context.storage_state()
    context.close()
    for origin in kept["origins"]:  # without languages and the like
        origin["localStorage"] = [one for one in origin["localStorage"] if one["name"] == "page-secret"]
    return kept
