"""Whom servers run as where the lab is root's: PostgreSQL and Elasticsearch refuse root."""

import os
import pwd
from pathlib import Path
from typing import TypedDict

from magicai.errors import Refused

_NAME = "nobody"
_ENTER = 0o001


class Identity(TypedDict, total=False):
    """What `subprocess` is to be told; nothing where this process is not root."""

    user: int
    group: int
    extra_groups: list[int]


def identity() -> Identity:
    """The account to run servers in."""
    if os.geteuid() != 0:
        return {}
    account = pwd.getpwnam(_NAME)
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def hand_over(folder: Path) -> None:
    """Give a folder, with all that is in it, to the account."""
    who = identity()
    if "user" in who and "group" in who:
        for path in (folder, *folder.rglob("*")):
            os.chown(path, who["user"], who["group"], follow_symlinks=False)


def must_reach(folder: Path) -> None:
    """Refuse a folder that the account may not enter, or a parent of it.

    Raises:
        Refused: names which.
    """
    if not identity():
        return
    place = folder.resolve()
    for one in (place, *place.parents):
        if one.exists() and not one.stat().st_mode & _ENTER:
            raise Refused(
                f"{one} may not be entered by the account {_NAME}, in which the servers run.",
                way_out=f"Name another folder than {folder}, or chmod o+x {one}.",
            )
