"""Commands that ask an operation: in process, and with `--server` over the API, the same words come out."""

from pathlib import Path

import pytest

from magicai.accounts.api_keys import add_key
from magicai.accounts.identity import Role, Scope
from tests.api.conftest import Api
from tests.api.test_command_line import said


async def both(api: Api, home: Path, *words: str) -> tuple[tuple[int, str, str], tuple[int, str, str]]:
    """What a command answers an admin over the gateway, and on the gateway's own machine."""
    ann = await api.user(role=Role.ADMIN)
    _, token = await add_key(api.records.identities, ann, "k", frozenset(Scope), days=None, once=None)
    variables = {"MAGICAI_SERVER": "", "MAGICAI_HOME": str(home), "MAGICAI_OWNER": ann.user_id}
    return await said(api, *words, token=token), await said(api, *words, token=token, **variables)


@pytest.mark.parametrize(
    "words",
    [
        ("target", "list"),
        ("target", "remove", "nothing"),
        ("target", "check", "site"),
        ("posts", "list"),
        ("posts", "look"),
        ("review-log", "verify"),
        ("brain", "show"),
        ("brain", "decisions", "--json"),
        ("brain", "decisions", "--run", "nothing"),
        ("brain", "reward", "nothing", "--value", "1"),
        ("brain", "forget", "--yes"),
        ("runs", "--status", "failed"),
        ("runs", "--json"),
        ("show", "01a22002-1c6a-7a51-a4a1-6d4a2f3f1c11"),
        ("items", "6d4a2f3f1c11"),
        ("cancel", "abc"),
        ("me",),
        ("usage", "--days", "2"),
        ("costs", "--by", "person", "--days", "7"),
        ("costs", "--json", "--zone", "Asia/Tokyo"),
        ("costs", "--zone", "Nowhere/Land"),
        ("user", "list", "--json"),
        ("user", "disable", "nobody"),
        ("session", "list"),
        ("session", "end"),
        ("session", "end", "nothing"),
        ("session", "end", "--others"),
        ("webhook", "list"),
        ("webhook", "add", "nonsense"),
        ("webhook", "remove", "nothing"),
        ("webhook", "test", "nothing"),
        ("mail", "list"),
        ("mail", "test", "nonsense"),
        ("mail", "retry", "nothing"),
        ("mail", "delete", "nothing"),
        ("effects", "list", "--state", "done"),
        ("effects", "decide", "post:7", "--not-done"),
        ("models", "unset", "reranker"),
        ("settings", "reset", "budget"),
        ("settings", "set", "budget", "1,50"),
    ],
    ids=" ".join,
)
async def test_a_command_answers_the_same_in_process_and_over_the_gateway(
    api: Api, home: Path, words: tuple[str, ...]
) -> None:
    there, here = await both(api, home, *words)
    assert there == here


async def test_models_and_their_roles_are_listed_in_process_and_over_the_gateway(api: Api, home: Path) -> None:
    for status, out, _ in await both(api, home, "models"):
        assert status == 0
        assert {"composer", "reranker", "moderator"} <= {line.split()[0] for line in out.splitlines() if line.strip()}
