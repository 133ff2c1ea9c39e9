from pathlib import Path

import pytest

from integrations.runs import environment


def test_a_server_alone_keeps_its_database_in_its_home_whatever_the_user_has_set(tmp_path: Path) -> None:
    foreign = {
        "PREFECT_SERVER_DATABASE_CONNECTION_URL": "postgresql+asyncpg://theirs",
        "PREFECT_SERVER_DOCKET_URL": "x",
    }
    made = environment.server(tmp_path, 4200, foreign)
    assert "PREFECT_SERVER_DATABASE_CONNECTION_URL" not in made
    assert "PREFECT_SERVER_DOCKET_URL" not in made


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg"])
def test_servers_of_several_machines_share_a_database_and_hear_of_each_other(tmp_path: Path, scheme: str) -> None:
    shared = {"MAGICAI_PREFECT_DATABASE": f"{scheme}://me@db/prefect", "MAGICAI_PREFECT_REDIS": "redis://r/1"}
    made = environment.server(tmp_path, 4200, shared)
    assert made["PREFECT_SERVER_DATABASE_CONNECTION_URL"] == "postgresql+asyncpg://me@db/prefect"
    assert made["PREFECT_MESSAGING_BROKER"] == made["PREFECT_MESSAGING_CACHE"] == "prefect_redis.messaging"
    assert made["PREFECT_REDIS_MESSAGING_URL"] == made["PREFECT_SERVER_DOCKET_URL"] == "redis://r/1"
