"""What a model answers when a text is asked for: blocks of a text, or that it refuses; anything else is named."""

import re
from collections.abc import Sequence
from typing import Any, Literal

from pydantic import BaseModel, Field, ValidationError, create_model, model_validator

from magicai.content.text import Block, BlockKind, Blocks, one_line, parse
from magicai.errors import Permanent
from magicai.values.languages import is_foreign

Fault = Literal["cut", "refused", "empty", "html", "echo", "language", "malformed", "busy"]
SENTENCES: dict[Fault, str] = {
    "cut": "{model} was cut off before its text ended.",
    "refused": "{model} refuses to write the text: {said}",
    "empty": "{model} returned no text.",
    "html": "{model} returned HTML and no text.",
    "echo": "{model} returned what it was asked, and no text.",
    "language": "{model} wrote in another language than it was asked for.",
    "malformed": "{model} returned something else than a text: {said}",
    "busy": "{model} takes no requests: {said}",
}
_LONGEST_SAID = 200
_TAG = re.compile(r"</[a-z][a-z0-9]*\s*>|<(?:!doctype|html|body|p|div|br)\b[^>]*>", re.IGNORECASE)
# How assistants begin and end what they say to whoever asked, and how they refuse: to tell of it, never to cut.
_SPOKEN = re.compile(
    r"^(?:sure|certainly|of course|okay)[!,:]|\bhere(?:'s| is| are) (?:the|your|a)\b[^.!?]*:$|^let me know\b|"
    r"\bi hope this\b|^(?:好的|当然)[，！：:,!]|^以下是.*[：:]$|^希望这|^如(?:需|果需要).*(?:告诉我|修改)",
    re.IGNORECASE,
)
_REFUSAL = re.compile(
    r"^(?:i['’]?m sorry|i am sorry|sorry|i apologi[sz]e|unfortunately|as an ai)\b.*\b(?:can(?:no|['’]?)t|unable)\b|"
    r"^i (?:can(?:no|['’]?)t|am unable to|won['’]?t) (?:help|assist|write|comply|do)\b|"
    r"^(?:抱歉|对不起|很遗憾|作为(?:一个)?ai).*(?:无法|不能)",
    re.IGNORECASE,
)
_ECHOED = 60


class Unusable(Permanent):
    """A model's answer is no text.

    Attributes:
        code: what it is instead.
    """

    def __init__(self, what: str, *, way_out: str = "", code: Fault = "malformed") -> None:
        super().__init__(what, way_out=way_out)
        self.code = code


class AnsweredBlock(BaseModel):
    """A heading, a paragraph, or an item of a list, without markup."""

    kind: BlockKind
    text: str


class AnsweredText(BaseModel):
    """A text in blocks; or why it is not written."""

    refused: str = Field(default="", description="Only where the text can't be written: why. Else empty.")
    blocks: list[AnsweredBlock] = Field(max_length=500)


def shape_of(language: str, asked: Sequence[str] = ()) -> type[AnsweredText]:
    """AnsweredText that holds a usable text: what is none is not of the shape, and is kept nowhere.

    Args:
        language: of the text, BCP 47.
        asked: what the model was told, which is no text.
    """

    def usable(self: AnsweredText) -> AnsweredText:
        if (fault := fault_of(self, language, asked)) is not None:
            raise ValueError(fault)
        return self

    validators: dict[str, Any] = {"usable": model_validator(mode="after")(usable)}
    return create_model("AnsweredText", __base__=AnsweredText, __validators__=validators)


def fault_of(answer: AnsweredText, language: str, asked: Sequence[str] = ()) -> Fault | None:
    """What a text is instead; None where it is one."""
    texts = [one_line(block.text) for block in answer.blocks]
    said = " ".join(text for text in texts if text)
    if answer.refused.strip() or (said and _REFUSAL.search(said[:_LONGEST_SAID]) and len(said) < 2 * _LONGEST_SAID):
        return "refused"
    if not any(map(str.isalnum, said)):
        return "empty"
    if _TAG.search(said):
        return "html"
    if any(line in said for line in _lines(asked)):
        return "echo"
    return "language" if is_foreign(said, language) else None


def unusable(model: str, code: str, answer: str, language: str, asked: Sequence[str] = ()) -> Unusable:
    """Why an answer that is not of the shape is no text.

    Args:
        code: of the UnusableAnswer.
        answer: all of it.
    """
    if code in ("cut", "empty"):
        return failure("cut" if code == "cut" else "empty", model)
    read = _read(answer)
    said = read.refused or " ".join(block.text for block in read.blocks) or answer
    return failure(fault_of(read, language, asked) or "malformed", model, _short(said))


def failure(code: Fault, model: str, said: str = "") -> Unusable:
    """Why a model wrote no text.

    Args:
        said: by the model or its server, short.
    """
    return Unusable(SENTENCES[code].format(model=model, said=said), way_out=_WAYS_OUT.get(code, _TRY_AGAIN), code=code)


def prose(answer: str, language: str, asked: Sequence[str] = ()) -> AnsweredText | None:
    """The text of a model that can't answer as JSON, and wrote it as it is; None where it wrote none."""
    if answer.lstrip().startswith(("{", "[")):
        return None
    blocks = [AnsweredBlock(kind=block.kind, text=block.text) for block in parse(answer)]
    read = AnsweredText(blocks=blocks)
    return None if fault_of(read, language, asked) else read


def blocks_of(answer: AnsweredText) -> Blocks:
    """Its text; a line break within a block has no meaning."""
    return tuple(Block(kind=one.kind, text=text) for one in answer.blocks if (text := one_line(one.text)))


def spoken(blocks: Blocks) -> tuple[int, ...]:
    """Numbers of the first and last blocks that speak to whoever asked for the text, and not to its readers."""
    ends = dict.fromkeys((0, len(blocks) - 1)) if blocks else {}
    return tuple(place for place in ends if is_spoken(blocks[place].text))


def is_spoken(text: str) -> bool:
    """Whether a sentence or a paragraph speaks to whoever asked for a text."""
    return _SPOKEN.search(text) is not None


_TRY_AGAIN = "Try the row again, or use another model. To try it again: magicai resume RUN"
_WAYS_OUT: dict[str, str] = {
    "cut": "Give the template a smaller maximum length, or use a model that answers at more length.",
    "refused": "Change the variables or the template, or use another model.",
}


def _read(answer: str) -> AnsweredText:
    begin, end = answer.find("{"), answer.rfind("}")
    try:
        return AnsweredText.model_validate_json(answer[begin : end + 1])
    except ValidationError:
        return AnsweredText(blocks=[AnsweredBlock(kind="paragraph", text=answer)])


def _lines(asked: Sequence[str]) -> list[str]:
    """What of a prompt is long enough to be known again."""
    return [line for text in asked for line in map(one_line, text.splitlines()) if len(line) >= _ECHOED]


def _short(said: str) -> str:
    line = one_line(said)
    return f"“{line if len(line) <= _LONGEST_SAID else f'{line[:_LONGEST_SAID]}…'}”"
