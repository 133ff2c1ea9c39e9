"""What SQLite says when it can't, in our words: with the file, and the way out."""

import errno
import sqlite3
from pathlib import Path

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from integrations.sqlite.damage import REMOVE_RECORDS_FILE
from magicai.errors import Conflict, Invalid, MagicError, NoSpace, Permanent, Temporary
from magicai.messages import say
from magicai.space import is_full

_TRY_AGAIN = "check_file_users"
_SPACE = "free_space_there_then_resume"
_PERMISSION = "allow_file_access"

# Primary result codes of https://www.sqlite.org/rescode.html: kind of error, what it means, way out.
_MEANING: dict[int, tuple[type[MagicError], str, str]] = {
    sqlite3.SQLITE_BUSY: (Temporary, "database_locked", _TRY_AGAIN),
    sqlite3.SQLITE_LOCKED: (Temporary, "database_locked", _TRY_AGAIN),
    sqlite3.SQLITE_INTERRUPT: (Temporary, "database_interrupted", "try_again"),
    sqlite3.SQLITE_NOMEM: (Temporary, "database_out_of_memory", "free_memory_and_retry"),
    sqlite3.SQLITE_PROTOCOL: (Temporary, "database_lock_contended", _TRY_AGAIN),
    sqlite3.SQLITE_FULL: (NoSpace, "database_disk_full", _SPACE),
    sqlite3.SQLITE_READONLY: (Permanent, "database_not_writable", _PERMISSION),
    sqlite3.SQLITE_PERM: (Permanent, "database_not_allowed", _PERMISSION),
    sqlite3.SQLITE_AUTH: (Permanent, "database_not_allowed", _PERMISSION),
    sqlite3.SQLITE_CANTOPEN: (Permanent, "database_not_openable", _PERMISSION),
    sqlite3.SQLITE_IOERR: (Permanent, "database_disk_failing", "check_disk"),
    sqlite3.SQLITE_CORRUPT: (Permanent, "database_damaged", REMOVE_RECORDS_FILE),
    sqlite3.SQLITE_NOTADB: (Permanent, "file_not_database", REMOVE_RECORDS_FILE),
    sqlite3.SQLITE_CONSTRAINT: (Conflict, "database_conflict", "check_named_value"),
    sqlite3.SQLITE_TOOBIG: (Invalid, "database_value_too_large", "use_smaller_value"),
}
# The file lock and the folder speak in errno: https://docs.python.org/3/library/errno.html.
_OF_ERRNO = {
    errno.ENOSPC: sqlite3.SQLITE_FULL,
    errno.EDQUOT: sqlite3.SQLITE_FULL,
    errno.EACCES: sqlite3.SQLITE_PERM,
    errno.EPERM: sqlite3.SQLITE_PERM,
    errno.EROFS: sqlite3.SQLITE_READONLY,
    errno.EIO: sqlite3.SQLITE_IOERR,
}
# What SQLite says, too, where there is no room for the index of its log.
_OF_A_FULL_DISK = (sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN)
_NO_TEXT = "Could not decode to UTF-8"
_UNKNOWN = (Permanent, "database_error", "run_doctor")

# What a vendor's code can raise where records are read and written; the last two come from values that don't fit.
VENDOR = (SQLAlchemyError, sqlite3.Error, OSError, OverflowError, UnicodeError)


def translated(error: Exception, path: Path) -> MagicError:
    """The same error in our words; raise it from the vendor's."""
    cause, place = error.orig if isinstance(error, DBAPIError) else error, say("records_file", path=path)
    if isinstance(cause, UnicodeDecodeError) or _NO_TEXT in str(cause):  # of what is there: nobody has given that
        return Permanent("database_damaged", way_out=REMOVE_RECORDS_FILE, place=place, reason=cause)
    if isinstance(cause, OverflowError | UnicodeError):
        return Invalid("value_not_storable", server=place, reason=cause)
    if isinstance(cause, OSError):
        code = _OF_ERRNO.get(cause.errno or 0, sqlite3.SQLITE_CANTOPEN)
    else:
        # The upper bytes of an extended code only say more of the same; some errors of the module have none.
        code = getattr(cause, "sqlite_errorcode", -1) & 0xFF
    if code in _OF_A_FULL_DISK and is_full(path.parent):
        code = sqlite3.SQLITE_FULL
    kind, meaning, way_out = _MEANING.get(code, _UNKNOWN)
    return kind(meaning, way_out=way_out, place=place, reason=cause)
