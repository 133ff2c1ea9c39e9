"""Many texts at once: decided about, written again, exported."""

import asyncio
import io
from collections.abc import Awaitable, Callable
from typing import Annotated, Literal

from pydantic import Field

from magicai.accounts.identity import Scope
from magicai.content import rewriting
from magicai.content.choosing import contents, ids_of
from magicai.content.content import Content, State
from magicai.content.editing import StoredContent
from magicai.content.export import MEDIA_TYPES, Exporter
from magicai.content.languages import LONGEST
from magicai.content.listing import Narrowed
from magicai.content.shop_tables import Table
from magicai.errors import MagicError
from magicai.operations.operation import MANY_BYTES, MODEL_S, Context, Download, operation
from magicai.operations.subjects.content import decider, whole_id
from magicai.shapes.subjects.content_many import (
    ChosenTexts,
    ContentIdList,
    TextFailed,
    TextRow,
    TextsDecision,
    TextsDone,
    TextsRewriting,
    TextsUndone,
)

TAG = "content"
_MANY_S = 900
# Texts that a language model writes at a time for one request.
_REWRITTEN_AT_ONCE = 4
_EXAMPLE = {"content_ids": ["01a2-000001"]}
FileFormat = Literal["html", "md", "csv", "json", "docx", "shopify", "woocommerce"]


@operation(
    "POST",
    "/api/content/decisions",
    example={**_EXAMPLE, "decision": "accept"},
    most_bytes=MANY_BYTES,
    patience_s=_MANY_S,
    audited="content.several_accepted",
)
async def decide_contents(context: Context, given: TextsDecision) -> TextsDone:
    """Accept or reject several texts. One that can't be decided is named, and holds up no other."""
    by, despite = decider(context), list[str]()

    async def decide(content_id: str) -> StoredContent:
        if given.decision == "reject":
            return await by.reject(await whole_id(context, content_id), given.reason)
        kept = await by.accept(await whole_id(context, content_id), despite_findings=given.despite_findings)
        if flags := kept.content.latest.flags:
            despite.append(f"{kept.content.product or content_id}: {'; '.join(flags)}")
        return kept

    made = await _each(context, given.distinct, decide)
    n = len(made.done)
    context.noted.nothing = not n
    context.noted.params.update(n=n, despite=len(despite), findings="; ".join(despite))
    if given.decision == "reject":
        context.noted.action = "content.several_rejected"
    elif despite:
        context.noted.action = "content.several_accepted_despite_findings"
    return made


@operation(
    "POST",
    "/api/content/decisions/undo",
    example={"items": [{"content_id": "01a2-000001", "row": 2}]},
    most_bytes=MANY_BYTES,
    patience_s=_MANY_S,
    audited="content.decisions_undone",
)
async def undo_decisions(context: Context, given: TextsUndone) -> TextsDone:
    """Take decisions back, of texts that nobody has changed since."""
    by, rows = decider(context), {one.content_id: one.row for one in given.items}

    async def undo(content_id: str) -> StoredContent:
        return await by.undo(await whole_id(context, content_id), row=rows[content_id])

    made = await _each(context, [*rows], undo)
    context.noted.params["n"], context.noted.nothing = len(made.done), not made.done
    return made


@operation(
    "POST",
    "/api/content/rewrites",
    example={**_EXAMPLE, "wish": "shorter"},
    patience_s=MODEL_S,
)
async def rewrite_contents(context: Context, given: TextsRewriting) -> TextsDone:
    """Rewrite or translate several texts. One that can't be rewritten is named, and holds up no other."""

    async def rewrite(content_id: str) -> StoredContent:
        return await rewriting.rewrite(
            context.records,
            await whole_id(context, content_id),
            given.rewriting,
            owner_id=context.owner_id,
            open_model=context.text_model,
        )

    return await _each(context, [*dict.fromkeys(given.content_ids)], rewrite, at_once=_REWRITTEN_AT_ONCE)


@operation("GET", "/api/content-ids")
async def show_content_ids(
    context: Context,
    *,
    state: Annotated[State | None, Field(description="Only texts in this state.")] = None,
    content_type: Annotated[str, Field(max_length=80, description="Only of this type.")] = "",
    language: Annotated[str, Field(max_length=LONGEST, description="Only in this language, such as en or pt-BR.")] = "",
    words: Annotated[str, Field(max_length=200, description="Only texts that match; the best first.")] = "",
) -> ContentIdList:
    """The ids of all texts that the list shows with a filter, at most 10,000: how many, and what to choose."""
    wanted = Narrowed(state or "", content_type, language, words.strip())
    return ContentIdList(
        content_ids=await ids_of(context.records, context.ports.search, wanted, owner_id=context.owner_id)
    )


@operation(
    "POST",
    "/api/content/files",
    scope=Scope.READ,
    example=_EXAMPLE,
    most_bytes=MANY_BYTES,
    patience_s=_MANY_S,
)
async def download_contents(context: Context, given: ChosenTexts, file_format: FileFormat = "csv") -> Download:
    """Several texts as one file; `shopify` and `woocommerce` are CSV files of accepted texts, for product imports."""
    chosen = [one async for one in contents(context.records, given.distinct, owner_id=context.owner_id)]
    return await asyncio.to_thread(_file, chosen, file_format)


def _file(chosen: list[Content], file_format: FileFormat) -> Download:
    if file_format == "shopify" or file_format == "woocommerce":  # noqa: PLR1714 - narrows its type
        table = Table(file_format)
        for content in chosen:
            table.add(content)
        counts = {"texts": table.rows, "left_out": table.left_out}
        return Download(f"texts.{file_format}.csv", MEDIA_TYPES["csv"], io.BytesIO(table.body()), counts)
    with Exporter(chosen[0].language if chosen else "en") as exporter:
        for content in chosen:
            exporter.add(content)
        body = exporter.file(file_format).read_bytes()
    return Download(f"texts.{file_format}", MEDIA_TYPES[file_format], io.BytesIO(body), {"texts": len(chosen)})


async def _each(
    context: Context, ids: list[str], act: Callable[[str], Awaitable[StoredContent]], *, at_once: int = 1
) -> TextsDone:
    free, done, problems = asyncio.Semaphore(at_once), dict[str, TextRow](), dict[str, MagicError]()

    async def attempt(content_id: str) -> None:
        async with free:
            try:
                kept = await act(content_id)
            except MagicError as exc:
                problems[content_id] = exc
            else:
                done[content_id] = TextRow(content_id=kept.content.content_id, row=kept.row)

    await asyncio.gather(*map(attempt, ids))
    titles = {one.content_id: one async for one in contents(context.records, [*problems], owner_id=context.owner_id)}
    failed = list[TextFailed]()
    for content_id in (one for one in ids if one in problems):
        exc = problems[content_id]
        told, found = context.say.error(exc), titles.get(content_id)
        title = (found.product or found.title) if found else content_id
        failed.append(TextFailed(content_id=content_id, title=title, problem=str(told), problem_message=told.said))
    return TextsDone(done=[done[one] for one in ids if one in done], failed=failed)
