"""Facts that are there already, as variables of a template: a product of a crawl or the catalogue, a run's findings."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, cast

from magicai.content.row_variables import SKU
from magicai.content.template import Template
from magicai.errors import Invalid, NotFound
from magicai.messages.validation import InvalidValue
from magicai.ports import Records
from magicai.runs import registry
from magicai.runs.results import findings
from magicai.runs.run import JSON, Run
from magicai.stores.entity import Entity

_KINDS = ("product", "run")
# What products are kept as: by a crawl, and in the catalogue.
_PRODUCTS = ("product", "catalogue_product")
_US = 1_000_000


def check_about(about: str) -> str:
    """What facts are about, as it is: `product:ID`, `run:ID`, or "".

    Raises:
        ValueError: it is neither.
    """
    kind, _, name = about.partition(":")
    if about and (kind not in _KINDS or not name.strip()):
        raise InvalidValue("facts_source_invalid", about=about[:80])
    return about


async def facts_about(records: Records, about: str, template: Template, *, owner_id: str) -> JSON:
    """What is known of a thing, by the template's variables, and a product's SKU; values are data, whatever they say.

    Raises:
        NotFound: there is no such product or run of theirs.
        Invalid: the run has no result.
    """
    if not about:
        return {}
    kind, _, name = about.partition(":")
    if kind == "run":
        known = _of_run(await records.runs.get(name, owner_id=owner_id))
    else:
        known = _of_product(await _product(records, name, owner_id=owner_id))
    stated = {key: value for key, value in known.items() if value not in (None, "", "unknown", [], {})}
    return {key: value for key, value in stated.items() if key in template.variables or key == SKU}


async def _product(records: Records, product_id: str, *, owner_id: str) -> Entity:
    for kind in _PRODUCTS:
        with suppress(NotFound):
            found = (await records.entities.get(kind, product_id, owner_id=owner_id)).entity
            assert found is not None
            return found
    raise NotFound("product_not_found", product_id=product_id)


def _of_product(product: Entity) -> JSON:
    data = {**product.data, **cast("JSON", product.data.get("values") or {})}
    known = {**data, "name": product.title, "url": product.url}
    known |= {"price": _price(data), "category": _innermost(data.get("category"))}
    known["availability"] = str(data.get("availability") or "unknown").replace("_", " ")
    attributes = cast("list[Mapping[str, Any]]", data.get("attributes") or [])
    stated = [attribute for attribute in attributes if not isinstance(attribute["value"], bool)]
    known["features"] = [f"{one['name']}: {one['value']} {one.get('unit') or ''}".strip() for one in stated]
    return known


def _of_run(run: Run) -> JSON:
    if run.result is None:
        raise Invalid("run_not_ended", way_out="wait_until_ended", run_id=run.run_id, status=run.status)
    known = registry.workflow(run.workflow) if run.workflow in registry.names() else None
    made = dict(run.result)
    made["findings"] = findings(known, run.result)
    if run.finished_at is not None:
        made["date"] = datetime.fromtimestamp(run.finished_at / _US, UTC).date().isoformat()
    analysis = cast("Mapping[str, Any]", run.result.get("analysis") or {})
    if shops := cast("list[Mapping[str, Any]]", analysis.get("shops") or []):
        made["shop"] = ", ".join(str(shop["shop"]) for shop in shops)
        made["products"] = sum(int(shop["products"]) for shop in shops)
    return made


def _price(data: Mapping[str, Any]) -> str:
    price, currency = data.get("price"), data.get("currency")
    return f"{price} {currency or ''}".strip() if price else ""


def _innermost(category: Any) -> str:
    return str(cast("list[Any]", category)[-1]) if isinstance(category, list) and category else ""
