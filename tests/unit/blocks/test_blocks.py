"""What a block says is as if the environment had said it, unless that says something."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from blocks import catalogue
from blocks.models import TYPES as PROVIDER_TYPES
from blocks.models import MagicaiOpenAI
from blocks.stores import TYPES, MagicaiNeo4j, MagicaiPostgresql, MagicaiRedis, StoreBlock
from integrations import catching_up
from integrations.prefect.blocks import with_blocks
from integrations.store_roles import address_of, in_environment
from integrations.text.names import REMOTE
from integrations.text.open import is_paid
from magicai.errors import Invalid
from magicai.settings import Settings, load
from magicai.stores.entity import STORES

REDIS: tuple[str, dict[str, Any]] = ("magicai-redis", {"host": "redis.example", "password": "p@ss/word"})


@pytest.mark.parametrize(
    ("block", "address"),
    [
        (MagicaiRedis(host="r.example", password=SecretStr("p@s:s")), "redis://:p%40s%3As@r.example:6379/0"),
        (MagicaiRedis(host="::1", tls=True, path="3"), "rediss://[::1]:6379/3"),
        (MagicaiNeo4j(host="n.example", username="neo", password=SecretStr("x")), "bolt://neo:x@n.example:7687"),
        (MagicaiPostgresql(host="p.example", tls=True), "postgresql://p.example:5432/magicai?sslmode=verify-full"),
    ],
)
def test_a_block_says_the_address_that_the_environment_would(block: StoreBlock, address: str) -> None:
    assert block.address().get_secret_value() == address


def test_a_password_is_not_shown() -> None:
    block = MagicaiRedis(host="r.example", password=SecretStr("secret-word"))
    assert "secret-word" not in repr(block)
    assert "secret-word" not in block.model_dump_json()


def test_every_type_says_what_it_is_for_and_every_field_too() -> None:
    for kind in TYPES:
        assert kind.get_description()
        assert all(field.description for name, field in kind.model_fields.items() if name in StoreBlock.model_fields)
    assert {kind.role for kind in TYPES} == {*STORES, "records"}


def test_a_block_sets_what_the_environment_leaves_open_and_is_the_yes_for_it() -> None:
    settings = with_blocks(Settings(stores_accepted=("graph",)), [REDIS])
    assert address_of("cache", settings) == "redis://:p%40ss%2Fword@redis.example:6379/0"
    assert settings.stores_accepted == ("graph", "cache")


def test_a_process_that_is_started_has_the_same_stores(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in in_environment(with_blocks(Settings(), [REDIS])).items():
        monkeypatch.setenv(name, value)
    assert address_of("cache", load()) == "redis://:p%40ss%2Fword@redis.example:6379/0"
    assert address_of("graph", load()) is None


def test_what_catches_up_after_a_run_has_its_stores(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[dict[str, str]] = []

    def popen(_: list[str], *, env: dict[str, str], **_named: object) -> None:
        started.append(env)

    monkeypatch.setattr("subprocess.Popen", popen)
    monkeypatch.setattr(catching_up, "outlives", str)
    catching_up.start(with_blocks(Settings(home=tmp_path), [REDIS]))
    assert [env["REDIS_URL"] for env in started] == ["redis://:p%40ss%2Fword@redis.example:6379/0"]


def test_the_environment_goes_before_a_block() -> None:
    settings = Settings(redis_url=SecretStr("redis://other.example"))
    assert with_blocks(settings, [REDIS]) is settings


def test_a_flow_run_does_not_choose_its_truth() -> None:
    postgresql, other = ("magicai-postgresql", {"host": "p.example"}), ("slack", {"host": "x"})
    assert with_blocks(Settings(), [postgresql, other]) == Settings()


def test_a_block_that_is_not_right_is_named_without_its_values() -> None:
    with pytest.raises(Invalid, match="MagicAI Redis/magicai is not valid: port") as caught:
        with_blocks(Settings(), [("magicai-redis", {"host": "r.example", "port": "secret-word"})])
    assert "secret-word" not in str(caught.value)


async def test_a_block_opens_the_role_s_port(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAGICAI_HOME", str(tmp_path))
    monkeypatch.delenv("REDIS_URL", raising=False)
    async with MagicaiRedis(host="r.example").opened() as ports:
        assert address_of("cache", ports.settings) == "redis://r.example:6379/0"
        assert address_of("graph", ports.settings) is None


KEY: tuple[str, dict[str, Any]] = ("magicai-openai", {"api_key": "sk-of-a-block"})


def test_a_provider_s_block_gives_its_key_where_the_environment_gives_none_and_opens_no_model() -> None:
    settings = with_blocks(Settings(), [KEY])
    assert settings.openai_api_key == SecretStr("sk-of-a-block")
    assert not is_paid(settings)
    own = with_blocks(Settings(openai_api_key=SecretStr("sk-of-the-environment")), [KEY])
    assert own.openai_api_key == SecretStr("sk-of-the-environment")


def test_every_provider_that_is_asked_elsewhere_has_a_block_that_shows_no_key() -> None:
    assert {kind.get_block_type_slug().removeprefix("magicai-") for kind in PROVIDER_TYPES} == set(REMOTE)
    assert all(set(kind.settings.values()) <= set(Settings.model_fields) for kind in PROVIDER_TYPES)
    assert "sk-of-a-block" not in repr(MagicaiOpenAI(api_key=SecretStr("sk-of-a-block")))


def test_what_prefect_registers_is_every_type() -> None:
    assert {getattr(catalogue, name) for name in catalogue.__all__} == {*TYPES, *PROVIDER_TYPES}
