"""Stock: what there is, what moved it, and what other systems count."""

import json
import sys
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from magicai.cli.called import command
from magicai.cli.here import with_ports

if TYPE_CHECKING:
    from integrations.open import Ports
    from magicai.catalogue.inventory.stock import Line, Movement, Reservation, Shortage, Stock

# What `magicai --help` says of the commands here.
COMMANDS = {"inventory": "List, receive, reserve and sell stock; synchronise it with shops."}
_PARTIAL = 3
_PAGE = 200
_MOST_NAMED = 20
_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON on standard output, one object per line.")
_LINES = click.argument("lines", metavar="ITEM=QUANTITY...", nargs=-1, required=True)
_KEY = click.option("--key", default="", help="Event key: the same key counts once.  [default: a new one]")
_NOTE = click.option("--note", default="", help="Note for the ledger.")


@click.group("inventory", help=COMMANDS["inventory"])
def inventory() -> None:
    """Stock."""


@inventory.command("list", help="List items with their stock.")
@click.argument("prefix", default="")
@_JSON
def list_stock(prefix: str, *, as_json: bool) -> None:
    """List items."""

    async def act(ports: "Ports") -> int:
        count, after = 0, ""
        while page := await ports.catalogue.inventory.listed(
            ports.settings.owner, after=after, prefix=prefix, limit=_PAGE
        ):
            for one in page:
                _print_stock(one, as_json=as_json)
            count, after = count + len(page), page[-1].item
        return count

    if not with_ports(act):
        print(f"No stock yet: {command('inventory', 'receive', 'ITEM=QUANTITY')}", file=sys.stderr)


@inventory.command("ledger", help="Show what moved an item, the latest first.")
@click.argument("item")
@click.option("--limit", type=click.IntRange(1, 1000), default=50, show_default=True, help="Maximum movements.")
@_JSON
def ledger(item: str, limit: int, *, as_json: bool) -> None:
    """Show movements."""
    moves = with_ports(lambda ports: ports.catalogue.inventory.ledger(ports.settings.owner, item, limit=limit))
    _print_moves(moves, as_json=as_json)


@inventory.command("receive", help="Add units.")
@_LINES
@_KEY
@_NOTE
def receive(lines: tuple[str, ...], key: str, note: str) -> None:
    """Add units."""
    wanted = _lines(lines)
    _print_moves(
        with_ports(lambda ports: ports.catalogue.inventory.receive(ports.settings.owner, _key(key), wanted, note=note))
    )


@inventory.command("correct", help="Change what there is, by a positive or negative quantity.")
@_LINES
@_KEY
@_NOTE
def correct(lines: tuple[str, ...], key: str, note: str) -> None:
    """Correct a count."""
    wanted = _lines(lines)
    _print_moves(
        _enough(
            with_ports(
                lambda ports: ports.catalogue.inventory.correct(ports.settings.owner, _key(key), wanted, note=note)
            )
        )
    )


@inventory.command("sell", help="Take units that nobody has reserved; all lines or none.")
@_LINES
@_KEY
@_NOTE
def sell(lines: tuple[str, ...], key: str, note: str) -> None:
    """Sell."""
    wanted = _lines(lines)
    _print_moves(
        _enough(
            with_ports(lambda ports: ports.catalogue.inventory.sell(ports.settings.owner, _key(key), wanted, note=note))
        )
    )


@inventory.command("reserve", help="Hold units for a time; all lines or none. Prints the reservation's id.")
@_LINES
@_KEY
@click.option("--minutes", type=click.FloatRange(0.1, 500_000), default=30, show_default=True, help="How long.")
def reserve(lines: tuple[str, ...], key: str, minutes: float) -> None:
    """Reserve."""
    wanted = _lines(lines)
    _print_reservation(
        _enough(
            with_ports(
                lambda ports: ports.catalogue.inventory.reserve(
                    ports.settings.owner, _key(key), wanted, ttl_s=60 * minutes
                )
            )
        )
    )


@inventory.command("sell-reserved", help="Turn a reservation into a sale.")
@click.argument("reservation_id", metavar="RESERVATION")
def sell_reserved(reservation_id: str) -> None:
    """Sell what is reserved."""
    _print_reservation(
        _enough(with_ports(lambda ports: ports.catalogue.inventory.sell_reserved(ports.settings.owner, reservation_id)))
    )


@inventory.command("release", help="Let go of a reservation.")
@click.argument("reservation_id", metavar="RESERVATION")
def release(reservation_id: str) -> None:
    """Release."""
    _print_reservation(
        with_ports(lambda ports: ports.catalogue.inventory.release(ports.settings.owner, reservation_id))
    )


@inventory.command("bundle", help="Say what a bundle is made of. Without parts, it is no longer a bundle.")
@click.argument("bundle_name", metavar="BUNDLE")
@click.argument("parts", metavar="ITEM=QUANTITY...", nargs=-1)
def bundle(bundle_name: str, parts: tuple[str, ...]) -> None:
    """Set a bundle."""
    made = _lines(parts) if parts else []
    with_ports(lambda ports: ports.catalogue.inventory.set_bundle(ports.settings.owner, bundle_name, made))


@inventory.command("import", help="Take over counts or changes from a CSV file, or from standard input (-).")
@click.argument("file", type=click.File("rb"))
@click.option("--source", default="csv", show_default=True, help="Name of the source that counts.")
def import_file(file: Any, source: str) -> int:
    """Import a file."""
    from magicai.catalogue.inventory.files import BadRow, read_stock
    from magicai.catalogue.inventory.syncing import add_source, take
    from magicai.catalogue.ports import Credentials

    body: bytes = file.read()

    async def act(ports: "Ports") -> int:
        from integrations.parsing.text import decoded

        records, owner = ports.catalogue, ports.settings.owner
        found = {one.name: one for one in await records.inventory.sources(owner)}.get(source) or await add_source(
            records, ports.stock_sources, owner_id=owner, name=source, kind="csv", credentials=Credentials()
        )
        rows = list(read_stock(decoded(body), version=await records.runs.now()))
        bad = [row for row in rows if isinstance(row, BadRow)]
        counts = await take(records.inventory, found, (row for row in rows if not isinstance(row, BadRow)))
        _print_counts(counts)
        for row in bad[:_MOST_NAMED]:
            print(f"skipped  line {row.line}: {row.why}", file=sys.stderr)
        if len(bad) > _MOST_NAMED:
            print(f"skipped  {len(bad) - _MOST_NAMED} more lines", file=sys.stderr)
        return _PARTIAL if bad or counts["refused"] else 0

    return with_ports(act)


@inventory.command("export", help="Write all stock to a CSV file, or to standard output (-).")
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
def export(file: Path) -> None:
    """Export stock."""
    from magicai.catalogue.inventory.files import written

    async def act(ports: "Ports") -> "list[Stock]":
        return await ports.catalogue.inventory.listed(ports.settings.owner, limit=1_000_000)

    text = written(with_ports(act))
    if str(file) == "-":
        print(text, end="")
    else:
        file.write_text(text, encoding="utf-8", newline="")
        print(f"Wrote {file}.")


@inventory.command("conflicts", help="List conflicts between sources, reservations and payments.")
@click.option("--all", "with_resolved", is_flag=True, help="Resolved ones too.")
@_JSON
def conflicts(*, with_resolved: bool, as_json: bool) -> None:
    """List conflicts."""
    resolved = None if with_resolved else False
    found = with_ports(
        lambda ports: ports.catalogue.inventory.conflicts(ports.settings.owner, resolved=resolved, limit=_PAGE)
    )
    for one in found:
        if as_json:
            print(json.dumps(asdict(one), ensure_ascii=False))
        else:
            print(f"{one.conflict_id}  {one.kind:<13} {one.item}: {one.details} ({one.rule})")
    if not found:
        print("No conflicts.", file=sys.stderr)


@inventory.command("resolve", help="Mark a conflict as resolved.")
@click.argument("conflict_id", metavar="CONFLICT")
def resolve(conflict_id: str) -> None:
    """Resolve a conflict."""
    with_ports(lambda ports: ports.catalogue.inventory.resolve(ports.settings.owner, conflict_id))


@inventory.command("check", help="Compare all stock with the sums of the ledger and of reservations.")
def check() -> int:
    """Audit the ledger."""
    wrong = with_ports(lambda ports: ports.catalogue.inventory.audit(ports.settings.owner))
    for item in wrong:
        print(item)
    print(f"{len(wrong)} items differ from the ledger." if wrong else "Stock and ledger agree.", file=sys.stderr)
    return _PARTIAL if wrong else 0


@inventory.command(
    "sync", help="Tell a source of sales here, and take over its counts. Default: all that can be asked."
)
@click.argument("names", metavar="SOURCE...", nargs=-1)
def sync(names: tuple[str, ...]) -> int:
    """Synchronise."""
    from magicai.catalogue.inventory.syncing import source_named, synchronise

    async def act(ports: "Ports") -> int:
        records, owner = ports.catalogue, ports.settings.owner
        if names:
            found = [await source_named(records.inventory, owner, name) for name in names]
        else:
            found = [one for one in await records.inventory.sources(owner) if one.kind in ("shopify", "woocommerce")]
        status = 0
        for one in found:
            done = await synchronise(records, ports.stock_sources, one)
            print(f"{one.name}: told of {done.told} changes")
            _print_counts(done.counts)
            for problem in done.problems:
                print(problem, file=sys.stderr)
            if done.problems or done.counts.get("refused"):
                status = _PARTIAL
        return status

    return with_ports(act)


@inventory.group("source", help="Add, list and remove systems that count stock.")
def source() -> None:
    """Sources."""


@source.command("list", help="List sources, with the paths of their webhooks.")
def list_sources() -> None:
    """List sources."""
    found = with_ports(lambda ports: ports.catalogue.inventory.sources(ports.settings.owner))
    for one in found:
        print(f"{one.name:<20} {one.kind:<12} {one.url or '-':<40} /api/inventory/webhooks/{one.source_id}")
    if not found:
        print(f"No sources yet: {command('inventory', 'source', 'add', '--help')}", file=sys.stderr)


@source.command("add", help="Add a source, or change its address and credentials. Secrets are read from the terminal.")
@click.argument("name")
@click.option("--kind", type=click.Choice(["shopify", "woocommerce", "webhook"]), required=True, help="Its kind.")
@click.option("--url", default="", help="The shop's address.")
@click.option("--location", default="", help="Shopify: the location's id.")
@click.option("--consumer-key", default="", help="WooCommerce: the consumer key.")
@click.option(
    "--secret",
    prompt="API secret (empty if it only sends)",
    default="",
    show_default=False,
    hide_input=True,
    help="Shopify's access token or WooCommerce's consumer secret. Asked for if missing.",
)
@click.option(
    "--signing-secret",
    prompt="Secret of its webhooks (empty if it sends none)",
    default="",
    show_default=False,
    hide_input=True,
    help="What its webhooks are signed with. Asked for if missing.",
)
def add(name: str, kind: str, url: str, location: str, consumer_key: str, secret: str, signing_secret: str) -> None:
    """Add a source."""
    from magicai.catalogue.inventory.syncing import add_source
    from magicai.catalogue.ports import Credentials

    given = Credentials(key=consumer_key, secret=secret, signing=signing_secret)
    made = with_ports(
        lambda ports: add_source(
            ports.catalogue,
            ports.stock_sources,
            owner_id=ports.settings.owner,
            name=name,
            kind=kind,
            url=url,
            location=location,
            credentials=given,
        )
    )
    print(f"Its webhooks go to /api/inventory/webhooks/{made.source_id}")


@source.command("remove", help="Remove a source. Its items keep their last count.")
@click.argument("name")
def remove(name: str) -> None:
    """Remove a source."""
    with_ports(lambda ports: ports.catalogue.inventory.remove_source(ports.settings.owner, name))


def _lines(given: Iterable[str]) -> "list[Line]":
    from magicai.catalogue.inventory.stock import Line
    from magicai.errors import Invalid

    made: list[Line] = []
    for one in given:
        item, _, quantity = one.rpartition("=")
        try:
            made.append(Line(item, int(quantity)))
        except ValueError as exc:
            raise Invalid("item_quantity_invalid", value=one) from exc
    return made


def _key(given: str) -> str:
    from magicai.values.ids import new_id

    return given or new_id()


def _enough(answer: Any) -> Any:
    """The answer, where there was enough."""
    from magicai.catalogue.inventory.shortage import short

    return short(answer)


def _print_stock(one: "Stock", *, as_json: bool) -> None:
    if as_json:
        print(json.dumps({**asdict(one), "available": one.available}, ensure_ascii=False))
    else:
        parts = f"  bundle of {', '.join(f'{part.quantity} {part.item}' for part in one.bundle)}" if one.bundle else ""
        counted = f"  counted by {one.source}" if one.source else ""
        print(f"{one.available:>8} available {one.reserved:>7} reserved  {one.item}{parts}{counted}")


def _print_moves(moves: "list[Movement]", *, as_json: bool = False) -> None:
    from magicai.values.times import to_iso

    for one in moves:
        if as_json:
            print(json.dumps({**asdict(one), "at": to_iso(one.at)}, ensure_ascii=False))
        else:
            change = f"{one.change:+}" if one.change else f"{one.reserved_change:+} reserved"
            note = f"  {one.note}" if one.note else ""
            print(f"{to_iso(one.at)[:19]}  {one.kind:<11} {one.item} {change}: {one.on_hand} on hand{note}")


def _print_reservation(one: "Reservation | Shortage") -> None:
    from magicai.catalogue.inventory.stock import Reservation
    from magicai.values.times import to_iso

    assert isinstance(one, Reservation)
    lines = ", ".join(f"{line.quantity} {line.item}" for line in one.lines)
    print(f"{one.reservation_id}  {one.state}  {lines}  until {to_iso(one.until)[:19]}")


def _print_counts(counts: Any) -> None:
    said = ", ".join(f"{number} {what}" for what, number in sorted(counts.items()) if number)
    print(f"Counts: {said or 'none'}.")
