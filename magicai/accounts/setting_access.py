"""Who sees and changes which settings: the one place that says so."""

from magicai.accounts.callers import require
from magicai.accounts.identity import Caller, Role, Scope, WorkspaceRole
from magicai.errors import Refused
from magicai.ports import INSTALLATION
from magicai.setting_values import SETTABLE


def level_of(name: str, caller: Caller, *, for_all: bool) -> str:
    """Whose row of a setting a caller means: their own, or INSTALLATION."""
    return INSTALLATION if for_all or SETTABLE[name].scope == "installation" else caller.owner_id


def may_see(caller: Caller, name: str) -> bool:
    """Whether a caller sees a setting."""
    return SETTABLE[name].scope == "workspace" or caller.user.role.covers(Role.ADMIN)


def check_may_set(caller: Caller, name: str, level: str) -> None:
    """See that a caller may set and reset a setting at a level.

    Raises:
        Refused: they may not.
    """
    guarded = SETTABLE[name].guarded or level == INSTALLATION
    role = Role.ADMIN if guarded else Role.USER
    require(caller, scope=Scope.ACCOUNT, role=role, member=WorkspaceRole.ADMIN)


def may_set(caller: Caller, name: str, level: str) -> bool:
    """Whether they may."""
    try:
        check_may_set(caller, name, level)
    except Refused:
        return False
    return True
