"""An owner's voices: written, brought back, put to use, and found for a text."""

import re
from dataclasses import dataclass

from magicai.content.template import Template
from magicai.content.voice import (
    KIND,
    MOST_VERSIONS,
    NONE,
    Manner,
    Voice,
    VoiceVersion,
    default_of,
    voice_entity,
    voice_id,
    voice_in,
    with_voice,
)
from magicai.errors import Conflict, Invalid, NotFound
from magicai.messages import say
from magicai.ports import EntityRecords
from magicai.values.times import now_us

USER = "user"
MOST_VOICES = 100
NAME = r"^\w[\w \-]{0,59}$"
LANGUAGE = r"^(?:[a-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3})?$"


@dataclass(frozen=True, slots=True)
class KeptVoice:
    """A voice, and the version of its row, which a change names so that nobody's work is lost; 0 of a new one."""

    voice: Voice
    row: int


async def voices_of(entities: EntityRecords, *, owner_id: str) -> list[KeptVoice]:
    """All voices of an owner, by name."""
    page = await entities.listed(owner_id, KIND, limit=MOST_VOICES)
    return [KeptVoice(voice_in(item.entity), item.version) for item in page.items if item.entity is not None]


async def voice_of(entities: EntityRecords, name: str, *, owner_id: str) -> KeptVoice:
    """A voice.

    Raises:
        NotFound: the owner has none of that name; names those that are there.
    """
    try:
        found = await entities.get(KIND, voice_id(owner_id, name), owner_id=owner_id)
    except NotFound:
        names = [voice.voice.name for voice in await voices_of(entities, owner_id=owner_id)]
        way_out = say("choose_own_one", names=names) if names else "learn_voice"
        raise NotFound("voice_not_found", way_out=way_out, name=name[:60]) from None
    assert found.entity is not None
    return KeptVoice(voice_in(found.entity), found.version)


async def template_in_voice(
    entities: EntityRecords, template: Template, wanted: str, *, language: str, owner_id: str
) -> Template:
    """A template in the voice that a request wants.

    Args:
        language: of the text, BCP 47.
        wanted: a name, `none`, or "": what the template names, else the one in use for the language, if there is one.

    Raises:
        NotFound: there is no such voice of theirs.
    """
    wanted = wanted or template.voice.name
    if wanted == NONE:
        return template.model_copy(update={"voice": template.voice.model_copy(update={"name": ""})})
    if wanted:
        return with_voice(template, (await voice_of(entities, wanted, owner_id=owner_id)).voice)
    own = await voices_of(entities, owner_id=owner_id)
    found = default_of((one.voice for one in own), language)
    return template if found is None else with_voice(template, found)


async def save_voice(
    entities: EntityRecords,
    name: str,
    manner: Manner,
    *,
    owner_id: str,
    language: str | None = None,
    row: int | None = None,
    by: str = USER,
    samples: int = 0,
    left_out: int = 0,
    copy_of: int = 0,
) -> KeptVoice:
    """Keep a voice as its next version. The first one for its language is put to use.

    Args:
        language: of the texts that it is for, "" for all; as it was where None.
        row: the row's version that was changed, 0 for a new one; whatever it is where None.

    Raises:
        Invalid: the name can't be used, it says nothing, or contradicts itself.
        Conflict: it has changed meanwhile.
    """
    _check(name, manner, language or "")
    own = await voices_of(entities, owner_id=owner_id)
    before = next((one for one in own if one.voice.name == name), None)
    if before is None and len(own) >= MOST_VOICES:
        raise Invalid("too_many_voices", count=len(own), limit=MOST_VOICES)
    number = before.voice.latest.number + 1 if before else 1
    version = VoiceVersion(
        number=number, at=now_us(), by=by, manner=manner, samples=samples, left_out=left_out, copy_of=copy_of
    )
    if before is None:
        first = default_of((one.voice for one in own), language or "") is None
        voice = Voice(
            owner_id=owner_id,
            name=name,
            language=language or "",
            versions=(version,),
            in_use_since=now_us() if first else 0,
        )
        return await _replace(entities, KeptVoice(voice, 0), voice, row)
    versions = (*before.voice.versions[-(MOST_VERSIONS - 1) :], version)
    changed = before.voice.model_copy(
        update={"versions": versions, "language": before.voice.language if language is None else language}
    )
    return await _replace(entities, before, changed, row)


async def bring_back(
    entities: EntityRecords, name: str, number: int, *, owner_id: str, row: int | None = None
) -> KeptVoice:
    """Keep an earlier version of a voice as its next one.

    Raises:
        NotFound: there is no such voice of theirs, or no such version of it.
        Conflict: it has changed meanwhile.
    """
    kept = await voice_of(entities, name, owner_id=owner_id)
    found = next((version for version in kept.voice.versions if version.number == number), None)
    if found is None:
        there = ", ".join(str(version.number) for version in kept.voice.versions)
        raise NotFound("voice_version_not_found", name=name, number=number, names=there)
    return await save_voice(entities, name, found.manner, owner_id=owner_id, row=row, copy_of=number)


async def use_voice(entities: EntityRecords, name: str, *, owner_id: str) -> None:
    """Let texts that name no voice be written in this one; `none`: in none.

    Raises:
        NotFound: there is no such voice of theirs.
        Conflict: it has changed meanwhile.
    """
    if name == NONE:
        for voice in await voices_of(entities, owner_id=owner_id):
            if voice.voice.in_use_since:
                await _replace(entities, voice, voice.voice.model_copy(update={"in_use_since": 0}), None)
        return
    kept = await voice_of(entities, name, owner_id=owner_id)
    await _replace(entities, kept, kept.voice.model_copy(update={"in_use_since": now_us()}), None)


async def remove_voice(entities: EntityRecords, name: str, *, owner_id: str) -> None:
    """Delete a voice; texts that were written in it stay.

    Raises:
        NotFound: there is no such voice of theirs.
    """
    await voice_of(entities, name, owner_id=owner_id)
    await entities.delete(KIND, [voice_id(owner_id, name)])


def check_name(name: str) -> None:
    """See that a voice may be called so.

    Raises:
        Invalid: it may not.
    """
    if not re.fullmatch(NAME, name) or name == NONE or name != name.strip():
        raise Invalid("voice_name_invalid", name=name[:60])


def _check(name: str, manner: Manner, language: str) -> None:
    check_name(name)
    if not re.fullmatch(LANGUAGE, language):
        raise Invalid("language_invalid", language=language[:20])
    if manner.empty:
        raise Invalid("voice_empty", name=name)
    avoided = {one.casefold() for one in manner.avoid}
    both = next((one for one in manner.use if one.casefold() in avoided), None)
    if both is not None:
        raise Invalid("voice_word_conflict", name=name, both=both)


async def _replace(entities: EntityRecords, kept: KeptVoice, voice: Voice, row: int | None) -> KeptVoice:
    """Keep a voice in place of what it was.

    Raises:
        Conflict: it is not `kept`, or not of version `row`, any more.
    """
    if row not in (None, kept.row) or not await entities.replace(voice_entity(voice), version=kept.row):
        raise Conflict("voice_changed", name=voice.name)
    return KeptVoice(voice, kept.row + 1)
