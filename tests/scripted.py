"""A model whose answers are written beforehand, for tests."""

from collections.abc import Callable, Iterable, Sequence

from pydantic import BaseModel

from integrations.text.chat import Answer, ChatModel
from magicai.claims.sources import Source
from magicai.errors import MagicError, Permanent
from magicai.ports import Message, OnText, Usage
from magicai.verifier import lines_of

Scripted = str | BaseModel | MagicError


class ScriptedText(ChatModel):
    """Answers from a script: in order, or as a function of what is asked.

    An error in the script is raised. Tokens are counted as words; `cost` is that of each call, in US dollars.

    Attributes:
        asked: every conversation so far.
    """

    def __init__(
        self,
        script: Iterable[Scripted] | Callable[[Sequence[Message]], Scripted],
        *,
        name: str = "scripted",
        cost: float | None = 0.0,
    ) -> None:
        super().__init__(name)
        self._cost = cost
        self.asked: list[list[Message]] = []
        if callable(script):
            self._next: Callable[[Sequence[Message]], Scripted | None] = script
        else:
            answers = iter(script)
            self._next = lambda _messages: next(answers, None)

    async def ask(
        self,
        messages: Sequence[Message],
        *,
        max_tokens: int,
        temperature: float,  # noqa: ARG002 - a script does not vary
        shape: type[BaseModel] | None,  # noqa: ARG002 - its author knows what will be asked
        on_text: OnText | None,
    ) -> Answer:
        """The script's next answer, cut after `max_tokens` words.

        Raises:
            Permanent: the script has come to its end.
        """
        self.asked.append(list(messages))
        said = self._next(messages)
        if said is None:
            raise Permanent(f"The script has no answer left for {messages[-1].content[:80]!r}.")
        if isinstance(said, MagicError):
            raise said
        text = said.model_dump_json() if isinstance(said, BaseModel) else said
        words = text.split(" ")
        kept = words[:max_tokens]
        if on_text is not None:
            for place, word in enumerate(kept):
                on_text(word if place == 0 else f" {word}")
        prompt = sum(len(message.content.split()) for message in messages)
        return Answer(" ".join(kept), Usage(prompt, len(kept), self._cost), cut=len(kept) < len(words))


def line_number(line: str, sources: Sequence[Source]) -> int:
    """The number by which a verifier names a line of the record; 0 of none, and one too many of what is not there."""
    lines = lines_of(sources)
    return 0 if not line else lines.index(line) + 1 if line in lines else len(lines) + 1
