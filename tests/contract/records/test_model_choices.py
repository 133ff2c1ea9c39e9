"""Choices of models, and which vectors are searched, in every database."""

import asyncio
from dataclasses import replace

from integrations.records.store import SqlRecords
from magicai.ports import VectorSpace

OLD = VectorSpace("own-2", "embedded", 2, "", "serving")
NEW = VectorSpace("other-3", "compatible:other", 3, "d", "filling")


async def test_the_last_choice_counts_until_it_is_forgotten(records: SqlRecords) -> None:
    choices = records.model_choices
    await choices.choose("reranker", "server:a")
    await choices.choose("reranker", "server:b")
    assert [(one.role, one.name) for one in await choices.chosen()] == [("reranker", "server:b")]
    assert await choices.forget("reranker")
    assert not await choices.forget("reranker")
    assert await choices.chosen() == []


async def test_the_old_vectors_serve_until_the_new_ones_are_complete(records: SqlRecords) -> None:
    choices = records.model_choices
    await choices.fill(NEW, instead_of=OLD)
    assert {one.space_id: one.state for one in await choices.spaces()} == {"own-2": "serving", "other-3": "filling"}
    assert await choices.serve("other-3", skipped=0)
    assert {space.space_id: space.state for space in await choices.spaces()} == {"own-2": "left", "other-3": "serving"}
    await choices.drop("own-2")
    await choices.drop("other-3")  # what is searched is never forgotten
    assert await choices.spaces() == [replace(NEW, state="serving")]


async def test_vectors_that_missed_a_write_since_they_were_seen_complete_do_not_serve(records: SqlRecords) -> None:
    choices = records.model_choices
    await choices.fill(NEW, instead_of=OLD)
    await choices.skip("other-3")
    assert not await choices.serve("other-3", skipped=0)
    assert await choices.serve("other-3", skipped=1)


async def test_only_one_space_is_filled_and_one_that_was_left_can_be_filled_again(records: SqlRecords) -> None:
    choices = records.model_choices
    third = replace(NEW, space_id="third-3")
    await choices.fill(NEW, instead_of=OLD)
    await choices.fill(third, instead_of=OLD)
    assert [space.space_id for space in await choices.spaces() if space.state == "filling"] == ["third-3"]
    assert not await choices.serve("other-3", skipped=0)
    await choices.fill(NEW, instead_of=OLD)
    assert [space.space_id for space in await choices.spaces() if space.state == "filling"] == ["other-3"]
    assert await choices.stop("other-3")
    assert not await choices.stop("other-3")


async def test_of_two_that_switch_at_once_one_does(records: SqlRecords) -> None:
    choices = records.model_choices
    await choices.fill(NEW, instead_of=OLD)
    served = await asyncio.gather(*(choices.serve("other-3", skipped=0) for _ in range(4)))
    assert sorted(served) == [False, False, False, True]
    assert [space.space_id for space in await choices.spaces() if space.state == "serving"] == ["other-3"]


async def test_who_has_allowed_a_host_first_stays_on_record_until_it_is_withdrawn(records: SqlRecords) -> None:
    choices = records.model_choices
    await choices.allow("api.openai.com", "ann")
    await choices.allow("api.openai.com", "bob")
    assert [(consent.host, consent.allowed_by) for consent in await choices.consents()] == [("api.openai.com", "ann")]
    assert await choices.withdraw("api.openai.com")
    assert not await choices.withdraw("api.openai.com")
    assert await choices.consents() == []
