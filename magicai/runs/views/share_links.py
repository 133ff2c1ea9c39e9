"""Links by which whoever has one reads a run's result, until it expires or is revoked."""

from uuid import NAMESPACE_URL, uuid5

from magicai.accounts.secret_tokens import digest_of, new_secret
from magicai.errors import Conflict, NotFound, Refused, reused_key
from magicai.ports import Records, Share
from magicai.runs.run import Run
from magicai.values.ids import new_id
from magicai.values.times import DAY_US, now_us

USUAL_DAYS, MOST_DAYS = 7, 365
# Of one run, that hold at a time.
MOST = 20


async def share(
    records: Records, run: Run, *, days: int = USUAL_DAYS, once: str | None = None
) -> tuple[Share, str | None]:
    """Make a link to a run's result; answers it with its secret, which nobody shows again.

    Args:
        records: where it is kept.
        run: its owner's, who alone may share it.
        days: until it expires.
        once: the same again gives the first one back, without its secret.

    Raises:
        Conflict: the run has not ended.
        Refused: the run has as many links as one may have.
        Invalid: `once` came with other days before.
    """
    if run.result is None:
        raise Conflict("run_result_not_found", run_id=run.run_id, status=run.status)
    secret, now = new_secret(), now_us()
    made = Share(
        share_id=str(uuid5(NAMESPACE_URL, f"share:{run.run_id}:{once}")) if once else new_id(),
        run_id=run.run_id,
        owner_id=run.owner_id,
        digest=digest_of(secret),
        created_at=now,
        expires_at=now + days * DAY_US,
    )
    known = await records.shares.of_run(run.run_id, owner_id=run.owner_id)
    holding = [one for one in known if holds(one, now)]
    if len(holding) >= MOST and made.share_id not in [one.share_id for one in known]:
        raise Refused("too_many_share_links", run_id=run.run_id, limit=MOST)
    kept = await records.shares.add(made)
    if kept == made:
        return kept, secret
    if kept.expires_at - kept.created_at != days * DAY_US:
        raise reused_key(once)
    return kept, None


def holds(share: Share, now: int) -> bool:
    """Whether a link opens anything at that time."""
    return share.revoked_at is None and now < share.expires_at


async def shared(records: Records, secret: str) -> tuple[Share, Run]:
    """What a link opens.

    Raises:
        NotFound: nothing, or not any more; nobody is told which.
    """
    nothing = NotFound("share_link_invalid")
    found = await records.shares.by_digest(digest_of(secret))
    if found is None:
        raise nothing
    try:
        owner = await records.identities.user(found.owner_id)
    except NotFound as exc:
        raise nothing from exc
    if not owner.enabled:
        raise nothing
    return found, await records.runs.get(found.run_id, owner_id=found.owner_id)
