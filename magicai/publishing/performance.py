"""How posts do: what platforms count, whether somebody edited or deleted them, and what is learned from it."""

import asyncio
import logging

from magicai.errors import MagicError, Temporary
from magicai.publishing.audit import NewEntry
from magicai.publishing.learning import learn
from magicai.publishing.ports import OpenPublisher, Posted, PostStatus, PublishingRecords
from magicai.publishing.posts import PUBLIC, Post, PostState, all_posts, count_at, find_post, post_entity
from magicai.publishing.readers import keep_replies
from magicai.publishing.standing import must_be_at
from magicai.publishing.submission import Submission
from magicai.publishing.target import target_of
from magicai.values.digest import digest_of
from magicai.values.ids import new_id
from magicai.values.times import DAY_US, HOUR_US, now_us

_log = logging.getLogger(__name__)
_EVERY_US = HOUR_US
# Older posts change little; they are looked at once a day.
_YOUNG_US = 14 * DAY_US
_AT_ONCE = 4
LEASE = "posts-performance"


async def look_at_due(records: PublishingRecords, publishers: OpenPublisher) -> int:
    """Look at all posts that are due, once an hour of all processes; returns how many."""
    # Each try is a holder of its own: the one that gets the lease keeps all others out until it expires.
    if await records.leases.acquire(LEASE, new_id(), ttl_s=_EVERY_US / 1_000_000) is None:
        return 0
    count = 0
    for owner_id in await records.erasing.owners():
        count += len(await look_at(records, publishers, owner_id=owner_id, only_due=True))
    return count


async def look_at(
    records: PublishingRecords, publishers: OpenPublisher, *, owner_id: str, only_due: bool = False
) -> list[Post]:
    """Ask the platforms how an owner's posts do, and keep it; one that does not answer holds up no other."""
    now = now_us()
    found = [all_post async for all_post in all_posts(records, owner_id) if all_post.state in PUBLIC]
    due = [one for one in found if not only_due or _is_due(one, now)]
    places = asyncio.Semaphore(_AT_ONCE)

    async def look(post: Post) -> Post:
        async with places:
            try:
                return await look_at_post(records, publishers, post)
            except MagicError as exc:
                _log.info("%s could not be looked at: %s", post.post_id, exc)
            except Exception:  # noqa: BLE001 - as odd an answer as there is holds up no other post
                _log.exception("%s could not be looked at", post.post_id)
            return post

    return list(await asyncio.gather(*(look(one) for one in due)))


async def look_at_post(records: PublishingRecords, publishers: OpenPublisher, post: Post) -> Post:
    """Ask a platform how a post does, and keep it."""
    target = await target_of(records, post.target, owner_id=post.owner_id)
    must_be_at(post, target)
    publisher = await publishers(target)
    try:
        async with asyncio.timeout(60):
            seen = await publisher.see(Posted(post.remote_id, post.url))
            if not seen.there:
                await publisher.check()  # that a post is gone counts where we can sign in
    except TimeoutError as exc:
        raise Temporary("server_unreachable", address=target.address) from exc
    after = _after(post, seen)
    # A run may have changed it meanwhile; then that stands.
    now, version = await find_post(records, post.content_id, post.target)
    if now != post or not await records.entities.replace(post_entity(after), version=version):
        return now or post
    if after.state is not post.state:
        entry = NewEntry(f"post {after.state.value}", post.content_id, post.owner_id, "", {"url": post.url})
        await records.audit.append([entry])
    if seen.replies is not None:
        await keep_replies(records, after, seen.replies)
    if after.learned != post.learned:
        await learn(records, after)
    return after


async def count_click(records: PublishingRecords, content_id: str, target: str, *, counts: bool = True) -> str:
    """Count one click on a post's link, and return where it leads: where it was approved to, whatever was edited since.

    Args:
        counts: whether it is counted (`readers.counts_today`).

    Raises:
        NotFound: there is no such post.
        Temporary: the click could not be counted.
    """
    post, _ = await count_at(records, content_id, target, "clicks", counts=counts)
    if post.link:
        return post.link
    return _link_of_earlier(post, (await records.submissions.get(content_id, owner_id=None)).submission)


def _link_of_earlier(post: Post, submission: Submission) -> str:
    """The link of a post that was made before posts kept theirs: of the first version that it may be of."""
    for version in submission.versions:
        if any(payload.target == post.target and payload.digest == post.posted_digest for payload in version.payloads):
            return version.draft.link
    return ""


def _after(post: Post, seen: PostStatus) -> Post:
    counts = {**post.counts, **seen.counts}
    # Clicks and answers are counted between two looks.
    update: dict[str, object] = {"seen_at": now_us(), "counts": counts, "learned": digest_of(counts) if counts else ""}
    if not seen.there:
        return post.model_copy(update={**update, "state": PostState.GONE})
    if seen.changed:
        changed = bool(post.mark) and post.mark != seen.changed
        state = PostState.CHANGED if changed else post.state
        update |= {"mark": post.mark or seen.changed, "state": state}
    return post.model_copy(update=update)


def _is_due(post: Post, now: int) -> bool:
    age = now - (post.posted_at or now)
    every = _EVERY_US if age < _YOUNG_US else DAY_US
    return post.seen_at is None or now - post.seen_at >= every
