"""A run writes in the voice that its request names, else in the one in use."""

import pytest

from magicai.content.voice import Manner
from magicai.content.voices import save_voice
from magicai.runs.run import RunStatus
from tests.unit.tasks import test_write_texts
from tests.unit.tasks.test_write_texts import Desk

desk = test_write_texts.desk


@pytest.mark.parametrize(("wanted", "voice"), [("", "house"), ("loud", "loud"), ("none", "")])
async def test_every_text_of_a_run_says_in_which_voice_it_is(desk: Desk, wanted: str, voice: str) -> None:
    for name in ("house", "loud"):
        await save_voice(desk.records.entities, name, Manner(rules=("Short sentences",)), owner_id="ann")
    await save_voice(desk.records.entities, "loud", Manner(rules=("Shout",)), owner_id="bob")
    run, status, _ = await desk.start(voice=wanted)
    assert status is RunStatus.COMPLETED
    assert {text.voice for text in (await desk.texts(run)).values()} == {voice}


async def test_a_run_that_names_a_voice_that_there_is_not_says_which_there_are(desk: Desk) -> None:
    await save_voice(desk.records.entities, "house", Manner(rules=("Short sentences",)), owner_id="ann")
    _, status, result = await desk.start(voice="hose")
    assert status is RunStatus.FAILED
    assert "You have: house." in str(result)
