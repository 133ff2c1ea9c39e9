"""Voices over the API: written, learned, brought back, used, removed; gone with their user."""

from collections.abc import Sequence
from typing import Any

import pytest

from integrations.open import Ports
from magicai.content.voices import voices_of
from magicai.ports import Spender, TextModel
from magicai.stores.erase import erase
from tests.api.conftest import Api
from tests.scripted import ScriptedText

HOUSE = "/api/voices/house"
RULES = ["Address the reader as you", "No exclamation marks"]


async def test_a_voice_is_written_changed_brought_back_and_removed(api: Api) -> None:
    ann = await api.bearer()
    made = (await api.http.put(HOUSE, headers=ann, json={"rules": RULES, "avoid": ["cheap"], "row": 0})).json()
    assert (made["rules"], made["avoid"], made["in_use"], made["row"]) == (RULES, ["cheap"], True, 1)
    changed = await api.http.put(HOUSE, headers=ann, json={"rules": ["Shout"], "row": 1, "language": "de"})
    assert (changed.json()["rules"], changed.json()["language"]) == (["Shout"], "de")
    assert (await api.http.put(HOUSE, headers=ann, json={"rules": ["Whisper"], "row": 1})).status_code == 409
    back = (await api.http.post(f"{HOUSE}/restore", headers=ann, json={"version": 1})).json()
    assert [(one["number"], one["copy_of"], one["rules"]) for one in back["versions"]] == [
        (1, 0, RULES),
        (2, 0, ["Shout"]),
        (3, 1, RULES),
    ]
    assert (await api.http.post("/api/voices/none/use", headers=ann)).status_code == 204
    listed = (await api.http.get("/api/voices", headers=ann)).json()
    assert [(one["name"], one["in_use"]) for one in listed["items"]] == [("house", False)]
    assert (await api.http.delete(HOUSE, headers=ann)).status_code == 204
    assert (await api.http.get(HOUSE, headers=ann)).status_code == 404


@pytest.mark.parametrize(
    "body", [{}, {"rules": [""]}, {"rules": ["a\nb"]}, {"rules": ["x"] * 21}, {"tone": "loud"}, {"examples": "text"}]
)
async def test_a_voice_that_says_nothing_or_too_much_is_refused(api: Api, body: dict[str, Any]) -> None:
    refused = await api.http.put(HOUSE, headers=await api.bearer(), json=body)
    assert refused.status_code == 422, refused.text


async def test_without_a_model_a_voice_is_not_learned(api: Api) -> None:
    refused = await api.http.post(f"{HOUSE}/learn", headers=await api.bearer(), json={"samples": ["You cook."]})
    assert refused.status_code == 501
    assert "write it yourself" in refused.json()["detail"]


async def test_a_voice_is_learned_on_the_account_of_whoever_asks(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    spenders: list[Spender] = []

    async def text_model(spender: Spender, *, models: Sequence[str]) -> TextModel:
        spenders.append(spender)
        return ScriptedText(['{"rules": ["Short sentences"], "examples": ["You cook."]}'], name=models[0])

    monkeypatch.setattr(api.gateway.ports, "text_model", text_model)
    asked = {"samples": ["You cook. The pan keeps up."], "model": "openai:gpt-4o"}
    learned = (await api.http.post(f"{HOUSE}/learn", headers=await api.bearer(), json=asked)).json()
    assert (learned["rules"], learned["examples"]) == (["Short sentences"], ["You cook."])
    assert [(one["by"], one["samples"]) for one in learned["versions"]] == [("openai:gpt-4o", 1)]
    assert [one.owner_id for one in spenders] == ["id-ann"]


async def test_a_user_who_is_erased_leaves_no_voice(api: Api) -> None:
    for name in ("ann", "bob"):
        await api.http.put(HOUSE, headers=await api.bearer(name), json={"rules": RULES})
    ports = api.gateway.ports
    assert isinstance(ports, Ports)

    async def compact() -> list[Any]:
        return []

    await erase(api.records, ports.files, {}, ports.orchestrator, "id-ann", report=lambda _: None, compact=compact)
    assert await voices_of(api.records.entities, owner_id="id-ann") == []
    assert "id-ann" not in await api.records.erasing.owners()
    assert len(await voices_of(api.records.entities, owner_id="id-bob")) == 1
