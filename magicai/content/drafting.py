"""Write a text: a model drafts, code checks, and what has no source is asked for again, taken out, or flagged."""

import asyncio
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass, field, replace
from typing import Any

from magicai.claims.reading import sentences
from magicai.content.assessment import Assessment, assess
from magicai.content.brief import Brief, compose
from magicai.content.facts_stated import missing_facts, needed_parts
from magicai.content.mending import without
from magicai.content.own_words import says_only
from magicai.content.prompts import again, prompt
from magicai.content.text import Blocks, parse, plain
from magicai.errors import Permanent, Temporary
from magicai.ports import Message, Reporter, TextModel, Usage

COMPOSER = "composer"
_TRIES = 2
_LEAST_AGAIN = 0.7


@dataclass(frozen=True, slots=True)
class Draft:
    """A text, who wrote it, and what code says of it.

    Attributes:
        by: the model's name, or `composer`.
        flags: why it is not good enough to be used unread; none where it is.
        dropped: sentences that were taken out, since the input does not say them.
        model_score: how good the model's best draft is; None where no model was asked.
        instead_of: the model whose text this is not, and why; "" where no other text was asked for.
    """

    blocks: Blocks
    by: str
    assessment: Assessment
    flags: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()
    model_score: float | None = None
    instead_of: str = ""


@dataclass(slots=True)
class Drafter:
    """Drafts texts with one model, or with none.

    Attributes:
        strict: whether each sentence of the model must say only what the input says: for models that run here.
        variants: drafts at most; it stops at the first that reaches the bar.
        turns: held while the model is called.
        usage: of all calls so far.
    """

    model: TextModel | None
    strict: bool = False
    temperature: float = 0.0
    max_tokens: int = 2_000
    variants: int = 1
    bar: float = 0.8
    reporter: Reporter | None = None
    turns: AbstractAsyncContextManager[Any] = field(default_factory=nullcontext[None])
    usage: Usage = field(default_factory=Usage)

    async def draft(self, brief: Brief, *, earlier: Sequence[str] = ()) -> Draft:
        """Write a text from a brief: the model's, or the composer's where code refuses it.

        Args:
            brief: the template, and its variables.
            earlier: texts that it should not repeat.

        Raises:
            Invalid: the template can't be filled with the variables.
            Temporary, Permanent: the model gave no text.
            OverBudget, Cancelled: the run must stop.
        """
        composed, own = await asyncio.to_thread(self._composed, brief, earlier)
        best: Draft | None = None
        for _ in range(self.variants if self.model is not None else 0):
            try:
                made = await self._drafted(brief, composed, earlier)
            except (Temporary, Permanent):
                if best is None:
                    raise
                break  # what was paid for is kept
            best = made if best is None else max(best, made, key=_rank)
            if not best.flags:
                break
            # Asked the same at temperature 0, a model says the same.
            self.temperature = max(self.temperature, _LEAST_AGAIN)
        if best is None:
            return own
        if best.flags and not own.flags:
            return replace(own, model_score=best.assessment.score, instead_of=f"{best.by} was refused. {best.flags[0]}")
        return replace(best, model_score=best.assessment.score)

    async def redraft(self, brief: Brief, asked: Sequence[Message]) -> Draft:
        """What the model answers, checked as any draft is.

        Raises:
            MagicError: the model fails.
        """
        return await self._drafted(brief, compose(brief), (), asked)

    async def _drafted(
        self, brief: Brief, composed: Blocks, earlier: Sequence[str], asked: Sequence[Message] = ()
    ) -> Draft:
        asked = asked or prompt(brief)
        best: Draft | None = None
        for _ in range(_TRIES):
            try:
                answer, cut = await self._ask(asked)
            except (Temporary, Permanent):
                if best is None:
                    raise
                break
            # In a thread: answers to others that are paid for by now must not wait to be kept.
            made, reasons = await asyncio.to_thread(self._mended, parse(answer), brief, composed, earlier)
            if cut:
                made = replace(made, flags=(f"It was cut off after {self.max_tokens} tokens.", *made.flags))
            best = made if best is None else max(best, made, key=_rank)
            # What is cut, empty or says nothing of the input, such as a refusal, is not paid for once more.
            if not (made.flags or made.dropped) or cut or _says_nothing(answer, brief):
                break
            asked = again(asked, answer, reasons, brief)
        assert best is not None
        return best

    def _composed(self, brief: Brief, earlier: Sequence[str]) -> tuple[Blocks, Draft]:
        composed = compose(brief)
        return composed, self._judged(composed, brief.template.composed_by, assess(composed, brief, earlier=earlier))

    async def _ask(self, messages: Sequence[Message]) -> tuple[str, bool]:
        """What the model says, and whether it was cut off."""
        assert self.model is not None
        async with self.turns:
            answer, usage = await self.model.text(messages, max_tokens=self.max_tokens, temperature=self.temperature)
        self.usage += usage
        if self.reporter is not None:
            await self.reporter.spent(usage)
        return answer, usage.cut

    def _mended(
        self, blocks: Blocks, brief: Brief, composed: Blocks, earlier: Sequence[str]
    ) -> tuple[Draft, tuple[str, ...]]:
        """A model's text without the sentences that the input does not say; and what was wrong with it as it came."""
        assert self.model is not None
        language = brief.template.language
        found = assess(blocks, brief, earlier=earlier)
        wrong = [(one.claim.start, one.claim.end) for one in found.doubted]
        said = sentences(plain(blocks), language)
        reasons = list(found.reasons)
        if self.strict:
            known = [plain(composed), *(source.text for source in brief.sources)]
            invented = [one for one in said if not says_only(one.text, known, language)]
            wrong += [(one.start, one.end) for one in invented]
            reasons += [f"“{one.text}”: not in the input" for one in invented]
        if wrong:
            blocks = without(blocks, wrong, language)
            found = assess(blocks, brief, earlier=earlier)
        cut = tuple(one.text for one in said if any(begin < one.end and one.start < stop for begin, stop in wrong))
        return self._judged(blocks, self.model.name, found, dropped=cut), tuple(reasons)

    def _judged(self, blocks: Blocks, by: str, found: Assessment, *, dropped: tuple[str, ...] = ()) -> Draft:
        flags = found.flags(self.bar) if blocks else (*found.flags(0.0), "Nothing is left of it.")
        return Draft(blocks, by, found, flags, dropped)


def _says_nothing(answer: str, brief: Brief) -> bool:
    """Whether a text states none of what it must."""
    needed = needed_parts(brief)
    return not answer or (bool(needed) and len(missing_facts(answer, brief)) == len(needed))


def _rank(draft: Draft) -> tuple[bool, int, float]:
    return not draft.flags, -len(draft.assessment.unsupported), draft.assessment.score
