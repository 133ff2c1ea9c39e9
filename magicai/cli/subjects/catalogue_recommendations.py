"""What is similar, what is viewed and bought together, and what a person may want."""

import sys
from typing import TYPE_CHECKING, Any

import click

from magicai.cli.asking import ask

if TYPE_CHECKING:
    from magicai.shapes.subjects.catalogue_goods import RecommendedItems

# What `magicai --help` says of the commands here.
COMMANDS = {"recommendations": "List similar products, what is bought together, and what a person may want."}
_PARTIAL = 3
_MOST_NAMED = 20
_COUNT = click.option("--count", type=click.IntRange(1, 50), default=10, show_default=True, help="Maximum products.")


@click.group("recommendations", help=COMMANDS["recommendations"])
def recommendations() -> None:
    """Recommendations."""


@recommendations.command("similar", help="List similar products, each with the reason.")
@click.argument("product_id", metavar="PRODUCT")
@_COUNT
def list_similar(product_id: str, count: int) -> None:
    """List similar products."""
    from magicai.operations.subjects import catalogue_goods

    _print_recommended(ask(catalogue_goods.show_similar, product_id, count))


@recommendations.command(
    "together", help="List what is bought, or viewed, together with a product: by id, SKU or GTIN."
)
@click.argument("item", metavar="PRODUCT")
@click.option("--viewed", is_flag=True, help="Viewed together.")
@_COUNT
def list_together(item: str, count: int, *, viewed: bool) -> None:
    """List what goes together."""
    from magicai.operations.subjects import catalogue_goods

    _print_recommended(ask(catalogue_goods.show_together, item, "view" if viewed else "purchase", count))


@recommendations.command("for-person", help="List what a person may want, because of what they viewed and bought.")
@click.argument("person")
@_COUNT
def list_for_person(person: str, count: int) -> None:
    """List recommendations for a person."""
    from magicai.operations.subjects import catalogue_goods

    _print_recommended(ask(catalogue_goods.show_for_person, person, count))


@recommendations.command(
    "add-events", help="Read who viewed or bought what from a CSV file, or from standard input (-)."
)
@click.argument("file", type=click.File("rb"))
def add_events(file: Any) -> int:
    """Add events."""
    from integrations.parsing.text import decoded
    from magicai.operations.subjects import catalogue_goods
    from magicai.shapes.subjects.catalogue_goods import ImportedInteractions

    imported = ask(catalogue_goods.import_interactions, ImportedInteractions(text=decoded(file.read())))
    print(f"Added {imported.taken} events; {imported.repeated} were known.")
    for line in imported.skipped[:_MOST_NAMED]:
        print(f"skipped  line {line}: it needs person and item, and kind may be view or purchase", file=sys.stderr)
    if len(imported.skipped) > _MOST_NAMED:
        print(f"skipped  {len(imported.skipped) - _MOST_NAMED} more lines", file=sys.stderr)
    return _PARTIAL if imported.skipped else 0


def _print_recommended(found: "RecommendedItems") -> None:
    for recommended in found.recommended:
        name = "" if recommended.product is None else f"  {recommended.product.name}"
        print(f"{recommended.score:.2f}  {recommended.item}{name}  ({recommended.reason.replace('_', ' ')})")
    if not found.recommended:
        print("None yet.", file=sys.stderr)
