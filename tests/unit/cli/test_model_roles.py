"""`magicai models set`, `unset` and `embed`."""

import json
import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from magicai.cli import main


class Served(BaseHTTPRequestHandler):
    """Scores and vectors that say nothing, until it is told to fail."""

    fails = False

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        answer: object
        if self.path.endswith("/rerank"):
            answer = {"results": [{"index": i, "relevance_score": 0.5} for i in range(len(body["documents"]))]}
        else:
            rows = [{"index": i, "embedding": [1.0, float(i + 1)]} for i in range(len(body["input"]))]
            answer = {"data": rows, "model": "m", "usage": {"prompt_tokens": 1, "total_tokens": 1}}
        said = json.dumps(answer).encode()
        self.send_response(500 if type(self).fails else 200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its base class names it
        del format, args


@pytest.fixture(autouse=True)
def url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    Served.fails = False
    with ThreadingHTTPServer(("127.0.0.1", 0), Served) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}/v1"
        monkeypatch.setenv("MAGICAI_HOME", str(tmp_path / "home"))
        monkeypatch.setenv("MAGICAI_RERANKER_URL", address)
        monkeypatch.setenv("MAGICAI_EMBEDDER_URL", address)
        monkeypatch.setenv("MAGICAI_MODEL_PRICES", "m=0/0")
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        monkeypatch.setenv("COLUMNS", "200")
        yield address
        server.shutdown()


def roles(capsys: pytest.CaptureFixture[str]) -> dict[str, list[str]]:
    assert main(["models"]) == 0
    lines = capsys.readouterr().out.splitlines()
    table = lines[next(place for place, line in enumerate(lines) if line.startswith("Role ")) + 1 :]
    rows = [re.split(" {2,}", line.strip()) for line in table]
    return {row[0]: row[1:3] for row in rows if row[0] in ("embedder", "reranker", "answerer", "writer")}


def test_a_role_has_its_default_then_its_setting_then_what_was_set(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    found = roles(capsys)
    assert [word.strip() for word in found["embedder"]] == ["embedded", "default"]
    assert [word.strip() for word in found["reranker"]] == ["none", "default"]
    monkeypatch.setenv("MAGICAI_RERANKER", "model")
    assert [word.strip() for word in roles(capsys)["reranker"]] == ["model", "MAGICAI_RERANKER"]
    assert main(["models", "set", "reranker", "server:m"]) == 0
    capsys.readouterr()
    assert [word.strip() for word in roles(capsys)["reranker"]] == ["server:m", "magicai models set"]
    assert main(["models", "unset", "reranker"]) == 0
    assert "reranker: model" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["reranker", "cohere:x"], "'cohere:x' can't be the reranker"),
        (["embedder", "word2vec"], "'word2vec' can't be the embedder"),
        (["poet", "x"], "poet"),
    ],
)
def test_what_is_no_model_is_refused_with_what_there_is(
    capsys: pytest.CaptureFixture[str], words: list[str], said: str
) -> None:
    assert main(["models", "set", *words]) == 2
    assert said in capsys.readouterr().err


def test_a_reranker_that_does_not_answer_is_not_set(capsys: pytest.CaptureFixture[str]) -> None:
    Served.fails = True
    assert main(["models", "set", "reranker", "server:m"]) == 1
    assert "answered 500" in capsys.readouterr().err
    assert roles(capsys)["reranker"][0] == "none"


def test_an_embedder_without_a_price_says_how_to_state_one(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("pydantic_ai")
    monkeypatch.setenv("MAGICAI_MODEL_PRICES", "")
    assert main(["models", "set", "embedder", "compatible:m", "--yes"]) == 2
    assert "MAGICAI_MODEL_PRICES=m=PROMPT/COMPLETION" in capsys.readouterr().err
    assert roles(capsys)["embedder"][0] == "embedded"


def test_models_are_set_where_the_gateway_is(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAGICAI_SERVER", "http://127.0.0.1:9")
    assert main(["models", "set", "reranker", "none"]) == 2
    assert "gateway's machine" in capsys.readouterr().err


def test_an_embedder_is_set_and_an_installation_without_documents_searches_its_vectors_at_once(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    pytest.importorskip("pydantic_ai")
    pytest.importorskip("chromadb")
    try:
        assert main(["models", "set", "embedder", "compatible:m"]) == 0
        assert "0 vectors of compatible:m were made" in capsys.readouterr().err
        assert main(["models", "embed"]) == 0
        assert "All vectors are of compatible:m" in capsys.readouterr().err
        assert main(["models", "unset", "embedder"]) == 0
        assert "Vectors of compatible:m are searched. To make those of embedded" in capsys.readouterr().err
    finally:
        import asyncio

        from integrations.processes import on_demand

        asyncio.run(on_demand.stop(tmp_path / "home" / "chroma"))
