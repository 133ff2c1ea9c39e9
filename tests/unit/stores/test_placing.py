from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from integrations.store_roles import Role, accept, address_of, role_addresses
from magicai.cli import main
from magicai.cli.root import root
from magicai.cli.stores import ask_for_stores
from magicai.errors import Invalid
from magicai.settings import Settings
from magicai.values.masked import masked

ADDRESS = "redis://me:secret@cache.example:6379/0"


def settings(home: Path, **values: object) -> Settings:
    return Settings(home=home, **values)


def test_without_addresses_every_store_is_embedded(tmp_path: Path) -> None:
    assert {place.address for place in role_addresses(settings(tmp_path))} == {""}
    assert address_of("records", settings(tmp_path)) is None


def test_a_server_is_not_used_before_a_yes_and_its_password_is_not_shown(tmp_path: Path) -> None:
    with pytest.raises(Invalid) as refused:
        address_of("cache", settings(tmp_path, redis_url=ADDRESS))
    assert "REDIS_URL (redis://***@cache.example:6379/0)" in str(refused.value)
    assert "magicai stores accept cache" in str(refused.value)
    assert "secret" not in str(refused.value)


def test_a_yes_is_kept_for_that_server_and_role_alone(tmp_path: Path) -> None:
    both = settings(tmp_path, redis_url=ADDRESS, neo4j_url="bolt://graph.example")
    assert [place.role for place in accept(both, ["cache"])] == ["cache"]
    assert accept(both, ["cache"]) == []
    assert address_of("cache", both) == ADDRESS
    with pytest.raises(Invalid, match="NEO4J_URL"):
        address_of("graph", both)
    with pytest.raises(Invalid, match="elsewhere"):
        address_of("cache", settings(tmp_path, redis_url="redis://elsewhere"))


def test_whoever_moves_to_another_server_may_go_back(tmp_path: Path) -> None:
    (tmp_path / "stores.json").write_text('{"cache": "redis://one"}')  # as it was kept once
    one, two = (settings(tmp_path, redis_url=f"redis://{name}") for name in ("one", "two"))
    assert [place.role for place in accept(two, ["cache"])] == ["cache"]
    assert [address_of("cache", each) for each in (one, two)] == ["redis://one", "redis://two"]
    assert accept(one, ["cache"]) == []


def test_a_new_password_needs_no_new_yes(tmp_path: Path) -> None:
    accept(settings(tmp_path, redis_url=ADDRESS), ["cache"])
    renewed = ADDRESS.replace("secret", "other")
    assert address_of("cache", settings(tmp_path, redis_url=renewed)) == renewed


@pytest.mark.parametrize("word", ["cache", "all", "graph,cache"])
def test_a_setting_says_yes_too(tmp_path: Path, word: str) -> None:
    assert address_of("cache", settings(tmp_path, redis_url=ADDRESS, stores_accepted=word)) == ADDRESS


@pytest.mark.parametrize(
    ("role", "name", "address"),
    [
        ("records", "DATABASE_URL", "mysql://me:secret@db.example/x"),
        ("cache", "REDIS_URL", "http://me:secret@cache.example"),
        ("search", "ELASTICSEARCH_URL", "search.example:9200"),
        ("graph", "NEO4J_URL", "http://graph.example:7474"),
        ("vectors", "CHROMADB_URL", "chroma"),
        ("files", "MAGICAI_FILES_URL", "https://bucket.example"),
    ],
)
def test_an_address_of_another_kind_of_server_is_not_accepted(
    tmp_path: Path, role: Role, name: str, address: str
) -> None:
    wrong = settings(tmp_path, **{name.removeprefix("MAGICAI_").lower(): address})
    with pytest.raises(Invalid) as refused:
        accept(wrong, [role])
    assert f"{name} is {masked(address)!r}" in str(refused.value)
    assert "must begin with" in refused.value.way_out
    assert "secret" not in str(refused.value)
    assert not any(place.accepted for place in role_addresses(wrong))


def test_what_is_not_set_can_not_be_accepted(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="NEO4J_URL is not set"):
        accept(settings(tmp_path), ["graph"])


def test_a_run_names_the_server_that_it_was_not_told_to_use(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MAGICAI_HOME", str(tmp_path))
    monkeypatch.setenv("REDIS_URL", ADDRESS)
    assert main(["run", "crawl-analyze-generate", "https://shop.example"]) == 2
    assert "magicai stores accept cache" in capsys.readouterr().err
    assert main(["stores", "accept"]) == 0
    ask_for_stores(settings(tmp_path))


def test_the_list_tells_where_each_store_is(tmp_path: Path) -> None:
    assert isinstance(root, click.Group)
    environment = {"MAGICAI_HOME": str(tmp_path), "REDIS_URL": ADDRESS}
    told = CliRunner().invoke(root, ["stores"], env=environment).output
    assert "records  embedded; DATABASE_URL is not set" in told
    assert "cache    redis://***@cache.example:6379/0, not accepted yet" in told
