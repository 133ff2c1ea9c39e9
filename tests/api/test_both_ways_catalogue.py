"""Commands of the catalogue: in process and with `--server`, they do the same to the same rows."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from integrations.open import Ports
from magicai.accounts.api_keys import add_key
from magicai.accounts.identity import Role, Scope
from magicai.catalogue.categories.mapping import Mapping, Sample, mapping_entity, mapping_id
from magicai.catalogue.categories.taxonomy import install
from magicai.catalogue.images.image import ProductImages, images_entity
from magicai.catalogue.inventory import syncing
from magicai.catalogue.inventory.stock import Level, Source
from magicai.catalogue.inventory.syncing import Synchronised
from magicai.catalogue.ports import CatalogueRecords, StockSources
from magicai.catalogue.recommendations.choosing import Recommended
from magicai.catalogue.recommendations.similar import similar_entity
from magicai.cli import main
from magicai.ports import Spender, TextModel
from magicai.stores.relay import drain
from tests.api.conftest import Api
from tests.api.test_catalogue import TAXONOMY, products, stated
from tests.api.test_described_images import SEEN, image
from tests.scripted import ScriptedText

Answer = tuple[int, str, str]
Run = Callable[..., Awaitable[Answer]]


@pytest.fixture(params=["in process", "over the gateway"])
async def run(
    request: pytest.FixtureRequest,
    api: Api,
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Run:
    """Runs a command as Ann: exit status, standard output, standard error."""
    ann = await api.user(role=Role.ADMIN)
    if request.param == "in process":
        variables = {"MAGICAI_HOME": str(home), "MAGICAI_OWNER": ann.user_id}
    else:
        _, token = await add_key(api.records.identities, ann, "k", frozenset(Scope), days=None, once=None)
        variables = {"MAGICAI_HOME": "/nowhere/at/all", "MAGICAI_SERVER": api.url, "MAGICAI_TOKEN": token or ""}
    for name, value in variables.items():
        monkeypatch.setenv(name, value)

    async def answered(*words: str) -> Answer:
        capsys.readouterr()
        status = await asyncio.to_thread(main, [*words])
        out, err = capsys.readouterr()
        return status, out, err

    return answered


async def found(api: Api) -> None:
    """Until search knows what was saved."""
    await drain(api.records, {"search": api.gateway.ports.search}, limit_s=10)


async def test_products_are_listed_narrowed_counted_and_shown(api: Api, run: Run) -> None:
    ids = await products(api)
    await found(api)
    listed = await run("products", "list")
    assert listed == (
        *(0, f"{ids['Pot']}  ready         5.00 EUR  Pot\n{ids['Kettle']}  review       20.00 EUR  Kettle\n", ""),
    )
    _, out, _ = await run("products", "list", "--brand", "Fira", "--brand", "Havn", "--json")
    assert [json.loads(line)["name"] for line in out.splitlines()] == ["Kettle"]
    _, out, _ = await run("products", "facets", "--state", "ready")
    assert json.loads(out)["availability"] == {"in_stock": 1}
    assert await run("products", "list", "--words", "teapot") == (
        *(0, "", "No products yet: magicai run product-list --help\n"),
    )
    status, out, err = await run("products", "show", ids["Kettle"])
    assert (status, "sku           K1  (a.csv, row 2, 1.00)" in out) == (0, True)
    assert "To decide: price\n  0  20 EUR  (a.csv, row 2)\n  1  25 EUR  (b.csv, row 2)" in err
    _, out, _ = await run("products", "show", ids["Kettle"], "--json")
    assert json.loads(out)["origins"]["name"]["place"] == "a.csv, row 2"
    status, _, err = await run("products", "show", "nothing")
    assert (status, "nothing" in err) == (2, True)


async def test_products_are_edited_decided_undone_and_deleted(api: Api, run: Run) -> None:
    ids = await products(api)
    status, out, err = await run("products", "edit", ids["Pot"], "price=12.50", 'category=["Kitchen"]', "brand=")
    assert (status, "price         12.50  (id-ann" in out) == (0, True), out
    assert "Version 2 by user:id-ann: price, category" in err
    assert await run("products", "edit-all", "brand=Havn", "--yes") == (0, "Changed 2 products.\n", "")
    assert "undo 3" in (await run("products", "undo", ids["Pot"]))[2]
    status, out, err = await run("products", "decide", ids["Kettle"], "price", "1")
    assert ("price         25" in out, "To decide" in err) == (True, False)
    for words in (("undo", ids["Pot"], "9"), ("decide", ids["Pot"], "price", "0"), ("edit", ids["Pot"], "price=cheap")):
        status, out, err = await run("products", *words)
        assert (status, out) == (2, ""), err
    status, out, _ = await run("products", "delete", ids["Pot"], "nothing")
    assert (status, out) == (2, "")
    assert (await run("products", "delete", ids["Pot"], ids["Kettle"]))[1] == "Deleted 2 products.\n"
    assert (await run("products", "list"))[1] == ""
    assert (await run("products", "edit-all", "brand=Fira", "--yes"))[1] == "Changed 0 products.\n"


async def test_products_that_may_be_the_same_are_named(api: Api, run: Run) -> None:
    ids = await products(api)
    catalogue = api.gateway.ports.catalogue.catalogue
    (other,) = await catalogue.save("id-ann", "r", [stated("c.csv", name="Pott", url="https://c.example/pot")])
    await found(api)
    assert (await run("products", "alike", ids["Pot"]))[:2] == (0, "")
    (same,) = await catalogue.save("id-ann", "r", [stated("c.csv", name="Pot", url="https://c.example/pot-2")])
    await found(api)
    assert (await run("products", "alike", ids["Pot"]))[1] == f"1.00  {same.product_id}  Pot\n"
    assert other.product_id != same.product_id


async def test_products_are_written_to_a_file_here_and_those_that_it_can_t_have_are_counted(
    api: Api, run: Run, tmp_path: Path
) -> None:
    await products(api)
    whole, feed = tmp_path / "mine.CSV", tmp_path / "feed.xml"
    assert await run("products", "export", str(whole)) == (0, f"Wrote 2 products to {whole}.\n", "")
    assert whole.read_text(encoding="utf-8-sig").count("\n") == 3
    assert await run("products", "export", str(feed), "--state", "ready") == (
        *(0, f"Wrote 0 products to {feed}.\n", "1 products have no address or price, and were left out.\n"),
    )
    status, _, err = await run("products", "export", str(tmp_path / "mine.pdf"))
    assert (status, ".jsonld" in err) == (2, True)


async def test_images_are_described(api: Api, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = await products(api)
    status, _, err = await run("products", "describe-images", ids["Pot"])
    assert (status, ids["Pot"] in err) == (2, True)
    (digest,) = await api.gateway.ports.files.put([b"pot"])
    images = (image("a", digest), image("logo", digest, role="shop"))
    kept = ProductImages(product_id=ids["Pot"], images=images)
    await api.records.entities.save([images_entity(kept, owner_id="id-ann")])

    async def text_model(_: Ports, spender: Spender, *, models: Sequence[str]) -> TextModel:
        assert (spender.owner_id, models) == ("id-ann", ())
        return ScriptedText([SEEN], name="openai:gpt-4o")

    monkeypatch.setattr(Ports, "text_model", text_model)
    answer = await run("products", "describe-images", ids["Pot"], "--language", "de")
    assert answer == (0, "https://s.example/a.jpg\n  Blue cup with a white handle on a wooden table\n", "")


async def test_categories_are_listed_and_mapped_and_the_taxonomy_is_searched(api: Api, home: Path, run: Run) -> None:
    await products(api)
    path = ("Kitchen", "Kettles")
    mapping = Mapping(
        mapping_id=mapping_id("id-ann", "shop.example", path), owner_id="id-ann", shop="shop.example", path=path,
        samples=(Sample(name="Kettle"),),
    )  # fmt: skip
    await api.records.entities.save([mapping_entity(mapping)])
    status, _, err = await run("taxonomy", "search", "kettles")
    assert (status, "magicai taxonomy get" in err) == (2, True)
    install(home, "en", TAXONOMY, "categories.txt")
    assert (await run("taxonomy", "search", "tea", "kettles"))[1].splitlines()[0] == (
        "hg-11-6          Home & Garden > Kitchen & Dining > Tea Kettles"
    )
    listed = await run("categories", "list", "--state", "open")
    assert listed == (0, f"{mapping.mapping_id}       0  shop.example: Kitchen > Kettles  =  open\n", "")
    mapped = await run("categories", "map", mapping.mapping_id, "hg-11-6")
    assert mapped == (0, "Mapped shop.example: Kitchen > Kettles. 1 products changed.\n", "")
    assert "hg-11-6  Home & Garden" in (await run("categories", "list"))[1]


async def test_stock_is_received_held_sold_counted_and_checked(run: Run, tmp_path: Path) -> None:
    assert (await run("inventory", "list"))[1:] == (*("", "No stock yet: magicai inventory receive ITEM=QUANTITY\n"),)
    for _ in range(2):  # the same key counts once
        status, out, _ = await run("inventory", "receive", "tea=5", "cup=2", "--key", "d1", "--note", "van")
        assert (status, "receipt     tea +5: 5 on hand  van" in out) == (0, True), out
    assert (await run("inventory", "bundle", "set", "tea=2", "cup=1"))[:2] == (0, "")
    _, held, _ = await run("inventory", "reserve", "set=1", "--minutes", "5")
    assert "  open  1 cup, 2 tea  until " in held
    status, out, err = await run("inventory", "sell", "tea=4")
    assert (status, out, "3 are available" in err) == (1, "", True)
    assert "  sold  " in (await run("inventory", "sell-reserved", held.split()[0]))[1]
    _, held, _ = await run("inventory", "reserve", "tea=1")
    assert "  released  " in (await run("inventory", "release", held.split()[0]))[1]
    assert "-1: 2 on hand" in (await run("inventory", "correct", "tea=-1"))[1]
    _, out, _ = await run("inventory", "list", "--json")
    assert [(one["item"], one["available"]) for one in map(json.loads, out.splitlines())] == [
        *(("cup", 1), ("set", 1), ("tea", 2)),
    ]
    assert "bundle of 1 cup, 2 tea" in (await run("inventory", "list", "s"))[1]
    assert len((await run("inventory", "ledger", "tea", "--limit", "2"))[1].splitlines()) == 2
    assert await run("inventory", "check") == (0, "", "Stock and ledger agree.\n")
    file = tmp_path / "stock.csv"
    assert (await run("inventory", "export", str(file)))[1] == f"Wrote {file}.\n"
    assert (await run("inventory", "export", "-"))[1] == file.read_bytes().decode().replace("\r\n", "\n")
    assert "tea,2,0,2," in file.read_text(encoding="utf-8")
    status, _, err = await run("inventory", "receive", "tea=many")
    assert (status, "tea=many" in err) == (2, True)


async def test_counts_of_a_file_are_taken_over_and_its_bad_lines_named(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "counts.csv"
    file.write_text("sku,quantity,version\n水壶,7,3\nlid,many,3\n", encoding="utf-16")
    for outcome in ("taken", "repeated"):
        status, out, err = await run("inventory", "import", str(file), "--source", "till")
        assert (status, out, "skipped  line 3" in err) == (3, f"Counts: 1 {outcome}.\n", True)
    assert "counted by till" in (await run("inventory", "list", "水"))[1]
    assert (await run("inventory", "source", "list"))[1].startswith("till                 csv ")
    file.write_text("name\ntea\n", encoding="utf-8")
    status, _, err = await run("inventory", "import", str(file))
    assert (status, "The columns are name." in err) == (2, True)


async def test_sources_are_added_synchronised_and_removed(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    async def synchronise(_records: CatalogueRecords, _sources: StockSources, source: Source) -> Synchronised:
        return Synchronised({"taken": 2, "refused": 1}, told=1, problems=(f"{source.name} is slow",))

    monkeypatch.setattr(syncing, "synchronise", synchronise)
    secrets = ("--secret", "cs_x", "--signing-secret", "whsec_c2VjcmV0")
    status, out, _ = await run(
        *("inventory", "source", "add", "shop", "--kind", "woocommerce", "--url", "https://s.example"), *secrets
    )
    assert (status, out.startswith("Its webhooks go to /api/inventory/webhooks/")) == (0, True)
    await run("inventory", "source", "add", "till", "--kind", "webhook", *secrets)
    assert await run("inventory", "sync") == (
        *(3, "shop: told of 1 changes\nCounts: 1 refused, 2 taken.\n", "shop is slow\n"),
    )
    assert (await run("inventory", "sync", "nobody"))[0] == 2
    assert (await run("inventory", "source", "remove", "shop"))[0] == 0
    _, out, _ = await run("inventory", "source", "list")
    assert [line.split()[0] for line in out.splitlines()] == ["till"]


async def test_conflicts_are_listed_until_they_are_resolved(api: Api, run: Run) -> None:
    inventory = api.gateway.ports.catalogue.inventory
    for quantity in (5, 3):
        await inventory.take_level("id-ann", "shop", Level("tea", quantity, 1))
    _, out, _ = await run("inventory", "conflicts", "--json")
    conflict = json.loads(out)
    assert conflict["kind"] == "same_version"
    assert "lower count" in conflict["rule"]
    assert (await run("inventory", "resolve", conflict["conflict_id"]))[0] == 0
    assert await run("inventory", "conflicts") == (0, "", "No conflicts.\n")
    assert conflict["conflict_id"] in (await run("inventory", "conflicts", "--all"))[1]


async def test_events_are_read_from_a_file_and_lead_to_recommendations(api: Api, run: Run, tmp_path: Path) -> None:
    ids = await products(api)
    file = tmp_path / "orders.csv"
    rows = [f"p{person},{item},purchase" for person in range(4) for item in ("P1", "K1")]
    file.write_text("\n".join(["person,item,kind", *rows, ",P1,purchase", "bob,P1,view", ""]), encoding="utf-8")
    for said in ("Added 9 events; 0 were known.\n", "Added 0 events; 9 were known.\n"):
        status, out, err = await run("recommendations", "add-events", str(file))
        assert (status, out, "line 10" in err) == (3, said, True)
    _, out, _ = await run("recommendations", "together", "P1")
    assert out.endswith(f"  {ids['Kettle']}  Kettle  (bought together)\n")
    assert "(viewed together)" in (await run("recommendations", "together", "P1", "--viewed"))[1]
    assert await run("recommendations", "together", "nothing") == (0, "", "None yet.\n")
    assert ids["Kettle"] in (await run("recommendations", "for-person", "bob"))[1]
    similar: list[Any] = [Recommended(ids["Kettle"], 0.5, "category", ids["Pot"])]
    await api.records.entities.save([similar_entity(ids["Pot"], similar, owner_id="id-ann")])
    answer = await run("recommendations", "similar", ids["Pot"], "--count", "1")
    assert answer == (0, f"0.50  {ids['Kettle']}  Kettle  (category)\n", "")


async def test_the_taxonomy_is_installed_on_this_machine_alone(
    api: Api, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MAGICAI_SERVER", api.url)
    assert await asyncio.to_thread(main, ["taxonomy", "get"]) == 2
    assert api.url in capsys.readouterr().err
