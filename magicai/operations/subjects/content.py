"""Content: texts that runs have written, what their users make of them, and the templates."""

import asyncio
from collections.abc import Mapping
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import Depends, Query
from starlette.responses import Response

from magicai.api.access import At, Reader, Starter
from magicai.api.answers import problems
from magicai.api.bodies import body_of, described
from magicai.api.gateway import Gateway
from magicai.api.routes import router_of
from magicai.content import content_types, editing
from magicai.content.content import State
from magicai.content.export import MEDIA_TYPES, exported
from magicai.content.languages import LONGEST, Language
from magicai.content.listing import Narrowed, texts
from magicai.content.previewing import preview
from magicai.content.rewriting import rewrite
from magicai.content.template import LARGEST, parse_template
from magicai.content.text import as_html, written
from magicai.operations.lists import USUAL, Cursor, Limit
from magicai.paging import sliced
from magicai.shapes.subjects.content import (
    ContentDecision,
    ContentList,
    ContentShown,
    ContentWhole,
    EditedText,
    NewTemplate,
    PreviewShown,
    RewrittenText,
    TemplateList,
    TemplatePreview,
    TemplateShown,
)
from magicai.values.rewards import weights_of

router = router_of("content")
BODIES = (EditedText, ContentDecision, RewrittenText, NewTemplate, TemplatePreview)
_MOST = 500_000
_FILE: dict[int | str, dict[str, Any]] = {
    200: {"description": "The file.", "content": {one: {} for one in MEDIA_TYPES.values()}}
}
_SOURCE = "---\nname: note\nlanguage: en\ntitle: Note\nvariables: {name: {type: string}}\n---\n{{ name }} is here."


@router.get("/api/content", responses=problems())
async def list_content(
    gateway: At,
    caller: Reader,
    *,
    state: Annotated[State | None, Query(description="Only texts in this state.")] = None,
    content_type: Annotated[str, Query(max_length=80, description="Only of this type.")] = "",
    language: Annotated[str, Query(max_length=LONGEST, description="Only in this language, such as en or pt-BR.")] = "",
    words: Annotated[str, Query(max_length=200, description="Only texts that match; the best first.")] = "",
    limit: Limit = USUAL,
    cursor: Cursor = "",
) -> ContentList:
    """One's own texts, the newest first. A page may be short although others follow."""
    wanted = Narrowed(state or "", content_type, language, words.strip())
    found, next_cursor = await texts(
        gateway.records, gateway.ports.search, wanted, owner_id=caller.owner_id, limit=limit, cursor=cursor
    )
    return ContentList(items=[ContentShown.of(one) for one in found], next_cursor=next_cursor)


@router.get("/api/content/{content_id}", responses=problems(404))
async def show_content(gateway: At, caller: Reader, content_id: str) -> ContentWhole:
    """A text with its claims and their sources, its quality, and its versions."""
    return ContentWhole.whole(await editing.content_of(gateway.records, content_id, owner_id=caller.owner_id))


@router.put(
    "/api/content/{content_id}",
    responses=problems(404, 409, body=True),
    openapi_extra=described(EditedText, {"text": "# Linen apron\n\nMade of washed linen."}),
)
async def edit_content(
    gateway: At,
    caller: Starter,
    content_id: str,
    given: Annotated[EditedText, Depends(body_of(EditedText, most_bytes=_MOST))],
) -> ContentWhole:
    """Save an edited text as its next version, checked as any other."""
    kept = await editing.edit(
        gateway.records,
        content_id,
        given.text,
        owner_id=caller.owner_id,
        open_model=gateway.ports.text_model,
        row=given.row,
    )
    return ContentWhole.whole(kept)


@router.post(
    "/api/content/{content_id}/accept",
    responses=problems(404, 409, body=True),
    openapi_extra=described(ContentDecision, {"row": 2}),
)
async def accept_content(
    gateway: At, caller: Starter, content_id: str, given: Annotated[ContentDecision, Depends(body_of(ContentDecision))]
) -> ContentWhole:
    """Accept a text; what led to it learns from that, and from how much was edited."""
    kept = await editing.accept(
        gateway.records, content_id, owner_id=caller.owner_id, row=given.row, weights=_weights(gateway)
    )
    return ContentWhole.whole(kept)


@router.post(
    "/api/content/{content_id}/reject",
    responses=problems(404, 409, body=True),
    openapi_extra=described(ContentDecision, {"reason": "Too long."}),
)
async def reject_content(
    gateway: At, caller: Starter, content_id: str, given: Annotated[ContentDecision, Depends(body_of(ContentDecision))]
) -> ContentWhole:
    """Reject a text, with the reason; what led to it learns from that."""
    kept = await editing.reject(
        gateway.records, content_id, given.reason, owner_id=caller.owner_id, row=given.row, weights=_weights(gateway)
    )
    return ContentWhole.whole(kept)


@router.post(
    "/api/content/{content_id}/rewrite",
    responses=problems(404, 409, 501, body=True),
    openapi_extra=described(RewrittenText, {"wish": "shorter"}),
)
async def rewrite_content(
    gateway: At, caller: Starter, content_id: str, given: Annotated[RewrittenText, Depends(body_of(RewrittenText))]
) -> ContentWhole:
    """Rewrite a text with the same claims, as its next version; a translation becomes a text of its own."""
    kept = await rewrite(
        gateway.records,
        content_id,
        given.rewriting,
        owner_id=caller.owner_id,
        open_model=gateway.ports.text_model,
        row=given.row,
    )
    return ContentWhole.whole(kept)


@router.get(
    "/api/content/{content_id}/files/{name}",
    response_class=Response,
    responses={**problems(404), **_FILE},
)
async def download_content(gateway: At, caller: Reader, content_id: str, name: str) -> Response:
    """A text as a file: text.md, text.html, text.docx or text.json."""
    content = (await editing.content_of(gateway.records, content_id, owner_id=caller.owner_id)).content
    file_format = name.removeprefix("text.")
    body = await asyncio.to_thread(exported, content, file_format)
    headers = {
        "Content-Disposition": f"attachment; filename*=utf-8''{quote(f'{content_id}.{file_format}')}",
        "Content-Security-Policy": "sandbox",
    }
    return Response(body, media_type=MEDIA_TYPES[file_format], headers=headers)


@router.get("/api/templates", responses=problems())
async def list_templates(gateway: At, caller: Reader, limit: Limit = USUAL, cursor: Cursor = "") -> TemplateList:
    """The templates that come with MagicAI, and one's own."""
    shown = [TemplateShown.of(template, own=False) for template in content_types.built_in().values()]
    own = await content_types.own_templates(gateway.records.entities, owner_id=caller.owner_id)
    shown += [TemplateShown.of(template, own=True, source=source) for template, source in own]
    items, next_cursor = sliced(shown, limit, cursor)
    return TemplateList(items=items, next_cursor=next_cursor)


@router.post(
    "/api/templates",
    status_code=201,
    responses=problems(body=True),
    openapi_extra=described(NewTemplate, {"source": _SOURCE}),
)
async def save_template(
    gateway: At,
    caller: Starter,
    response: Response,
    given: Annotated[NewTemplate, Depends(body_of(NewTemplate, most_bytes=6 * LARGEST))],
) -> TemplateShown:
    """Check a template of one's own and keep it, as the next version of the one with its name and language."""
    template, version = await content_types.save_template(gateway.records, given.source, owner_id=caller.owner_id)
    response.headers["Location"] = f"/api/templates/{content_types.OWN}{template.name}?language={template.language}"
    response.headers["X-Version"] = str(version)
    return TemplateShown.of(template, own=True, source=given.source)


@router.get("/api/templates/{name}", responses=problems(404))
async def show_template(gateway: At, caller: Reader, name: str, language: Language = "en") -> TemplateShown:
    """A template with its source, of which one's own can be made; one's own are called own:NAME."""
    source = await content_types.source_of(gateway.records, name, language, owner_id=caller.owner_id)
    return TemplateShown.of(parse_template(source), own=name.startswith(content_types.OWN), source=source)


@router.delete("/api/templates/{name}", status_code=204, responses=problems(404))
async def remove_template(gateway: At, caller: Starter, name: str, language: Language = "en") -> None:
    """Delete a template of one's own; texts that were written from it stay."""
    own = name.removeprefix(content_types.OWN)
    await content_types.remove_template(gateway.records, own, language, owner_id=caller.owner_id)


@router.post(
    "/api/templates/preview",
    responses=problems(body=True),
    openapi_extra=described(TemplatePreview, {"source": _SOURCE, "variables": {"name": "Ann"}}),
)
async def preview_template(
    caller: Reader, given: Annotated[TemplatePreview, Depends(body_of(TemplatePreview, most_bytes=_MOST))]
) -> PreviewShown:
    """What a template makes of variables, without a model; nothing is kept."""
    del caller
    blocks, found = await preview(given.source, given.variables)
    return PreviewShown(
        text=written(blocks), html=as_html(blocks), blocks=[*blocks], claims=[*found[0]], quality=found[1]
    )


def _weights(gateway: Gateway) -> Mapping[str, float]:
    return weights_of(gateway.ports.settings.reward_weights)
