"""What a model answers when a text is asked for: blocks of a text, or that it refuses; anything else is named."""

import re
from collections.abc import Sequence
from typing import Any, Literal, Self

from pydantic import BaseModel, Field, ValidationError, create_model, model_validator

from magicai.content.text import Block, BlockKind, Blocks, one_line, parse
from magicai.errors import Permanent
from magicai.messages import Message
from magicai.values.languages import is_foreign

Fault = Literal["cut", "refused", "empty", "html", "echo", "language", "malformed", "busy"]
_CODES: dict[Fault, str] = {
    "cut": "model_text_truncated",
    "refused": "model_text_refused",
    "empty": "model_text_empty",
    "html": "model_text_is_html",
    "echo": "model_text_repeats_prompt",
    "language": "model_text_wrong_language",
    "malformed": "model_text_malformed",
    "busy": "model_busy",
}
_LONGEST_SAID = 200
_TAG = re.compile(r"</[a-z][a-z0-9]*\s*>|<(?:!doctype|html|body|p|div|br)\b[^>]*>", re.IGNORECASE)
# How assistants begin and end what they say to whoever asked, and how they refuse. They decide what prose is; of a
# text in blocks, which says by itself whether it is refused, they flag at most.
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
_MOST = 500  # blocks of a text


class Unusable(Permanent):
    """A model's answer is no text.

    Attributes:
        fault: what it is instead.
    """

    def __init__(self, fault: Fault, *, model: str, said: str | Message = "") -> None:
        super().__init__(_CODES[fault], model=model, said=said)
        self.fault = fault


class AnsweredBlock(BaseModel):
    """A heading, a paragraph, or an item of a list, without markup."""

    kind: BlockKind
    text: str


class AnsweredText(BaseModel):
    """A text in blocks; or why it is not written."""

    refused: str = Field(default="", description="Only where the text can't be written: why. Else empty.")
    blocks: list[AnsweredBlock] = Field(max_length=_MOST)

    @classmethod
    def from_prose(cls, prose: str) -> Self | None:
        """The text of a model that can't answer as JSON, and wrote it as it is; None where it wrote none.

        Raises:
            ValidationError: it is none of the shape.
        """
        if prose.lstrip().startswith(("{", "[")) or _json_in(prose) is not None:
            return None
        read = _read_prose(prose)
        return None if _looks_like(read) else cls.model_validate(read.model_dump())


def shape_of(language: str, instructions: Sequence[str] = ()) -> type[AnsweredText]:
    """AnsweredText that holds a usable text: what is none is not of the shape, and is kept nowhere.

    Args:
        language: of the text, BCP 47.
        instructions: sentences that every model is told, and that no text says.
    """

    def usable(self: AnsweredText) -> AnsweredText:
        if (fault := fault_of(self, language, instructions)) is not None:
            raise ValueError(fault)
        return self

    validators: dict[str, Any] = {"usable": model_validator(mode="after")(usable)}
    return create_model("AnsweredText", __base__=AnsweredText, __validators__=validators)


def fault_of(answer: AnsweredText, language: str, instructions: Sequence[str] = ()) -> Fault | None:
    """What a text is instead; None where it is one."""
    text = _plain(answer)
    if answer.refused.strip():
        return "refused"
    if not any(map(str.isalnum, text)):
        return "empty"
    if any(one_line(line) in text for line in instructions):
        return "echo"
    return "language" if is_foreign(text, language) else None


def unusable(model: str, code: str, answer: str, language: str, instructions: Sequence[str] = ()) -> Unusable:
    """Why an answer that is not of the shape is no text.

    Args:
        code: of the UnusableAnswer.
        answer: all of it.
    """
    if code in ("cut", "empty"):
        return failure("cut" if code == "cut" else "empty", model)
    if (read := _json_in(answer)) is not None:
        fault = fault_of(read, language, instructions)
    else:
        read = _read_prose(answer)
        fault = _looks_like(read) or fault_of(read, language, instructions)
    return failure(fault or "malformed", model, _short(read.refused or _plain(read) or answer))


def failure(fault: Fault, model: str, said: str | Message = "") -> Unusable:
    """Why a model wrote no text.

    Args:
        said: by the model or its server, short.
    """
    return Unusable(fault, model=model, said=said)


def blocks_of(answer: AnsweredText) -> Blocks:
    """Its text; a line break within a block has no meaning."""
    return tuple(Block(kind=block.kind, text=text) for block in answer.blocks if (text := one_line(block.text)))


def spoken(blocks: Blocks, *, states_facts: bool = True) -> tuple[int, ...]:
    """Numbers of the first and last blocks that speak to whoever asked for the text, and not to its readers.

    Args:
        states_facts: whether the text states any of its facts; one that states none may be a refusal.
    """
    ends = dict.fromkeys((0, len(blocks) - 1)) if blocks else {}
    return tuple(
        place
        for place in ends
        if is_spoken(blocks[place].text) or (not states_facts and _REFUSAL.search(blocks[place].text))
    )


def is_spoken(text: str) -> bool:
    """Whether a sentence or a paragraph speaks to whoever asked for a text."""
    return _SPOKEN.search(text) is not None


def tags_in(text: str) -> tuple[str, ...]:
    """HTML tags in a text, each once."""
    return tuple(dict.fromkeys(found[0] for found in _TAG.finditer(text)))


def _json_in(answer: str) -> AnsweredText | None:
    begin, end = answer.find("{"), answer.rfind("}")
    try:
        return AnsweredText.model_validate_json(answer[begin : end + 1])
    except ValidationError:
        return None


def _read_prose(prose: str) -> AnsweredText:
    return AnsweredText(blocks=[AnsweredBlock(kind=block.kind, text=block.text) for block in parse(prose)][:_MOST])


def _looks_like(prose: AnsweredText) -> Fault | None:
    """What prose is by its phrases and tags; None where they say nothing."""
    text = _plain(prose)
    if _REFUSAL.search(text[:_LONGEST_SAID]) and len(text) < 2 * _LONGEST_SAID:
        return "refused"
    return "html" if _TAG.search(text) else None


def _plain(answer: AnsweredText) -> str:
    return " ".join(text for block in answer.blocks if (text := one_line(block.text)))


def _short(said: str) -> str:
    line = one_line(said)
    return f"“{line if len(line) <= _LONGEST_SAID else f'{line[:_LONGEST_SAID]}…'}”"
