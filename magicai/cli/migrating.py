"""Moving to other stores."""

import asyncio
import contextlib
import os
import shutil
from collections.abc import Generator, Mapping
from io import StringIO
from pathlib import Path

import click

from magicai.cli.command_name import say


@click.command("migrate", help="Move to the stores in an environment file. The old stores are not changed.")
@click.option(
    "--to-env",
    "file",
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="File of NAME=VALUE lines with the new addresses. An empty value means the embedded store.",
)
def migrate(file: Path) -> int:
    """Move; 3 where a store could not be brought to zero difference."""
    return asyncio.run(_migrate(file))


async def _migrate(file: Path) -> int:
    from integrations.archive.folder import FolderArchive
    from integrations.open import Ports, open_ports
    from integrations.store_roles import accept, role_addresses
    from magicai.settings import load
    from magicai.stores.migrate import Installation, keeps_truth, migrate

    def installation(ports: Ports) -> Installation:
        return Installation(ports.records, ports.files, ports.projections())

    before = load()
    async with open_ports(before) as old:
        leaving = installation(old)  # now, since what opens a store may read a credential of its own in the environment
        with _environment(_read(file)):
            after = load()
            same = keeps_truth(before, after)
            # Whoever writes the file says yes.
            accept(after, [place.role for place in role_addresses(after) if place.address])
            staging = after.home / "migrating"
            async with open_ports(after) as new:
                moved, filled = await migrate(
                    leaving, installation(new), FolderArchive(staging), same_truth=same, report=say
                )
    shutil.rmtree(staging, ignore_errors=True)
    if moved is not None:
        print(f"Copied {moved.rows} rows and {len(moved.results)} results. Their digests match.")
    if filled.repaired == filled.differences:
        print(f"{', '.join(filled.stores)}: rebuilt, no differences.")
    else:
        print(filled)
    print(f"From now on: set -a; . {file}; set +a. The old stores are unchanged; delete them when everything works.")
    return 0 if filled.repaired == filled.differences else 3


def _read(file: Path) -> dict[str, str | None]:
    """What an environment file says.

    Raises:
        Invalid: it is none, or names no store.
    """
    from dotenv import dotenv_values
    from dotenv.parser import parse_stream

    from integrations.store_roles import ADDRESSES
    from magicai.errors import Invalid
    from magicai.messages import say
    from magicai.values.masked import masked

    way_out = say("write_settings_file", names=ADDRESSES.values())
    try:
        lines = parse_stream(StringIO(file.read_text(encoding="utf-8")))
        strange = next((one.original.string for one in lines if one.error or (one.key and one.value is None)), None)
    except UnicodeDecodeError as exc:
        raise Invalid("settings_file_not_text", way_out=way_out, file=file, reason=exc.reason, byte=exc.start) from exc
    if strange is not None:
        raise Invalid("settings_line_invalid", way_out=way_out, file=file, line=masked(strange.strip())[:80])
    values = dotenv_values(file)
    if values and not any(name in ADDRESSES.values() or name.startswith("MAGICAI_") for name in values):
        raise Invalid("settings_file_without_store", way_out=way_out, file=file, names=list(values)[:5])
    return values


@contextlib.contextmanager
def _environment(values: Mapping[str, str | None]) -> Generator[None]:
    """The process's environment with these values; empty ones are taken out of it."""
    before = dict(os.environ)
    os.environ.update({name: value or "" for name, value in values.items()})
    for name, value in values.items():
        if not value:
            del os.environ[name]
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
