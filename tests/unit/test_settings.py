import stat
from pathlib import Path

import pytest

from integrations.open import open_ports
from magicai.errors import Invalid, Permanent
from magicai.settings import Settings, load
from magicai.settings_listed import listed
from magicai.values.masked import masked


def test_secrets_are_masked_where_settings_are_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-hidden")
    monkeypatch.setenv("DATABASE_URL", "postgresql://me:hidden@db/x")
    monkeypatch.setenv("MAGICAI_NOTIFY_URL", "mailto://me:hidden@mail.example")
    monkeypatch.setenv("OPENAI_BASE_URL", "https://me:hidden@models.example/v1")
    monkeypatch.setenv("MAGICAI_MODEL_MIRRORS", "https://me:hidden@mirror.example/m.gguf,pypi")
    shown = {row.name: row.value for row in listed(load())}
    assert [name for name, value in shown.items() if "hidden" in value] == []
    assert shown["OPENAI_BASE_URL"] == "https://***@models.example/v1"
    assert shown["MAGICAI_MODEL_MIRRORS"] == "https://***@mirror.example/m.gguf,pypi"


@pytest.mark.parametrize("address", ["https://shop.example/a@b", "https://shop.example/?mail=a@b", "a@b"])
def test_an_address_without_a_password_stays_as_it_is(address: str) -> None:
    assert masked(address) == address


@pytest.mark.parametrize("password", ["pa/ss", "pa?ss", "pa#ss", "pa@ss", "pa@ss/word", "p:a/s?s#w"])
@pytest.mark.parametrize("user", ["", "me"])
def test_a_password_that_was_not_encoded_is_masked_too(user: str, password: str) -> None:
    line = f"REDIS_URL is redis://{user}:{password}@cache.example:6379/0, https://me:hidden@shop.example/x."
    assert masked(line) == "REDIS_URL is redis://***@cache.example:6379/0, https://***@shop.example/x."


def test_a_value_that_cannot_be_read_is_named_with_its_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAGICAI_PREFECT_PORT", "many")
    with pytest.raises(Invalid, match="MAGICAI_PREFECT_PORT is 'many'"):
        load()


async def test_home_is_made_for_its_owner_only(tmp_path: Path) -> None:
    home = tmp_path / "a" / "home"
    async with open_ports(Settings(home=home)) as ports:
        await ports.search.check()
    assert stat.S_IMODE(home.stat().st_mode) == 0o700


async def test_a_home_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(Permanent, match="file/home"):
        async with open_ports(Settings(home=tmp_path / "file" / "home")):
            pass


def test_the_public_address_is_that_of_a_host() -> None:
    assert Settings(public_url="https://MagicAI.example:8443/").public_url == "https://magicai.example:8443"
    for wrong in (
        "magicai.example",
        "ftp://magicai.example",
        "https://a.example/app",
        "https://a@b.example",
        "https://",
    ):
        with pytest.raises(ValueError, match="it does not look like https://HOST"):
            Settings(public_url=wrong)
