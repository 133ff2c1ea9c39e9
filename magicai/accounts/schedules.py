"""Whose a run is that nobody starts: its schedule is bound to a user, in the records."""

from collections.abc import Sequence

from magicai.errors import Refused
from magicai.ports import Identities


async def owner_of(identities: Identities, names: Sequence[str], *, otherwise: str) -> str:
    """Whose a schedule's run is.

    Args:
        identities: where schedules are bound to users.
        names: by which the schedule is known, the surest first; none where no schedule started the run.
        otherwise: the owner where nobody was named.

    Raises:
        Refused: theirs who may do nothing any more.
    """
    if not names:
        return otherwise
    owners = await identities.schedule_owners()
    user = next((owners[name] for name in names if name in owners), None)
    if user is None:
        return otherwise
    if not user.enabled:
        raise Refused(
            f"The schedule's runs belong to {user.name}, who is disabled.",
            way_out=f"Pause it in Prefect, or choose another user: magicai schedule bind {names[-1]} --user NAME",
        )
    return user.user_id
