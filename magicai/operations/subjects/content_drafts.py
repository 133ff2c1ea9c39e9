"""The drafts of a text, where a run was asked for several."""

from typing import Annotated

from fastapi import Depends

from magicai.api.access import At, Reader, Starter
from magicai.api.answers import problems
from magicai.api.bodies import body_of, described
from magicai.api.routes import router_of
from magicai.content.drafts import use_draft
from magicai.content.editing import content_of
from magicai.shapes.subjects.content import ContentWhole
from magicai.shapes.subjects.content_drafts import DraftList, DraftShown, DraftWanted
from magicai.values.rewards import weights_of

router = router_of("content")
BODIES = (DraftWanted,)


@router.get("/api/content/{content_id}/drafts", responses=problems(404))
async def show_drafts(gateway: At, caller: Reader, content_id: str) -> DraftList:
    """All drafts of a text; none where one was asked for."""
    content = (await content_of(gateway.records, content_id, owner_id=caller.owner_id)).content
    return DraftList(drafts=[DraftShown.of(one, content) for one in content.alternatives])


@router.post(
    "/api/content/{content_id}/use",
    responses=problems(404, 409, body=True),
    openapi_extra=described(DraftWanted, {"draft": 2}),
)
async def use_one_draft(
    gateway: At, caller: Starter, content_id: str, given: Annotated[DraftWanted, Depends(body_of(DraftWanted))]
) -> ContentWhole:
    """Save a draft as the text's next version; the choice of its writer learns from that."""
    kept = await use_draft(
        gateway.records,
        content_id,
        given.draft,
        owner_id=caller.owner_id,
        row=given.row,
        weights=weights_of(gateway.ports.settings.reward_weights),
    )
    return ContentWhole.whole(kept)
