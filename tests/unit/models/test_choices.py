"""The model of each role: the default, a setting, a choice."""

from collections.abc import Sequence

import pytest

from magicai.errors import Invalid
from magicai.models.choices import checked, chosen, model_of, role_named
from magicai.ports import ModelChoice
from magicai.settings import Settings


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
    assert await told(Settings()) == {"embedder": ("embedded", "default"), "reranker": ("none", "default")}
    settings = Settings(embedder="openai:text-embedding-3-small", reranker="model")
    assert await told(settings, reranker="server:a") == {
        "embedder": ("openai:text-embedding-3-small", "environment"),
        "reranker": ("server:a", "chosen"),
    }


async def test_a_setting_that_names_no_model_is_quoted_with_what_there_is() -> None:
    with pytest.raises(Invalid, match="MAGICAI_EMBEDDER is 'word2vec', which can't be the embedder") as caught:
        await model_of("embedder", Choices(), Settings(embedder="word2vec"))  # pyright: ignore[reportArgumentType]
    assert caught.value.way_out.startswith("Use one of: embedded, local:NAME, fastembed:NAME")


@pytest.mark.parametrize("name", ["", "server", "server:", "openai:x", "NONE"])
def test_what_is_no_reranker_is_refused(name: str) -> None:
    with pytest.raises(Invalid, match="can't be the reranker"):
        checked("reranker", name)


def test_the_space_around_a_name_does_not_count() -> None:
    assert checked("reranker", " server:a ") == "server:a"
    assert role_named("reranker") == "reranker"
    with pytest.raises(Invalid, match="There is no role 'poet'"):
        role_named("poet")
