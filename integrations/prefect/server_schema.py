"""The empty SQLite database of Prefect's server, as its migrations leave it: they take five seconds in a new home.

`python -m integrations.prefect.server_schema` writes `server_schema.sql` again, after Prefect's version has changed.
Prefect's migrations start where the file ends, so an older file is slower, and never wrong.
"""

import asyncio
import os
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

from magicai.private import private_folder

DATABASE = "prefect.db"
FILE = Path(__file__).with_suffix(".sql")


def create(folder: Path) -> None:
    """Create the database in Prefect's folder, where there is none."""
    database = folder / DATABASE
    if database.exists():
        return
    draft = database.with_suffix(".part")
    draft.unlink(missing_ok=True)
    with closing(sqlite3.connect(draft)) as connection:
        connection.executescript(FILE.read_text())
    draft.replace(database)


def migrated(folder: Path) -> str:
    """The schema that Prefect's migrations leave in an empty folder, as SQL."""
    os.environ |= {"PREFECT_HOME": str(folder), "DO_NOT_TRACK": "1"}  # before Prefect is imported
    from prefect.server.database import provide_database_interface

    async def migrate() -> None:
        database = provide_database_interface()
        await database.create_db()
        await (await database.engine()).dispose()

    asyncio.run(migrate())
    with closing(sqlite3.connect(folder / DATABASE)) as connection:
        return "\n".join(connection.iterdump()) + "\n"


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        FILE.write_text(migrated(private_folder(Path(folder) / "prefect")))
