"""The model of each role: the default, a setting, a choice."""

from collections.abc import Sequence

import pytest

from magicai.errors import Invalid
from magicai.models.choices import JUDGES, Role, checked, chosen, model_of, role_named
from magicai.ports import ModelChoice
from magicai.settings import Settings
from tests.codes import says


class Choices:
    """Choices in memory."""

    def __init__(self, **made: str) -> None:
        self._made = made

    async def chosen(self) -> Sequence[ModelChoice]:
        return [ModelChoice(role, name, 1) for role, name in self._made.items()]


async def told(settings: Settings, **made: str) -> dict[str, tuple[str, str]]:
    found = await chosen(Choices(**made), settings)  # pyright: ignore[reportArgumentType] - what it uses of them
    return {one.role: (one.name, one.origin) for one in found}


async def test_a_choice_takes_precedence_over_a_setting_and_that_over_the_default() -> None:
    assert await told(Settings()) == {
        "embedder": ("embedded", "default"),
        "reranker": ("none", "default"),
        "answerer": ("auto", "default"),
        "writer": ("auto", "default"),
        "verifier": ("none", "default"),
        "moderator": ("none", "default"),
    }
    settings = Settings(embedder="openai:text-embedding-3-small", reranker="model", model="none", writer="openai:w")
    assert await told(settings, reranker="server:a", answerer="local:x") == {
        "embedder": ("openai:text-embedding-3-small", "environment"),
        "reranker": ("server:a", "chosen"),
        "answerer": ("local:x", "chosen"),
        "writer": ("openai:w", "environment"),
        "verifier": ("none", "default"),
        "moderator": ("none", "default"),
    }


async def test_a_text_role_without_a_setting_of_its_own_has_the_model_of_all() -> None:
    found = await chosen(Choices(), Settings(model="openai:m", answerer="local:x"))  # pyright: ignore[reportArgumentType]
    assert {one.role: (one.name, one.setting) for one in found if one.role in ("answerer", "writer")} == {
        "answerer": ("local:x", "MAGICAI_ANSWERER"),
        "writer": ("openai:m", "MAGICAI_MODEL"),
    }


async def test_a_setting_that_names_no_model_is_quoted_with_what_there_is() -> None:
    with pytest.raises(
        Invalid, check=says("model_setting_not_of_role", setting="MAGICAI_EMBEDDER", name="word2vec", role="embedder")
    ) as caught:
        await model_of("embedder", Choices(), Settings(embedder="word2vec"))  # pyright: ignore[reportArgumentType]
    assert caught.value.way_out.startswith("Use one of: embedded, local:NAME, fastembed:NAME")


@pytest.mark.parametrize("role", JUDGES)
async def test_a_judge_is_none_unless_somebody_names_one_and_never_a_small_model_that_runs_here(role: Role) -> None:
    assert await model_of(role, Choices(), Settings(model="openai:m")) == "none"  # pyright: ignore[reportArgumentType]
    for name in ("auto", "local:x", "llama-cpp-python:x"):
        with pytest.raises(Invalid, check=says("model_not_of_role", role=role)):
            checked(role, name)


@pytest.mark.parametrize("name", ["", "server", "server:", "openai:x", "NONE"])
def test_what_is_no_reranker_is_refused(name: str) -> None:
    with pytest.raises(Invalid, check=says("model_not_of_role", role="reranker")):
        checked("reranker", name)


def test_the_space_around_a_name_does_not_count() -> None:
    assert checked("reranker", " server:a ") == "server:a"
    assert role_named("reranker") == "reranker"
    with pytest.raises(Invalid, check=says("unknown_model_role", name="poet")):
        role_named("poet")
