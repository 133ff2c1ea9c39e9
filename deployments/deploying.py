"""The work pool and the deployments of prefect.yaml, made where they are missing or have changed."""

import asyncio
import contextlib
import hashlib
import importlib.util
import json
import sys
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

import httpx

from deployments import definition, schedules
from integrations.choices import SOURCES
from integrations.prefect import environment, server_on_demand
from integrations.prefect.work_pool import POOL
from magicai.errors import Permanent, Temporary
from magicai.runs import registry
from magicai.settings import load

_STAMP = "deployed"
# Its block types show in the catalogue of Prefect's user interface.
_BLOCKS = "blocks.catalogue"
_MAKES = Path(__file__).with_name("creating.py")


async def deploy(home: Path, server: server_on_demand.Server, made: Mapping[str, str]) -> None:
    """Create what is missing or has changed; what operators changed of schedules stays.

    Args:
        home: MAGICAI_HOME.
        server: where to.
        made: the environment of Prefect's clients.

    Raises:
        Permanent: a deployment can't be made; the message names the log that says why.
    """
    stamp = environment.prefect_home(home) / _STAMP
    digest = digest_of_all()
    last = _last(stamp)
    if last.get("digest") == digest and await asyncio.to_thread(_are_there, home, server):
        return

    def ask(method: str, path: str, body: object) -> httpx.Response:
        return server_on_demand.ask(home, method, f"{server.url}{path}", body)

    made_last = last.get("schedules", {})
    # What was there is kept first: whoever is killed before it is put back does so the next time.
    before = last.get("before") or await asyncio.to_thread(schedules.shown, ask)
    stamp.write_text(json.dumps({"schedules": made_last, "before": before}))
    await _create(home, made)
    now = await asyncio.to_thread(schedules.shown, ask)
    await asyncio.to_thread(schedules.bring_back, ask, before, made_last, now)
    stamp.write_text(json.dumps({"digest": digest, "schedules": now}))


def _last(stamp: Path) -> dict[str, Any]:
    """What was made the last time, and of what."""
    try:
        return json.loads(stamp.read_text())
    except (OSError, ValueError):
        return {}


def digest_of_all() -> str:
    """Of everything that is made."""
    blocks = importlib.util.find_spec(_BLOCKS)
    assert blocks is not None
    assert blocks.origin is not None
    said = definition.path().read_bytes() + _MAKES.read_bytes()
    said += b"".join(file.read_bytes() for file in sorted(Path(blocks.origin).parent.glob("*.py")))
    forms = {name: registry.workflow(name).request.model_json_schema() for name in registry.names()}
    # Prefect's forms name them, and its server refuses what a form does not know.
    offered = {name: list(source(load())) for name, source in SOURCES.items()}
    return hashlib.sha256(said + json.dumps([forms, offered, version("magicai")]).encode()).hexdigest()


def _are_there(home: Path, server: server_on_demand.Server) -> bool:
    try:
        count = server_on_demand.ask(home, "POST", f"{server.url}/deployments/count", {})
        pool = server_on_demand.ask(home, "GET", f"{server.url}/work_pools/{POOL}")
    except httpx.HTTPError as exc:
        raise Temporary("prefect_unreachable", reason=exc) from exc
    return count.is_success and count.json() > 0 and pool.is_success


async def _create(home: Path, made: Mapping[str, str]) -> None:
    log_path = home / "logs" / "deploy.log"
    with environment.open_log(log_path) as log:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "deployments.creating",
            env=made,
            cwd=definition.path().parent,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        status = await process.wait()
    except asyncio.CancelledError:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
        raise
    if status:
        raise Permanent("deployment_creation_failed", status=status, log_path=log_path)
