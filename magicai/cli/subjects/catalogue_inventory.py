"""Stock: what there is, what moved it, and what other systems count."""

import json
import sys
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from magicai.cli.asking import all_of, ask, asking, each, save
from magicai.cli.command_name import command

if TYPE_CHECKING:
    from magicai.cli.asking import Asker
    from magicai.shapes.subjects.catalogue_inventory import (
        CountsTaken,
        MovementShown,
        ReservationShown,
        SourceSynchronised,
        StockLine,
        StockShown,
    )

# What `magicai --help` says of the commands here.
COMMANDS = {"inventory": "List, receive, reserve and sell stock; synchronise it with shops."}
_PARTIAL = 3
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
    from magicai.operations.subjects import catalogue_inventory

    async def work(asker: "Asker") -> int:
        count = 0
        async for stock in each(asker, catalogue_inventory.list_stock, prefix=prefix):
            count += 1
            _print_stock(stock, as_json=as_json)
        return count

    if not asking(work):
        print(f"No stock yet: {command('inventory', 'receive', 'ITEM=QUANTITY')}", file=sys.stderr)


@inventory.command("ledger", help="Show what moved an item, the latest first.")
@click.argument("item")
@click.option("--limit", type=click.IntRange(1, 1000), default=50, show_default=True, help="Maximum movements.")
@_JSON
def ledger(item: str, limit: int, *, as_json: bool) -> None:
    """Show movements."""
    from magicai.operations.subjects import catalogue_inventory

    _print_moves(all_of(catalogue_inventory.list_movements, item, most=limit), as_json=as_json)


@inventory.command("receive", help="Add units.")
@_LINES
@_KEY
@_NOTE
def receive(lines: tuple[str, ...], key: str, note: str) -> None:
    """Add units."""
    _move("receipt", lines, key, note)


@inventory.command("correct", help="Change what there is, by a positive or negative quantity.")
@_LINES
@_KEY
@_NOTE
def correct(lines: tuple[str, ...], key: str, note: str) -> None:
    """Correct a count."""
    _move("correction", lines, key, note)


@inventory.command("sell", help="Take units that nobody has reserved; all lines or none.")
@_LINES
@_KEY
@_NOTE
def sell(lines: tuple[str, ...], key: str, note: str) -> None:
    """Sell."""
    _move("sale", lines, key, note)


@inventory.command("reserve", help="Hold units for a time; all lines or none. Prints the reservation's id.")
@_LINES
@_KEY
@click.option("--minutes", type=click.FloatRange(0.1, 500_000), default=30, show_default=True, help="How long.")
def reserve(lines: tuple[str, ...], key: str, minutes: float) -> None:
    """Reserve."""
    from magicai.operations.subjects import catalogue_inventory
    from magicai.shapes.subjects.catalogue_inventory import NewReservation

    wanted = NewReservation(key=_key(key), lines=_lines(lines), ttl_s=60 * minutes)
    _print_reservation(ask(catalogue_inventory.reserve_stock, wanted))


@inventory.command("sell-reserved", help="Turn a reservation into a sale.")
@click.argument("reservation_id", metavar="RESERVATION")
def sell_reserved(reservation_id: str) -> None:
    """Sell what is reserved."""
    from magicai.operations.subjects import catalogue_inventory

    _print_reservation(ask(catalogue_inventory.sell_reservation, reservation_id))


@inventory.command("release", help="Let go of a reservation.")
@click.argument("reservation_id", metavar="RESERVATION")
def release(reservation_id: str) -> None:
    """Release."""
    from magicai.operations.subjects import catalogue_inventory

    _print_reservation(ask(catalogue_inventory.release_reservation, reservation_id))


@inventory.command("bundle", help="Say what a bundle is made of. Without parts, it is no longer a bundle.")
@click.argument("bundle_name", metavar="BUNDLE")
@click.argument("parts", metavar="ITEM=QUANTITY...", nargs=-1)
def bundle(bundle_name: str, parts: tuple[str, ...]) -> None:
    """Set a bundle."""
    from magicai.operations.subjects import catalogue_inventory
    from magicai.shapes.subjects.catalogue_inventory import BundleParts

    ask(catalogue_inventory.set_bundle, BundleParts(bundle=bundle_name, parts=_lines(parts)))


@inventory.command("import", help="Take over counts or changes from a CSV file, or from standard input (-).")
@click.argument("file", type=click.File("rb"))
@click.option("--source", default="csv", show_default=True, help="Name of the source that counts.")
@click.option(
    "--map", "mapped", metavar="COLUMN=FIELD", multiple=True, help="What a column is: COLUMN=FIELD, or ignore."
)
@click.option("--preview", is_flag=True, help="Show how the file's columns and rows are read. Nothing is imported.")
@click.option("--propose", is_flag=True, help="Preview, and let a language model propose unknown columns.")
@_JSON
def import_file(*, file: Any, source: str, mapped: tuple[str, ...], preview: bool, propose: bool, as_json: bool) -> int:
    """Import a file."""
    from integrations.parsing.text import decoded
    from magicai.cli import columns
    from magicai.cli.typed import map_of
    from magicai.operations.subjects import catalogue_inventory
    from magicai.shapes.subjects.catalogue_inventory import ImportedStock

    name = Path(file.name).name
    given = ImportedStock(text=decoded(file.read()), source=source, file=name, columns=map_of("--map", mapped))
    if preview or propose:
        columns.show(ask(catalogue_inventory.preview_stock, given, propose=propose), as_json=as_json)
        return 0
    imported = ask(catalogue_inventory.import_stock, given)
    if as_json:
        print(json.dumps(imported.model_dump(mode="json"), ensure_ascii=False))
        return _PARTIAL if imported.skipped or imported.refused else 0
    if imported.mapping:
        said = ", ".join(f"{column} = {field}" for column, field in imported.mapping.items())
        print(f"Read by your mapping: {said}", file=sys.stderr)
    _print_counts(imported)
    for row in imported.skipped[:_MOST_NAMED]:
        print(f"skipped  line {row.line}: {row.why}", file=sys.stderr)
    if len(imported.skipped) > _MOST_NAMED:
        print(f"skipped  {len(imported.skipped) - _MOST_NAMED} more lines", file=sys.stderr)
    return _PARTIAL if imported.skipped or imported.refused else 0


@inventory.command("export", help="Write all stock to a CSV file, or to standard output (-).")
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
def export(file: Path) -> None:
    """Export stock."""
    from magicai.operations.subjects import catalogue_inventory

    if str(file) != "-":
        save(catalogue_inventory.export_stock, file)
        print(f"Wrote {file}.")
        return
    with tempfile.TemporaryDirectory() as folder:
        draft = Path(folder, "stock.csv")
        save(catalogue_inventory.export_stock, draft)
        print(draft.read_bytes().decode(), end="")


@inventory.command("conflicts", help="List conflicts between sources, reservations and payments.")
@click.option("--all", "with_resolved", is_flag=True, help="Resolved ones too.")
@_JSON
def conflicts(*, with_resolved: bool, as_json: bool) -> None:
    """List conflicts."""
    from magicai.operations.subjects import catalogue_inventory

    found = all_of(catalogue_inventory.list_stock_conflicts, resolved=None if with_resolved else False)
    for conflict in found:
        if as_json:
            print(json.dumps(conflict.model_dump(mode="json"), ensure_ascii=False))
        else:
            print(f"{conflict.conflict_id}  {conflict.kind:<13} {conflict.item}: {conflict.details} ({conflict.rule})")
    if not found:
        print("No conflicts.", file=sys.stderr)


@inventory.command("resolve", help="Mark a conflict as resolved.")
@click.argument("conflict_id", metavar="CONFLICT")
def resolve(conflict_id: str) -> None:
    """Resolve a conflict."""
    from magicai.operations.subjects import catalogue_inventory

    ask(catalogue_inventory.resolve_stock_conflict, conflict_id)


@inventory.command("check", help="Compare all stock with the sums of the ledger and of reservations.")
def check() -> int:
    """Audit the ledger."""
    from magicai.operations.subjects import catalogue_inventory

    wrong = ask(catalogue_inventory.check_stock).differing
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
    from magicai.operations.subjects import catalogue_inventory

    async def work(asker: "Asker") -> int:
        sources = each(asker, catalogue_inventory.list_sources)
        wanted = names or [source.name async for source in sources if source.kind in ("shopify", "woocommerce")]
        status = 0
        for name in wanted:
            done = await asker.ask(catalogue_inventory.synchronise_source, name)
            _print_synchronised(name, done)
            if done.problems or done.refused:
                status = _PARTIAL
        return status

    return asking(work)


@inventory.group("source", help="Add, list and remove systems that count stock.")
def source() -> None:
    """Sources."""


@source.command("list", help="List sources, with the paths of their webhooks.")
def list_sources() -> None:
    """List sources."""
    from magicai.operations.subjects import catalogue_inventory

    found = all_of(catalogue_inventory.list_sources)
    for one in found:
        print(f"{one.name:<20} {one.kind:<12} {one.url or '-':<40} {one.webhook}")
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
def add(name: str, **given: Any) -> None:
    """Add a source."""
    from magicai.operations.subjects import catalogue_inventory
    from magicai.shapes.subjects.catalogue_inventory import NewSource

    print(f"Its webhooks go to {ask(catalogue_inventory.add_source, NewSource(name=name, **given)).webhook}")


@source.command("remove", help="Remove a source. Its items keep their last count.")
@click.argument("name")
def remove(name: str) -> None:
    """Remove a source."""
    from magicai.operations.subjects import catalogue_inventory

    ask(catalogue_inventory.remove_source, name)


def _move(kind: Literal["receipt", "sale", "correction"], lines: tuple[str, ...], key: str, note: str) -> None:
    from magicai.operations.subjects import catalogue_inventory
    from magicai.shapes.subjects.catalogue_inventory import NewMovement

    given = NewMovement(key=_key(key), kind=kind, lines=_lines(lines), note=note)
    _print_moves(ask(catalogue_inventory.move_stock, given).movements)


def _lines(given: Iterable[str]) -> "list[StockLine]":
    from magicai.errors import Invalid
    from magicai.shapes.subjects.catalogue_inventory import StockLine

    made: list[StockLine] = []
    for line in given:
        item, _, quantity = line.rpartition("=")
        try:
            made.append(StockLine(item=item, quantity=int(quantity)))
        except ValueError as exc:
            raise Invalid("item_quantity_invalid", value=line) from exc
    return made


def _key(given: str) -> str:
    from magicai.values.ids import new_id

    return given or new_id()


def _print_stock(stock: "StockShown", *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(stock.model_dump(mode="json"), ensure_ascii=False))
    else:
        parts = ", ".join(f"{part.quantity} {part.item}" for part in stock.bundle)
        made_of = f"  bundle of {parts}" if parts else ""
        counted = f"  counted by {stock.source}" if stock.source else ""
        print(f"{stock.available:>8} available {stock.reserved:>7} reserved  {stock.item}{made_of}{counted}")


def _print_moves(moves: "Sequence[MovementShown]", *, as_json: bool = False) -> None:
    from magicai.values.times import to_iso

    for move in moves:
        if as_json:
            print(json.dumps(move.model_dump(mode="json"), ensure_ascii=False))
        else:
            change = f"{move.change:+}" if move.change else f"{move.reserved_change:+} reserved"
            note = f"  {move.note}" if move.note else ""
            print(f"{to_iso(move.at)[:19]}  {move.kind:<11} {move.item} {change}: {move.on_hand} on hand{note}")


def _print_reservation(reservation: "ReservationShown") -> None:
    from magicai.values.times import to_iso

    lines = ", ".join(f"{line.quantity} {line.item}" for line in reservation.lines)
    until = to_iso(reservation.until)[:19]
    print(f"{reservation.reservation_id}  {reservation.state}  {lines}  until {until}")


def _print_synchronised(name: str, done: "SourceSynchronised") -> None:
    print(f"{name}: told of {done.told} changes")
    _print_counts(done)
    for problem in done.problems:
        print(problem, file=sys.stderr)


def _print_counts(counts: "CountsTaken") -> None:
    outcomes = {name: getattr(counts, name) for name in ("late", "refused", "repeated", "taken")}
    said = ", ".join(f"{number} {outcome}" for outcome, number in outcomes.items() if number)
    print(f"Counts: {said or 'none'}.")
