"""Products of the catalogue, the taxonomy, and what shops' categories are in it."""

import asyncio
import json
import sys
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import click

from magicai.cli.asking import all_of, ask, asking, each, save
from magicai.cli.command_name import command
from magicai.cli.local import with_ports
from magicai.cli.samples import Sampling
from magicai.cli.subjects.shops import again, sample_of_a_shop

if TYPE_CHECKING:
    from integrations.open import Ports
    from magicai.cli.asking import Asker
    from magicai.shapes.subjects.catalogue import ProductsEdited, ProductShown, ProductWhole

# What `magicai --help` says of the commands here.
COMMANDS = {
    "products": "List, show, edit, undo, decide, export and delete products of the catalogue.",
    "categories": "List the categories of shops, and map them to the taxonomy.",
    "taxonomy": "Download the product taxonomy, and search it.",
}
SAMPLES = {"product-list": Sampling(begin=sample_of_a_shop, again=again)}
_MOST_FOUND = 20
_SORTED = ("name", "price", "brand", "updated", "completeness")
_FACETS = ("brand", "category", "availability", "price_band", "shop")


@click.group("products", help=COMMANDS["products"])
def products() -> None:
    """Products of the catalogue."""


def narrowing(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options that narrow products down."""
    for facet in reversed(_FACETS):
        name = facet.replace("_", "-")
        of = click.option(f"--{name}", facet, multiple=True, help=f"Only of this {name.replace('-', ' ')}. May repeat.")
        command = of(command)
    state = click.option("--state", type=click.Choice(["ready", "review"]), help="Only in this state.")
    completeness = click.option(
        "--completeness",
        type=click.Choice(["complete", "incomplete"]),
        help="Only products that have all that their families require, or that lack some of it.",
    )
    command = completeness(command)
    return click.option("--words", default="", help="Only products that match; the best first.")(state(command))


@products.command("list", help="List products, newest first, or those that match, or sorted.")
@narrowing
@click.option(
    "--sort",
    type=click.Choice([f"{sign}{name}" for name in _SORTED for sign in ("", "-")]),
    help="By what; `-` reverses. Of many that match words, the best 2,000 are sorted.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON on standard output, one object per line.")
def list_products(*, as_json: bool, **wanted: Any) -> None:
    """List products."""
    from magicai.operations.subjects import catalogue

    async def work(asker: "Asker") -> int:
        count = 0
        async for product in each(asker, catalogue.list_products, **wanted):
            count += 1
            _print_short(product, as_json=as_json)
        return count

    if not asking(work):
        print(f"No products yet: {command('run', 'product-list', '--help')}", file=sys.stderr)


@products.command("facets", help="Count products by brand, category, availability, price band and shop.")
@narrowing
def count_products(**wanted: Any) -> None:
    """Count products."""
    from magicai.operations.subjects import catalogue

    print(json.dumps(ask(catalogue.count_products, **wanted).facets, ensure_ascii=False, indent=1))


@products.command("show", help="Show a product, where its values come from, and its versions.")
@click.argument("product_id", metavar="PRODUCT")
@click.option("--json", "as_json", is_flag=True, help="Print JSON on standard output.")
def show(product_id: str, *, as_json: bool) -> None:
    """Show a product."""
    from magicai.operations.subjects import catalogue

    product = ask(catalogue.show_product, product_id)
    if as_json:
        print(json.dumps(product.model_dump(mode="json"), ensure_ascii=False, indent=1))
    else:
        _print_whole(product)


@products.command("edit", help="Save new values: FIELD=VALUE. Lists and attributes as JSON; an empty value clears one.")
@click.argument("product_id", metavar="PRODUCT")
@click.argument("values", metavar="FIELD=VALUE...", nargs=-1, required=True)
def edit(product_id: str, values: tuple[str, ...]) -> None:
    """Edit a product."""
    from magicai.operations.subjects import catalogue
    from magicai.shapes.subjects.catalogue import EditedProduct

    _print_whole(ask(catalogue.edit_product, product_id, EditedProduct(fields=_fields(values))))


@products.command("edit-all", help="Save the same values in all products that match: FIELD=VALUE.")
@click.argument("values", metavar="FIELD=VALUE...", nargs=-1, required=True)
@narrowing
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option(
    "--json", "as_json", is_flag=True, help="Print JSON on standard output: what changed, as undo-all takes it back."
)
def edit_all(*, values: tuple[str, ...], yes: bool, as_json: bool, **wanted: Any) -> None:
    """Edit many products."""
    from magicai.operations.subjects import catalogue
    from magicai.shapes.subjects.catalogue import EditedProducts

    fields = _fields(values)
    ids = [product.product_id for product in all_of(catalogue.list_products, **wanted)]
    if not yes:
        click.confirm(f"Change {', '.join(fields)} of {len(ids)} products?", abort=True, err=True)
    if not ids:
        print("Changed 0 products.")
        return
    edited = ask(catalogue.edit_products, EditedProducts(product_ids=tuple(ids), fields=fields))
    if as_json:
        print(json.dumps(edited.model_dump(mode="json"), ensure_ascii=False))
    else:
        print(f"Changed {edited.changed} products.")
    _print_not_changed(edited)


@products.command(
    "undo-all", help="Take a bulk edit back. FILE: the output of `edit-all --json`, or - for standard input."
)
@click.argument("file", type=click.File(encoding="utf-8"))
def undo_all(file: TextIO) -> None:
    """Undo a bulk edit."""
    from magicai.operations.subjects import catalogue
    from magicai.shapes.subjects.catalogue import ProductsEdited, UndoneVersions

    made = ProductsEdited.model_validate_json(file.read())
    if not made.versions:
        print("Undone: 0 products.")
        return
    undone = ask(catalogue.undo_versions, UndoneVersions(versions=made.versions))
    print(f"Undone: {undone.changed} products.")
    _print_not_changed(undone)


@products.command("undo", help="Take back the latest version of a product, or version NUMBER.")
@click.argument("product_id", metavar="PRODUCT")
@click.argument("number", type=click.IntRange(1), required=False)
def undo(product_id: str, number: int | None) -> None:
    """Undo a version."""
    from magicai.operations.subjects import catalogue
    from magicai.shapes.subjects.catalogue import UndoneVersion

    _print_whole(ask(catalogue.undo_version, product_id, UndoneVersion(number=number)))


@products.command("decide", help="Decide which of a field's contradicting values holds, by its number.")
@click.argument("product_id", metavar="PRODUCT")
@click.argument("field")
@click.argument("choice", type=click.IntRange(0))
def decide(product_id: str, field: str, choice: int) -> None:
    """Decide between sources."""
    from magicai.operations.subjects import catalogue
    from magicai.shapes.subjects.catalogue import DecidedValue

    _print_whole(ask(catalogue.decide_value, product_id, DecidedValue(field=field, choice=choice)))


@products.command("alike", help="List products that may be the same, by their names.")
@click.argument("product_id", metavar="PRODUCT")
def list_alike(product_id: str) -> None:
    """List products that may be the same."""
    from magicai.operations.subjects import catalogue

    for found in ask(catalogue.show_alike, product_id).alike:
        print(f"{found.likeness:.2f}  {found.product.product_id}  {found.product.name}")


@products.command("duplicates", help="List products of different sources that may be one, with the reason.")
@click.option("--find", is_flag=True, help="Look among all products first.")
@click.option("--state", type=click.Choice(["open", "same", "different"]), default="open", show_default=True)
def list_duplicates(*, find: bool, state: str) -> None:
    """List duplicates."""
    from magicai.catalogue.duplicates import DuplicateState
    from magicai.operations.subjects import catalogue

    async def work(asker: "Asker") -> None:
        if find:
            await asker.ask(catalogue.find_duplicates)
        async for pair in each(asker, catalogue.list_duplicates, state=DuplicateState(state)):
            against = f"; {pair.against}" if pair.against else ""
            print(f"{pair.certainty}: {pair.why}{against}")
            for product in (pair.one, pair.other):
                print(f"  {product.product_id}  {product.shop or '-'}  {product.name}")

    asking(work)


@products.command(
    "decide-duplicate", help="Say whether two products are the same. The pair is not proposed again; nothing is merged."
)
@click.argument("one", metavar="PRODUCT")
@click.argument("other", metavar="PRODUCT")
@click.argument("verdict", type=click.Choice(["same", "different"]))
def decide_duplicate(one: str, other: str, verdict: str) -> None:
    """Decide about a pair."""
    from magicai.operations.subjects import catalogue
    from magicai.shapes.subjects.catalogue import DecidedDuplicate

    decided = ask(catalogue.decide_duplicate, DecidedDuplicate(one=one, other=other, same=verdict == "same"))
    print(f"{decided.one} and {decided.other}: {decided.state}.")


@products.command("describe-images", help="Write alternative texts of a product's images, by a model that sees them.")
@click.argument("product_id", metavar="PRODUCT")
@click.option("--language", default="en", show_default=True, help="Language of the texts.")
@click.option("--model", default="", help="Model that looks. `magicai models` lists them.  [default: the writer]")
@click.option("--again", is_flag=True, help="Describe again images that have such a text in this language.")
def describe_images(product_id: str, language: str, model: str, *, again: bool) -> None:
    """Describe images."""
    from magicai.operations.subjects import catalogue_goods
    from magicai.shapes.subjects.catalogue_goods import ImagesToDescribe

    wanted = ImagesToDescribe(language=language, model=model, again=again)
    for image in ask(catalogue_goods.describe_product_images, product_id, wanted).images:
        if image.role == "product":
            print(f"{image.url}\n  {image.alt}")


@products.command("delete", help="Delete products.")
@click.argument("product_ids", metavar="PRODUCT...", nargs=-1, required=True)
def delete(product_ids: tuple[str, ...]) -> None:
    """Delete products."""
    from magicai.operations.subjects import catalogue

    async def work(asker: "Asker") -> None:
        for product_id in product_ids:  # that all are there, before the first is gone
            await asker.ask(catalogue.show_product, product_id)
        for product_id in dict.fromkeys(product_ids):
            await asker.ask(catalogue.delete_product, product_id)

    asking(work)
    print(f"Deleted {len(product_ids)} products.")


@products.command("export", help="Write products to a file: .csv, .xlsx, .parquet, .xml (Merchant feed) or .jsonld.")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@narrowing
def export(*, file: Path, **wanted: Any) -> None:
    """Export products."""
    from magicai.catalogue.exports import kind_of
    from magicai.operations.subjects import catalogue

    counts = save(catalogue.export_products, file, f"products.{kind_of(file)}", **wanted)
    if counts["left_out"]:
        print(f"{counts['left_out']} products have no address or price, and were left out.", file=sys.stderr)
    print(f"Wrote {counts['products']} products to {file}.")


@click.group("categories", help=COMMANDS["categories"])
def categories() -> None:
    """Categories of shops."""


@categories.command("list", help="List the categories of shops, with suggestions for those that are not mapped.")
@click.option("--state", type=click.Choice(["open", "confirmed", "mixed"]), help="Only in this state.")
def list_categories(*, state: str | None) -> None:
    """List categories of shops."""
    from magicai.catalogue.categories.mapping import MappingState
    from magicai.operations.subjects import catalogue

    for mapping in all_of(catalogue.list_categories, state=MappingState(state) if state else None):
        category = mapping.category
        mapped = f"{category.id}  {' > '.join(category.path)}" if category else mapping.state
        print(f"{mapping.mapping_id}  {mapping.products:>6}  {mapping.shop}: {' > '.join(mapping.path)}  =  {mapped}")
        for suggestion in mapping.suggestions if mapping.state == MappingState.OPEN else ():
            print(f"{'':34}{suggestion.id}  {' > '.join(suggestion.path)}")


@categories.command("map", help="Map a shop's category to one of the taxonomy, by id, or to `mixed`.")
@click.argument("mapping_id", metavar="MAPPING")
@click.argument("category_id", metavar="CATEGORY")
def map_category(mapping_id: str, category_id: str) -> None:
    """Map a category."""
    from magicai.operations.subjects import catalogue
    from magicai.shapes.subjects.catalogue import MappedCategory

    made = ask(catalogue.map_category, mapping_id, MappedCategory(category_id=category_id))
    print(f"Mapped {made.mapping.shop}: {' > '.join(made.mapping.path)}. {made.changed} products changed.")


@click.group("taxonomy", help=COMMANDS["taxonomy"])
def taxonomy() -> None:
    """The product taxonomy."""


@taxonomy.command("get", help="Download Shopify's open product taxonomy (MIT), or install it from a file.")
@click.option("--from", "file", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Install this file.")
@click.option(
    "--language", type=click.Choice(["en", "zh"]), default=None, help="Its language.  [default: both; of a file, en]"
)
@click.option(
    "--version", default="", help="Which version to download.  [default: the one that MagicAI was tested with]"
)
@click.option("--sha256", default="", help="Checksum that the file must have.")
def get_taxonomy(*, file: Path | None, language: str | None, version: str, sha256: str) -> None:
    """Get the taxonomy."""

    async def act(ports: "Ports") -> None:
        from magicai.catalogue.categories import taxonomy as installed
        from magicai.catalogue.categories.downloading import download

        home = ports.settings.home
        if file is not None:
            made = installed.install(
                home, language or "en", await asyncio.to_thread(file.read_bytes), str(file), sha256=sha256
            )
            print(f"Installed version {made.version}: {len(made.paths):,} categories.")
            return
        for one in [language] if language else list(installed.LANGUAGES):
            made, digest = await download(ports.fetcher, home, one, version=version, sha256=sha256)
            print(f"Installed version {made.version} ({one}): {len(made.paths):,} categories, SHA-256 {digest}.")

    with_ports(act)


@taxonomy.command("search", help="Find categories by words, in English or Chinese.")
@click.argument("words", nargs=-1, required=True)
def search_taxonomy(words: tuple[str, ...]) -> None:
    """Search the taxonomy."""
    from magicai.operations.subjects import catalogue

    for category in all_of(catalogue.search_taxonomy, words=" ".join(words), most=_MOST_FOUND):
        print(f"{category.id:<16} {' > '.join(category.path)}")


def _fields(values: tuple[str, ...]) -> dict[str, Any]:
    from magicai.errors import Invalid

    fields: dict[str, Any] = {}
    for one in values:
        name, mark, value = one.partition("=")
        if not mark:
            raise Invalid("field_value_invalid", value=one)
        try:
            fields[name] = json.loads(value) if value[:1] in ("[", "{") else value or None
        except ValueError as exc:
            raise Invalid("json_value_invalid", name=name, value=value, reason=exc) from exc
    return fields


def _print_not_changed(edited: "ProductsEdited") -> None:
    for product in edited.not_changed:
        print(f"{product.product_id}: {product.what}", file=sys.stderr)


def _print_short(product: "ProductShown", *, as_json: bool) -> None:
    from magicai.values.money import padded

    if as_json:
        print(json.dumps(product.model_dump(mode="json"), ensure_ascii=False))
        return
    price = product.price or ""
    if product.price is not None and product.currency:
        price = f"{padded(Decimal(product.price), product.currency)} {product.currency}"
    print(f"{product.product_id}  {product.state:<6}  {price:>14}  {product.name}")


def _print_whole(product: "ProductWhole") -> None:
    for name, value in product.values.model_dump(mode="json", exclude_defaults=True).items():
        origin = product.origins.get(name)
        said = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        print(f"{name:<13} {said}" + (f"  ({origin.place}, {origin.confidence:.2f})" if origin else ""))
    for contradiction in product.contradictions:
        print(f"To decide: {contradiction.field}", file=sys.stderr)
        for number, candidate in enumerate(contradiction.values):
            print(f"  {number}  {candidate.value}  ({candidate.origin.place})", file=sys.stderr)
    for change in product.changes:
        print(
            f"Version {change.number} by {change.by}: {', '.join(change.fields) or 'new'} {change.note}",
            file=sys.stderr,
        )
