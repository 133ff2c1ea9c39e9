"""Products from an ordinary CSV become texts, are accepted in bulk, stand in the shop, and are undone."""

from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from integrations.cache.sqlite import SqliteCache
from integrations.capacity.files import FileCapacity
from integrations.files.folder import FolderFiles
from integrations.records.store import SqlRecords
from integrations.seal import SivSeal
from magicai.accounts.identity import Caller, Role, User
from magicai.catalogue.systems.text_writing import preview_texts
from magicai.content.choosing import contents
from magicai.content.content import Content, State, content_entity
from magicai.content.editing import content_of
from magicai.errors import Invalid
from magicai.operations.operation import Context
from magicai.operations.subjects.content_many import decide_contents
from magicai.ports import Message, Spender, TextModel
from magicai.runs.requests.files_in import upload_path
from magicai.runs.run import RunStatus
from magicai.settings import Settings
from magicai.shapes.subjects.content_many import TextsDecision
from tests.contract.shop_systems.conftest import ANN, Shop, connection_to, opened, opener
from tests.contract.shop_systems.fakes import FakeShop, Goods
from tests.contract.shop_systems.real_vendure import RealVendure
from tests.contract.shop_systems.test_writing import Desk, records, states, template
from tests.scripted import Scripted, ScriptedText
from tests.unit.content import briefs
from tests.unit.tasks.test_write_texts import Desk as Writer

__all__ = ["records", "template"]

COUNT = 30
NAMES = [f"Mug number {number} of stoneware" for number in range(100, 100 + COUNT)]
LIE = NAMES[7]
_FILES = 1_000


def sku_of(name: str) -> str:
    return f"MUG-{name.split()[2]}"


class Scripting(Writer):
    """A model that says of each mug what its row says, and of one of them another price."""

    async def text_model(self, spender: Spender, *, models: Sequence[str], cached: bool) -> TextModel | None:
        del models, cached
        if spender.role == "verifier":
            return None

        def say(messages: Sequence[Message]) -> Scripted:
            name = next(name for name in NAMES if name in str(messages))
            price = "99.00 EUR" if name == LIE else "12.00 EUR"
            return f"# {name}\n\n{name} costs {price}.\n\n- Made of stoneware\n- Costs {price}"

        return ScriptedText(say, name="m")


@pytest.fixture
async def desk(shop: Shop, seal: SivSeal, records: SqlRecords) -> AsyncIterator[Desk]:
    """A user whose shop sells the mugs."""
    for place, name in enumerate(NAMES):
        kind = {"sku": sku_of(name), "price": "12", "list_price": "", "stock": "5"}
        goods = Goods(name, f"<p>{name}, old.</p>", {str(_FILES + place): kind})
        if isinstance(shop, RealVendure):
            await shop.make(str(_FILES + place), goods)
        else:
            cast("FakeShop", shop).goods[str(_FILES + place)] = goods
    connection = connection_to(shop, seal)
    async with opened(opener(shop, seal), connection) as system:
        made = Desk(records, system, connection, {})
        await made.imported("r1")
        yield made


async def test_thirty_products_of_a_csv_become_texts_stand_in_the_shop_and_are_undone(
    desk: Desk, records: SqlRecords, tmp_path: Path
) -> None:
    path = tmp_path / "products.csv"
    lines = [f'{sku_of(name)},{name},"12.00 EUR",stoneware' for name in NAMES]
    path.write_text("\n".join(["SKU,Product name,Price,Material", *lines]), encoding="utf-8")
    files = FolderFiles(tmp_path / "files")
    capacity = FileCapacity(tmp_path / "capacity", cores=2, memory=lambda: 1000)
    writer = Scripting(records, files, capacity, SqliteCache(tmp_path / "cache.sqlite3"))
    table = await upload_path(records, files, path, owner_id=ANN)
    run, status, result = await writer.start(variables=table.file_id, models=["m"])
    assert (status, result["count"], result["flagged"]) == (RunStatus.COMPLETED, COUNT, 1), result
    ids = [one["content_id"] for one in result["texts"]]
    assert [one.sku async for one in contents(records, ids, owner_id=ANN)] == [sku_of(name) for name in NAMES]

    ports: Any = SimpleNamespace(records=records, settings=Settings())
    context = Context(ports, Caller(user=User(user_id=ANN, name="ann", role=Role.USER, created_at=1)))
    accepted = await decide_contents.act(context, TextsDecision(content_ids=ids, decision="accept"))
    lie = ids[NAMES.index(LIE)]
    assert [one.content_id for one in accepted.done] == [one for one in ids if one != lie]
    ((content_id, problem),) = ((one.content_id, one.problem) for one in accepted.failed)
    assert content_id == lie
    assert "99.00 EUR" in problem

    write = await preview_texts(records, desk.system, desk.connection, contents(records, ids, owner_id=ANN))
    assert len(write.parts) == COUNT - 1
    assert [one.code for one in write.problems] == ["shop_texts_not_accepted"]
    first = next(part for part in write.parts if part.title == NAMES[0])
    assert dict(first.before) == {"description": f"<p>{NAMES[0]}, old.</p>"}
    body = f"<p>{NAMES[0]} costs 12.00 EUR.</p><ul><li>Made of stoneware</li><li>Costs 12.00 EUR</li></ul>"
    assert dict(first.after) == {"description": body}

    applied = await desk.apply(write)
    assert (applied.state, set(states(applied))) == ("applied", {"written"}), applied.problems
    assert (await desk.system.product(first.remote_id)).description == body
    undone = await desk.undo(write)
    assert (undone.state, set(states(undone))) == ("undone", {"undone"})
    for part in write.parts:
        assert (await desk.system.product(part.remote_id)).description == part.before["description"]
    assert (await content_of(records, ids[0], owner_id=ANN)).content.run_id == run.run_id


async def test_of_two_texts_for_one_sku_and_of_those_that_are_no_description_none_is_written(
    desk: Desk, records: SqlRecords
) -> None:
    def text(item: str, sku: str, **changes: str) -> Content:
        made = briefs.content("Washed linen.", item=item, state=State.ACCEPTED, sku=sku)
        return made.model_copy(update=changes)

    sku = sku_of(NAMES[0])
    made = [
        text("1", sku),
        text("2", sku.lower()),
        text("3", sku_of(NAMES[1])),
        text("4", ""),
        text("5", sku_of(NAMES[2]), content_type="seo"),
    ]
    await records.entities.save([content_entity(one) for one in made])
    ids = [one.content_id for one in made]
    write = await preview_texts(records, desk.system, desk.connection, contents(records, ids, owner_id=ANN))
    assert [part.title for part in write.parts] == [NAMES[1]]
    assert {one.code for one in write.problems} == {
        "texts_without_sku",
        "texts_not_descriptions",
        "sku_has_several_texts",
    }
    with pytest.raises(Invalid, match="SKU"):
        await preview_texts(records, desk.system, desk.connection, contents(records, ids[3:4], owner_id=ANN))
