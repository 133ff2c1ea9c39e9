"""A text out of the JSON that a model is writing, for who watches."""

from typing import Any, cast

from pydantic_core import from_json

from magicai.ports import OnText


class PartialText:
    """Hears pieces of an AnsweredText's JSON, and hands on those of the text that they hold."""

    def __init__(self, on_text: OnText) -> None:
        self._on_text, self._heard, self._shown = on_text, "", ""

    def __call__(self, piece: str) -> None:
        """Hear the next piece."""
        self._heard += piece
        text = _text_of(self._heard)
        if len(text) > len(self._shown) and text.startswith(self._shown):
            self._on_text(text[len(self._shown) :])
            self._shown = text


def _text_of(heard: str) -> str:
    try:
        value: Any = from_json(heard, allow_partial="trailing-strings")
    except ValueError:
        return ""  # it is no JSON, or not yet
    blocks = cast("dict[str, Any]", value).get("blocks") if isinstance(value, dict) else None
    texts = [
        cast("dict[str, Any]", one).get("text") for one in cast("list[Any]", blocks or []) if isinstance(one, dict)
    ]
    return "\n\n".join(text for text in texts if isinstance(text, str))
