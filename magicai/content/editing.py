"""What people make of a text: its next version, checked as any other."""

import asyncio
import re
from collections import Counter
from dataclasses import dataclass

from magicai.content.assessment import measured
from magicai.content.brief import Brief, brief_of
from magicai.content.content import (
    KIND,
    MOST_VERSIONS,
    Content,
    State,
    Version,
    content_entity,
    content_in,
    version_from,
)
from magicai.content.content_types import template_of
from magicai.content.languages import of_template
from magicai.content.markup import written_from
from magicai.content.template import Template
from magicai.content.text import Blocks, parse, plain
from magicai.content.verifying import OpenModel, verifier_of
from magicai.content.voice import NONE as NO_VOICE
from magicai.content.voices import template_in_voice
from magicai.errors import Conflict, Invalid, NotFound
from magicai.ports import Records
from magicai.runs.run import JSON

_LONGEST = 100_000
_WORD = re.compile(r"[\u3400-\u9fff]|[^\W\u3400-\u9fff]+")
_LEAST_OF_AN_ID, _MOST_NAMED = 4, 5
USER = "user"


@dataclass(frozen=True, slots=True)
class StoredContent:
    """A text, and the version of its row, which a change names so that nobody's work is lost."""

    content: Content
    row: int


async def content_of(records: Records, content_id: str, *, owner_id: str) -> StoredContent:
    """A text.

    Raises:
        NotFound: there is no such text of theirs.
    """
    found = await records.entities.get(KIND, content_id, owner_id=owner_id)
    assert found.entity is not None
    return StoredContent(content_in(found.entity), found.version)


async def named(records: Records, part: str, *, owner_id: str) -> str:
    """The id of a text, of the whole id or of a unique beginning or end of it.

    Raises:
        NotFound: there is no such text of theirs.
        Invalid: it is too short, or fits several.
    """
    if any(one.entity and one.owner_id == owner_id for one in await records.entities.present([(KIND, part)])):
        return part
    if len(part) < _LEAST_OF_AN_ID:
        raise Invalid("text_id_too_short", part=part, minimum=_LEAST_OF_AN_ID)
    found = await records.entities.ids_like(owner_id, KIND, part, limit=_MOST_NAMED + 1)
    if not found:
        raise NotFound("text_not_found", part=part[:64])
    if len(found) > 1:
        many = ", ".join(found[:_MOST_NAMED])
        raise Invalid("text_id_ambiguous", part=part, many=many)
    return found[0]


async def edit(
    records: Records,
    content_id: str,
    text: str,
    *,
    owner_id: str,
    editor: str = "",
    open_model: OpenModel | None = None,
    row: int | None = None,
) -> StoredContent:
    """Keep a user's version of a text, checked as any other; what the record does not say is marked, not refused.

    Args:
        text: as `parse` reads it, or HTML.
        editor: the user who edited it.
        open_model: opens the verifier; none is asked where None.
        row: the row's version that was edited; whatever it is where None.

    Raises:
        NotFound: there is no such text of theirs.
        Invalid: it is empty or too long.
        Conflict: it has changed meanwhile.
    """
    kept = await content_of(records, content_id, owner_id=owner_id)
    if len(text) > _LONGEST:
        raise Invalid("text_too_long", count=len(text), limit="100,000")
    content = kept.content
    brief = await brief_of_text(records, content)
    blocks = await asyncio.to_thread(lambda: parse(written_from(text)))
    if not blocks:
        raise Invalid("text_empty")
    verifier = await verifier_of(records, content, "edit", open_model)
    found, usage = await measured(blocks, brief, verifier)
    number = content.latest.number + 1
    bar, cost = content.quality_bar, usage.cost
    version = version_from(blocks, USER, found, bar=bar, number=number, editor=editor, cost=cost)
    return await replace(records, kept, with_version(content, version), row)


async def brief_of_text(records: Records, content: Content) -> Brief:
    """What a text was written from; its facts alone where its template is gone, or takes them no longer."""
    language = content.language
    try:
        template = await template_of(records, content.content_type, language, owner_id=content.owner_id)
        return brief_of(await in_voice_of(records, content, template), content.variables, language)
    except (NotFound, Invalid):
        facts: dict[str, JSON] = {name: {} for name in content.variables} or {"facts": {}}
        bare = Template(name="facts", language=of_template(language), title="Facts", variables=facts, body="")
        return brief_of(bare, content.variables, language)


async def in_voice_of(records: Records, content: Content, template: Template) -> Template:
    """A template in the voice that a text was written in, as it is now; in none where that was removed."""
    try:
        return await template_in_voice(
            records.entities,
            template,
            content.voice or NO_VOICE,
            language=content.language,
            owner_id=content.owner_id,
        )
    except NotFound:
        return template


def with_version(content: Content, version: Version) -> Content:
    """A text with one more version; of many the first and the latest are kept."""
    versions = (content.versions[0], *content.versions[1:][-(MOST_VERSIONS - 2) :], version)
    state = State.FLAGGED if version.flags else State.DRAFT
    return content.model_copy(update={"versions": versions, "state": state, "decision": None})


def was_edited(content: Content) -> bool:
    """Whether it is no longer what its run wrote; to use another of its drafts changes nothing."""
    return plain(_as_its_run_wrote_it(content).blocks) != plain(content.latest.blocks)


def edit_distance(content: Content) -> float:
    """The share of pairs of words, in Chinese of characters, that were changed since its run wrote it, from 0 to 1.

    Takes time in proportion to the text's length.
    """
    before, after = (_pairs(version.blocks) for version in (_as_its_run_wrote_it(content), content.latest))
    total = before.total() + after.total()
    return 1 - 2 * (before & after).total() / total if total else 0.0


def _pairs(blocks: Blocks) -> Counter[tuple[str, str]]:
    words = _WORD.findall(plain(blocks))
    return Counter(zip(["", *words], [*words, ""], strict=True))


def _as_its_run_wrote_it(content: Content) -> Version:
    return next((one for one in reversed(content.versions) if one.note.startswith("draft ")), content.versions[0])


async def replace(records: Records, kept: StoredContent, content: Content, row: int | None) -> StoredContent:
    """Keep a text in place of what it was.

    Raises:
        Conflict: it is not `kept`, or not of version `row`, any more.
    """
    if row not in (None, kept.row) or not await records.entities.replace(content_entity(content), version=kept.row):
        raise Conflict("text_changed")
    return StoredContent(content, kept.row + 1)
