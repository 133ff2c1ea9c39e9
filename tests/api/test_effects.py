"""What a machine can't tell is a person's to decide."""

from tests.api.conftest import Api
from tests.api.test_walls import cut_off


async def test_a_person_finds_what_was_cut_off_and_decides_about_it(api: Api) -> None:
    ann = await api.bearer()
    run_id, other = await api.start(ann), await api.start(ann, max_pages=7)
    for key in ("a/b", "c"):
        await cut_off(api, "id-ann", key, run_id)
    home = (await api.http.get("/api/home", headers=ann)).json()
    assert [one["effect"] for one in home["effects"]] == ["post:a/b", "post:c"]
    assert (await api.http.get("/api/effects", headers=ann, params={"run_id": other})).json()["items"] == []
    answer = {"url": "https://blog.example/7"}
    decided = await api.http.put(
        "/api/effects/post:a%2Fb/decision", headers=ann, json={"happened": True, "answer": answer}
    )
    assert decided.json() == {
        "effect": "post:a/b", "kind": "post", "state": "done", "run_id": run_id, "answer": answer
    }  # fmt: skip
    assert (await api.http.put("/api/effects/post:c/decision", headers=ann, json={"happened": False})).is_success
    again = await api.http.put("/api/effects/post:c/decision", headers=ann, json={"happened": False})
    assert again.status_code == 409
    assert "GET /api/effects" in again.json()["way_out"]
    assert (await api.http.get("/api/effects", headers=ann)).json()["items"] == []
