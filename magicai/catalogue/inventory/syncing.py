"""Keeping stock in step with sources outside: taking over their counts, and telling them of sales here."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import aclosing
from dataclasses import asdict, dataclass
from typing import Any, cast

from magicai.catalogue.inventory.stock import Change, Level, Outgoing, Source, Taken
from magicai.catalogue.ports import CatalogueRecords, Credentials, InventoryRecords, OutsideStock, StockSources
from magicai.errors import Conflict, Invalid, NotFound, Temporary
from magicai.runs.effects import Effect
from magicai.runs.run import JSON
from magicai.values.ids import new_id

KINDS = ("shopify", "woocommerce", "webhook", "csv")
_LONGEST = 80
# A shop may answer with ever more pages.
_LIMIT_S = 900.0


@dataclass(frozen=True, slots=True)
class Synchronised:
    """What became of a source's counts and of the changes here.

    Attributes:
        counts: by what became of them: taken, repeated, late, refused.
        told: changes that the source took over.
        problems: of changes that it did not.
    """

    counts: Mapping[Taken, int]
    told: int
    problems: tuple[str, ...]


async def add_source(
    records: CatalogueRecords,
    sources: StockSources,
    *,
    owner_id: str,
    name: str,
    kind: str,
    url: str = "",
    location: str = "",
    credentials: Credentials,
) -> Source:
    """Keep a source; the same name again changes its address and credentials.

    Raises:
        Invalid: something lacks that its kind needs.
    """
    if not 0 < len(name) <= _LONGEST or not name.isprintable():
        raise Invalid("stock_source_name_invalid", name=name[:_LONGEST], limit=_LONGEST)
    if kind not in KINDS:
        raise Invalid("unknown_source_kind", kind=kind, names=", ".join(KINDS))
    if kind in ("shopify", "woocommerce") and not (url and credentials.secret):
        raise Invalid("stock_source_credentials_missing", kind=kind)
    if kind == "shopify" and not location.isdigit():
        raise Invalid("shopify_location_invalid")
    now = await records.runs.now()
    sealed = sources.seal(credentials, owner_id=owner_id)
    return await records.inventory.add_source(Source(new_id(), owner_id, name, kind, url, location, sealed, now))


async def source_named(inventory: InventoryRecords, owner_id: str, name: str) -> Source:
    """An owner's source.

    Raises:
        NotFound: there is none of that name.
    """
    for source in await inventory.sources(owner_id):
        if source.name == name:
            return source
    raise NotFound("stock_source_not_found", name=name[:80])


async def take(inventory: InventoryRecords, source: Source, said: Iterable[Level | Change]) -> Counter[Taken]:
    """Take over what a source says, in its order."""
    counts = Counter[Taken]()
    for one in said:
        if isinstance(one, Level):
            counts[await inventory.take_level(source.owner_id, source.name, one)] += 1
        else:
            counts[await inventory.take_change(source.owner_id, source.name, one)] += 1
    return counts


async def take_webhook(
    inventory: InventoryRecords, sources: StockSources, source_id: str, headers: Mapping[str, str], body: bytes
) -> Counter[Taken]:
    """Take over what a signed webhook says, late, twice or out of order.

    Raises:
        NotFound: there is no such source.
        Unknown: it is not signed with its secret.
        Invalid: it has another shape.
    """
    source = await inventory.source(source_id)
    return await take(inventory, source, await sources.received(source, headers, body))


async def synchronise(records: CatalogueRecords, sources: StockSources, source: Source) -> Synchronised:
    """Tell a source of the changes here, then take over its counts.

    Raises:
        Temporary: it does not answer.
        Refused: it refuses the credentials.
        Invalid: it only sends, or its counts have another shape. Of a change that it refuses, `problems` tell.
    """
    outside = sources.open(source)
    try:
        told, problems = await _tell(records, outside, source)
        counts = Counter[Taken]()
        async with asyncio.timeout(_LIMIT_S), aclosing(cast("Any", outside.levels())) as levels:
            async for level in cast("AsyncIterator[Level]", levels):
                counts += await take(records.inventory, source, [level])
    except TimeoutError as exc:
        raise Temporary("stock_counts_timed_out", name=source.name, limit_s=f"{_LIMIT_S:g}") from exc
    finally:
        await outside.close()
    return Synchronised(dict(counts), told, tuple(problems))


async def _tell(records: CatalogueRecords, outside: OutsideStock, source: Source) -> tuple[int, list[str]]:
    told, problems = 0, list[str]()
    for outgoing in await records.inventory.outgoing(source.owner_id, source.name):
        try:
            level = await _once(records, outside, source, outgoing)
        except (Conflict, NotFound) as exc:
            problems.append(str(exc))  # of a conflict a person decides; `Effect` says how
        except Invalid as exc:
            problems.append(f"{outgoing.item}: {exc}")  # the next synchronisation tells it again
        except Temporary as exc:
            problems.append(f"{outgoing.item}: {exc} Whether it arrived is looked up by the next synchronisation.")
            break
        else:
            await records.inventory.told(source.owner_id, source.name, outgoing, level)
            told += 1
    return told, problems


async def _once(records: CatalogueRecords, outside: OutsideStock, source: Source, outgoing: Outgoing) -> Level | None:
    """Tell a source of a change, whichever process died on the way."""

    def answered(level: Level | None) -> JSON:
        return {} if level is None else asdict(level)

    async def adjust() -> JSON:
        return answered(await outside.adjust(outgoing))

    async def look_up(_: str) -> JSON | None:
        level = await outside.look_up(outgoing)
        return None if level is None else answered(level)

    effect = Effect(records, kind="stock", owner_id=source.owner_id, key=outgoing.push_key)
    answer = await effect.once(adjust, look_up=look_up)
    return Level(**answer) if {"item", "quantity", "version"} <= set(answer) else None
