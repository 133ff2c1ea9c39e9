"""Shops that are connected, and what is written to them."""

import sys
from typing import TYPE_CHECKING, Any

import click

from magicai.cli.asking import all_of, ask, asking
from magicai.cli.command_name import command

if TYPE_CHECKING:
    from magicai.cli.asking import Asker
    from magicai.shapes.subjects.catalogue_systems import ShopWriteShown

# What `magicai --help` says of the commands here.
COMMANDS = {"systems": "Connect your shops, preview what would be written to them, apply and undo it."}
_FIELDS = ("title", "description", "price", "list_price", "stock")
_PARTIAL = 3


@click.group("systems", help=COMMANDS["systems"])
def systems() -> None:
    """Connected shops."""


@systems.command("connect", help="Connect a shop. Without --secret-file, asks for its secret.")
@click.argument("name")
@click.argument("kind", type=click.Choice(["shopify", "woocommerce", "vendure"]))
@click.argument("address")
@click.option("--user", default="", help="WooCommerce's consumer key, or Vendure's administrator.")
@click.option("--secret-file", type=click.File(encoding="utf-8"), help="File with the secret; - is standard input.")
@click.option("--option", "options", multiple=True, metavar="NAME=VALUE", help="Such as location=7 or language=de.")
def connect(name: str, kind: Any, address: str, user: str, secret_file: Any, options: tuple[str, ...]) -> None:
    """Connect a shop."""
    from pydantic import SecretStr

    from magicai.operations.subjects import catalogue_systems
    from magicai.shapes.subjects.catalogue_systems import ConnectedShop

    given = {name: value for name, _, value in (option.partition("=") for option in options)}
    secret = secret_file.read().strip() if secret_file else click.prompt(f"{name}: secret", hide_input=True, err=True)
    new = ConnectedShop(name=name, kind=kind, address=address, user=user, secret=SecretStr(secret), options=given)

    async def work(asker: "Asker") -> str:
        made = await asker.ask(catalogue_systems.connect_shop_system, new)
        return (await asker.ask(catalogue_systems.check_shop_system, made.name)).shop

    print(f"Connected {name}: {asking(work)}.")
    print(f"To import its products: {command('run', 'product-list', '--system', name)}", file=sys.stderr)


@systems.command("list", help="List your shops.")
def list_systems() -> None:
    """List shops."""
    from magicai.operations.subjects import catalogue_systems
    from magicai.values.times import to_iso

    for one in all_of(catalogue_systems.list_shop_systems):
        read = to_iso(one.read_at)[:19] if one.read_at else "never imported"
        print(f"{one.name:<20}  {one.kind:<12}  {one.address}  {read}")


@systems.command("check", help="Sign in to a shop, and change nothing.")
@click.argument("name")
def check(name: str) -> None:
    """Check a shop."""
    from magicai.operations.subjects import catalogue_systems

    print(f"{name} works: {ask(catalogue_systems.check_shop_system, name).shop}.")


@systems.command("forget", help="Forget a shop. Its products stay, there and here.")
@click.argument("name")
def forget(name: str) -> None:
    """Forget a shop."""
    from magicai.operations.subjects import catalogue_systems

    ask(catalogue_systems.forget_shop_system, name)
    print(f"Forgot {name}.")


@systems.command("preview", help="Show what would change in a shop; changes nothing there.")
@click.argument("name")
@click.argument("products", metavar="PRODUCT...", nargs=-1)
@click.option("--field", "fields", multiple=True, type=click.Choice(_FIELDS), help="Compare only these fields.")
@click.option("--set", "values", multiple=True, metavar="SKU.FIELD=VALUE", help="A value, instead of the catalogue's.")
def preview(name: str, products: tuple[str, ...], fields: tuple[Any, ...], values: tuple[str, ...]) -> int:
    """Preview a write."""
    from magicai.operations.subjects import catalogue_systems
    from magicai.shapes.subjects.catalogue_systems import PreviewWanted

    given: dict[str, Any] = {"product_ids": products, "edits": [_edit(value) for value in values]}
    wanted = PreviewWanted.model_validate({**given, "fields": fields} if fields else given)
    return _print(ask(catalogue_systems.preview_shop_write, name, wanted))


@systems.command("show", help="Show a write, and what became of it.")
@click.argument("write")
def show(write: str) -> int:
    """Show a write."""
    from magicai.operations.subjects import catalogue_systems

    return _print(ask(catalogue_systems.show_shop_write, write))


@systems.command("apply", help="Write what was previewed, where the shop has not changed it since.")
@click.argument("write")
@click.option("--digest", required=True, help="The preview's.")
def apply(write: str, digest: str) -> int:
    """Apply a write."""
    from magicai.operations.subjects import catalogue_systems
    from magicai.shapes.subjects.catalogue_systems import WriteDigest

    return _print(ask(catalogue_systems.apply_shop_write, write, WriteDigest(digest=digest)))


@systems.command("undo", help="Write back what was there before, where the shop has not changed it since.")
@click.argument("write")
@click.option("--digest", required=True, help="The preview's.")
def undo(write: str, digest: str) -> int:
    """Undo a write."""
    from magicai.operations.subjects import catalogue_systems
    from magicai.shapes.subjects.catalogue_systems import WriteDigest

    return _print(ask(catalogue_systems.undo_shop_write, write, WriteDigest(digest=digest)))


def _edit(given: str) -> dict[str, str]:
    from magicai.errors import Invalid

    place, equals, value = given.partition("=")
    sku, dot, field = place.rpartition(".")
    if not (equals and dot and field in _FIELDS):
        raise Invalid("sku_field_value_invalid", value=given)
    return {"sku": sku, "field": field, "value": value}


def _print(write: "ShopWriteShown") -> int:
    """Print a write; answers the command's status."""
    for part in write.parts:
        print(f"{part.state:<8}  {part.title}")
        for field, after in part.after.items():
            print(f"          {field}: {part.before[field] or '-'} -> {after or '-'}")
        if part.problem is not None:
            print(f"          {part.problem}")
    for problem in write.problems:
        print(problem, file=sys.stderr)
    if not write.parts:
        print("No differences.", file=sys.stderr)
        return 0
    words = ("apply",) if write.state == "preview" else ("undo",) if write.state == "applied" else ()
    print(f"{write.write_id}  {write.state}")
    for word in words:
        print(f"To {word} it: {command('systems', word, write.write_id, '--digest', write.digest)}", file=sys.stderr)
    return _PARTIAL if write.state == "partial" else 0
