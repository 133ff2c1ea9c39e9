"""An operation answers the same in process and over HTTP: values, errors, files, and what follows it."""

import json
from pathlib import Path
from typing import Any
from unittest.mock import AsyncMock

import pytest
from pydantic import SecretStr, ValidationError

from magicai.accounts.identity import Caller, Role, Scope
from magicai.cli.asking import each
from magicai.errors import Invalid, MagicError, NotFound, Refused, Temporary
from tests.unit.operations import notes
from tests.unit.operations.conftest import ANN, BothWays
from tests.unit.operations.notes import NewNote

HELLO = NewNote(text="Hello")
SECRET = NewNote(text="Hello", password=SecretStr("hunter22"), tags=("a", "ü"))


@pytest.mark.parametrize(
    ("name", "given", "query"),
    [
        ("plain", HELLO, {}),
        ("ü ?&#%20", SECRET, {"loud": True, "marks": ("a b", "c&d")}),
        ("{number}", NewNote(text=""), {"loud": False, "marks": ("",)}),
    ],
)
async def test_path_query_and_body_arrive_as_they_were_given(
    ways: BothWays, name: str, given: NewNote, query: dict[str, Any]
) -> None:
    here = await ways.here.ask(notes.keep_note, name, 7, given, **query)
    there = await ways.there.ask(notes.keep_note, name, 7, given, **query)
    assert there == here
    assert (here.name, here.number, here.text, here.tags) == (name, 7, given.text, given.tags)
    assert (here.loud, here.marks) == (query.get("loud"), query.get("marks", ()))


async def test_a_get_is_asked_by_the_fields_of_its_model(ways: BothWays) -> None:
    await ways.here.ask(notes.keep_note, "n", 1, NewNote(text="Hello", tags=("a b",)), loud=True)
    for asker in (ways.here, ways.there):
        wanted: Any = {"loud": True, "tag": ("a b", "c")}
        assert [note.text for note in (await asker.ask(notes.find_notes, "n", **wanted, limit=5)).items] == ["Hello"]
        others: Any = {"tag": ("c",)}
        assert not (await asker.ask(notes.find_notes, "n", **others)).items
        too_many: Any = {"tag": ("a", "b", "c")}
        with pytest.raises(Invalid):
            await asker.ask(notes.find_notes, "n", **too_many)
    assert (await ways.http.get("/api/notes/found/n", params={"tag": ["a", "b", "c"]})).status_code == 422


async def test_a_body_has_its_secrets_in_clear_and_nothing_that_was_not_given(ways: BothWays) -> None:
    note = await ways.there.ask(notes.keep_note, "n", 1, NewNote(text="Hello", password=SecretStr("hunter22")))
    assert note.password_length == len("hunter22")
    assert json.loads(ways.wire.requests[-1].content) == {"text": "Hello", "password": "hunter22"}
    assert "hunter22" not in str(ways.wire.requests[-1].url)


async def test_no_error_quotes_a_secret(ways: BothWays) -> None:
    with pytest.raises(Invalid) as bound:
        notes.keep_note.bind("n", 0, SECRET)
    sent = {"text": "Hello, World!", "password": "hunter22"}
    refused = await ways.http.put("/api/notes/n/parts/1", json=sent)
    assert refused.status_code == 422
    assert "hunter22" not in f"{bound.value!r} {bound.value} {refused.text} {SECRET!r} {SECRET}"


@pytest.mark.parametrize(
    ("path", "query", "arguments"),
    [
        ("a-name-that-is-too-long/parts/1", {}, {"name": "a-name-that-is-too-long", "number": 1}),
        ("n/parts/0", {}, {"name": "n", "number": 0}),
        ("n/parts/one", {}, {"name": "n", "number": "one"}),
        ("n/parts/1", {"marks": ["a", "b", "c"]}, {"name": "n", "number": 1, "marks": ("a", "b", "c")}),
        ("n/parts/1", {"loud": "very"}, {"name": "n", "number": 1, "loud": "very"}),
    ],
)
async def test_wrong_values_are_refused_in_process_as_the_gateway_refuses_them(
    ways: BothWays, path: str, query: dict[str, Any], arguments: dict[str, Any]
) -> None:
    refused = await ways.http.put(f"/api/notes/{path}", params=query, json={"text": "Hello"})
    (fault,) = refused.json()["errors"]
    for asker in (ways.here, ways.there):
        with pytest.raises(Invalid) as error:
            await asker.ask(notes.keep_note, **arguments, given=HELLO)
        assert error.value.what == f"{fault['where']}: {fault['what']}"
    assert ways.notes == {}


async def test_a_wrong_body_is_refused_in_process_as_the_gateway_refuses_it(ways: BothWays) -> None:
    for given in ({"text": "Hello, World!"}, {}, {"text": "Hello", "size": 3}, {"text": "Hello", "tags": "a"}):
        refused = await ways.http.put("/api/notes/n/parts/1", json=given)
        with pytest.raises(ValidationError) as error:
            NewNote.model_validate(given)
        where = [".".join(map(str, one["loc"])) for one in error.value.errors()]
        assert [one["where"] for one in refused.json()["errors"]] == where


async def test_an_unknown_argument_is_refused_by_name(ways: BothWays) -> None:
    given: dict[str, Any] = {"size": 3}
    for asker in (ways.here, ways.there):
        with pytest.raises(Invalid, match="size"):
            await asker.ask(notes.show_note, "n", **given)


async def test_an_error_keeps_its_kind_its_words_and_what_to_do(ways: BothWays) -> None:
    told: list[MagicError] = []
    for asker in (ways.here, ways.there):
        with pytest.raises(NotFound) as error:
            await asker.ask(notes.show_note, "nowhere")
        told.append(error.value)
    assert str(told[0]) == str(told[1])
    assert "magicai user list" in told[1].way_out


async def test_an_answer_that_got_lost_is_asked_for_again_with_the_same_key(ways: BothWays) -> None:
    ways.wire.lost = 1
    assert (await ways.there.ask(notes.add_note, HELLO)).name == "Hello"
    first, second = ways.notes.idempotency_keys
    assert first
    assert second == first
    await ways.there.ask(notes.add_note, HELLO)
    assert ways.notes.idempotency_keys[-1] != first, "another call is another note"
    await ways.there.ask(notes.add_note, HELLO, once="mine")
    assert ways.notes.idempotency_keys[-1] == "mine"


async def test_what_has_no_key_and_is_no_repeatable_method_is_asked_once(ways: BothWays) -> None:
    ways.wire.lost = 1
    with pytest.raises(Temporary):
        await ways.there.ask(notes.count_notes)
    assert len(ways.notes.idempotency_keys) == 1
    ways.wire.lost = 1
    await ways.there.ask(notes.keep_note, "n", 1, HELLO)
    assert len(ways.wire.requests) == 3


async def test_an_answer_without_content_is_none(ways: BothWays) -> None:
    for asker in (ways.here, ways.there):
        ways.notes |= notes.named("n")
        assert await asker.ask(notes.forget_note, "n") is None
        assert ways.notes == {}


async def test_a_file_is_the_same_and_closed(ways: BothWays, tmp_path: Path) -> None:
    ways.notes |= notes.named("n")
    for asker, file in ((ways.here, tmp_path / "here"), (ways.there, tmp_path / "there")):
        await asker.save(notes.download_note, file, "n")
        assert file.read_text() == "t"
    assert [body.closed for body in ways.notes.bodies] == [True, True]
    headers = (await ways.http.get("/api/notes/n/file")).headers
    assert headers["content-disposition"] == "attachment; filename*=utf-8''n.txt"


async def test_a_file_that_can_not_be_had_leaves_the_one_before(ways: BothWays, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("before")
    for asker in (ways.here, ways.there):
        with pytest.raises(NotFound):
            await asker.save(notes.download_note, tmp_path / "file", "nowhere")
        assert (tmp_path / "file").read_text() == "before"


async def test_a_list_is_read_to_its_end_or_to_as_many_as_are_wanted(ways: BothWays) -> None:
    ways.notes |= notes.named([f"{number:03}" for number in range(450)])
    for asker in (ways.here, ways.there):
        for most in (None, 0, 1, 200, 201, 1000):
            found = [one.name async for one in each(asker, notes.list_notes, most=most)]
            assert found == sorted(ways.notes)[:most]


async def test_what_was_made_is_named_by_location_and_what_is_polled_by_etag(ways: BothWays) -> None:
    made = await ways.http.post("/api/notes", json={"text": "a b"})
    assert (made.status_code, made.headers["location"]) == (201, "/api/notes/a%20b")
    first = await ways.http.get(made.headers["location"])
    again = await ways.http.get(made.headers["location"], headers={"If-None-Match": first.headers["etag"]})
    assert (first.status_code, again.status_code, again.content) == (200, 304, b"")


async def test_scope_role_and_person_are_asked_of_whoever_comes_over_http(ways: BothWays) -> None:
    for caller, words in (
        (ways.caller.model_copy(update={"scopes": frozenset({Scope.READ, Scope.RUN})}), "scope"),
        (ways.caller.model_copy(update={"user": ANN.model_copy(update={"role": Role.USER})}), "this requires operator"),
        (ways.caller.model_copy(update={"key_id": "k"}), "API key"),
    ):
        ways.caller = caller
        with pytest.raises(Refused) as error:
            await ways.there.ask(notes.forget_note, "n")
        assert words in str(error.value)


async def test_queued_runs_start_in_process_unless_a_gateway_starts_them(
    ways: BothWays, capsys: pytest.CaptureFixture[str]
) -> None:
    await ways.there.ask(notes.add_note, HELLO)
    ways.outside.gateway_is_up = True
    await ways.here.ask(notes.add_note, HELLO)
    assert (ways.outside.started, capsys.readouterr().err) == ([], "")
    ways.outside.gateway_is_up = False
    await ways.here.ask(notes.keep_note, "n", 1, HELLO)
    assert ways.outside.started == [], "it queues nothing"
    await ways.here.ask(notes.add_note, HELLO)
    assert ways.outside.started == ["r1"]
    assert "magicai show r1 --follow" in capsys.readouterr().err


async def test_the_person_at_the_machine_may_do_what_an_admin_may_whatever_their_role_elsewhere(
    ways: BothWays, monkeypatch: pytest.MonkeyPatch
) -> None:
    ways.notes |= notes.named("n")
    reader = ANN.model_copy(update={"role": Role.USER})
    monkeypatch.setattr(type(ways.outside), "user", AsyncMock(return_value=reader))
    ways.caller = Caller(user=reader)
    with pytest.raises(Refused):
        await ways.there.ask(notes.forget_note, "n")
    await ways.here.ask(notes.forget_note, "n")
    assert ways.notes == {}
