"""Parts of the records whose methods are functions of a connection, each run as one transaction."""

from collections.abc import Callable
from functools import wraps
from types import CoroutineType
from typing import Any, Concatenate, ParamSpec, TypeAlias, TypeVar

from sqlalchemy import Connection

from integrations.records.database import Clock, Database

P = ParamSpec("P")
T = TypeVar("T")


class Rows:
    """Some of the records, in an SQL database.

    Args:
        clock: what time it is.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        self.database, self.clock = database, clock


# In quotes, since Python 3.11 knows no parameters of it.
Method: TypeAlias = "Callable[Concatenate[Rows, P], CoroutineType[Any, Any, T]]"


def reading(work: Callable[Concatenate[Connection, P], T]) -> "Method[P, T]":
    """A method that reads by this function."""

    @wraps(work)
    async def read(self: Rows, *given: P.args, **named: P.kwargs) -> T:
        return await self.database.read(lambda c: work(c, *given, **named))

    return read


def writing(work: Callable[Concatenate[Connection, P], T]) -> "Method[P, T]":
    """A method that writes by this function."""

    @wraps(work)
    async def write(self: Rows, *given: P.args, **named: P.kwargs) -> T:
        return await self.database.write(lambda c: work(c, *given, **named))

    return write


def reading_now(work: Callable[Concatenate[Connection, int, P], T]) -> "Method[P, T]":
    """A method that reads by this function, which is told the time."""

    @wraps(work)
    async def read(self: Rows, *given: P.args, **named: P.kwargs) -> T:
        return await self.database.read(lambda c: work(c, self.clock(c), *given, **named))

    return read


def writing_now(work: Callable[Concatenate[Connection, int, P], T]) -> "Method[P, T]":
    """A method that writes by this function, which is told the time."""

    @wraps(work)
    async def write(self: Rows, *given: P.args, **named: P.kwargs) -> T:
        return await self.database.write(lambda c: work(c, self.clock(c), *given, **named))

    return write
