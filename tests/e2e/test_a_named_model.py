"""README's line for a model, as a person types it, with a server that speaks OpenAI's protocol."""

import asyncio
import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.contract.text.fake_provider import serving

ROOT = Path(__file__).parents[2]
WORDS = ("run", "generate-content", "product-description", "--variables", "examples/products.csv", "--json")
MODEL = "openai:gpt-4o-mini"


async def command(home: Path, *words: str, **variables: str) -> tuple[int, str, str]:
    foreign = ("MAGICAI_", "PREFECT_", "OPENAI_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "magicai", *words),
        cwd=ROOT,
        env={**kept, "MAGICAI_HOME": str(home), "NO_PROXY": "127.0.0.1", **variables},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await asyncio.wait_for(process.communicate(), 500)
    return process.returncode or 0, out.decode(), err.decode()


@pytest.mark.timeout(600)
async def test_a_model_that_a_command_names_writes_the_texts_within_the_budget(tmp_path: Path) -> None:
    async with serving("openai") as provider:
        variables: Mapping[str, str] = {
            "OPENAI_API_KEY": "sk-of-the-tests",
            "OPENAI_BASE_URL": f"{provider.url}/v1",
            "MAGICAI_MODEL_PRICES": "gpt-4o-mini=0.15/0.60",
            "MAGICAI_IDLE_SECONDS": "1",
        }
        status, out, err = await command(tmp_path, *WORDS, "--models", MODEL, **variables)
        assert out, err
        result: dict[str, Any] = json.loads(out)
        assert status in (0, 3), err
        assert provider.asked, result["problems"]
        assert all(header["Authorization"] == "Bearer sk-of-the-tests" for header in provider.headers)
        amount = result["cost"]["amount"]
        assert 0 < float(amount) < 1
        assert len(amount) <= len("0.00000000"), amount


@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({}, "needs OPENAI_API_KEY, which is not set. Set OPENAI_API_KEY"),
        ({"OPENAI_API_KEY": "k", "OPENAI_BASE_URL": "http://127.0.0.1:9/v1"}, "MAGICAI_MODEL_PRICES=gpt-4o-mini="),
    ],
)
async def test_what_a_named_model_lacks_is_said_with_what_to_set(
    tmp_path: Path, variables: Mapping[str, str], said: str
) -> None:
    status, _, err = await command(tmp_path, *WORDS, "--models", MODEL, **variables)
    assert status
    assert said in err
