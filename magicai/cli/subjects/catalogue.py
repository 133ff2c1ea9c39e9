"""Products of the catalogue, the taxonomy, and what shops' categories are in it."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from magicai.cli.called import command
from magicai.cli.here import with_ports
from magicai.cli.samples import Sampling
from magicai.cli.subjects.shops import again, sample_of_a_shop

if TYPE_CHECKING:
    from integrations.open import Ports
    from magicai.catalogue.kept import Kept
    from magicai.catalogue.listing import Narrowed

# What `magicai --help` says of the commands here.
COMMANDS = {
    "products": "List, show, edit, undo, decide, export and delete products of the catalogue.",
    "categories": "List the categories of shops, and map them to the taxonomy.",
    "taxonomy": "Download the product taxonomy, and search it.",
}
SAMPLES = {"product-list": Sampling(begin=sample_of_a_shop, again=again)}
_FACETS = ("brand", "category", "availability", "price_band", "shop")


@click.group("products", help=COMMANDS["products"])
def products() -> None:
    """Products of the catalogue."""


def _narrowing(command: Callable[..., None]) -> Callable[..., None]:
    for facet in reversed(_FACETS):
        name = facet.replace("_", "-")
        of = click.option(f"--{name}", facet, multiple=True, help=f"Only of this {name.replace('-', ' ')}. May repeat.")
        command = of(command)
    state = click.option("--state", type=click.Choice(["ready", "review"]), help="Only in this state.")
    return click.option("--words", default="", help="Only products that match; the best first.")(state(command))


@products.command("list", help="List products, newest first, or those that match.")
@_narrowing
@click.option("--json", "as_json", is_flag=True, help="Print JSON on standard output, one object per line.")
def list_products(*, as_json: bool, **wanted: Any) -> None:
    """List products."""

    async def act(ports: "Ports") -> None:
        count = 0
        async for kept in _each(ports, _narrowed(wanted)):
            count += 1
            _print_short(kept, as_json=as_json)
        if not count:
            print(f"No products yet: {command('run', 'product-list', '--help')}", file=sys.stderr)

    with_ports(act)


@products.command("facets", help="Count products by brand, category, availability, price band and shop.")
@_narrowing
def count_products(**wanted: Any) -> None:
    """Count products."""

    async def act(ports: "Ports") -> None:
        from magicai.catalogue.listing import counts

        found = await counts(ports.search, _narrowed(wanted), owner_id=ports.settings.owner)
        print(json.dumps(found, ensure_ascii=False, indent=1))

    with_ports(act)


@products.command("show", help="Show a product, where its values come from, and its versions.")
@click.argument("product_id", metavar="PRODUCT")
@click.option("--json", "as_json", is_flag=True, help="Print JSON on standard output.")
def show(product_id: str, *, as_json: bool) -> None:
    """Show a product."""
    kept = with_ports(lambda ports: _product(ports, product_id))
    if as_json:
        print(json.dumps(kept.product.model_dump(mode="json"), ensure_ascii=False, indent=1))
    else:
        _print_whole(kept)


@products.command("edit", help="Save new values: FIELD=VALUE. Lists and attributes as JSON; an empty value clears one.")
@click.argument("product_id", metavar="PRODUCT")
@click.argument("values", metavar="FIELD=VALUE...", nargs=-1, required=True)
def edit(product_id: str, values: tuple[str, ...]) -> None:
    """Edit a product."""

    async def act(ports: "Ports") -> "Kept":
        from magicai.catalogue import editing
        from magicai.catalogue.categories.taxonomy import load

        return await editing.edit(
            ports.catalogue,
            product_id,
            _fields(values),
            owner_id=ports.settings.owner,
            taxonomy=load(ports.settings.home),
        )

    _print_whole(with_ports(act))


@products.command("edit-all", help="Save the same values in all products that match: FIELD=VALUE.")
@click.argument("values", metavar="FIELD=VALUE...", nargs=-1, required=True)
@_narrowing
@click.option("--yes", is_flag=True, help="Do not ask.")
def edit_all(*, values: tuple[str, ...], yes: bool, **wanted: Any) -> None:
    """Edit many products."""

    async def act(ports: "Ports") -> None:
        from magicai.catalogue import editing
        from magicai.catalogue.categories.taxonomy import load

        fields = _fields(values)
        ids = [kept.product.product_id async for kept in _each(ports, _narrowed(wanted))]
        if not yes:
            click.confirm(f"Change {', '.join(fields)} of {len(ids)} products?", abort=True, err=True)
        changed, left = await editing.edit_many(
            ports.catalogue, ids, fields, owner_id=ports.settings.owner, taxonomy=load(ports.settings.home)
        )
        print(f"Changed {changed} products.")
        for one in left:
            print(f"{one.product_id}: {one.what}", file=sys.stderr)

    with_ports(act)


@products.command("undo", help="Take back the latest version of a product, or version NUMBER.")
@click.argument("product_id", metavar="PRODUCT")
@click.argument("number", type=click.IntRange(1), required=False)
def undo(product_id: str, number: int | None) -> None:
    """Undo a version."""

    async def act(ports: "Ports") -> "Kept":
        from magicai.catalogue import editing

        return await editing.undo(ports.catalogue, product_id, number, owner_id=ports.settings.owner)

    _print_whole(with_ports(act))


@products.command("decide", help="Decide which of a field's contradicting values holds, by its number.")
@click.argument("product_id", metavar="PRODUCT")
@click.argument("field")
@click.argument("choice", type=click.IntRange(0))
def decide(product_id: str, field: str, choice: int) -> None:
    """Decide between sources."""

    async def act(ports: "Ports") -> "Kept":
        from magicai.catalogue import editing

        return await editing.decide(ports.catalogue, product_id, field, choice, owner_id=ports.settings.owner)

    _print_whole(with_ports(act))


@products.command("alike", help="List products that may be the same, by their names.")
@click.argument("product_id", metavar="PRODUCT")
def list_alike(product_id: str) -> None:
    """List products that may be the same."""

    async def act(ports: "Ports") -> None:
        from magicai.catalogue.likeness import alike

        kept = await _product(ports, product_id)
        for one in await alike(ports.records, ports.search, kept.product):
            print(f"{one.likeness:.2f}  {one.kept.product.product_id}  {one.kept.product.values.name}")

    with_ports(act)


@products.command("describe-images", help="Write alternative texts of a product's images, by a model that sees them.")
@click.argument("product_id", metavar="PRODUCT")
@click.option("--language", default="en", show_default=True, help="Language of the texts.")
@click.option("--model", default="", help="Model that looks. `magicai models` lists them.  [default: the writer]")
@click.option("--again", is_flag=True, help="Describe again images that have such a text in this language.")
def describe_images(product_id: str, language: str, model: str, *, again: bool) -> None:
    """Describe images."""
    from magicai.catalogue.images import describing

    found = with_ports(
        lambda ports: describing.describe_images(
            ports.catalogue,
            ports.files,
            product_id,
            language,
            owner_id=ports.settings.owner,
            open_model=ports.text_model,
            model=model,
            again=again,
        )
    )
    for one in found.shown:
        print(f"{one.image.url}\n  {one.alt}")


@products.command("delete", help="Delete products.")
@click.argument("product_ids", metavar="PRODUCT...", nargs=-1, required=True)
def delete(product_ids: tuple[str, ...]) -> None:
    """Delete products."""

    async def act(ports: "Ports") -> None:
        for product_id in product_ids:
            await _product(ports, product_id)
        await ports.catalogue.catalogue.delete(ports.settings.owner, product_ids)
        print(f"Deleted {len(product_ids)} products.")

    with_ports(act)


@products.command("export", help="Write products to a file: .csv, .xlsx, .parquet, .xml (Merchant feed) or .jsonld.")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@_narrowing
def export(*, file: Path, **wanted: Any) -> None:
    """Export products."""

    async def act(ports: "Ports") -> None:
        from magicai.catalogue.exports import write

        parts = ([kept.product for kept in part] async for part in _parts(ports, _narrowed(wanted)))
        written = await write(file, parts)
        if written.left_out:
            print(f"{written.left_out} products have no address or price, and were left out.", file=sys.stderr)
        print(f"Wrote {written.products - written.left_out} products to {file}.")

    with_ports(act)


@click.group("categories", help=COMMANDS["categories"])
def categories() -> None:
    """Categories of shops."""


@categories.command("list", help="List the categories of shops, with suggestions for those that are not mapped.")
@click.option("--state", type=click.Choice(["open", "confirmed", "mixed"]), help="Only in this state.")
def list_categories(*, state: str | None) -> None:
    """List categories of shops."""

    async def act(ports: "Ports") -> None:
        from magicai.catalogue.categories.mapping import MappingState, mappings

        wanted = MappingState(state) if state else None
        async for one in mappings(ports.records, owner_id=ports.settings.owner, state=wanted):
            found = one.mapping
            mapped = f"{found.category.id}  {' > '.join(found.category.path)}" if found.category else found.state
            print(f"{found.mapping_id}  {found.products:>6}  {found.shop}: {' > '.join(found.path)}  =  {mapped}")
            for suggestion in found.suggestions if found.state == "open" else ():
                print(f"{'':34}{suggestion.id}  {' > '.join(suggestion.path)}")

    with_ports(act)


@categories.command("map", help="Map a shop's category to one of the taxonomy, by id, or to `mixed`.")
@click.argument("mapping_id", metavar="MAPPING")
@click.argument("category_id", metavar="CATEGORY")
def map_category(mapping_id: str, category_id: str) -> None:
    """Map a category."""

    async def act(ports: "Ports") -> None:
        from magicai.catalogue.categories.applying import apply_mappings
        from magicai.catalogue.categories.mapping import decide as confirm
        from magicai.catalogue.categories.taxonomy import load

        owner = ports.settings.owner
        one = await confirm(ports.records, load(ports.settings.home), mapping_id, category_id, owner_id=owner)
        changed = await apply_mappings(ports.catalogue, owner_id=owner)
        print(f"Mapped {one.shop}: {' > '.join(one.path)}. {changed} products changed.")

    with_ports(act)


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

    async def act(ports: "Ports") -> None:
        from magicai.catalogue.categories.taxonomy import WAY_OUT, load
        from magicai.errors import NotFound

        found = load(ports.settings.home)
        if found is None:
            raise NotFound("No taxonomy is installed.", way_out=WAY_OUT)
        for one in found.search(" ".join(words)):
            print(f"{one.id:<16} {' > '.join(one.path)}")

    with_ports(act)


async def _product(ports: "Ports", product_id: str) -> "Kept":
    from magicai.catalogue.kept import product_of

    return await product_of(ports.records, product_id, owner_id=ports.settings.owner)


def _parts(ports: "Ports", wanted: "Narrowed") -> "AsyncIterator[list[Kept]]":
    from magicai.catalogue.listing import all_products

    return all_products(ports.records, ports.search, wanted, owner_id=ports.settings.owner)


async def _each(ports: "Ports", wanted: "Narrowed") -> "AsyncIterator[Kept]":
    async for part in _parts(ports, wanted):
        for kept in part:
            yield kept


def _narrowed(wanted: dict[str, Any]) -> "Narrowed":
    from magicai.catalogue.listing import Narrowed

    facets = {name: tuple(wanted[name]) for name in _FACETS if wanted[name]}
    return Narrowed(words=wanted["words"].strip(), state=wanted["state"] or "", facets=facets)


def _fields(values: tuple[str, ...]) -> dict[str, Any]:
    from magicai.errors import Invalid

    fields: dict[str, Any] = {}
    for one in values:
        name, mark, value = one.partition("=")
        if not mark:
            raise Invalid("field_value_invalid", one=one)
        try:
            fields[name] = json.loads(value) if value[:1] in ("[", "{") else value or None
        except ValueError as exc:
            raise Invalid("json_value_invalid", name=name, value=value, exc=exc) from exc
    return fields


def _print_short(kept: "Kept", *, as_json: bool) -> None:
    from magicai.values.money import padded

    product, values = kept.product, kept.product.values
    price = f"{values.price} {values.currency}" if values.price is not None else ""
    if as_json:
        said = {"product_id": product.product_id, "state": product.state, "name": values.name, "brand": values.brand}
        print(json.dumps({**said, "price": price, "url": values.url}, ensure_ascii=False))
    else:
        if values.price is not None and values.currency:
            price = f"{padded(values.price, values.currency)} {values.currency}"
        print(f"{product.product_id}  {product.state:<6}  {price:>14}  {values.name}")


def _print_whole(kept: "Kept") -> None:
    product = kept.product
    for name, value in product.values.model_dump(mode="json", exclude_defaults=True).items():
        origin = product.origin(name)
        said = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        print(f"{name:<13} {said}" + (f"  ({origin.place}, {origin.confidence:.2f})" if origin else ""))
    for one in product.contradictions:
        print(f"To decide: {one.field}", file=sys.stderr)
        for number, candidate in enumerate(one.values):
            print(f"  {number}  {candidate.value}  ({candidate.origin.place})", file=sys.stderr)
    for change in product.changes:
        print(
            f"Version {change.number} by {change.by}: {', '.join(change.fields) or 'new'} {change.note}",
            file=sys.stderr,
        )
