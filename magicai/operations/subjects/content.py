"""Content: texts that runs have written, what their users make of them, and the templates."""

import asyncio
import io
from collections.abc import Mapping
from typing import Annotated

from pydantic import Field

from magicai.accounts.identity import Scope
from magicai.content import content_types, editing, rewriting
from magicai.content.content import State
from magicai.content.deciding import Decider
from magicai.content.export import MEDIA_TYPES, exported
from magicai.content.languages import LONGEST, Language
from magicai.content.listing import Narrowed, texts
from magicai.content.previewing import preview
from magicai.content.template import LARGEST, parse_template
from magicai.content.text import as_html, written
from magicai.operations.lists import USUAL, Cursor, Limit
from magicai.operations.operation import MODEL_S, Context, Download, operation
from magicai.paging import sliced
from magicai.shapes.subjects.content import (
    ContentAcceptance,
    ContentList,
    ContentRejection,
    ContentShown,
    ContentWhole,
    EditedText,
    NewTemplate,
    PreviewShown,
    RewrittenText,
    SavedTemplate,
    TemplateList,
    TemplatePreview,
    TemplateShown,
)
from magicai.values.rewards import weights_of

TAG = "content"
_MOST_BYTES = 500_000
_SOURCE = "---\nname: note\nlanguage: en\ntitle: Note\nvariables: {name: {type: string}}\n---\n{{ name }} is here."
ContentId = Annotated[str, Field(max_length=200, description="Its id, or a unique beginning or end of it.")]


@operation("GET", "/api/content")
async def list_content(
    context: Context,
    *,
    state: Annotated[State | None, Field(description="Only texts in this state.")] = None,
    content_type: Annotated[str, Field(max_length=80, description="Only of this type.")] = "",
    language: Annotated[str, Field(max_length=LONGEST, description="Only in this language, such as en or pt-BR.")] = "",
    words: Annotated[str, Field(max_length=200, description="Only texts that match; the best first.")] = "",
    limit: Limit = USUAL,
    cursor: Cursor = "",
) -> ContentList:
    """One's own texts, the newest first. A page may be short although others follow."""
    wanted = Narrowed(state or "", content_type, language, words.strip())
    found, next_cursor = await texts(
        context.records, context.ports.search, wanted, owner_id=context.owner_id, limit=limit, cursor=cursor
    )
    return ContentList(items=[ContentShown.of(one) for one in found], next_cursor=next_cursor)


@operation("GET", "/api/content/{content_id}", problems=(404,))
async def show_content(context: Context, content_id: ContentId) -> ContentWhole:
    """A text with its claims and their sources, its quality, and its versions."""
    return ContentWhole.whole(await kept_text(context, content_id))


@operation(
    "PUT",
    "/api/content/{content_id}",
    problems=(404, 409),
    example={"text": "# Linen apron\n\nMade of washed linen."},
    most_bytes=_MOST_BYTES,
    patience_s=MODEL_S,
)
async def edit_content(context: Context, content_id: ContentId, given: EditedText) -> ContentWhole:
    """Save an edited text as its next version, checked as any other."""
    kept = await editing.edit(
        context.records,
        await whole_id(context, content_id),
        given.text,
        owner_id=context.owner_id,
        editor=context.caller.user.user_id,
        open_model=context.text_model,
        row=given.row,
    )
    return ContentWhole.whole(kept)


@operation(
    "POST",
    "/api/content/{content_id}/accept",
    problems=(404, 409),
    example={"row": 2},
    audited="content.accepted_despite_findings",
)
async def accept_content(context: Context, content_id: ContentId, given: ContentAcceptance) -> ContentWhole:
    """Accept a text; what led to it learns from that, and from how much was edited."""
    kept = await decider(context).accept(
        await whole_id(context, content_id), row=given.row, despite_findings=given.despite_findings
    )
    flags = kept.content.latest.flags
    context.noted.params.update(n=len(flags), findings="; ".join(flags))
    context.noted.nothing = not flags
    return ContentWhole.whole(kept)


@operation("POST", "/api/content/{content_id}/reject", problems=(404, 409), example={"reason": "Too long."})
async def reject_content(context: Context, content_id: ContentId, given: ContentRejection) -> ContentWhole:
    """Reject a text, with the reason; what led to it learns from that."""
    kept = await decider(context).reject(await whole_id(context, content_id), given.reason, row=given.row)
    return ContentWhole.whole(kept)


@operation(
    "POST",
    "/api/content/{content_id}/rewrite",
    problems=(404, 409, 501),
    example={"wish": "shorter"},
    patience_s=MODEL_S,
)
async def rewrite_content(context: Context, content_id: ContentId, given: RewrittenText) -> ContentWhole:
    """Rewrite a text with the same claims, as its next version; a translation becomes a text of its own."""
    kept = await rewriting.rewrite(
        context.records,
        await whole_id(context, content_id),
        given.rewriting,
        owner_id=context.owner_id,
        open_model=context.text_model,
        row=given.row,
    )
    return ContentWhole.whole(kept)


@operation("GET", "/api/content/{content_id}/files/{name}", problems=(404,))
async def download_content(context: Context, content_id: ContentId, name: str) -> Download:
    """A text as a file: text.md, text.html, text.docx, text.json or text.csv."""
    content = (await kept_text(context, content_id)).content
    file_format = name.removeprefix("text.")
    body = await asyncio.to_thread(exported, content, file_format)
    return Download(f"{content.content_id}.{file_format}", MEDIA_TYPES[file_format], io.BytesIO(body))


@operation("GET", "/api/templates")
async def list_templates(context: Context, limit: Limit = USUAL, cursor: Cursor = "") -> TemplateList:
    """The templates that come with MagicAI, and one's own."""
    shown = [TemplateShown.of(template, own=False) for template in content_types.built_in().values()]
    own = await content_types.own_templates(context.records.entities, owner_id=context.owner_id)
    shown += [TemplateShown.of(template, own=True, source=source) for template, source in own]
    items, next_cursor = sliced(shown, limit, cursor)
    return TemplateList(items=items, next_cursor=next_cursor)


@operation(
    "POST",
    "/api/templates",
    status=201,
    example={"source": _SOURCE},
    most_bytes=6 * LARGEST,
    location="/api/templates/{content_type}?language={language}",
)
async def save_template(context: Context, given: NewTemplate) -> SavedTemplate:
    """Check a template of one's own and keep it, as the next version of the one with its name and language."""
    template, version = await content_types.save_template(context.records, given.source, owner_id=context.owner_id)
    shown = TemplateShown.of(template, own=True, source=given.source)
    return SavedTemplate(**dict(shown), version=version)


@operation("GET", "/api/templates/{name}", problems=(404,))
async def show_template(context: Context, name: str, language: Language = "en") -> TemplateShown:
    """A template with its source, of which one's own can be made; one's own are called own:NAME."""
    source = await content_types.source_of(context.records, name, language, owner_id=context.owner_id)
    return TemplateShown.of(parse_template(source), own=name.startswith(content_types.OWN), source=source)


@operation("DELETE", "/api/templates/{name}", status=204, problems=(404,), audited="data.template_deleted")
async def remove_template(context: Context, name: str, language: Language = "en") -> None:
    """Delete a template of one's own; texts that were written from it stay."""
    own = name.removeprefix(content_types.OWN)
    await content_types.remove_template(context.records, own, language, owner_id=context.owner_id)


@operation(
    "POST",
    "/api/templates/preview",
    scope=Scope.READ,
    example={"source": _SOURCE, "variables": {"name": "Ann"}},
    most_bytes=_MOST_BYTES,
)
async def preview_template(_context: Context, given: TemplatePreview) -> PreviewShown:
    """What a template makes of variables, without a model; nothing is kept."""
    blocks, (claims, quality) = await preview(given.source, given.variables)
    return PreviewShown(text=written(blocks), html=as_html(blocks), blocks=[*blocks], claims=[*claims], quality=quality)


async def kept_text(context: Context, content_id: str) -> editing.StoredContent:
    """A text of the caller's by its id, or a unique beginning or end of it."""
    return await editing.content_of(context.records, await whole_id(context, content_id), owner_id=context.owner_id)


async def whole_id(context: Context, content_id: str) -> str:
    """The id of a text of the caller's, of it or of a unique beginning or end of it."""
    return await editing.named(context.records, content_id, owner_id=context.owner_id)


def decider(context: Context) -> Decider:
    """The caller, who decides about texts."""
    return Decider(context.records, context.owner_id, by=context.caller.user.user_id, weights=reward_weights(context))


def reward_weights(context: Context) -> Mapping[str, float]:
    """What kinds of rewards weigh here."""
    return weights_of(context.ports.settings.reward_weights)
