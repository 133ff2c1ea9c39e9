"""Lists of what one has, page by page, and of nobody else's."""

from magicai.stores.entity import Entity
from tests.api.conftest import Api

LIST = "/api/entities"


def post(name: str, owner_id: str, state: str = "pending_review", **data: str) -> Entity:
    return Entity("post", name, owner_id, f"Post {name}", "words", "en", data=data, state=state, stores=())


async def test_ones_own_entities_are_listed_by_kind_and_state_page_by_page(api: Api) -> None:
    ann, bob = await api.bearer(), await api.bearer("bob")
    await api.records.entities.save([post(f"{n}", "id-ann", text="x") for n in (2, 1, 3)])
    await api.records.entities.save([post("4", "id-ann", "published"), post("5", "id-bob")])
    asked: dict[str, str | int] = {"kind": "post", "state": "pending_review", "limit": 2}
    page = (await api.http.get(LIST, headers=ann, params=asked)).json()
    assert [one["entity_id"] for one in page["items"]] == ["1", "2"]
    assert page["items"][0] == {
        "kind": "post", "entity_id": "1", "state": "pending_review", "title": "Post 1", "language": "en", "url": "",
        "data": {"text": "x"},
    }  # fmt: skip
    last = (await api.http.get(LIST, headers=ann, params={**asked, "cursor": page["next_cursor"]})).json()
    assert ([one["entity_id"] for one in last["items"]], last["next_cursor"]) == (["3"], None)
    assert len((await api.http.get(LIST, headers=ann, params={"kind": "post"})).json()["items"]) == 4
    assert [one["entity_id"] for one in (await api.http.get(LIST, headers=bob, params=asked)).json()["items"]] == ["5"]
    assert (await api.http.get(LIST, headers=ann, params={"kind": "nothing"})).json() == {
        "items": [],
        "next_cursor": None,
    }


async def test_a_list_that_did_not_change_is_not_sent_again(api: Api) -> None:
    ann = await api.bearer()
    await api.records.entities.save([post("1", "id-ann")])
    first = await api.http.get(LIST, headers=ann, params={"kind": "post"})
    again = {**ann, "If-None-Match": first.headers["ETag"]}
    assert (await api.http.get(LIST, headers=again, params={"kind": "post"})).status_code == 304
    await api.records.entities.save([post("1", "id-ann", "approved")])
    assert (await api.http.get(LIST, headers=again, params={"kind": "post"})).status_code == 200


async def test_a_list_of_no_kind_or_for_nobody_is_refused(api: Api) -> None:
    ann = await api.bearer()
    for asked in ({}, {"kind": ""}, {"kind": "post", "limit": 0}, {"kind": "post", "limit": 201}):
        assert (await api.http.get(LIST, headers=ann, params=asked)).status_code == 422, asked
    assert (await api.http.get(LIST, params={"kind": "post"})).status_code == 401


async def test_a_runs_own_entities_are_those_whose_ids_begin_with_its_own(api: Api) -> None:
    ann = await api.bearer()
    await api.records.entities.save([post(name, "id-ann") for name in ("a:1", "b:1", "b:2", "b:3", "b2:1", "c:1")])
    asked: dict[str, str | int] = {"kind": "post", "run_id": "b", "limit": 2}
    page = (await api.http.get(LIST, headers=ann, params=asked)).json()
    assert [one["entity_id"] for one in page["items"]] == ["b:1", "b:2"]
    last = (await api.http.get(LIST, headers=ann, params={**asked, "cursor": page["next_cursor"]})).json()
    assert ([one["entity_id"] for one in last["items"]], last["next_cursor"]) == (["b:3"], None)
