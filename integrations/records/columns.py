"""The kinds of columns that the records' tables are made of, and the text that a database can keep."""

from collections.abc import Sequence

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Dialect,
    Float,
    ForeignKeyConstraint,
    Integer,
    Text,
    TypeDecorator,
    false,
    true,
)
from sqlalchemy.types import TypeEngine

# PostgreSQL sorts as SQLite does, by code point: other sorting differs between servers, and keys are compared here too.
_BY_CODE_POINT = "C"
TEXT = Text().with_variant(Text(collation=_BY_CODE_POINT), "postgresql")


class Words(TypeDecorator[str]):
    """Text from anywhere: what no database can keep (NUL, half a surrogate pair) becomes U+FFFD."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[str]:
        """The same column as of any text."""
        return Text(collation=_BY_CODE_POINT if dialect.name == "postgresql" else None)

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - SQLAlchemy's
        """What is sent to the database."""
        if value is None:
            return None
        # A StrEnum is a str to SQLite, but not to psycopg.
        return storable(str(value))


def storable(words: str) -> str:
    """The same text, with U+FFFD for what no database can keep."""
    if words.isascii():
        return words.replace("\0", "\ufffd") if "\0" in words else words
    try:
        words.encode()
    except UnicodeEncodeError:
        words = words.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return words.replace("\0", "\ufffd")


def all_storable(words: Sequence[str | None]) -> Sequence[str | None]:
    """The same of many texts, which hardly ever hold any of it: then they are looked at together."""
    together = "".join(filter(None, words))
    if storable(together) == together:
        return words
    return [None if word is None else storable(word) for word in words]


def own(name: str, *, key: bool = False, optional: bool = False) -> Column[str]:
    """Text of our own making: ids, digests, names of states, JSON."""
    return Column(name, TEXT, primary_key=key, nullable=optional)


def words(name: str, *, key: bool = False, optional: bool = False) -> Column[str]:
    """Text from anywhere."""
    return Column(name, Words, primary_key=key, nullable=optional)


def whole(name: str, *, key: bool = False, optional: bool = False) -> Column[int]:
    """A number of up to 64 bits: times in microseconds, money in minor units, counts."""
    return Column(name, BigInteger, primary_key=key, nullable=optional, autoincrement=False)


def small(name: str, *, key: bool = False, optional: bool = False) -> Column[int]:
    """A number of up to 32 bits."""
    return Column(name, Integer, primary_key=key, nullable=optional, autoincrement=False)


def real(name: str, *, optional: bool = False) -> Column[float]:
    """A share or a score."""
    return Column(name, Float, nullable=optional)


def flag(name: str, *, usually: bool | None = None) -> Column[bool]:
    """Yes or no.

    Args:
        usually: of rows that do not say it.
    """
    default = None if usually is None else true() if usually else false()
    return Column(name, Boolean, nullable=False, server_default=default)


def of(table: str, column: str) -> ForeignKeyConstraint:
    """What its rows belong to: a row of that table, by the column that has one name in both."""
    return ForeignKeyConstraint([column], [f"{table}.{column}"])
