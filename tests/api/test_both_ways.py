"""Commands that ask an operation: in process, and with `--server` over the API, the same words come out."""

from pathlib import Path

import pytest

from tests.api.conftest import Api
from tests.api.test_command_line import said


async def both(api: Api, home: Path, *words: str) -> tuple[tuple[int, str, str], tuple[int, str, str]]:
    """What a command answers over the gateway, and on the gateway's own machine as the user ann."""
    there = await said(api, *words)
    ann = await api.user()
    variables = {"MAGICAI_SERVER": "", "MAGICAI_HOME": str(home), "MAGICAI_OWNER": ann.user_id}
    return there, await said(api, *words, **variables)


@pytest.mark.parametrize(
    "words",
    [
        ("target", "list"),
        ("target", "remove", "nothing"),
        ("target", "check", "site"),
        ("posts", "list"),
        ("posts", "look"),
        ("audit", "verify"),
    ],
    ids=" ".join,
)
async def test_a_command_answers_the_same_in_process_and_over_the_gateway(
    api: Api, home: Path, words: tuple[str, ...]
) -> None:
    there, here = await both(api, home, *words)
    assert there == here
