"""Write a text: a model drafts, code checks, and what has no source is asked for again, taken out, or flagged."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from magicai.claims.reading import sentences
from magicai.content.brief import Brief, compose
from magicai.content.mending import without
from magicai.content.own_words import says_only
from magicai.content.prompts import again, prompt
from magicai.content.review import Review, review
from magicai.content.text import Blocks, parse, plain
from magicai.errors import OverBudget, Permanent, Temporary
from magicai.ports import Message, Reporter, TextModel, Usage

COMPOSER = "composer"
_TRIES = 2


@dataclass(frozen=True, slots=True)
class Draft:
    """A text, who wrote it, and what code says of it.

    Attributes:
        by: the model's name, or `composer`.
        flags: why it is not good enough to be used unread; none where it is.
        dropped: sentences that were taken out, since the input does not say them.
    """

    blocks: Blocks
    by: str
    review: Review
    flags: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()


@dataclass(slots=True)
class Drafter:
    """Drafts texts with one model, or with none.

    Attributes:
        strict: whether each sentence of the model must say only what the input says: for models that run here.
        variants: drafts at most; it stops at the first that reaches the bar.
        on_text: gets the model's text as it comes.
        usage: of all calls so far.
    """

    model: TextModel | None
    strict: bool = False
    temperature: float = 0.0
    max_tokens: int = 2_000
    variants: int = 1
    bar: float = 0.8
    on_text: Callable[[str], None] | None = None
    reporter: Reporter | None = None
    usage: Usage = field(default_factory=Usage)

    async def draft(self, brief: Brief, *, earlier: Sequence[str] = ()) -> Draft:
        """Write a text from a brief; a model that fails leaves it to the composer.

        Raises:
            Invalid: the template can't be filled with the variables.
            OverBudget, Cancelled: the run must stop.
        """
        composed = compose(brief)
        own = self._judged(composed, COMPOSER, brief, earlier)
        best: Draft | None = None
        for _ in range(self.variants if self.model is not None else 0):
            try:
                made = await self._drafted(brief, composed, earlier)
            except OverBudget:
                raise
            except (Temporary, Permanent) as exc:
                failed = f"{self.model.name if self.model else ''} failed: {exc}"
                best = best or Draft(own.blocks, own.by, own.review, (*own.flags, failed))
                break
            best = made if best is None else max(best, made, key=_rank)
            if not best.flags:
                break
        if best is None or (best.flags and not own.flags):
            return own
        return best

    async def redraft(self, brief: Brief, asked: Sequence[Message]) -> Draft:
        """What the model answers, checked as any draft is.

        Raises:
            MagicError: the model fails.
        """
        return await self._drafted(brief, compose(brief), (), asked)

    async def _drafted(
        self, brief: Brief, composed: Blocks, earlier: Sequence[str], asked: Sequence[Message] = ()
    ) -> Draft:
        assert self.model is not None
        asked = asked or prompt(brief)
        best: Draft | None = None
        for _ in range(_TRIES):
            answer = await self._ask(asked)
            made = self._mended(parse(answer), brief, composed, earlier)
            best = made if best is None else max(best, made, key=_rank)
            reasons = review(parse(answer), brief, earlier=earlier).reasons
            if not (made.flags or made.dropped):
                break
            asked = again(asked, answer, reasons, brief)
        assert best is not None
        return best

    async def _ask(self, messages: Sequence[Message]) -> str:
        assert self.model is not None
        answer, usage = await self.model.text(
            messages, max_tokens=self.max_tokens, temperature=self.temperature, on_text=self.on_text
        )
        self.usage += usage
        if self.reporter is not None:
            await self.reporter.spent(usage)
        return answer

    def _mended(self, blocks: Blocks, brief: Brief, composed: Blocks, earlier: Sequence[str]) -> Draft:
        """A model's text without the sentences that the input does not say."""
        assert self.model is not None
        language = brief.template.language
        text = plain(blocks)
        wrong = [(one.claim.start, one.claim.end) for one in review(blocks, brief).unsupported]
        said = sentences(text, language)
        if self.strict:
            known = [plain(composed), *(source.text for source in brief.sources)]
            wrong += [(one.start, one.end) for one in said if not says_only(one.text, known, language)]
        cut = tuple(one.text for one in said if any(begin < one.end and one.start < stop for begin, stop in wrong))
        return self._judged(without(blocks, wrong, language), self.model.name, brief, earlier, dropped=cut)

    def _judged(
        self, blocks: Blocks, by: str, brief: Brief, earlier: Sequence[str], *, dropped: tuple[str, ...] = ()
    ) -> Draft:
        found = review(blocks, brief, earlier=earlier)
        flags = [f"“{one.claim.text}”: {one.reason or 'not allowed here'}" for one in found.unsupported]
        if not blocks:
            flags.append("Nothing is left of it.")
        elif found.score < self.bar:
            worst = min(found.measures, key=lambda one: one.value)
            flags.append(f"Its quality is {found.score:.2f}, below {self.bar:g}. {worst.reason}")
        return Draft(blocks, by, found, tuple(flags), dropped)


def _rank(draft: Draft) -> tuple[bool, int, float]:
    return not draft.flags, -len(draft.review.unsupported), draft.review.score
