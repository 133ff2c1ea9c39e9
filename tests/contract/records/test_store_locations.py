"""Machines that share records share the stores that are fed from them, or are refused."""

import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner

from integrations.home_identity import HomeIdentity, home_identity
from integrations.open import open_ports, take_over
from integrations.records.open import server_of, store_locations
from integrations.records.store import SqlRecords
from integrations.records.store_locations import StoreLocations, register
from magicai.cli.stores import stores
from magicai.errors import Invalid, Refused
from magicai.settings import Settings
from magicai.stores.backup import PASSING
from tests.codes import says
from tests.contract.records.example_rows import Clock
from tests.contract.records.schema import Schema

VARIABLES = {"search": "ELASTICSEARCH_URL", "graph": "NEO4J_URL"}
EMBEDDED = {"search": "", "graph": ""}
SERVERS = {"search": "es:9200", "graph": "neo:7687"}


def machine(name: str, locations: Mapping[str, str]) -> StoreLocations:
    return StoreLocations(HomeIdentity(f"id of {name}", f"{name} (/srv/magicai)"), locations, VARIABLES)


class Opened:
    """Machines that open one database."""

    def __init__(self, records: SqlRecords, clock: Clock) -> None:
        self._records, self._clock = records, clock

    async def by(self, name: str, locations: Mapping[str, str], take_over: Sequence[str] = ()) -> None:
        here = machine(name, locations)
        await self._records.database.write(lambda c: register(c, self._clock(), here, take_over=take_over))


@pytest.fixture
def opened(records: SqlRecords, clock: Clock) -> Opened:
    return Opened(records, clock)


async def test_a_second_machine_with_an_embedded_store_is_refused_with_both_names_and_what_to_do(
    opened: Opened,
) -> None:
    await opened.by("one", EMBEDDED)
    with pytest.raises(Refused) as caught:
        await opened.by("two", {**EMBEDDED, "graph": "neo:7687"})
    assert caught.value.what.startswith("one (/srv/magicai) uses the same records, but not the same stores")
    assert "graph is at neo:7687 here and embedded there, search is embedded here and embedded there" in str(
        caught.value
    )
    assert "Set NEO4J_URL, ELASTICSEARCH_URL to the same address" in caught.value.way_out
    assert "magicai stores accept graph search --take-over" in caught.value.way_out
    await opened.by("one", EMBEDDED)


async def test_machines_on_the_same_servers_work_side_by_side(opened: Opened) -> None:
    for name in ("one", "two", "three", "one"):
        await opened.by(name, SERVERS)
    with pytest.raises(
        Refused,
        check=says(
            "store_addresses_differ", compared="search is at other:9200 here and at es:9200 there", names="search"
        ),
    ):
        await opened.by("four", {**SERVERS, "search": "other:9200"})


@pytest.mark.parametrize(("first", "second"), [(EMBEDDED, SERVERS), (SERVERS, EMBEDDED)])
async def test_one_machine_alone_may_move_its_stores_and_move_them_back(
    opened: Opened, first: Mapping[str, str], second: Mapping[str, str]
) -> None:
    for locations in (first, second, first):
        await opened.by("one", locations)
    with pytest.raises(Refused):
        await opened.by("two", second)


async def test_a_machine_that_is_gone_leaves_its_place_to_the_one_that_takes_over(opened: Opened) -> None:
    await opened.by("retired", EMBEDDED)
    with pytest.raises(Refused, match=r"graph is embedded here"):
        await opened.by("new", EMBEDDED, take_over=["search"])
    await opened.by("new", EMBEDDED, take_over=["search", "graph"])
    await opened.by("new", EMBEDDED)
    with pytest.raises(Refused, check=says("store_addresses_differ")):
        await opened.by("retired", EMBEDDED)


async def test_what_machines_use_is_in_no_backup_and_no_sign_of_use(opened: Opened, records: SqlRecords) -> None:
    await opened.by("one", EMBEDDED)
    assert await records.copying.empty(), "a backup can be restored here"
    assert "store_locations" in PASSING


def test_a_home_keeps_its_identity_and_a_copy_of_it_on_another_machine_has_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    first = home_identity(home)
    assert home_identity(home) == first
    home.rename(tmp_path / "moved")
    assert home_identity(tmp_path / "moved").home_id == first.home_id
    shutil.copytree(tmp_path / "moved", tmp_path / "copy")
    assert home_identity(tmp_path / "copy").home_id != first.home_id
    monkeypatch.setattr("platform.node", lambda: "container-2")
    assert home_identity(tmp_path / "moved").home_id == first.home_id, "a volume in another container"
    assert "container-2" in home_identity(tmp_path / "moved").machine


def test_addresses_are_compared_without_what_may_differ_between_machines(tmp_path: Path) -> None:
    settings = Settings(
        home=tmp_path,
        elasticsearch_url="https://ann:secret@ES.example:9200/?ca=/here/ca.pem",
        files_url="s3://bucket/prefix?endpoint=https://s3.example",
        neo4j_url="bolt://neo:7687",
        stores_accepted="search,files",
    )
    assert store_locations(settings).locations == {
        "search": "es.example:9200",
        "graph": "",
        "vectors": "",
        "files": "bucket/prefix https://s3.example",
    }


@pytest.mark.parametrize("place", ["postgresql"], indirect=True)
@pytest.mark.usefixtures("place")
class TestOnSharedRecords:
    """Homes on one PostgreSQL, as commands, the gateway and workers open it."""

    async def test_whatever_opens_the_records_is_refused_on_the_second_home_before_it_reads_or_writes(
        self, fresh: Schema, tmp_path: Path
    ) -> None:
        one, two = (self.settings(fresh, tmp_path / name) for name in ("one", "two"))
        for _ in range(2):
            async with open_ports(one) as ports:
                await ports.records.check()
        async with open_ports(two) as ports:
            for _ in range(2):
                with pytest.raises(Refused, match=r"search is embedded here and embedded there"):
                    await ports.records.entities.behind("search")
        assert str(tmp_path / "two") not in str(fresh.run(f"SELECT machine FROM {fresh.name}.store_locations"))

    async def test_the_second_home_can_take_over(self, fresh: Schema, tmp_path: Path) -> None:
        one, two = (self.settings(fresh, tmp_path / name) for name in ("one", "two"))
        async with open_ports(one) as ports:
            await ports.records.check()
        assert fresh.name in await take_over(two, ["search", "graph", "vectors", "files"])
        async with open_ports(two) as ports:
            await ports.records.check()
        async with open_ports(one) as ports:
            with pytest.raises(Refused, match="--take-over"):
                await ports.records.check()

    def settings(self, schema: Schema, home: Path) -> Settings:
        return Settings(home=home, database_url=schema.server, namespace=schema.name, stores_accepted="records")


def test_embedded_records_have_no_other_machine_to_take_over_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(os.environ, "MAGICAI_HOME", str(tmp_path))
    result = CliRunner().invoke(stores, ["accept", "search", "--take-over"])
    assert isinstance(result.exception, Invalid)
    assert "records are embedded" in str(result.exception)


def test_what_is_elsewhere_on_each_machine_is_not_one_store(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its path, its endpoint, and loopback, where each machine has a server of its own."""

    def shared(address: str, machine: str = "a") -> str:
        monkeypatch.setattr("platform.node", lambda: machine)
        return server_of(address)

    assert shared("http://u:p@ES.example:9200/?ca=x") == shared("http://es.example:9200", "b")
    assert shared("s3://bucket/Prod") != shared("s3://bucket/prod")
    assert shared("s3://bucket/p?endpoint=http://a") != shared("s3://bucket/p?endpoint=http://b")
    assert shared("bolt://127.0.0.1:7687") != shared("bolt://127.0.0.1:7687", "b")
