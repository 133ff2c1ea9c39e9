"""What PostgreSQL says when it can't, in our words: with the place, and the way out."""

from collections.abc import Mapping

import psycopg
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from magicai.errors import Conflict, Invalid, MagicError, NoSpace, Permanent, Temporary

_Meaning = tuple[type[MagicError], str, str]

_AGAIN = "check_database_users"
_GUIDE = "see_database_rights"
_START = "check_database_is_running"
_MANY = "raise_max_connections"
_SPACE = "free_space_there_then_resume"
_DISK = "check_disk_and_log"

_LOST: _Meaning = (Temporary, "database_unreachable", _START)
_AWAY: _Meaning = (Temporary, "database_starting", _AGAIN)
_CROWDED: _Meaning = (Temporary, "database_connections_exhausted", _MANY)
_STRANGER: _Meaning = (Permanent, "database_credentials_refused", "correct_database_credentials")
_NOWHERE: _Meaning = (Permanent, "database_not_found", "create_database")
_RIGHTS: _Meaning = (Permanent, "database_rights_missing", _GUIDE)
_MISSING: _Meaning = (Permanent, "database_tables_missing", "restore_or_change_namespace")
_DAMAGED: _Meaning = (Permanent, "database_damaged", "restore_server_backup")
_BOUNCED: _Meaning = (
    Permanent,
    "connection_options_refused",
    "configure_pgbouncer",
)
_BUSY: _Meaning = (Temporary, "database_rows_busy", _AGAIN)
_UNKNOWN: _Meaning = (Permanent, "database_error", "run_doctor")

# https://www.postgresql.org/docs/current/errcodes-appendix.html: a code, or the class that its first two letters name.
_OF_STATE: Mapping[str, _Meaning] = {
    "08": _LOST,
    "22": (Invalid, "database_value_invalid", "check_value"),
    "23": (Conflict, "database_conflict", "check_named_value"),
    "25006": (Permanent, "database_read_only", "use_primary_server"),
    "25P03": (Temporary, "idle_transaction_ended", "try_again"),
    "25P04": (Temporary, "transaction_timed_out", "try_again"),
    "28": _STRANGER,
    "3D": _NOWHERE,
    "3F": _MISSING,
    "40": _BUSY,
    "42501": _RIGHTS,
    "42P01": _MISSING,
    "42703": _MISSING,
    "53": (Temporary, "database_resources_exhausted", _AGAIN),
    "53100": (NoSpace, "database_disk_full", _SPACE),
    "53200": (Temporary, "database_out_of_memory", _AGAIN),
    "53300": _CROWDED,
    "54": (Invalid, "database_value_too_large", "use_smaller_value"),
    "55": _BUSY,
    "57014": (Temporary, "database_query_interrupted", _AGAIN),
    "57P": _AWAY,
    "58": (Permanent, "database_disk_failing", _DISK),
    "58030": (Permanent, "database_disk_failing", _DISK),
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
    ("certificate", (Permanent, "database_certificate_untrusted", "correct_tls_options")),
    ("does not support ssl", (Permanent, "database_tls_unsupported", "correct_tls_options")),
    ("invalid connection option", (Invalid, "database_option_unknown", "correct_database_url")),
    ("could not translate host name", (Temporary, "database_host_not_found", _START)),
)

# What a vendor's code can raise where records are read and written; the last two come from values that don't fit.
VENDOR = (SQLAlchemyError, psycopg.Error, OSError, OverflowError, UnicodeError)


def translated(error: Exception, where: str) -> MagicError:
    """The same error in our words; raise it from the vendor's."""
    cause = _cause(error)
    if isinstance(cause, OverflowError | UnicodeError):
        return Invalid("value_not_storable", server=where, reason=cause)
    kind, code, way_out = _meaning(cause)
    return kind(code, way_out=way_out, place=where, reason=_words(cause))


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
