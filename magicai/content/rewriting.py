"""A text rewritten at its user's wish, with the same facts, by a model."""

import dataclasses
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from magicai.content import prompts
from magicai.content.assessment import Assessment, measured
from magicai.content.brief import Brief, brief_of
from magicai.content.content import Content, State, Version, version_from
from magicai.content.content_types import template_of
from magicai.content.drafting import COMPOSER, Draft, Drafter, most_tokens
from magicai.content.editing import StoredContent, brief_of_text, content_of, in_voice_of, replace, with_version
from magicai.content.languages import LONGEST, check_language
from magicai.content.template import Length, Structure
from magicai.content.text import Blocks
from magicai.content.translating import translated
from magicai.content.verifying import OpenModel, spender_of, verifier_of
from magicai.errors import Conflict, Invalid, Missing, NotFound
from magicai.ports import Records

Wish = Literal["shorter", "warmer", "plainer", "paragraph", "translate"]
TargetLanguage = Annotated[
    str,
    Field(max_length=LONGEST, description="Of a translation, such as de; empty: Chinese of English, else English."),
    AfterValidator(lambda code: check_language(code) if code else ""),
]
_TEMPERATURE = 0.6
_NEEDS = "To list models, and how to get one: magicai models"


class Rewriting(BaseModel):
    """What is to become of a text."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    wish: Annotated[Wish, Field(description="`translate`: into another language, as a text of its own.")]
    language: TargetLanguage = ""
    paragraph: Annotated[int, Field(ge=1, le=1_000, description="Which block is rewritten, from 1.")] = 1
    model: Annotated[str, Field(max_length=200, description="Of GET /api/models; empty: the installation's.")] = ""


async def rewrite(
    records: Records,
    content_id: str,
    asked: Rewriting,
    *,
    owner_id: str,
    open_model: OpenModel,
    row: int | None = None,
) -> StoredContent:
    """Keep a rewritten text as its next version; a translation as a text of its own, which is answered.

    Args:
        row: the row's version that is rewritten; whatever it is where None.

    Raises:
        NotFound: there is no such text of theirs, or no template of theirs in the other language.
        Missing: this needs a model, and there is none.
        Invalid: there is no such paragraph, or the text is in that language already.
        Unusable: the model wrote no text.
        OverBudget, Temporary, Permanent: the model can't be asked, or fails.
        Conflict: the text has changed meanwhile.
    """
    kept = await content_of(records, content_id, owner_id=owner_id)
    if row not in (None, kept.row):
        raise Conflict("text_changed")
    content = kept.content
    if asked.wish == "translate" and asked.language == content.language:
        raise Invalid("text_in_language_already", language=content.language)
    model = None
    if asked.model != COMPOSER:
        spender = await spender_of(records, content, "rewrite", "writer")
        model = await open_model(spender, models=(asked.model,) if asked.model else ())
    if model is None:
        raise Missing("language_model_unavailable")
    drafter = Drafter(
        model, verifier=await verifier_of(records, content, "rewrite", open_model), temperature=_TEMPERATURE
    )
    if asked.wish == "translate":
        return await _translate(records, content, asked.language, drafter)
    brief = await brief_of_text(records, content)
    version = await _rewritten(content, brief, asked, drafter)
    return await replace(records, kept, with_version(content, version), row)


async def _rewritten(content: Content, brief: Brief, asked: Rewriting, drafter: Drafter) -> Version:
    before = content.latest
    drafter.max_tokens = most_tokens(brief.template, drafter.max_tokens)
    if asked.wish != "paragraph":
        draft = await drafter.draft(brief, prompts.changed(brief, before.blocks, asked.wish))
        return _version(content, draft, note=asked.wish)
    place = asked.paragraph - 1
    if place >= len(before.blocks):
        count = len(before.blocks)
        raise Invalid("paragraph_not_found", paragraph=asked.paragraph, count=count)
    blocks = await _paragraph(drafter, brief, before.blocks, place)
    found, usage = await measured(blocks, brief, drafter.verifier)
    cost = (drafter.usage + usage).cost
    return _version(content, Draft(blocks, drafter.model.name, found, cost=cost), note=f"paragraph {asked.paragraph}")


async def _paragraph(drafter: Drafter, brief: Brief, text: Blocks, place: int) -> Blocks:
    """A text of which one block is written anew, and no other is touched."""
    # A paragraph alone need not be what the whole text must.
    free = {"needed": (), "keywords": (), "structure": Structure(), "length": Length()}
    alone = Brief(brief.template.model_copy(update=free), brief.variables, brief.language)
    made = await drafter.answered(alone, prompts.anew(alone, text, place))
    space = "" if brief.template.language == "zh" else " "
    block = text[place].model_copy(update={"text": space.join(one.text for one in made)})
    return (*text[:place], block, *text[place + 1 :])


async def _translate(records: Records, content: Content, language: str, drafter: Drafter) -> StoredContent:
    """A text in another language, as a text of its own; again, it is that one's next version."""
    language = language or ("zh" if content.language == "en" else "en")
    brief = await _brief(records, content, language)
    variables, usage = await translated(drafter.model, brief)
    # The record stays what the original's is: a translation of it may be wrong, and proves nothing.
    in_language = brief_of(brief.template, variables, language)
    drafter.max_tokens = most_tokens(brief.template, drafter.max_tokens)
    draft = await drafter.draft(brief, prompts.changed(in_language, content.latest.blocks, "translate"))
    draft = dataclasses.replace(draft, cost=(usage + drafter.usage).cost)
    content_id = f"{content.content_id}-{language}"
    try:
        kept = await content_of(records, content_id, owner_id=content.owner_id)
    except NotFound:
        version = _version(content, draft, note="translate", number=1)
        state = State.FLAGGED if version.flags else State.DRAFT
        made = content.model_copy(
            update={
                "content_id": content_id,
                "language": language,
                "variables": brief.variables,
                "versions": (version,),
                "alternatives": (),
                "state": state,
                "reasons": (),
                "translation_of": content.content_id,
            }
        )
        return await replace(records, StoredContent(made, 0), made, None)
    version = _version(content, draft, note="translate", number=kept.content.latest.number + 1)
    changed = kept.content.model_copy(update={"variables": brief.variables})
    return await replace(records, kept, with_version(changed, version), None)


async def _brief(records: Records, content: Content, language: str) -> Brief:
    template = await template_of(records, content.content_type, language, owner_id=content.owner_id)
    return brief_of(await in_voice_of(records, content, template), content.variables, language)


def _version(content: Content, draft: Draft, *, note: str, number: int | None = None) -> Version:
    return version_from(
        draft.blocks,
        draft.by,
        draft.assessment,
        bar=content.quality_bar,
        number=number or content.latest.number + 1,
        note=note,
        missing=_missing(content.latest, draft.assessment),
        cost=draft.cost,
    )


def _missing(before: Version, found: Assessment) -> tuple[str, ...]:
    """What the version before claimed with a source, and this one does not."""
    still = {claim.source for claim in found.claims if claim.verdict in _SAID}
    gone = {one.source: one for one in reversed(before.claims) if one.verdict in _SAID and one.source not in still}
    return tuple(f"“{one.text}” ({name})" for name, one in sorted(gone.items()) if name)


_SAID = ("proved", "supported")
