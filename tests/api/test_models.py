"""The list of language models."""

from tests.api.conftest import Api


async def test_models_are_listed_for_whoever_is_signed_in(api: Api) -> None:
    answer = await api.http.get("/api/models", headers=await api.bearer())
    first, *others = answer.json()["models"]
    assert (first["name"], first["ready"], first["leaves_machine"]) == ("composer", True, False)
    local = next(one for one in others if one["name"].startswith("local:"))
    assert local["context_tokens"] > 0
    assert local["why_not"].count("MAGICAI_HOME") == 1  # no path of the machine is told
    assert (await api.http.get("/api/models")).status_code == 401
