"""One `magicai up` for all tests of this folder, which leave it up, and the page of whoever started it."""

import re
import signal
from collections.abc import Iterator
from dataclasses import dataclass
from threading import Event
from typing import Any

import pytest

from tests.e2e.everything import up
from tests.e2e.visiting import LIMIT_MS
from tests.flows.corner_shop import corner_shop
from tests.house import House

LINK = re.compile(r"http://127\.0\.0\.1:\d+/login/\S+")
_SLOW_S = 3


@dataclass(frozen=True)
class Shop:
    """A small shop; while its door is shut it is slow, and each page of a product leads to one more.

    Attributes:
        door: set while it is open.
    """

    host: str
    door: Event

    @property
    def url(self) -> str:
        """Of its front page."""
        return f"http://{self.host}"


@pytest.fixture(scope="package")
def shop() -> Iterator[Shop]:
    """A shop that everybody may read at once."""
    door = Event()
    door.set()
    with corner_shop(on_page=lambda: door.wait(_SLOW_S), goes_on=lambda: not door.is_set()) as host:
        yield Shop(host, door)
        door.set()


@pytest.fixture(scope="package")
def reading(shop: Shop) -> dict[str, str]:
    """What a process needs in its environment to read the shop."""
    return {"MAGICAI_CRAWL_ALLOW_HOSTS": shop.host, "MAGICAI_CRAWL_DELAY": "0.01"}


@pytest.fixture(scope="package")
def begun(
    deployed: House, reading: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[House, str, list[str]]]:
    """An installation on which everything is up, the link that signs in once, and what was printed; ended by Ctrl-C."""
    made = deployed.another(tmp_path_factory.mktemp("everything"))
    said: list[str] = []
    with up(made, workers=2, said=said, variables=reading) as process:
        (found,) = LINK.findall("".join(line for line in said if line.startswith("Page: ")))
        yield made, found, said
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=120)
    assert process.returncode == 0
    assert not made.left()


@pytest.fixture(scope="package")
def everything(begun: tuple[House, str, list[str]]) -> House:
    """The installation on which everything is up."""
    return begun[0]


@pytest.fixture(scope="package")
def link(begun: tuple[House, str, list[str]]) -> str:
    """The link that logs in once."""
    return begun[1]


@pytest.fixture(scope="package")
def logins() -> dict[str, Any]:
    """The page's login of whoever started everything, once the first test has logged in."""
    return {}


@pytest.fixture(scope="module")
def login(browser: Any, link: str, logins: dict[str, Any]) -> dict[str, Any]:
    """The page's login of whoever started everything."""
    if not logins:
        context = browser.new_context()
        page = context.new_page()
        page.goto(link)
        page.get_by_role("heading", name="Home").wait_for(timeout=LIMIT_MS)
        logins.update(context.storage_state())
        context.close()
        for origin in logins["origins"]:  # without languages and the like
            origin["localStorage"] = [one for one in origin["localStorage"] if one["name"] == "page-secret"]
    return logins
