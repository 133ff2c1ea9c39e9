"""What PostgreSQL says when it can't, in our words: with the place, and the way out."""

from collections.abc import Mapping

import psycopg
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from magicai.errors import Conflict, Invalid, MagicError, NoSpace, Permanent, Temporary

_Meaning = tuple[type[MagicError], str, str]

_AGAIN = "Try again. If it happens again, check what else uses the database."
_GUIDE = "For the rights that it needs, see docs/reference/stores.md."
_START = "Check that it is running and that DATABASE_URL is its address, then try again."
_MANY = "Raise its max_connections (PgBouncer's default_pool_size), or lower MAGICAI_DATABASE_POOL."
_SPACE = "Free some space there, then: magicai resume"
_DISK = "Check its disk and log."

_LOST: _Meaning = (Temporary, "can't be reached", _START)
_AWAY: _Meaning = (Temporary, "is starting or stopping", _AGAIN)
_CROWDED: _Meaning = (Temporary, "accepts no more connections", _MANY)
_STRANGER: _Meaning = (Permanent, "refuses the user or the password", "Correct the user and password in DATABASE_URL.")
_NOWHERE: _Meaning = (Permanent, "has no such database", "Make it (CREATE DATABASE), or correct DATABASE_URL.")
_RIGHTS: _Meaning = (Permanent, "does not give this user the rights it needs", _GUIDE)
_MISSING: _Meaning = (Permanent, "lacks what MagicAI made there", "Restore a backup, or use another MAGICAI_NAMESPACE.")
_DAMAGED: _Meaning = (Permanent, "says that its data is damaged", "Restore a backup of the server.")
_BOUNCED: _Meaning = (
    Permanent,
    "does not accept connection options",
    "Let PgBouncer ignore them, and give the role a search_path: see docs/reference/stores.md.",
)
_BUSY: _Meaning = (Temporary, "is busy with the same rows", _AGAIN)
_UNKNOWN: _Meaning = (Permanent, "does not do what was requested", "To check it: magicai doctor")

# https://www.postgresql.org/docs/current/errcodes-appendix.html: a code, or the class that its first two letters name.
_OF_STATE: Mapping[str, _Meaning] = {
    "08": _LOST,
    "22": (Invalid, "can't store this value", "Check the value."),
    "23": (Conflict, "already contains something else", "Check the value that it names."),
    "25006": (Permanent, "is a read-only copy", "Use the address of the primary server in DATABASE_URL."),
    "25P03": (Temporary, "ended an idle transaction", "Try again."),
    "25P04": (Temporary, "ended a transaction that took too long", "Try again."),
    "28": _STRANGER,
    "3D": _NOWHERE,
    "3F": _MISSING,
    "40": _BUSY,
    "42501": _RIGHTS,
    "42P01": _MISSING,
    "42703": _MISSING,
    "53": (Temporary, "is short of resources", _AGAIN),
    "53100": (NoSpace, "can't write: its disk is full", _SPACE),
    "53200": (Temporary, "is out of memory", _AGAIN),
    "53300": _CROWDED,
    "54": (Invalid, "can't store a value of this size", "Use a smaller value."),
    "55": _BUSY,
    "57014": (Temporary, "took too long, and was interrupted", _AGAIN),
    "57P": _AWAY,
    "58": (Permanent, "can't read or write: its disk fails", _DISK),
    "58030": (Permanent, "can't read or write: its disk fails", _DISK),
    "XX001": _DAMAGED,
    "XX002": _DAMAGED,
}
# Before a connection stands, there is no code: only words, in the language of the server.
_OF_WORDS: tuple[tuple[str, _Meaning], ...] = (
    ("too many clients", _CROWDED),
    ("remaining connection slots", _CROWDED),
    ("too many connections", _CROWDED),
    ("query_wait_timeout", _CROWDED),
    ("unsupported startup parameter", _BOUNCED),
    ("password authentication failed", _STRANGER),
    ("no password supplied", _STRANGER),
    ("no pg_hba.conf entry", _STRANGER),
    ("authentication failed", _STRANGER),
    ("is not permitted to log in", _STRANGER),
    ("permission denied", _RIGHTS),
    ('role "', _STRANGER),
    ('database "', _NOWHERE),
    ("starting up", _AWAY),
    ("shutting down", _AWAY),
    ("recovery mode", _AWAY),
    ("certificate", (Permanent, "is not trusted", "Correct the TLS options in DATABASE_URL (sslmode, sslrootcert).")),
    ("does not support ssl", (Permanent, "does not support TLS", "Correct the TLS options in DATABASE_URL (sslmode).")),
    ("invalid connection option", (Invalid, "has an unknown option in its address", "Correct DATABASE_URL.")),
    ("could not translate host name", (Temporary, "has an unknown host name", _START)),
)

# What a vendor's code can raise where records are read and written; the last two come from values that don't fit.
VENDOR = (SQLAlchemyError, psycopg.Error, OSError, OverflowError, UnicodeError)


def translated(error: Exception, where: str) -> MagicError:
    """The same error in our words; raise it from the vendor's."""
    cause = _cause(error)
    if isinstance(cause, OverflowError | UnicodeError):
        return Invalid("value_not_storable", self_given=where, words=cause)
    kind, meaning, way_out = _meaning(cause)
    return kind(f"{where} {meaning} ({_words(cause)}).", way_out=way_out)


def passes(error: Exception) -> bool:
    """Whether the same work may do a moment later: others were quicker, or the server is being started again."""
    return _meaning(_cause(error)) in (_BUSY, _LOST, _AWAY, _CROWDED)


def unanswered(error: Exception) -> bool:
    """Whether the connection broke, so that nobody knows what became of the last thing said."""
    return _meaning(_cause(error)) in (_LOST, _AWAY)


def _cause(error: Exception) -> BaseException:
    return error.orig if isinstance(error, DBAPIError) and error.orig is not None else error


def _meaning(cause: BaseException) -> _Meaning:
    if isinstance(cause, PoolTimeout):
        return _CROWDED
    if isinstance(cause, OSError):
        return _LOST
    state = getattr(cause, "sqlstate", None)
    if state:
        return next((_OF_STATE[state[:n]] for n in (5, 3, 2) if state[:n] in _OF_STATE), _UNKNOWN)
    words = str(cause).lower()
    # Whatever else it says before a connection stands: there is none.
    otherwise = _LOST if isinstance(cause, psycopg.OperationalError) else _UNKNOWN
    if isinstance(cause, psycopg.DataError):
        otherwise = _OF_STATE["22"]
    return next((meaning for part, meaning in _OF_WORDS if part in words), otherwise)


def _words(cause: BaseException) -> str:
    said = getattr(getattr(cause, "diag", None), "message_primary", None) or str(cause)
    return " ".join(said.split())
