"""A text rewritten at its user's wish, with the same claims: a model where one may write, else what code can do."""

from collections.abc import Awaitable
from dataclasses import replace as replaced
from typing import Annotated, Literal, Protocol

from pydantic import BaseModel, ConfigDict, Field

from magicai.content import composing, prompts
from magicai.content.assessment import Assessment, assess
from magicai.content.brief import Brief, brief_of, compose
from magicai.content.content import Content, State, Version, shown_claims, shown_quality
from magicai.content.content_types import template_of
from magicai.content.drafting import COMPOSER, Draft, Drafter
from magicai.content.editing import Kept, brief_of_text, content_of, in_voice_of, replace, with_version
from magicai.content.own_words import must_say_only
from magicai.content.template import Length, Structure
from magicai.content.text import Blocks
from magicai.content.translating import translated
from magicai.errors import Conflict, Invalid, Missing, NotFound, Temporary
from magicai.ports import Records, Spender, TextModel
from magicai.runs import registry
from magicai.values.times import now_us

Wish = Literal["shorter", "warmer", "plainer", "paragraph", "translate"]
_TEMPERATURE = 0.6
_UNTRANSLATED = "Its values are in the language that they were given in: to translate them takes a language model."
_NEEDS = "To list models, and how to get one: magicai models"


class Rewriting(BaseModel):
    """What is to become of a text."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    wish: Annotated[Wish, Field(description="`translate`: into the other language, as a text of its own.")]
    paragraph: Annotated[int, Field(ge=1, le=1_000, description="Which block is rewritten, from 1.")] = 1
    model: Annotated[str, Field(max_length=200, description="Of GET /api/models; empty: the installation's.")] = ""


class OpenModel(Protocol):
    """How a model is opened: as `Ports.text_model`."""

    def __call__(self, spender: Spender, *, models: tuple[str, ...]) -> Awaitable[TextModel | None]:
        """The model, or None where there is none."""
        ...


async def rewrite(
    records: Records,
    content_id: str,
    asked: Rewriting,
    *,
    owner_id: str,
    open_model: OpenModel,
    row: int | None = None,
) -> Kept:
    """Keep a rewritten text as its next version; a translation as a text of its own, which is answered.

    Args:
        row: the row's version that is rewritten; whatever it is where None.

    Raises:
        NotFound: there is no such text of theirs, or no template of theirs in the other language.
        Missing: this needs a model, and there is none.
        Invalid: there is no such paragraph, or code alone can't do it.
        OverBudget, Temporary, Permanent: the model can't be asked, or fails.
        Conflict: the text has changed meanwhile.
    """
    kept = await content_of(records, content_id, owner_id=owner_id)
    if row not in (None, kept.row):
        raise Conflict("The text has changed meanwhile.", way_out="Load it again, and repeat your change.")
    content = kept.content
    model = None
    if asked.model != COMPOSER:
        spender = Spender(
            owner_id, content.run_id, step="rewrite", budget=await _budget(records, content), role="writer"
        )
        model = await open_model(spender, models=(asked.model,) if asked.model else ())
    if asked.wish == "translate":
        return await _translate(records, content, model)
    # Code alone needs the template's own words.
    whole = brief_of_text(records, content) if model else _brief(records, content, content.language)
    brief = await whole
    version = await _rewritten(content, brief, asked, model)
    return await replace(records, kept, with_version(content, version), row)


async def _budget(records: Records, content: Content) -> float | None:
    """What the run that wrote a text may cost of its own, in US dollars: rewriting is paid for from the same."""
    try:
        run = await records.runs.get(content.run_id)
    except NotFound:  # erased, while its texts stay
        return None
    declared = registry.declared_of(run)
    own = declared.parameters(run.request).get("budget") if declared is not None else None
    return None if own is None else float(own)


async def _rewritten(content: Content, brief: Brief, asked: Rewriting, model: TextModel | None) -> Version:
    before = content.latest
    place = asked.paragraph - 1
    if asked.wish == "paragraph" and place >= len(before.blocks):
        count = len(before.blocks)
        raise Invalid(f"The text has no paragraph {asked.paragraph}.", way_out=f"It has {count}.")
    if model is not None:
        if asked.wish == "paragraph":
            draft = await _paragraph(model, brief, before.blocks, place, content.quality_bar)
        else:
            messages = prompts.changed(brief, before.blocks, asked.wish)
            draft = await _drafter(model, content.quality_bar).redraft(brief, messages)
    else:
        draft = _composed(brief, before.blocks, asked.wish, place, content.quality_bar)
    if not draft.blocks:
        raise Temporary(f"{draft.by} wrote nothing that the variables state.", way_out="Try again, or another model.")
    return _version(before, draft, note=f"paragraph {asked.paragraph}" if asked.wish == "paragraph" else asked.wish)


async def _paragraph(model: TextModel, brief: Brief, text: Blocks, place: int, bar: float) -> Draft:
    """A text of which one block is written anew, and no other is touched."""
    # A paragraph alone need not keep what the whole text must.
    free = {"needed": (), "keywords": (), "structure": Structure(), "length": Length()}
    alone = Brief(brief.template.model_copy(update=free), brief.variables)
    draft = await _drafter(model, 0.0).redraft(alone, prompts.anew(alone, text, place))
    if not draft.blocks:
        return draft
    space = "" if brief.template.language == "zh" else " "
    block = text[place].model_copy(update={"text": space.join(one.text for one in draft.blocks)})
    return _judged((*text[:place], block, *text[place + 1 :]), brief, draft.by, bar, dropped=draft.dropped)


def _composed(brief: Brief, text: Blocks, wish: Wish, place: int, bar: float) -> Draft:
    """What code alone can do."""
    if wish == "shorter":
        blocks, dropped = composing.shortened(text, brief)
        return _judged(blocks, brief, COMPOSER, bar, dropped=dropped)
    if wish == "paragraph":
        return _judged(composing.varied(text, brief, place), brief, COMPOSER, bar)
    raise Missing("This needs a language model, and none may be used here.", way_out=_NEEDS)


async def _translate(records: Records, content: Content, model: TextModel | None) -> Kept:
    """A text in the other language, as a text of its own; again, it is that one's next version."""
    language = "zh" if content.language == "en" else "en"
    brief = await _brief(records, content, language)
    if model is None:
        own = _judged(compose(brief), brief, COMPOSER, content.quality_bar)
        draft = replaced(own, flags=(*own.flags, _UNTRANSLATED))
    else:
        brief = brief_of(brief.template, await translated(model, brief))
        messages = prompts.changed(brief, content.latest.blocks, "translate")
        draft = await _drafter(model, content.quality_bar).redraft(brief, messages)
        if draft.flags:
            own = _judged(compose(brief), brief, draft.by, content.quality_bar)
            draft = draft if draft.blocks and own.flags else own
    content_id = f"{content.content_id}-{language}"
    try:
        kept = await content_of(records, content_id, owner_id=content.owner_id)
    except NotFound:
        version = _version(content.latest, draft, note="translate", number=1)
        state = State.FLAGGED if version.flags else State.DRAFT
        made = content.model_copy(
            update={
                "content_id": content_id,
                "language": language,
                "variables": brief.variables,
                "versions": (version,),
                "state": state,
                "reasons": (),
                "translation_of": content.content_id,
            }
        )
        return await replace(records, Kept(made, 0), made, None)
    version = _version(content.latest, draft, note="translate", number=kept.content.latest.number + 1)
    changed = kept.content.model_copy(update={"variables": brief.variables})
    return await replace(records, kept, with_version(changed, version), None)


async def _brief(records: Records, content: Content, language: str) -> Brief:
    template = await template_of(
        records, content.content_type, "zh" if language == "zh" else "en", owner_id=content.owner_id
    )
    return brief_of(await in_voice_of(records, content, template), content.variables)


def _drafter(model: TextModel, bar: float) -> Drafter:
    return Drafter(model, strict=must_say_only(model.name), temperature=_TEMPERATURE, bar=bar)


def _judged(blocks: Blocks, brief: Brief, by: str, bar: float, *, dropped: tuple[str, ...] = ()) -> Draft:
    found = assess(blocks, brief)
    return Draft(blocks, by, found, found.flags(bar), dropped)


def _version(before: Version, draft: Draft, *, note: str, number: int | None = None) -> Version:
    return Version(
        number=number or before.number + 1,
        at=now_us(),
        by=draft.by,
        blocks=draft.blocks,
        claims=shown_claims(draft.assessment.claims),
        quality=shown_quality(draft.assessment),
        flags=draft.flags,
        dropped=draft.dropped,
        note=note,
        missing=_missing(before, draft.assessment),
    )


def _missing(before: Version, found: Assessment) -> tuple[str, ...]:
    """What the version before claimed with a source, and this one does not."""
    still = {one.source for one in shown_claims(found.claims)}
    gone = {one.source: one for one in reversed(before.claims) if one.source and one.source not in still}
    return tuple(f"“{one.text}” ({name})" for name, one in sorted(gone.items()))
