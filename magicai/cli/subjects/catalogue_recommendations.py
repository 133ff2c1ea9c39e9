"""What is similar, what is viewed and bought together, and what a person may want."""

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from magicai.cli.here import with_ports

if TYPE_CHECKING:
    from integrations.open import Ports
    from magicai.catalogue.recommendations.answering import Suggested

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

    async def act(ports: "Ports") -> None:
        from magicai.catalogue.recommendations.answering import similar_to

        owner = ports.settings.owner
        _print_suggested(await similar_to(ports.catalogue, product_id, owner_id=owner, count=count))

    with_ports(act)


@recommendations.command(
    "together", help="List what is bought, or viewed, together with a product: by id, SKU or GTIN."
)
@click.argument("item", metavar="PRODUCT")
@click.option("--viewed", is_flag=True, help="Viewed together.")
@_COUNT
def list_together(item: str, count: int, *, viewed: bool) -> None:
    """List what goes together."""

    async def act(ports: "Ports") -> None:
        from magicai.catalogue.recommendations.answering import together_with
        from magicai.catalogue.recommendations.recommender import Recommender

        owner = ports.settings.owner
        recommender = Recommender(ports.catalogue.interactions, owner)
        kind = "view" if viewed else "purchase"
        _print_suggested(await together_with(ports.catalogue, recommender, item, kind, owner_id=owner, count=count))

    with_ports(act)


@recommendations.command("for-person", help="List what a person may want, because of what they viewed and bought.")
@click.argument("person")
@_COUNT
def list_for_person(person: str, count: int) -> None:
    """List recommendations for a person."""

    async def act(ports: "Ports") -> None:
        from magicai.catalogue.recommendations.answering import for_person
        from magicai.catalogue.recommendations.recommender import Recommender

        owner = ports.settings.owner
        recommender = Recommender(ports.catalogue.interactions, owner)
        _print_suggested(await for_person(ports.catalogue, recommender, person, owner_id=owner, count=count))

    with_ports(act)


@recommendations.command(
    "add-events", help="Read who viewed or bought what from a CSV file, or from standard input (-)."
)
@click.argument("file", type=click.File("rb"))
def add_events(file: Any) -> int:
    """Add events."""
    body: bytes = file.read()

    async def act(ports: "Ports") -> int:
        from integrations.parsing.text import decoded
        from magicai.catalogue.recommendations.events import read_events

        events, skipped = read_events(decoded(body), at=await ports.records.runs.now())
        taken = await ports.catalogue.interactions.add(ports.settings.owner, events) if events else 0
        print(f"Added {taken} events; {len(events) - taken} were known.")
        for line in skipped[:_MOST_NAMED]:
            print(f"skipped  line {line}: it needs person and item, and kind may be view or purchase", file=sys.stderr)
        if len(skipped) > _MOST_NAMED:
            print(f"skipped  {len(skipped) - _MOST_NAMED} more lines", file=sys.stderr)
        return _PARTIAL if skipped else 0

    return with_ports(act)


def _print_suggested(found: "Sequence[Suggested]") -> None:
    for one in found:
        name = "" if one.kept is None else f"  {one.kept.product.values.name}"
        print(f"{one.score:.2f}  {one.item}{name}  ({one.reason.replace('_', ' ')})")
    if not found:
        print("None yet.", file=sys.stderr)
