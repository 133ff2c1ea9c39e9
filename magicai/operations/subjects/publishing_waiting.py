"""Submissions and posts that wait for somebody."""

from magicai.accounts.identity import WorkspaceRole
from magicai.operations.operation import Context
from magicai.publishing.posts import KIND, PostState, post_in
from magicai.publishing.submission import Status
from magicai.shapes.home import Waiting, WaitingThing

TAG = "publishing"
_NAMED = 3


async def open_reviews(context: Context) -> list[Waiting]:
    """Submissions to decide, for reviewers, the oldest first."""
    if not context.caller.workspace_role.covers(WorkspaceRole.REVIEWER):
        return []
    submissions, owner_id = context.ports.publishing.submissions, context.owner_id
    count = (await submissions.counts(owner_id=owner_id)).get(Status.PENDING_REVIEW, 0)
    if not count:
        return []
    listed = await submissions.listed(
        owner_id=owner_id, statuses=(Status.PENDING_REVIEW,), assigned_to=None, after="", limit=_NAMED
    )
    first = [WaitingThing(id=submission.content_id, title=submission.title) for submission in listed]
    return [Waiting(kind="reviews_open", count=count, first=first)]


async def unpublished_posts(context: Context) -> list[Waiting]:
    """Posts that were tried and could not be made, or of which nobody knows whether they were, for editors."""
    if not context.caller.workspace_role.covers(WorkspaceRole.EDITOR):
        return []
    entities, found = context.records.entities, list[WaitingThing]()
    for state in (PostState.UNKNOWN, PostState.INTENDED):
        page = await entities.listed(context.owner_id, KIND, state=state, newest_first=True)
        posts = [post_in(row.entity) for row in page.items if row.entity is not None]
        found += [
            WaitingThing(id=post.content_id, title=post.title)
            for post in posts
            if state is PostState.UNKNOWN or post.problem
        ]
    return [Waiting(kind="posts_failed", count=len(found), first=found[:_NAMED])] if found else []


WAITING = (open_reviews, unpublished_posts)
