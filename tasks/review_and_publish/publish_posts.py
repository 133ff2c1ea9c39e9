from typing import Any

from pydantic import BaseModel

from magicai.brain.steps import StepRun, step
from magicai.errors import NotFound
from magicai.ports import Files
from magicai.publishing import publishing as states
from magicai.publishing.ports import OpenPublisher, PublishingRecords
from magicai.publishing.posting import Posting
from magicai.publishing.posts import PUBLIC, Post, posts_of
from magicai.publishing.review_and_publish import Published, ReviewAndPublish
from magicai.publishing.reviewing import ask_again
from magicai.publishing.standing import must_be_at, must_stand
from magicai.publishing.submission import Status
from magicai.publishing.target import target_of
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
        target = await must_stand(publishing, content_id, digest, name)
        publisher = await publishers(target)
        return await posting.publish(submission, payloads[name], publisher)

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
    posts = {one.target: one for one in await posts_of(records, content_id, owner_id=run.owner_id)}

    async def remove(name: str, _given: Any) -> Post:
        try:
            target = await target_of(records, name, owner_id=run.owner_id)
        except NotFound as exc:
            where = posts[name].url or name
            raise NotFound("post_target_removed", where=where) from exc
        must_be_at(posts[name], target)
        return await posting.remove(posts[name], await publishers(target))

    given = ((name, {"state": post.state.value, "key": post.key}) for name, post in posts.items())
    counts = await each(run, given, remove, at_once=_AT_ONCE, attempts=_ATTEMPTS, wait_s=_PAUSE_S, unit="targets")
    left = [one for one in await posts_of(records, content_id, owner_id=run.owner_id) if one.state in PUBLIC]
    return Done(status=Status.WITHDRAWN.value, published=_shown(left), failed=counts.failed)


def _shown(posts: list[Post]) -> tuple[Published, ...]:
    return tuple(
        Published(platform=post.platform, target=post.target, url=post.url, posted_digest=post.posted_digest)
        for post in posts
        if post.state in PUBLIC
    )
