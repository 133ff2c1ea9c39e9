"""The drafts of a text, where a run was asked for several."""

from magicai.content.drafts import use_draft
from magicai.operations.operation import Context, operation
from magicai.operations.subjects.content import ContentId, kept_text, reward_weights, whole_id
from magicai.shapes.subjects.content import ContentWhole
from magicai.shapes.subjects.content_drafts import DraftList, DraftShown, DraftWanted

TAG = "content"


@operation("GET", "/api/content/{content_id}/drafts", problems=(404,))
async def show_drafts(context: Context, content_id: ContentId) -> DraftList:
    """All drafts of a text; none where one was asked for."""
    content = (await kept_text(context, content_id)).content
    return DraftList(drafts=[DraftShown.of(alternative, content) for alternative in content.alternatives])


@operation("POST", "/api/content/{content_id}/use", problems=(404, 409), example={"draft": 2})
async def use_one_draft(context: Context, content_id: ContentId, given: DraftWanted) -> ContentWhole:
    """Save a draft as the text's next version; the choice of its writer learns from that."""
    kept = await use_draft(
        context.records,
        await whole_id(context, content_id),
        given.draft,
        owner_id=context.owner_id,
        row=given.row,
        weights=reward_weights(context),
    )
    return ContentWhole.whole(kept)
