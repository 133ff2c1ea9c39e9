"""The local model by llama-cpp-python, in this process: for machines on which the prebuilt runtime does not run.

Every process that uses it holds the whole model, and a call that is given up runs to its end: xllamacpp's shared
server is the usual way.
"""

import asyncio
import importlib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from typing import Any

from pydantic import BaseModel

from integrations.text.chat import Answer, ChatModel, as_turns, closed_schema
from integrations.text.download import sha256
from integrations.text.llama import CONTEXT, threads
from integrations.text.models import LocalModel
from magicai.errors import Invalid, Missing, Permanent
from magicai.ports import Message, OnText, Usage


def installed() -> bool:
    """Whether the package is here; looking does not load it."""
    return find_spec("llama_cpp") is not None


class LlamaCppText(ChatModel):
    """A model file in this process, loaded by the first call."""

    def __init__(self, name: str, model: LocalModel) -> None:
        super().__init__(name)
        self.identity = f"{name} {model.sha256 or model.path.resolve()}"
        self._model = model
        # Its one thread is the lock: two threads in one `Llama` abort the process.
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="llama")
        self._llama: Any = None

    async def ask(
        self,
        messages: Sequence[Message],
        *,
        max_tokens: int,
        temperature: float,
        shape: type[BaseModel] | None,
        on_text: OnText | None,
    ) -> Answer:
        """One exchange; others of this process wait.

        Raises:
            Missing: llama-cpp-python is not installed.
            Invalid: the conversation is longer than the model's context.
            Permanent: the file is damaged, or can't be loaded.
        """
        arguments: dict[str, Any] = {"max_tokens": max_tokens, "temperature": temperature}
        if shape is not None:
            arguments["response_format"] = {"type": "json_object", "schema": closed_schema(shape)}
        loop = asyncio.get_running_loop()
        got = await loop.run_in_executor(self._thread, self._chat, as_turns(messages), arguments)
        choice, usage = got["choices"][0], got["usage"]
        said = choice["message"]["content"] or ""
        if on_text is not None and said:
            on_text(said)
        used = Usage(usage["prompt_tokens"], usage["completion_tokens"])
        return Answer(said, used, cut=choice["finish_reason"] == "length")

    async def close(self) -> None:
        """Let go of the model."""
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(self._thread, self._unload)

    def _unload(self) -> None:
        if self._llama is not None:
            self._llama.close()
            self._llama = None

    def _chat(self, turns: list[dict[str, str]], arguments: dict[str, Any]) -> dict[str, Any]:
        if self._llama is None:
            self._llama = self._load()
        try:
            return self._llama.create_chat_completion(messages=turns, **arguments)
        except ValueError as exc:
            raise Invalid("model_input_invalid", name=self.name, reason=exc) from exc

    def _load(self) -> Any:
        path, expected = self._model.path, self._model.sha256
        try:
            llama_cpp: Any = importlib.import_module("llama_cpp")
        except ImportError as exc:
            raise Missing("llama_python_not_usable", reason=exc) from exc
        if expected and sha256(path) != expected:
            raise Permanent("stored_file_damaged", way_out="delete_and_download_model", folder=path)
        try:
            return llama_cpp.Llama(
                str(path),
                n_ctx=CONTEXT,
                n_threads=threads(),
                chat_format=self._model.template or None,
                use_mmap=False,
                verbose=False,
            )
        except ValueError as exc:
            raise Permanent("llama_load_failed", setting="MAGICAI_MODEL", model=path, reason=exc) from exc
