"""Sentences of a model's JSON while it is still being written."""

from collections.abc import Callable
from typing import Any, cast

from pydantic import ValidationError
from pydantic_core import from_json

from magicai.knowledge.quotes import QuotedSentence


class Partial:
    """Hears pieces of JSON, and tells each sentence once it is whole: when the next one begins, or the list ends."""

    def __init__(self, on_sentence: Callable[[QuotedSentence], None]) -> None:
        self._on_sentence = on_sentence
        self._text, self._told = "", 0

    def hear(self, piece: str) -> None:
        """Take the next piece."""
        self._text += piece
        if "}" in piece or "]" in piece:
            self._tell()

    def _tell(self) -> None:
        begin = self._text.find("{")
        try:
            value: object = from_json(self._text[max(0, begin) :], allow_partial=True)
        except ValueError:
            return
        if not isinstance(value, dict):
            return
        found = cast("dict[str, Any]", value)
        said = found.get("sentences")
        sentences = cast("list[Any]", said) if isinstance(said, list) else []
        whole = len(sentences) if "confidence" in found else len(sentences) - 1
        for sentence in sentences[self._told : whole]:
            self._told += 1
            try:
                self._on_sentence(QuotedSentence.model_validate(sentence))
            except ValidationError:
                continue
