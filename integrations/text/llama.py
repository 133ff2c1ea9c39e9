"""The engine of the model server: llama.cpp by xllamacpp, in this process."""

import importlib
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

from magicai.errors import Missing, Permanent, Temporary

Body = dict[str, Any]

CONTEXT = 8192  # tokens: prompt and answer together; 28 KB each for the default model
_CONTEXT_OF_VECTORS = 2048  # tokens of one text: more than a passage has
_KEPT_PREFIXES_MIB = 256
_MOST_THREADS = 8  # more of them wait for the memory
_BESIDE_THE_WEIGHTS = 500_000_000  # context, kept prefixes, the interpreter


class Engine(Protocol):
    """A loaded model."""

    def chat(self, body: Body, stopped: Callable[[], bool], hear: Callable[[str], None]) -> Body:
        """A chat completion as OpenAI shapes it, or `{"error": {...}}`; blocks, and ends early when stopped.

        `hear` is told each piece of the answer as it comes.
        """
        ...

    def embed(self, body: Body) -> Body:
        """Vectors as OpenAI shapes them, or `{"error": {...}}`; blocks."""
        ...


def load(model: Path, template: str) -> Engine:
    """Load a model file.

    Args:
        model: a GGUF file.
        template: name of a chat template of the runtime's; "" runs the one in the file, in the runtime's sandbox.

    Raises:
        Missing: xllamacpp is not installed.
        Temporary: not enough memory is free.
        Permanent: llama.cpp can't load it.
    """
    return _load(model, lambda xllamacpp: _parameters(xllamacpp, model, template), "MAGICAI_MODEL")


def load_embedder(model: Path, template: str) -> Engine:
    """Load an embedding model; its file says how vectors are made of tokens.

    Args:
        model: a GGUF file.
        template: of no use here.

    Raises:
        Missing: xllamacpp is not installed.
        Temporary: not enough memory is free.
        Permanent: llama.cpp can't load it.
    """
    del template

    def parameters(xllamacpp: Any) -> Any:
        made = _parameters(xllamacpp, model, "chatml")
        made.embedding = True
        # A text is read at once, so that a batch holds all of it.
        made.n_ctx = made.n_batch = made.n_ubatch = _CONTEXT_OF_VECTORS
        made.n_parallel = 1
        return made

    return _load(model, parameters, "MAGICAI_EMBEDDER")


def _load(model: Path, parameters_of: Callable[[Any], Any], setting: str) -> Engine:
    _check_memory(model)
    try:
        xllamacpp: Any = importlib.import_module("xllamacpp")
    except ImportError as exc:
        raise Missing("llama_runtime_not_usable", reason=exc) from exc
    # The runtime opens a listener of its own, and can't be told not to. Once its socket file is gone nobody can reach
    # it, and what does reach this process goes through our checks (service.py).
    with tempfile.TemporaryDirectory(prefix="magicai-") as scratch:
        parameters = parameters_of(xllamacpp)
        if sys.platform != "win32":
            parameters.hostnames = [str(Path(scratch) / "engine.sock")]
        try:
            return LlamaEngine(xllamacpp.Server(parameters))
        except RuntimeError as exc:
            raise Permanent("llama_load_failed", model=model, reason=exc, setting=setting) from exc


class LlamaEngine:
    """xllamacpp's server, called without its HTTP."""

    def __init__(self, server: Any) -> None:
        self._server = server

    def chat(self, body: Body, stopped: Callable[[], bool], hear: Callable[[str], None]) -> Body:
        """A chat completion, streamed inside so that it can be ended early; prefixes that repeat are kept."""
        words: list[str] = []
        last: Body = {"finish_reason": None, "usage": {}}

        def take(chunk: Body) -> bool:
            if "error" in chunk:
                last["error"] = chunk["error"]
            last["usage"] = chunk.get("usage") or last["usage"]
            for choice in chunk.get("choices", ()):
                if piece := choice["delta"].get("content"):
                    words.append(piece)
                    hear(piece)
                last["finish_reason"] = choice.get("finish_reason") or last["finish_reason"]
            return stopped()

        self._server.handle_chat_completions(
            {**body, "stream": True, "stream_options": {"include_usage": True}, "cache_prompt": True}, take
        )
        if "error" in last:
            return {"error": last["error"]}
        message = {"role": "assistant", "content": "".join(words)}
        choice = {"index": 0, "message": message, "finish_reason": last["finish_reason"]}
        return {"object": "chat.completion", "choices": [choice], "usage": last["usage"]}

    def embed(self, body: Body) -> Body:
        """Vectors of texts."""
        answer: Body = self._server.handle_embeddings(body)
        # The one failure that a shorter text mends and that has no type of its own.
        if "too large to process" in str(answer.get("error", {}).get("message", "")):
            answer["error"]["type"] = "exceed_context_size_error"
        return answer


def threads() -> int:
    """How many threads to compute with: the cores that this process may use.

    None are left free for others: waiting passively, two threads on two busy cores were as fast as one, and twice as
    fast once the cores were idle.
    """
    allowed = len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1
    return max(1, min(allowed, _quota(), _MOST_THREADS))


def _quota(path: Path = Path("/sys/fs/cgroup/cpu.max")) -> int:
    """The container's share of the machine, in cores; many where it is not limited."""
    try:
        quota, period = path.read_text().split()
        return max(1, round(int(quota) / int(period)))
    except (OSError, ValueError):  # no such file, or `max`
        return _MOST_THREADS


def _parameters(xllamacpp: Any, model: Path, template: str) -> Any:
    made = xllamacpp.CommonParams()
    made.model.path = str(model)
    made.n_ctx = CONTEXT
    made.cpuparams.n_threads = made.cpuparams_batch.n_threads = threads()
    # Pages of the file count as memory of ours only while there is memory to spare.
    made.load_mode = xllamacpp.llama_load_mode.LLAMA_LOAD_MODE_MMAP
    made.cache_ram_mib = _KEPT_PREFIXES_MIB
    made.use_jinja = not template
    made.chat_template = template
    made.verbosity = 2  # warnings: no prompt reaches the log
    made.ui = False
    made.offline = True
    made.endpoint_slots = False
    made.cors_origins = ""
    made.api_keys = [os.urandom(24).hex()]
    return made


def _check_memory(model: Path) -> None:
    import psutil

    needed, free = model.stat().st_size + _BESIDE_THE_WEIGHTS, psutil.virtual_memory().available
    if free < needed:
        raise Temporary("insufficient_memory", needed=f"{needed / 1e9:.1f}", free=f"{free / 1e9:.1f}")
