"""Follow-up questions: what somebody asks in a conversation is searched for together with what they asked before."""

import re
from collections.abc import Sequence
from typing import Annotated

from pydantic import Field

from magicai.errors import Invalid
from magicai.knowledge.prompts import REWRITE, prompt
from magicai.knowledge.untrusted import cleaned, new_mark
from magicai.ports import Message, TextModel, Usage
from magicai.values.frozen import Frozen

# Of the turns that are kept, and that a model reads; as many of the latest as fit: about 2,000 tokens.
_MOST_CHARACTERS = 8_000
# Turns whose questions are searched for along with a new one, and that a model reads whatever its context is.
_JOINED = 2
_LONGEST_ANSWER = 600
# What is longer is a letter: its questions are searched for by themselves too, the last of them.
_LETTER, _MOST_ASKED = 300, 3
_ASKED = re.compile(r"[^.!?。！？\n]{8,}[?？]")
_MAX_TOKENS = 300


class Turn(Frozen):
    """A question of a conversation with its answer, "" where there was none, and the run that answered."""

    question: str
    answer: str = ""
    run_id: str = ""


class Question(Frozen):
    """A question as it is searched for.

    Attributes:
        text: understandable by itself.
        paraphrases: other words for it.
        turns: what was asked before it, oldest first.
    """

    text: str
    paraphrases: tuple[str, ...] = ()
    turns: tuple[Turn, ...] = ()

    @property
    def texts(self) -> tuple[str, ...]:
        """What is searched for."""
        return tuple(dict.fromkeys((self.text, *self.paraphrases)))


class Rewritten(Frozen):
    """A question as a model understands it."""

    standalone: Annotated[str, Field(min_length=1, max_length=2_000)]
    paraphrases: Annotated[tuple[str, ...], Field(max_length=2)] = ()


def joined(query: str, turns: Sequence[Turn]) -> Question:
    """A question with those before it in front: how it is understood without a model."""
    before = [turn.question for turn in turns[-_JOINED:]]
    asked = _ASKED.findall(query)[-_MOST_ASKED:] if len(query) > _LETTER else ()
    return Question(text=" ".join((*before, query)), paraphrases=tuple(asked), turns=tuple(turns))


def latest(turns: Sequence[Turn]) -> tuple[Turn, ...]:
    """As many of the latest turns as are remembered, oldest first."""
    kept: list[Turn] = []
    left = _MOST_CHARACTERS
    for turn in reversed(turns):
        short = turn.model_copy(update={"answer": turn.answer[:_LONGEST_ANSWER]})
        left -= len(short.question) + len(short.answer)
        if left < 0 and len(kept) >= _JOINED:
            break
        kept.append(short)
    return tuple(reversed(kept))


async def rewritten(query: str, turns: Sequence[Turn], model: TextModel) -> tuple[Question, Usage]:
    """A question as a model makes it standalone, with other words for it.

    Raises:
        Temporary: the model gave no such thing.
        Invalid: the model refuses what it is asked, with the last turns alone, too.
    """
    try:
        return await _rewritten(query, turns, model)
    except Invalid:  # longer than the model's context, perhaps
        if len(turns) <= _JOINED:
            raise
        return await _rewritten(query, turns[-_JOINED:], model)


async def _rewritten(query: str, turns: Sequence[Turn], model: TextModel) -> tuple[Question, Usage]:
    said = [
        line for turn in turns for line in (f"Question: {cleaned(turn.question)}", f"Answer: {cleaned(turn.answer)}")
    ]
    body = "\n".join([*said, f"Latest question: {cleaned(query)}"])
    mark = new_mark(body)
    messages = [
        Message("system", prompt(REWRITE).format(mark=mark)),
        Message("user", f"{mark}\n{body}\n{mark}"),
    ]
    found, usage = await model.typed(messages, Rewritten, max_tokens=_MAX_TOKENS, exchanges=1)
    if not turns:  # It stands alone already; what the model makes of it is only searched for.
        return Question(text=query, paraphrases=(found.standalone, *found.paraphrases)), usage
    return Question(text=found.standalone, paraphrases=found.paraphrases, turns=tuple(turns)), usage
