"""Write a text: a model writes, code proves, a verifier judges, and what is marked is mended once."""

import asyncio
import re
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass, field, replace
from typing import Any

from magicai.claims.reading import sentences
from magicai.content import prompts
from magicai.content.answers import blocks_of, shape_of, tags_in, unusable
from magicai.content.assessment import Assessment, assess_composed, measured
from magicai.content.block_limits import too_long
from magicai.content.brief import Brief, compose
from magicai.content.partial_text import PartialText
from magicai.content.reviews import NO_REVIEWS, Reviews
from magicai.content.template import Template
from magicai.content.text import BREAK, Blocks, plain
from magicai.errors import Busy, Permanent, Temporary
from magicai.ports import Message, OnText, Reporter, TextModel, UnusableAnswer, Usage
from magicai.values.languages import prepare

COMPOSER = "composer"
# Of a text: it is written and mended once, and judged after each.
MOST_WRITER_CALLS = MOST_VERIFIER_CALLS = 2
# Tokens of an answer, by the template's length.
SHORTEST_ANSWER, LONGEST_ANSWER = 2_000, 16_000
_TOKENS_BESIDE = 600
_WORD = re.compile(r"\w+")
_TOKENS_OF_A_WORD, _TOKENS_OF_A_CHARACTER = 3, 2


@dataclass(frozen=True, slots=True)
class Draft:
    """A text, who wrote it, and what is known of it.

    Attributes:
        by: the model's name, or `composer` of a facts block.
        mended: whether it was asked for again, with what was wrong.
        cost: of all calls for it, in US dollars; None where it is unknown.
    """

    blocks: Blocks
    by: str
    assessment: Assessment
    mended: bool = False
    cost: float | None = 0.0


def facts_block(brief: Brief) -> Draft:
    """The facts as the template states them, without a model.

    Raises:
        Invalid: the template can't be filled with the variables.
    """
    blocks = compose(brief)
    return Draft(blocks, brief.template.composed_by, assess_composed(blocks, brief))


def most_tokens(template: Template, least: int) -> int:
    """How long an answer may be, in tokens: for the longest text that a template asks for."""
    each = _TOKENS_OF_A_WORD if template.length.unit == "words" else _TOKENS_OF_A_CHARACTER
    return max(least, min(LONGEST_ANSWER, template.length.max * each + _TOKENS_BESIDE))


class NotFinished(Busy):
    """A text is written, and what is left to do with it takes a model that takes no requests now.

    Attributes:
        model: its name.
    """

    def __init__(self, model: str, busy: Busy) -> None:
        super().__init__(busy.message, way_out=busy.way, retry_after_s=busy.retry_after_s)
        self.model = model


@dataclass(slots=True)
class Drafter:
    """Drafts texts with one model.

    Attributes:
        verifier: judges what the model wrote; None where there is none.
        turns: held while a model is called.
        on_text: hears the text while it is written.
        waits: whether a draft that can't be finished now is NotFinished, and continued where it is asked for again;
            else it stays as it is.
        usage: of all calls so far.
    """

    model: TextModel
    verifier: TextModel | None = None
    temperature: float = 0.0
    max_tokens: int = SHORTEST_ANSWER
    reviews: Reviews = NO_REVIEWS
    reporter: Reporter | None = None
    turns: AbstractAsyncContextManager[Any] = field(default_factory=nullcontext[None])
    on_text: OnText | None = None
    waits: bool = False
    usage: Usage = field(default_factory=Usage)
    _of_draft: Usage = field(default_factory=Usage)
    _assessed: dict[tuple[Message, ...], Draft] = field(default_factory=dict[tuple[Message, ...], Draft])
    _answers: dict[tuple[Message, ...], Blocks] = field(default_factory=dict[tuple[Message, ...], Blocks])

    async def draft(self, brief: Brief, asked: Sequence[Message] = ()) -> Draft:
        """What the model writes; kept as it wrote it.

        Args:
            asked: what it is asked; for the text itself where nothing is.

        Raises:
            Unusable: it wrote none.
            NotFinished: it wrote one, and waits.
            Busy, Temporary, Permanent: it gave no answer.
            OverBudget, Cancelled: the run must stop.
        """
        draft = await self._drafted(brief, asked or prompts.prompt(brief))
        draft = replace(draft, cost=self._of_draft.cost)
        self._of_draft = Usage()
        self._answers.clear()
        self._assessed.clear()
        return draft

    async def _drafted(self, brief: Brief, asked: Sequence[Message]) -> Draft:
        first = await self._written(brief, asked, self.on_text)
        wrong = prompts.wrong(first.assessment)
        if not wrong:
            return first
        again = prompts.mended(asked, first.blocks, wrong)
        try:
            second = await self._written(brief, again, None, mended=True)
        except NotFinished:
            raise
        except Busy as exc:
            if self.waits:
                raise NotFinished(self.model.name, exc) from exc
            return first
        except (Temporary, Permanent):
            return first  # it is marked, and paid for
        is_better = _wrongness(second) < _wrongness(first)
        return second if is_better and keeps_unmarked(first, second, brief) else first

    async def _written(
        self, brief: Brief, asked: Sequence[Message], on_text: OnText | None, *, mended: bool = False
    ) -> Draft:
        key = tuple(asked)
        if key in self._assessed:
            return self._assessed[key]
        if key not in self._answers:
            self._answers[key] = await self.answered(brief, asked, on_text)
        blocks = self._answers[key]
        try:
            async with self.turns if self.verifier is not None else nullcontext():
                found, usage = await measured(blocks, brief, self.verifier, reviews=self.reviews, waits=self.waits)
        except Busy as exc:
            assert self.verifier is not None
            raise NotFinished(self.verifier.name, exc) from exc
        await self._spent(usage)
        self._assessed[key] = Draft(blocks, self.model.name, found, mended=mended)
        return self._assessed[key]

    async def answered(self, brief: Brief, asked: Sequence[Message], on_text: OnText | None = None) -> Blocks:
        """The blocks that the model answers, in one call.

        Raises:
            Unusable: it wrote none.
            Busy, Temporary, Permanent: it gave no answer.
        """
        language = brief.language
        await asyncio.to_thread(prepare)
        shape = shape_of(language, prompts.INSTRUCTIONS)
        hear = None if on_text is None else PartialText(on_text)
        try:
            async with self.turns:
                answer, usage = await self.model.typed(
                    asked,
                    shape,
                    max_tokens=self.max_tokens,
                    temperature=self.temperature,
                    on_text=hear,
                    exchanges=1,
                )
        except UnusableAnswer as exc:
            await self._spent(exc.usage)
            raise unusable(self.model.name, exc.fault, exc.answer, language, prompts.INSTRUCTIONS) from exc
        await self._spent(usage)
        return blocks_of(answer)

    async def _spent(self, usage: Usage) -> None:
        self.usage += usage
        self._of_draft += usage
        if self.reporter is not None:
            await self.reporter.spent(usage)


def best(drafts: Sequence[Draft]) -> int:
    """Which of several drafts is shown first."""
    return min(range(len(drafts)), key=lambda place: _wrongness(drafts[place]))


def keeps_unmarked(first: Draft, second: Draft, brief: Brief) -> bool:
    """Whether each sentence of a text that nothing is wrong with stands in its correction, word for word."""
    found, text = first.assessment, plain(first.blocks)
    wrong = [(one.start, one.end) for one in (*found.marked, *found.forbidden)]
    start = 0
    for block in first.blocks:
        end = start + len(block.text)
        if block.text in found.spoken or tags_in(block.text) or too_long((block,), brief.template):
            wrong.append((start, end))
        start = end + len(BREAK)
    kept = f" {' '.join(_words(plain(second.blocks)))} "
    return all(
        f" {' '.join(_words(sentence.text))} " in kept
        for sentence in sentences(text)
        if _words(sentence.text) and not any(start < sentence.end and sentence.start < end for start, end in wrong)
    )


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())


def _wrongness(draft: Draft) -> tuple[int, int, float]:
    found = draft.assessment
    return len(found.flags), len(found.facts.missing), -found.score
