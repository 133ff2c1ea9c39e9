"""How the tables came to be, one revision after the other, and how a database gets to the newest.

To change the tables: change models.py, add versions/rNNNN_what.py whose `down_revision` is the last one, and name it in
REVISIONS. A test compares the outcome with models.py.
"""

from sqlalchemy import Column, Connection, MetaData, Table, Text, inspect, select

from magicai.errors import Permanent, Refused

# Oldest first. Known without importing Alembic, which takes as long as everything else that opening does.
REVISIONS = (
    "0001", "0002", "0003", "0004", "0005", "0006", "0007", "0008", "0009", "0010", "0011", "0012", "0013", "0014",
    "0015",
    "0017",
    "0019",
    "0021",
    "0022",
    "0024",
    "0025",
    "0026",
    "0027",
    "0028",
    "0029",
    "0030",
    "0031",
    "0032",
    "0035",
    "0037",
    "0038",
    "0039",
    "0040",
    "0041",
    "0042",
    "0043",
    "0044",
    "0045",
    "0046",
    "0047",
    "0048",
    "0049",
    "0050",
    "0051",
    "0052",
    "0053",
    "0054",
    "0057",
)  # fmt: skip
# From which on there are lines of the catalogue.
_FIRST_LINES = "0054"
VERSION_TABLE = "magicai_alembic_version"
_VERSION = Table(VERSION_TABLE, MetaData(), Column("version_num", Text))


def revision(connection: Connection, where: str) -> str | None:
    """The revision of a database; None where it holds nothing.

    Raises:
        Permanent: a newer MagicAI made it.
        Refused: it holds tables of something else.
    """
    tables = inspect(connection).get_table_names()
    if VERSION_TABLE not in tables:
        if tables:
            raise Refused("foreign_tables_present", where=where, names=", ".join(sorted(tables)[:3]))
        return None
    found = _kept(connection)
    if found is not None and found not in REVISIONS:
        raise Permanent("records_too_new", where=where, found=found, revisions=REVISIONS[-1])
    return found


def _kept(connection: Connection) -> str | None:
    if VERSION_TABLE not in inspect(connection).get_table_names():
        return None
    return connection.execute(select(_VERSION.c.version_num)).scalar_one_or_none()


def remove_all(connection: Connection) -> None:
    """Remove all tables, within the transaction that the caller has begun."""
    found = MetaData()
    found.reflect(connection)
    found.drop_all(connection)


def upgrade(connection: Connection, to: str = "head") -> None:
    """Bring a database to a revision, within the transaction that the caller has begun."""
    from alembic import command
    from alembic.config import Config

    before = _kept(connection)
    config = Config()
    config.set_main_option("script_location", "integrations.records:migrations")
    config.attributes["connection"] = connection
    command.upgrade(config, to)
    if to == "head" and before is not None and before < _FIRST_LINES:
        from integrations.records import catalogue_lines

        catalogue_lines.fill(connection)  # by what products mean today, which no migration may know
