from typing import Any

from pydantic import BaseModel

from magicai.brain.steps import StepRun, step
from magicai.errors import MagicError, NotFound
from magicai.ports import Files
from magicai.publishing import publishing as states
from magicai.publishing.ports import OpenPublisher, PublishingRecords
from magicai.publishing.posting import Posting
from magicai.publishing.posts import PUBLIC, Post, find_post, posts_of, problem_of, save_post
from magicai.publishing.review_and_publish import Published, ReviewAndPublish
from magicai.publishing.reviewing import ask_again
from magicai.publishing.standing import must_be_at, must_stand
from magicai.publishing.submission import Status
from magicai.publishing.target import target_of
from magicai.publishing.turns import turn
from magicai.runs.items import each, results
from magicai.settings import Settings
from tasks.review_and_publish.request_review import Reviewed
from tasks.review_and_publish.take_submission import Submitted

_AT_ONCE = 8
# A post is one call, beside those that upload its images and look things up.
_CALLS = 2
_ATTEMPTS = 4
_PAUSE_S = 1.0


class Done(BaseModel):
    """What is public, and how many targets failed."""

    status: str
    published: tuple[Published, ...]
    failed: int


@step(provides="published", retries=1)
async def publish_posts(
    run: StepRun,
    request: ReviewAndPublish,
    submitted: Submitted,
    reviewed: Reviewed,
    *,
    publishing: PublishingRecords,
    files: Files,
    publishers: OpenPublisher,
    settings: Settings,
) -> Done:
    """Publish what is approved and due to each of its targets; one that fails holds up no other."""
    posting = Posting(publishing, files, run_id=run.run_id, limit_s=settings.publish_seconds * _CALLS)
    content_id, digest = submitted.content_id, submitted.digest
    if request.action == "withdraw":
        by = (await publishing.runs.get(run.run_id)).started_by or run.owner_id
        await states.withdrawn(publishing, content_id, by=by)
        return await _remove(run, content_id, posting, publishing, publishers)
    submission = await states.begin(publishing, content_id, digest, run_id=run.run_id)
    if submission is None:
        return Done(status=reviewed.status, published=(), failed=0)
    payloads = {one.target: one for one in submission.latest.payloads}

    async def publish(name: str, _given: Any) -> Post:
        async with turn(publishing.leases, content_id, name, run.run_id, again_s=_PAUSE_S):
            target = await must_stand(publishing, content_id, digest, name)
            return await posting.publish(submission, payloads[name], await publishers(target))

    given = ((name, {"digest": payload.digest}) for name, payload in payloads.items())
    counts = await each(run, given, publish, at_once=_AT_ONCE, attempts=_ATTEMPTS, wait_s=_PAUSE_S, unit="targets")
    posts = [Post.model_validate(one) async for _, one in results(run)]
    status = await states.end(publishing, content_id, digest, posts, counts.failed)
    if counts.failed and (asked := await ask_again(publishing, content_id)) is not None:
        status = asked
    return Done(status=status.value, published=_shown(posts), failed=counts.failed)


async def _remove(
    run: StepRun, content_id: str, posting: Posting, records: PublishingRecords, publishers: OpenPublisher
) -> Done:
    submission = (await records.submissions.get(content_id, owner_id=run.owner_id)).submission
    payloads = [payload for version in submission.versions for payload in version.payloads]
    posts = await posts_of(records, content_id, owner_id=run.owner_id)
    # A run that is posting may not have said so yet: each target's turn is waited for.
    names = dict.fromkeys((*(one.target for one in payloads), *(one.target for one in posts)))

    async def remove(name: str, _given: Any) -> Post | None:
        async with turn(records.leases, content_id, name, run.run_id, again_s=_PAUSE_S):
            post, _ = await find_post(records, content_id, name)
            if post is None:
                return None
            try:
                return await take_down(post)
            except MagicError as exc:
                now, _ = await find_post(records, content_id, name)
                await save_post(records, (now or post).model_copy(update=problem_of(exc)))
                raise

    async def take_down(post: Post) -> Post:
        try:
            target = await target_of(records, post.target, owner_id=run.owner_id)
        except NotFound as exc:
            raise NotFound("post_target_removed", where=post.url or post.target) from exc
        must_be_at(post, target)
        got = [one for one in payloads if one.target == post.target]
        return await posting.remove(post, got, await publishers(target))

    by_target = {post.target: {"state": post.state.value, "key": post.key} for post in posts}
    given = ((name, by_target.get(name)) for name in names)
    counts = await each(run, given, remove, at_once=_AT_ONCE, attempts=_ATTEMPTS, wait_s=_PAUSE_S, unit="targets")
    left = [one for one in await posts_of(records, content_id, owner_id=run.owner_id) if one.state in PUBLIC]
    return Done(status=Status.WITHDRAWN.value, published=_shown(left), failed=counts.failed)


def _shown(posts: list[Post]) -> tuple[Published, ...]:
    return tuple(
        Published(platform=post.platform, target=post.target, url=post.url, posted_digest=post.posted_digest)
        for post in posts
        if post.state in PUBLIC
    )
