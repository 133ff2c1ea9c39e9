"""Shops that were named or have moved: a row for each, and what is kept of their pages under the present address."""

from sqlalchemy import Connection, Select, Table, and_, exists, func, literal, or_, select, update

from integrations.records import models
from integrations.records.database import alone, upsert
from integrations.records.documents import ADDRESSES
from integrations.records.transactions import Rows, reading, writing
from magicai.errors import Conflict, NotFound
from magicai.runs.run import RunStatus
from magicai.shops.identity import ShopIdentity, shop_at

_SHOP = models.shops.c
_CRAWL = models.crawls.c
_KEY = models.product_keys.c


def _of(connection: Connection, owner_id: str) -> list[ShopIdentity]:
    query = select(models.shops).where(_SHOP.owner_id == owner_id).order_by(_SHOP.shop)
    return [
        ShopIdentity(row["shop"], row["name"], tuple(ADDRESSES.read(row["addresses"])), row["base"])
        for row in connection.execute(query).mappings()
    ]


def _rename(connection: Connection, owner_id: str, shop: str, name: str | None) -> ShopIdentity:
    alone(connection, "identify", owner_id)
    known = _known(connection, owner_id, shop)
    if name is None or name.strip() == known.name:
        return known
    return _keep(connection, owner_id, ShopIdentity(shop, name.strip(), known.addresses, known.base))


def _move(
    connection: Connection, owner_id: str, shop: str, address: str, base: str, *, run_id: str = ""
) -> ShopIdentity:
    alone(connection, "identify", owner_id)  # of two shops that move to one address, one is told
    known = _known(connection, owner_id, shop)
    present = known.addresses[-1]
    if address == present:
        return known
    others = [one for one in _of(connection, owner_id) if one.shop != shop]
    if shop_at(others, address) != address or (address != shop and _crawled(connection, owner_id, address)):
        raise Conflict("shop_address_taken", shop=known.called, address=address)
    active = select(models.crawls).join(models.runs, models.runs.c.run_id == _CRAWL.run_id)
    active = active.where(_CRAWL.owner_id == owner_id, _CRAWL.shop == shop, _CRAWL.finished_at.is_(None))
    active = active.where(models.runs.c.status == str(RunStatus.PROCESSING), _CRAWL.run_id != run_id)
    if connection.execute(select(active.exists())).scalar_one():
        raise Conflict("shop_crawled_now", shop=known.called)
    for scheme in ("https://", "http://"):
        for www in ("", "www."):
            _readdress(connection, owner_id, shop, f"{scheme}{www}{present}", base)
    _rekey(connection, owner_id, shop, present, address)
    further = tuple(one for one in known.addresses if one != address)
    return _keep(connection, owner_id, ShopIdentity(shop, known.name, (*further, address), base))


def _known(connection: Connection, owner_id: str, shop: str) -> ShopIdentity:
    if not _crawled(connection, owner_id, shop):
        raise NotFound("shop_not_crawled", shop=shop[:200])
    found = (one for one in _of(connection, owner_id) if one.shop == shop)
    return next(found, ShopIdentity(shop, "", (shop,), ""))


def _crawled(connection: Connection, owner_id: str, shop: str) -> bool:
    crawl = select(models.crawls).where(_CRAWL.owner_id == owner_id, _CRAWL.shop == shop)
    return connection.execute(select(crawl.exists())).scalar_one()


def _keep(connection: Connection, owner_id: str, identity: ShopIdentity) -> ShopIdentity:
    row = {"owner_id": owner_id, "shop": identity.shop, "name": identity.name, "base": identity.base}
    upsert(connection, models.shops, [{**row, "addresses": ADDRESSES.write(list(identity.addresses))}])
    return identity


def _readdress(connection: Connection, owner_id: str, shop: str, old: str, new: str) -> None:
    """Let what is kept of a shop's pages speak of their new addresses."""
    theirs = select(_CRAWL.crawl_id).where(_CRAWL.owner_id == owner_id, _CRAWL.shop == shop)
    for table, name in ((models.frontier, "url"), (models.statements, "url")):
        _prefix(connection, table, name, theirs, old, new, unique=True)
    for table, name in (
        (models.crawls, "entry_url"),
        (models.frontier, "found_on"),
        (models.frontier, "final_url"),
    ):
        _prefix(connection, table, name, theirs, old, new)
    for table, name in ((models.statements, "observations"), (models.products, "product")):
        column = table.c[name]
        stated = update(table).where(table.c.crawl_id.in_(theirs), column.contains(f"{old}/", autoescape=True))
        connection.execute(stated.values({name: func.replace(column, f"{old}/", f"{new}/")}))


def _prefix(
    connection: Connection,
    table: Table,
    name: str,
    theirs: Select[tuple[str]],
    old: str,
    new: str,
    *,
    unique: bool = False,
) -> None:
    column = table.c[name]
    moved = literal(new) + func.substr(column, len(old) + 1)
    change = update(table).where(
        table.c.crawl_id.in_(theirs), or_(column == old, column.startswith(f"{old}/", autoescape=True))
    )
    if unique:  # of two spellings of one page, one moves
        there = table.alias()
        change = change.where(~exists().where(there.c.crawl_id == table.c.crawl_id, there.c[name] == moved))
    connection.execute(change.values({name: moved}))


def _rekey(connection: Connection, owner_id: str, shop: str, old: str, new: str) -> None:
    """Let products be known by their new addresses."""
    there = models.product_keys.alias()
    moved = literal(f"url:{new}") + func.substr(_KEY.key, len(f"url:{old}") + 1)
    is_known = and_(there.c.owner_id == owner_id, there.c.shop == shop, there.c.key == moved)
    old_keys = _KEY.key.startswith(f"url:{old}/", autoescape=True)
    change = update(models.product_keys).where(_KEY.owner_id == owner_id, _KEY.shop == shop, old_keys)
    connection.execute(change.where(~exists().where(is_known)).values(key=moved))


class SqlShopIdentities(Rows):
    """Each method is one transaction."""

    of = reading(_of)
    rename = writing(_rename)
    move = writing(_move)
