"""What a run shows in Prefect is made beside it."""

import json
import os
import subprocess
import sys
from pathlib import Path

from integrations.prefect import environment
from tests.house import ROOT

# Prefect reads its environment where it is imported, so this is a process of its own; it asks no server.
SHOW = """
import asyncio, json
from uuid import uuid4
from integrations.prefect import artifacts
from magicai.runs.run import Origin, Run, RunStatus

made = []

async def main():
    answered = asyncio.Event()

    async def acreate(content, *, key, description):
        await answered.wait()
        if content == "broken":
            raise RuntimeError("the server is away")
        made.append([key, content])
        return uuid4()

    artifacts.acreate_markdown_artifact = artifacts.acreate_table_artifact = acreate
    request = {"url": "https://shop.example/"}
    run = Run(
        run_id="r", owner_id="local", workflow="w", request=request, origin=Origin.CLI, status=RunStatus.PROCESSING,
        created_at=0,
    )
    async with artifacts.RunArtifacts(run) as shown:
        await shown.show("plan", "first")
        await shown.show("plan", "broken")
        await shown.show("prices", [{"price": 1}])
        before = len(made)
        answered.set()
    return before

print(json.dumps({"before": asyncio.run(main()), "made": made}))
"""


def test_what_is_shown_does_not_hold_a_run_up_and_keeps_its_order(tmp_path: Path) -> None:
    ours = environment.client(tmp_path, "http://127.0.0.1:9/api", os.environ)
    done = subprocess.run(
        [sys.executable, "-c", SHOW], cwd=ROOT, env=ours, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {
        "before": 0,
        "made": [["shop-example-plan", "first"], ["shop-example-prices", [{"price": 1}]]],
    }
