from pathlib import Path

import pytest

from integrations.prefect import environment
from magicai.errors import Invalid
from magicai.settings import Settings, load


def test_a_server_alone_keeps_its_database_in_its_home_whatever_the_user_has_set(tmp_path: Path) -> None:
    foreign = {
        "PREFECT_SERVER_DATABASE_CONNECTION_URL": "postgresql+asyncpg://theirs",
        "PREFECT_SERVER_DOCKET_URL": "x",
    }
    made = environment.server(Settings(home=tmp_path), 4200, foreign)
    assert "PREFECT_SERVER_DATABASE_CONNECTION_URL" not in made
    assert "PREFECT_SERVER_DOCKET_URL" not in made


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg"])
def test_servers_of_several_machines_share_a_database_and_hear_of_each_other(tmp_path: Path, scheme: str) -> None:
    settings = Settings(
        home=tmp_path, prefect_database=f"{scheme}://me@db/prefect?sslmode=require", prefect_redis="redis://r/1"
    )
    made = environment.server(settings, 4200, {})
    assert made["PREFECT_SERVER_DATABASE_CONNECTION_URL"] == "postgresql+asyncpg://me@db/prefect?ssl=require"
    assert made["PREFECT_MESSAGING_BROKER"] == made["PREFECT_MESSAGING_CACHE"] == "prefect_redis.messaging"
    assert made["PREFECT_REDIS_MESSAGING_URL"] == made["PREFECT_SERVER_DOCKET_URL"] == "redis://r/1"


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("mysql://me:secret@db/prefect", "it does not look like postgresql://"),
        ("postgresql://me:secret@db", "it does not look like postgresql://"),
        ("postgresql://me:secret@db/prefect?sslrootcert=ca.pem", "Prefect accepts sslmode only, not sslrootcert"),
    ],
)
def test_an_address_that_prefect_s_driver_would_stumble_over_is_refused_at_once(
    address: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAGICAI_PREFECT_DATABASE", address)
    with pytest.raises(Invalid, match=said) as refused:
        load()
    assert "secret" not in str(refused.value)


def test_an_empty_address_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAGICAI_PREFECT_DATABASE", "")
    monkeypatch.setenv("MAGICAI_PREFECT_REDIS", "")
    settings = load()
    assert (settings.prefect_database, settings.prefect_redis) == (None, None)
