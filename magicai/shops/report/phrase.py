"""Let a language model phrase the report's sentences; code checks each, and the composer's stands where it fails.

Crawled names never reach the model: it sees neutral tokens, and code puts the names back into what was accepted.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from magicai.brain.steps import Generation
from magicai.errors import Permanent, Temporary
from magicai.ports import Reporter, TextModel, Usage
from magicai.shops.crawl_result import SentenceCounts
from magicai.shops.report.fidelity import Verdict, accepts, may_be_phrased
from magicai.shops.report.numerals import Language
from magicai.shops.report.prompts import prompt
from magicai.shops.report.sentence import Sentence

# Each pass asks for what the passes before it did not get: with which examples, and whether the answer may vary.
_PASSES = ((0, False), (1, False), (1, True), (0, True))
_TOKENS = {"en": 90, "zh": 110}  # most for one answer; the longest sentence takes half
GENERATION = Generation(temperature=0.7, max_tokens=max(_TOKENS.values()))
_FAILURES = 2  # in a row: then the model is left alone


@dataclass
class Phrased:
    """The report's sentences after a model had its say.

    Attributes:
        sentences: as many as were given, in the same order.
        refused: why its sentences were refused, and how often.
        failures: how often in a row it did not answer.
        stopped: why it was not asked for the rest; "" where it was.
    """

    sentences: tuple[Sentence, ...]
    usage: Usage = field(default_factory=Usage)
    refused: Counter[str] = field(default_factory=Counter[str])
    failures: int = 0
    stopped: str = ""

    @property
    def counts(self) -> SentenceCounts:
        """How many are the model's, and how many the composer's."""
        return count_sentences(self.sentences)


@dataclass(frozen=True)
class _Limits:
    most_tokens: int
    max_tokens: int
    seconds: float
    clock: Callable[[], float]
    ends: float

    def reached(self, usage: Usage, language: Language) -> str:
        """Which limit the next answer would go beyond; "" where none."""
        if self.clock() >= self.ends:
            return self.time_is_up
        if usage.completion_tokens + self.answer(language) > self.most_tokens:
            return f"the limit of {self.most_tokens} tokens was reached"
        return ""

    def answer(self, language: Language) -> int:
        """Most tokens of one answer."""
        return min(_TOKENS[language], self.max_tokens)

    @property
    def time_is_up(self) -> str:
        return f"the limit of {self.seconds:g} seconds was reached"


def count_sentences(sentences: Sequence[Sentence]) -> SentenceCounts:
    """How many are a model's, and how many the composer's."""
    phrased = sum(sentence.by == "model" for sentence in sentences)
    return SentenceCounts(phrased=phrased, composed=len(sentences) - phrased)


async def phrase(
    sentences: Sequence[Sentence],
    model: TextModel,
    *,
    reporter: Reporter | None = None,
    most_tokens: int = 20_000,
    seconds: float = 300.0,
    generation: Generation = GENERATION,
    clock: Callable[[], float] = time.monotonic,
) -> Phrased:
    """Ask for each sentence in other words, the most important first, until all are done or a limit is reached.

    Args:
        most_tokens: most tokens that all answers together may take.
        seconds: longest time for all of them.
        generation: its temperature is that at which what was refused is asked for once more; at first it is 0.
        reporter: hears of progress, and of what every answer took.

    Raises:
        Cancelled: the user asked the run to stop; told by `reporter`.
    """
    phrased = Phrased(sentences=tuple(sentences))
    limits = _Limits(most_tokens, generation.max_tokens, seconds=seconds, clock=clock, ends=clock() + seconds)
    done = list(sentences)
    left = [place for place, sentence in enumerate(sentences) if may_be_phrased(sentence)]
    left.sort(key=lambda place: -sentences[place].fact.importance)
    total = len(left)
    for place, examples, varied in _passes(left):
        if reporter:
            await reporter.progress(total - len(left), total, "sentences", most_s=limits.ends - clock())
        done[place] = await _asked(
            sentences[place], examples, generation.temperature * varied, model, phrased, limits, reporter
        )
        if phrased.stopped:
            break
        if done[place].by == "model":
            left.remove(place)
    phrased.sentences = tuple(done)
    if reporter:
        await reporter.progress(total, total, "sentences")
        if phrased.stopped:
            what = f"The language model phrased {phrased.counts.phrased} of {total} sentences: {phrased.stopped}."
            await reporter.problem("report", what, "The others are the composer's, and as true.", missing=False)
    return phrased


def _passes(left: Sequence[int]) -> Iterator[tuple[int, int, bool]]:
    """Whatever is left when a pass begins, with its examples and whether the answer may vary."""
    for examples, varied in _PASSES:
        for place in tuple(left):
            yield place, examples, varied


async def _asked(
    sentence: Sentence,
    examples: int,
    temperature: float,
    model: TextModel,
    phrased: Phrased,
    limits: _Limits,
    reporter: Reporter | None,
) -> Sentence:
    """The sentence in the model's words, or as it was; says in `phrased` why the model is not to be asked again."""
    phrased.stopped = limits.reached(phrased.usage, sentence.language)
    if phrased.stopped:
        return sentence
    messages, most = prompt(sentence, examples), limits.answer(sentence.language)
    try:
        async with asyncio.timeout(max(0.0, limits.ends - limits.clock())):
            answer, usage = await model.text(messages, max_tokens=most, temperature=temperature)
    except TimeoutError:
        phrased.stopped = limits.time_is_up
        return sentence
    except (Temporary, Permanent) as exc:
        phrased.failures += 1
        if isinstance(exc, Permanent) or phrased.failures == _FAILURES:
            phrased.stopped = f"the language model failed: {exc}"
        return sentence
    phrased.failures = 0
    phrased.usage += usage
    if reporter:
        await reporter.spent(usage)  # per answer: a run that is killed has spent what it spent
    verdict = _judged(sentence, answer)
    if verdict.accepted:
        return sentence.model_copy(update={"pieces": verdict.pieces, "by": "model"})
    phrased.refused[verdict.reason] += 1
    return sentence


def _judged(sentence: Sentence, answer: str) -> Verdict:
    verdict = accepts(sentence, answer)
    phrased = sentence.model_copy(update={"pieces": verdict.pieces})
    if verdict.accepted and phrased.text == sentence.text:
        return Verdict(accepted=False, reason="it is the composer's")
    return verdict
