"""One installation with one Prefect server for all tests that need one: each start takes seconds."""

import gc
import importlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from xdist.scheduler.loadscope import LoadScopeScheduling

from integrations.fetcher.open import find_browser
from integrations.prefect import server_on_demand
from magicai.api.place import PAGE
from magicai.runs import declarations
from magicai.settings import Settings, load
from tests.house import ROOT, House, Trace, write_files

# Folders by how long their files take: what comes last is short, so that no process ends long after the others.
LONGEST_FIRST = ("e2e", "flows", "faults", "page", "api", "mcp", "contract", "unit")
# Tests that share what is slow to make, or too large to have twice (an installation with Prefect's server, the page's
# packages, the model), and with which they do; of several beginnings the first counts. Two processes have an
# installation, for one would be the last to end.
SHARING = {
    "tests/e2e/test_sample_shop.py": "tests/e2e/test_sample_shop.py",
    "tests/e2e/test_several_machines.py": "tests/flows/",
    "tests/e2e/": "tests/e2e/",
    "tests/flows/": "tests/flows/",
    "tests/contract/prefect/": "tests/flows/",
    "tests/page/": "tests/page/",
    "tests/unit/page/": "tests/page/",
    "tests/contract/text/": "tests/contract/text/",
}

# Commands are said as `magicai`, however the tests were called.
os.environ.pop("MAGICAI_CALLED_AS", None)

# The workflow that a reader builds, and the one that it shows parts of.
TUTORIAL = (ROOT / "docs/how-to/add-a-workflow.md", ROOT / "tests/flows/import-prices.md")
# Longer than all tests take.
IDLE_S = 7200.0
UMASK = os.umask(0o022)
os.umask(UMASK)


class BySharing(LoadScopeScheduling):
    """Of several processes one gets all tests of a file, or of what they share."""

    def _split_scope(self, nodeid: str) -> str:
        shared = (scope for beginning, scope in SHARING.items() if nodeid.startswith(beginning))
        return next(shared, nodeid.partition("::")[0])


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> BySharing:
    return BySharing(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    def place(item: pytest.Item) -> int:
        folder = item.path.relative_to(ROOT / "tests").parts[0]
        return LONGEST_FIRST.index(folder) if folder in LONGEST_FIRST else len(LONGEST_FIRST)

    items.sort(key=place)


@pytest.fixture(scope="session", autouse=True)
def nobodys_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What a test starts without a home of its own neither reads nor changes the user's."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("MAGICAI_HOME", str(tmp_path_factory.mktemp("nobodys-home")))
        yield


@pytest.fixture(autouse=True)
def collected_as_usual() -> Iterator[None]:
    """What a test leaves in circles stays where the collector looks, whose warnings are errors."""
    usual = gc.get_threshold()
    yield
    gc.unfreeze()  # opened ports let the collector pass over what there is
    gc.set_threshold(*usual)


@pytest.fixture(autouse=True)
def umask_as_started() -> Iterator[None]:
    """A home that a test or a fixture has opened makes nobody else's files private."""
    os.umask(UMASK)
    yield
    os.umask(UMASK)


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The house with the tutorial's workflows and two of the tests' own; nothing of it stays behind."""
    made = House(tmp_path_factory.mktemp("house"), tmp_path_factory.mktemp("home"))
    made.build(*TUTORIAL, *(ROOT / "tests/flows" / page for page in ("take-steps.md", "die-in-steps.md")))
    yield made
    assert not made.end()


@pytest.fixture(scope="module")
def tutorial(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The tutorial's workflows, in this process."""
    folder = tmp_path_factory.mktemp("tutorial")
    for page in TUTORIAL:
        write_files(page, folder)
    packages = {folder / name: importlib.import_module(name) for name in ("magicai", "flows", "tasks")}
    before = set(sys.modules)
    for path, package in packages.items():
        package.__path__.append(str(path))
    importlib.invalidate_caches()
    declarations.reset()
    yield
    for path, package in packages.items():
        package.__path__.remove(str(path))
    declarations.reset()
    for name in sys.modules.keys() - before:
        if any(str(one).startswith(str(folder)) for one in getattr(sys.modules[name], "__path__", ())) or str(
            getattr(sys.modules[name], "__file__", "")
        ).startswith(str(folder)):
            del sys.modules[name]


@pytest.fixture(scope="session")
def served(house: House) -> House:
    """The installation once Prefect's server has its database, of which other installations get a copy."""
    server_on_demand.ensure(house.home, idle_s=IDLE_S)
    house.keep_database()
    return house


@pytest.fixture
def server(served: House) -> server_on_demand.Server:
    """Prefect's server of the installation, another one where a test before has killed it."""
    return server_on_demand.ensure(served.home, idle_s=IDLE_S)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """The machine's Chromium; not for the session, for no loop of asyncio can run beside Playwright's."""
    chromium = find_browser(Settings())
    if chromium is None:
        if "browser" in load().test_require:
            pytest.fail("MAGICAI_TEST_REQUIRE names `browser`, and there is none.")
        pytest.skip("There is no Chromium here: magicai browser get")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        made = playwright.chromium.launch(
            executable_path=str(chromium), args=["--no-sandbox", "--font-render-hinting=none"]
        )
        yield made
        made.close()


@pytest.fixture(scope="session")
def web(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page's sources, with the packages that its lock file names."""
    npm = shutil.which("npm")
    if npm is None:
        if "node" in os.environ.get("MAGICAI_TEST_REQUIRE", "").split(","):
            pytest.fail("MAGICAI_TEST_REQUIRE names node, and there is no npm on the PATH")
        pytest.skip("no Node.js: there is no npm on the PATH")
    clone = tmp_path_factory.mktemp("npm")
    made = clone / "magicai" / "web"
    shutil.copytree(PAGE.parent, made, ignore=shutil.ignore_patterns("node_modules", "dist", "api-types.ts"))
    shutil.copytree(PAGE.parents[1] / "messages", clone / "magicai" / "messages")  # which it words by their codes
    shutil.copytree(PAGE.parents[2] / "docs" / "schemas", clone / "docs" / "schemas")  # which its types are made from
    done = subprocess.run([npm, "ci"], cwd=made, capture_output=True, text=True, check=False, timeout=500)
    assert done.returncode == 0, done.stdout + done.stderr
    return made


@pytest.fixture
def trace(tmp_path: Path) -> Trace:
    """A folder in which a run of `take-steps` leaves its trace."""
    return Trace(tmp_path)
