"""Voices: how an owner's texts sound, learned from texts of theirs or written by hand."""

from magicai.content import voices
from magicai.content.voice_learning import LONGEST_SAMPLES, learn_voice
from magicai.operations.lists import USUAL, Cursor, Limit
from magicai.operations.operation import MODEL_S, Context, operation
from magicai.paging import sliced
from magicai.shapes.subjects.content_voices import NewVoice, SampleTexts, VoiceList, VoiceShown, VoiceVersionWanted

TAG = "content"
_MOST_BYTES = 8 * LONGEST_SAMPLES
_RULES = ["Address the reader as you", "Short sentences", "No exclamation marks"]


@operation("GET", "/api/voices")
async def list_voices(context: Context, limit: Limit = USUAL, cursor: Cursor = "") -> VoiceList:
    """One's own voices, by name."""
    own = await voices.voices_of(context.records.entities, owner_id=context.owner_id)
    items, next_cursor = sliced([VoiceShown.of(one) for one in own], limit, cursor)
    return VoiceList(items=items, next_cursor=next_cursor)


@operation("GET", "/api/voices/{name}", problems=(404,))
async def show_voice(context: Context, name: str) -> VoiceShown:
    """A voice with its versions."""
    return VoiceShown.of(await voices.voice_of(context.records.entities, name, owner_id=context.owner_id))


@operation("PUT", "/api/voices/{name}", problems=(409,), example={"rules": _RULES}, most_bytes=_MOST_BYTES)
async def save_voice(context: Context, name: str, given: NewVoice) -> VoiceShown:
    """Save a voice as its next version; the first one for its language is put to use."""
    kept = await voices.save_voice(
        context.records.entities,
        name,
        given.manner,
        owner_id=context.owner_id,
        language=given.language,
        row=given.row,
    )
    return VoiceShown.of(kept)


@operation(
    "POST",
    "/api/voices/{name}/learn",
    problems=(409, 501),
    example={"samples": ["You cook. The apron keeps you clean."]},
    most_bytes=_MOST_BYTES,
    patience_s=MODEL_S,
)
async def learn_voice_from_texts(context: Context, name: str, given: SampleTexts) -> VoiceShown:
    """Learn rules and examples from texts with a language model, and save them as the voice's next version."""
    kept = await learn_voice(
        context.records.entities,
        name,
        given.samples,
        owner_id=context.owner_id,
        open_model=context.text_model,
        language=given.language,
        model=given.model,
        row=given.row,
    )
    return VoiceShown.of(kept)


@operation("POST", "/api/voices/{name}/restore", problems=(404, 409), example={"version": 1})
async def restore_voice(context: Context, name: str, given: VoiceVersionWanted) -> VoiceShown:
    """Save an earlier version of a voice as its next one."""
    kept = await voices.bring_back(
        context.records.entities, name, given.version, owner_id=context.owner_id, row=given.row
    )
    return VoiceShown.of(kept)


@operation("POST", "/api/voices/{name}/use", status=204, problems=(404, 409))
async def use_voice(context: Context, name: str) -> None:
    """Write texts that name no voice in this one; none: in no voice."""
    await voices.use_voice(context.records.entities, name, owner_id=context.owner_id)


@operation("DELETE", "/api/voices/{name}", status=204, problems=(404,), audited="data.voice_deleted")
async def remove_voice(context: Context, name: str) -> None:
    """Delete a voice; texts that were written in it stay."""
    await voices.remove_voice(context.records.entities, name, owner_id=context.owner_id)
