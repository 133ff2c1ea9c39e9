"""Voices: how an owner's texts sound, learned from texts of theirs or written by hand."""

from typing import Annotated

from fastapi import Depends

from magicai.api.access import At, Reader, Starter
from magicai.api.answers import problems
from magicai.api.bodies import body_of, described
from magicai.api.routes import router_of
from magicai.content import voices
from magicai.content.voice_learning import LONGEST_SAMPLES, learn_voice
from magicai.operations.lists import USUAL, Cursor, Limit
from magicai.paging import sliced
from magicai.shapes.subjects.content_voices import NewVoice, SampleTexts, VoiceList, VoiceShown, VoiceVersionWanted

router = router_of("content")
BODIES = (NewVoice, SampleTexts, VoiceVersionWanted)
_MOST_BYTES = 8 * LONGEST_SAMPLES
_RULES = ["Address the reader as you", "Short sentences", "No exclamation marks"]


@router.get("/api/voices", responses=problems())
async def list_voices(gateway: At, caller: Reader, limit: Limit = USUAL, cursor: Cursor = "") -> VoiceList:
    """One's own voices, by name."""
    own = await voices.voices_of(gateway.records.entities, owner_id=caller.owner_id)
    items, next_cursor = sliced([VoiceShown.of(one) for one in own], limit, cursor)
    return VoiceList(items=items, next_cursor=next_cursor)


@router.get("/api/voices/{name}", responses=problems(404))
async def show_voice(gateway: At, caller: Reader, name: str) -> VoiceShown:
    """A voice with its versions."""
    return VoiceShown.of(await voices.voice_of(gateway.records.entities, name, owner_id=caller.owner_id))


@router.put(
    "/api/voices/{name}", responses=problems(409, body=True), openapi_extra=described(NewVoice, {"rules": _RULES})
)
async def save_voice(
    gateway: At,
    caller: Starter,
    name: str,
    given: Annotated[NewVoice, Depends(body_of(NewVoice, most_bytes=_MOST_BYTES))],
) -> VoiceShown:
    """Save a voice as its next version; the first one for its language is put to use."""
    kept = await voices.save_voice(
        gateway.records.entities,
        name,
        given.manner,
        owner_id=caller.owner_id,
        language=given.language,
        row=given.row,
    )
    return VoiceShown.of(kept)


@router.post(
    "/api/voices/{name}/learn",
    responses=problems(409, 501, body=True),
    openapi_extra=described(SampleTexts, {"samples": ["You cook. The apron keeps you clean."]}),
)
async def learn_voice_from_texts(
    gateway: At,
    caller: Starter,
    name: str,
    given: Annotated[SampleTexts, Depends(body_of(SampleTexts, most_bytes=_MOST_BYTES))],
) -> VoiceShown:
    """Learn rules and examples from texts with a language model, and save them as the voice's next version."""
    kept = await learn_voice(
        gateway.records.entities,
        name,
        given.samples,
        owner_id=caller.owner_id,
        open_model=gateway.ports.text_model,
        language=given.language,
        model=given.model,
        row=given.row,
    )
    return VoiceShown.of(kept)


@router.post(
    "/api/voices/{name}/restore",
    responses=problems(404, 409, body=True),
    openapi_extra=described(VoiceVersionWanted, {"version": 1}),
)
async def restore_voice(
    gateway: At, caller: Starter, name: str, given: Annotated[VoiceVersionWanted, Depends(body_of(VoiceVersionWanted))]
) -> VoiceShown:
    """Save an earlier version of a voice as its next one."""
    kept = await voices.bring_back(
        gateway.records.entities, name, given.version, owner_id=caller.owner_id, row=given.row
    )
    return VoiceShown.of(kept)


@router.post("/api/voices/{name}/use", status_code=204, responses=problems(404, 409))
async def use_voice(gateway: At, caller: Starter, name: str) -> None:
    """Write texts that name no voice in this one; none: in no voice."""
    await voices.use_voice(gateway.records.entities, name, owner_id=caller.owner_id)


@router.delete("/api/voices/{name}", status_code=204, responses=problems(404))
async def remove_voice(gateway: At, caller: Starter, name: str) -> None:
    """Delete a voice; texts that were written in it stay."""
    await voices.remove_voice(gateway.records.entities, name, owner_id=caller.owner_id)
