"""Publishing: what readers say."""

from magicai.operations.lists import USUAL, Cursor, Limit
from magicai.operations.operation import Context, operation
from magicai.operations.subjects.publishing import ReviewId
from magicai.paging import sliced
from magicai.publishing.readers import replies_of
from magicai.publishing.reviewing import reviewed
from magicai.shapes.subjects.publishing_readers import ReplyList, ReplyShown

TAG = "publishing"


@operation("GET", "/api/reviews/{review_id}/replies", problems=(404,))
async def list_replies(context: Context, review_id: ReviewId, limit: Limit = USUAL, cursor: Cursor = "") -> ReplyList:
    """What readers say of a submission's posts, the latest first: replies on platforms, and answers given here."""
    kept = await reviewed(context.ports.publishing, review_id, by=context.caller)
    found = await replies_of(context.records, review_id, owner_id=kept.submission.owner_id)
    shown, next_cursor = sliced([ReplyShown.model_validate(one) for one in found], limit, cursor)
    return ReplyList(items=shown, next_cursor=next_cursor)
