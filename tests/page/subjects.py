"""A document, products and a submission of ann's, as their workflows leave them; hardly a word of them is English."""

from dataclasses import replace
from decimal import Decimal

from integrations.parsing.formats import parse
from magicai.api.gateway import Gateway
from magicai.catalogue.categories.mapping import Mapping, Sample, mapping_entity, mapping_id
from magicai.catalogue.inventory.stock import Line
from magicai.catalogue.product import Category, Origin, OriginKind, SourceStatement, Values
from magicai.knowledge.adding import add_document
from magicai.knowledge.parsed import Parsed
from magicai.ports import ModelCall
from magicai.runs import registry
from magicai.runs.requests.accept import accept, check_request
from magicai.runs.run import Origin as StartedBy
from magicai.stores.relay import drain
from magicai.values.ids import new_id
from magicai.values.times import now_us
from tests.desk import NAME, Desk

_OWNER = "id-ann"
_PATH = ("Kitchen", "Kettles")
_GUIDE = "# 水壶\n\n## 保修\n\n保修期为24个月。\n\n## 清洁\n\n请用柠檬酸清洗。\n"
_TEXT = "水洗亚麻，全国最好的面料。请致电 13800138000。\n\nhttps://havn.example/aprons"


_MODELS = ("openai:gpt-4o", "openai:gpt-4o-mini", "local:qwen", "server:bge-reranker")


class _InThisProcess:
    async def parse(self, name: str, body: bytes) -> Parsed:
        return parse(name, body)


async def add_subjects(gateway: Gateway) -> None:
    """Add all of them."""
    await _add_document(gateway)
    await _add_products(gateway)
    await _submit(gateway)
    await add_costs(gateway)
    assert await drain(gateway.records, {"search": gateway.ports.search}, limit_s=60) == {"search": 0}


async def add_costs(gateway: Gateway) -> str:
    """Add calls of the latest run, one of which has no price, and one outside of runs; answers the run's id."""
    records = gateway.records
    (run, *_) = await records.runs.listed(owner_id=_OWNER)
    for number, model in enumerate(_MODELS):
        cost = None if model.startswith("server") else 0.0 if model.startswith("local") else 0.002 / (1 + number)
        call = ModelCall(new_id(), _OWNER, run.run_id, "step", model, now_us(), 1000, 200, cost, 1.0, "ok")
        await records.model_calls.add(call)
        await records.model_calls.add(replace(call, call_id=new_id(), run_id="", cost=0.000_05))
    return run.run_id


async def _add_document(gateway: Gateway) -> None:
    entities, body = gateway.records.entities, _GUIDE.encode()
    await add_document(
        entities, _InThisProcess(), owner_id=_OWNER, collection="default", source="manuals/guide.md", body=body
    )


async def _add_products(gateway: Gateway) -> None:
    ports = gateway.ports.catalogue
    await ports.catalogue.save(_OWNER, "r", [_stated("K1", "24.50"), _stated("K2", "31.00")])
    await ports.catalogue.save(_OWNER, "r", [_stated("K1", "99.00", "b.csv")])
    await ports.inventory.receive(_OWNER, "delivery", [Line("K1", 20)], note="delivery 17")
    suggested = Category(id="hg-11-6", path=("Home & Garden", "Kitchen & Dining", "Tea Kettles"))
    mapping = Mapping(
        mapping_id=mapping_id(_OWNER, "shop.example", _PATH), owner_id=_OWNER, shop="shop.example", path=_PATH,
        products=2, samples=(Sample(name="Kettle K1"),), suggestions=(suggested,),
    )  # fmt: skip
    await gateway.records.entities.save([mapping_entity(mapping)])


def _stated(sku: str, price: str, source: str = "a.csv") -> SourceStatement:
    values = Values(
        name=f"Kettle {sku}", brand="Fira", sku=sku, price=Decimal(price), currency="EUR", shop="shop.example",
        category=_PATH, description="泡茶用。",
    )  # fmt: skip
    return SourceStatement(values=values, origin=Origin(kind=OriginKind.FILE, source=source, place=source, at=1))


async def _submit(gateway: Gateway) -> None:
    request = check_request(registry.workflow(NAME).request, {"title": "亚麻围裙", "text": _TEXT, "language": "zh"})
    run = await accept(gateway.ports.publishing, NAME, request, owner_id=_OWNER, origin=StartedBy.API)
    await Desk(gateway.ports).carry_out(run)
