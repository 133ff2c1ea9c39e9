"""What SQLite says when it can't, in our words: with the file, and the way out."""

import errno
import sqlite3
from pathlib import Path

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from integrations.sqlite.damage import RECORDS_WAY_OUT
from magicai.errors import Conflict, Invalid, MagicError, NoSpace, Permanent, Temporary
from magicai.space import is_full

_TRY_AGAIN = "Try again. If it happens again, check what else has the file open."
_SPACE = "Free some space there, then: magicai resume"
_PERMISSION = "Give this user permission to read and write the file and its folder."

# Primary result codes of https://www.sqlite.org/rescode.html: kind of error, what it means, way out.
_MEANING: dict[int, tuple[type[MagicError], str, str]] = {
    sqlite3.SQLITE_BUSY: (Temporary, "is locked by another process", _TRY_AGAIN),
    sqlite3.SQLITE_LOCKED: (Temporary, "is locked", _TRY_AGAIN),
    sqlite3.SQLITE_INTERRUPT: (Temporary, "was interrupted", "Try again."),
    sqlite3.SQLITE_NOMEM: (Temporary, "is out of memory", "Close other programs, and try again."),
    sqlite3.SQLITE_PROTOCOL: (Temporary, "is locked by too many processes at once", _TRY_AGAIN),
    sqlite3.SQLITE_FULL: (NoSpace, "can't grow: its disk is full", _SPACE),
    sqlite3.SQLITE_READONLY: (Permanent, "can't be written", _PERMISSION),
    sqlite3.SQLITE_PERM: (Permanent, "can't be opened by this user", _PERMISSION),
    sqlite3.SQLITE_AUTH: (Permanent, "can't be used like this", _PERMISSION),
    sqlite3.SQLITE_CANTOPEN: (Permanent, "can't be opened", _PERMISSION),
    sqlite3.SQLITE_IOERR: (Permanent, "can't be read or written: its disk fails", "Check the disk and its free space."),
    sqlite3.SQLITE_CORRUPT: (Permanent, "is damaged", RECORDS_WAY_OUT),
    sqlite3.SQLITE_NOTADB: (Permanent, "is not a database", RECORDS_WAY_OUT),
    sqlite3.SQLITE_CONSTRAINT: (Conflict, "already contains something else", "Check the value that it names."),
    sqlite3.SQLITE_TOOBIG: (Invalid, "can't store a value of this size", "Use a smaller value."),
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
_UNKNOWN = (Permanent, "does not do what was requested", "To check it: magicai doctor")

# What a vendor's code can raise where records are read and written; the last two come from values that don't fit.
VENDOR = (SQLAlchemyError, sqlite3.Error, OSError, OverflowError, UnicodeError)


def translated(error: Exception, path: Path) -> MagicError:
    """The same error in our words; raise it from the vendor's."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(cause, UnicodeDecodeError) or _NO_TEXT in str(cause):  # of what is there: nobody has given that
        return Permanent(f"The records ({path}): the file is damaged ({cause}).", way_out=RECORDS_WAY_OUT)
    if isinstance(cause, OverflowError | UnicodeError):
        return Invalid("records_value_not_storable", path=path, cause=cause)
    if isinstance(cause, OSError):
        code = _OF_ERRNO.get(cause.errno or 0, sqlite3.SQLITE_CANTOPEN)
    else:
        # The upper bytes of an extended code only say more of the same; some errors of the module have none.
        code = getattr(cause, "sqlite_errorcode", -1) & 0xFF
    if code in _OF_A_FULL_DISK and is_full(path.parent):
        code = sqlite3.SQLITE_FULL
    kind, meaning, way_out = _MEANING.get(code, _UNKNOWN)
    return kind(f"The records ({path}): the file {meaning} ({cause}).", way_out=way_out)
