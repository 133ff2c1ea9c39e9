"""The list of language models."""

from magicai.accounts.identity import Role
from tests.api.conftest import Api


async def test_models_are_listed_for_whoever_is_signed_in(api: Api) -> None:
    answer = await api.http.get("/api/models", headers=await api.bearer())
    first, *others = answer.json()["models"]
    assert (first["name"], first["ready"], first["leaves_machine"]) == ("composer", True, False)
    local = next(one for one in others if one["name"].startswith("local:"))
    assert local["context_tokens"] > 0
    assert local["why_not"].count("MAGICAI_HOME") == 1  # no path of the machine is told
    assert (await api.http.get("/api/models")).status_code == 401


async def test_an_admin_sees_where_a_model_gets_documents_and_whether_it_may_before_choosing_it(api: Api) -> None:
    admin = await api.bearer("ann", Role.ADMIN)
    about = {"name": "openai:gpt-4o-mini"}

    async def asked(role: str, query: dict[str, str] = about) -> object:
        return (await api.http.get(f"/api/models/{role}/host", params=query, headers=admin)).json()

    assert await asked("answerer") == {"host": "api.openai.com", "allowed": False}
    assert await asked("writer") == {"host": "api.openai.com", "allowed": True}  # it reads no documents
    assert await asked("answerer", {"name": "none"}) == {"host": "", "allowed": True}
    await api.gateway.records.model_choices.allow("api.openai.com", "ann")
    assert await asked("answerer") == {"host": "api.openai.com", "allowed": True}
    wrong = await api.http.get("/api/models/answerer/host", params={"name": "gpt4"}, headers=admin)
    assert (wrong.status_code, "gpt4" in wrong.text) == (422, True)
    others = await api.http.get("/api/models/answerer/host", params=about, headers=await api.bearer("bob"))
    assert others.status_code == 403
