"""Families: what products must have for each channel and language."""

import sys
from typing import Any

import click

from magicai.cli.asking import all_of, ask
from magicai.cli.command_name import command
from magicai.cli.subjects.catalogue import narrowing

# What `magicai --help` says of the commands here.
COMMANDS = {"families": "List, save and remove families, and show what products lack."}


@click.group("families", help=COMMANDS["families"])
def families() -> None:
    """Families of products."""


@families.command("list", help="List your families.")
def list_families() -> None:
    """List families."""
    from magicai.operations.subjects import catalogue_families

    own = all_of(catalogue_families.list_families)
    for family in own:
        print(f"{family.name}: {', '.join(family.categories) or 'all products'}")
        for required in family.requirements:
            print(f"  {' '.join((required.channel, *required.languages))}: {', '.join(required.attributes)}")
    if not own:
        print(f"No families yet: {command('families', 'save', '--help')}", file=sys.stderr)


@families.command("save", help="Save a family from a YAML file (categories, requirements), or standard input (-).")
@click.argument("name")
@click.argument("file", type=click.File(encoding="utf-8"))
def save(name: str, file: Any) -> None:
    """Save a family."""
    from magicai.operations.subjects import catalogue_families

    print(f"Saved {ask(catalogue_families.save_family, name, _family(file.read())).name}.")


@families.command("remove", help="Delete a family. Its products stay.")
@click.argument("name")
def remove(name: str) -> None:
    """Remove a family."""
    from magicai.operations.subjects import catalogue_families

    ask(catalogue_families.remove_family, name)
    print(f"Removed {name}.")


@families.command("completeness", help="Show how many products have what each channel requires, and what others lack.")
@narrowing
@click.option("--json", "as_json", is_flag=True, help="Print JSON on standard output.")
def completeness(*, as_json: bool, **wanted: Any) -> None:
    """Show what products lack."""
    from magicai.operations.subjects import catalogue_families

    found = ask(catalogue_families.count_complete, **wanted)
    if as_json:
        print(found.model_dump_json(indent=1))
        return
    if found.standard:
        print("You have no families: these are the requirements of Google Merchant.", file=sys.stderr)
    for channel in found.channels:
        where = " ".join(part for part in (channel.family, channel.channel, channel.language) if part)
        print(f"{where}: {channel.complete} of {channel.products} complete")
        for attribute, count in channel.missing.items():
            print(f"  {attribute}: missing in {count}")


def _family(source: str) -> Any:
    """A family as YAML says.

    Raises:
        Invalid: it can't be read, or names what a family has not.
    """
    import yaml
    from pydantic import ValidationError

    from magicai.catalogue.families import Family
    from magicai.errors import Invalid
    from magicai.messages.validation import reason_of

    try:
        return Family.model_validate(yaml.safe_load(source))
    except yaml.YAMLError as exc:
        raise Invalid("family_file_invalid", reason=" ".join(str(exc).split())) from exc
    except ValidationError as exc:
        first = exc.errors()[0]
        where = ".".join(map(str, first["loc"])) or "file"
        raise Invalid("family_field_invalid", field=where, reason=reason_of(first)) from exc
