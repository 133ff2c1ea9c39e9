"""The whole description, asked by schemathesis with all its checks: what it promises holds, for friend and stranger."""

import asyncio
import sys
from pathlib import Path

import pytest

from magicai.accounts.api_keys import add_key
from magicai.accounts.identity import Role, Scope
from tests.api.conftest import Api

# That a name is a shop's address, and that a key is new, no schema can say.
CONFIG = """
# More than a body may have is refused for its size.
[checks.negative_data_rejection]
expected-statuses = ["400", "401", "403", "404", "405", "409", "413", "415", "422", "429"]

[checks.positive_data_acceptance]
expected-statuses = ["2xx", "3xx", "401", "403", "404", "409", "422", "429"]

# Nothing is learned without a language model, and here is none.
[[operations]]
include-operation-id = "learn_voice_from_texts"

[operations.checks.not_a_server_error]
expected-statuses = ["2xx", "3xx", "4xx", "501"]

[operations.checks.positive_data_acceptance]
expected-statuses = ["2xx", "3xx", "401", "403", "404", "409", "422", "429", "501"]
"""
_LIMIT_S = 1200
# Of what comes at random a stranger is told the same as of what is listed: 401.
PHASES = {"an admin": "examples,coverage,fuzzing,stateful", "a stranger": "examples,coverage"}


@pytest.mark.slow
@pytest.mark.timeout(_LIMIT_S + 60)
@pytest.mark.parametrize("who", PHASES)
async def test_what_the_description_promises_holds(api: Api, who: str, tmp_path: Path) -> None:
    _, secret = await add_key(
        api.records.identities, await api.user("root", Role.ADMIN), "k", frozenset(Scope), days=None, once=None
    )
    (tmp_path / "schemathesis.toml").write_text(CONFIG)
    key = ["--header", f"Authorization: Bearer {secret}"] if who == "an admin" else []
    # Made once: on a busy machine that takes longer than schemathesis waits for it.
    assert (await api.http.get("/api/openapi.json")).status_code == 200
    process = await asyncio.create_subprocess_exec(
        str(Path(sys.executable).with_name("schemathesis")),
        *("--config-file", str(tmp_path / "schemathesis.toml"), "run", f"{api.url}/api/openapi.json", *key),
        # Once, and twice as many of each: with a time to fill, a slow machine would ask for less.
        *("--phases", PHASES[who], "--checks", "all", "--max-examples", "8"),
        *("--max-response-time", "300"),  # the first plan starts the process that makes plans; machines may be slow
        *("--exclude-operation-id", "stream_events"),  # it lasts as long as its run; test_live.py asks it
        *(
            "--continue-on-failure",
            "--no-color",
            "--suppress-health-check",
            "all",
            "--seed",
            "1",
            "--request-timeout",
            "300",
        ),
        cwd=tmp_path,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    async with asyncio.timeout(_LIMIT_S):
        out, _ = await process.communicate()
    _, _, failures = out.decode().partition("= FAILURES =")
    assert process.returncode == 0, failures[:8000] or out.decode()[-8000:]
    assert (await api.http.get("/health/live")).status_code == 200
