"""Hand files in."""

import asyncio
from pathlib import Path

import click


@click.command("upload", help="Upload files for use in requests, and print the file_id of each.")
@click.argument("paths", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path))
def upload(paths: tuple[Path, ...]) -> None:
    """Hand files in."""
    asyncio.run(_upload(paths))


async def _upload(paths: tuple[Path, ...]) -> None:
    from magicai.cli.foreground import settings_for_a_run
    from magicai.cli.installation import open_installation

    async with open_installation(settings_for_a_run()) as installation:
        await installation.find_interrupted()  # the records come first: files without them would look like a loss
        for path in paths:
            print(await installation.upload(path))
