"""Let a language model phrase the report's sentences; code checks each, and the composer's stands where it fails.

Crawled names never reach the model: it sees neutral tokens, and code puts the names back into what was accepted.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from magicai.domain.crawl_analyze_generate import SentenceCounts
from magicai.errors import Permanent, Temporary
from magicai.ports import Message, TextModel, Usage, Watch
from magicai.reporting.fidelity import Verdict, accepts, may_be_phrased
from magicai.reporting.numerals import Language
from magicai.reporting.sentence import Sentence

_TEMPERATURES = (0.0, 0.7, 1.0)
_TOKENS = {"en": 90, "zh": 110}  # most for one answer; the longest sentence takes half
_FAILURES = 2  # in a row: then the model is left alone

# The same for every sentence, so that a server keeps its state after them: what differs comes last.
_TASK: dict[Language, str] = {
    "en": (
        "You rewrite one sentence of a report in other words. Copy every number, amount, date and name exactly. "
        "Keep the meaning exactly: add nothing, leave nothing out. Answer with that one sentence."
    ),
    "zh": (
        "请把报告里的一句话换一种说法。数字、金额、日期和名称必须原样照抄，意思完全不变，不增加内容，也不遗漏内容。"
        "只回答这一句话。"
    ),
}
_EXAMPLES: dict[Language, tuple[tuple[str, str], ...]] = {
    "en": (
        (
            "The shop lists 80 products in 4 categories.",
            "In total, 80 products in 4 categories are listed by the shop.",
        ),
        ("5 of the 60 products show no price.", "Of the 60 products, 5 show no price."),
        (
            "The most expensive product priced in Swiss francs is PRODUCT-A, at CHF99.00.",
            "At CHF99.00, PRODUCT-A is the most expensive product priced in Swiss francs.",
        ),
        (
            "Of the 70 products that could be compared, 8 have become cheaper.",
            "8 of the 70 products that could be compared have become cheaper.",
        ),
        ("The brand BRAND-A has the most products: 9.", "With 9, the brand BRAND-A has the most products."),
        (
            "The biggest price rise is 40%: PRODUCT-A went from £5.00 to £7.00.",
            "PRODUCT-A went from £5.00 to £7.00, which is the biggest price rise, at 40%.",
        ),
        (
            "The brand BRAND-A appears in 2 categories (CATEGORY-A and CATEGORY-B), with 5 products.",
            "With 5 products, the brand BRAND-A appears in 2 categories (CATEGORY-A and CATEGORY-B).",
        ),
        ("7 products have returned.", "There are 7 products that have returned."),
    ),
    "zh": (
        ("该店共有80件商品，分属4个类目。", "该店的商品共有80件，分为4个类目。"),
        ("60件商品中有5件没有标价。", "在60件商品中，没有标价的有5件。"),
        ("以英镑标价的商品中，最贵的是“商品A”，售价£99.00。", "“商品A”售价£99.00，是以英镑标价的商品中最贵的。"),
        ("有6件商品缺少图片。", "缺少图片的商品有6件。"),
        ("有9件商品降到最低价。", "降到最低价的商品有9件。"),
        ("有3个页面需要登录。", "需要登录的页面有3个。"),
        (
            "“品牌A”出现在2个类目（“类目A”和“类目B”）中，共有5件商品。",
            "“品牌A”共有5件商品，出现在2个类目（“类目A”和“类目B”）中。",
        ),
        ("商品评分的中位数为4.5。", "商品评分中位数是4.5。"),
        ("在70件可比较的商品中，8件降价。", "70件可比较的商品中有8件降价。"),
        ("商品最多的品牌是“品牌A”，共有9件商品。", "“品牌A”共有9件商品，是商品最多的品牌。"),
        (
            "涨幅最大的商品是“商品A”，从£5.00涨到£7.00，涨幅为40%。",
            "“商品A”从£5.00涨到£7.00，涨幅为40%，是涨幅最大的商品。",
        ),
    ),
}


@dataclass
class Phrased:
    """The report's sentences after a model had its say.

    Attributes:
        sentences: as many as were given, in the same order.
        tried: how many the model was asked for.
        refused: why its sentences were refused, and how often.
        failures: how often in a row it did not answer.
        stopped: why it was not asked for the rest; "" where it was.
    """

    sentences: tuple[Sentence, ...]
    usage: Usage = field(default_factory=Usage)
    tried: int = 0
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
    seconds: float
    clock: Callable[[], float]
    ends: float

    def reached(self, usage: Usage, language: Language) -> str:
        """Which limit the next answer would go beyond; "" where none."""
        if self.clock() >= self.ends:
            return self.time_is_up
        if usage.completion_tokens + _TOKENS[language] > self.most_tokens:
            return f"the limit of {self.most_tokens} tokens was reached"
        return ""

    @property
    def time_is_up(self) -> str:
        return f"the time of {self.seconds:g} seconds was up"


def count_sentences(sentences: Sequence[Sentence]) -> SentenceCounts:
    """How many are a model's, and how many the composer's."""
    phrased = sum(sentence.by == "model" for sentence in sentences)
    return SentenceCounts(phrased=phrased, composed=len(sentences) - phrased)


async def phrase(
    sentences: Sequence[Sentence],
    model: TextModel,
    *,
    watch: Watch | None = None,
    most_tokens: int = 20_000,
    seconds: float = 300.0,
    clock: Callable[[], float] = time.monotonic,
) -> Phrased:
    """Ask for each sentence in other words, the most important first, until all are done or a limit is reached.

    Args:
        most_tokens: most tokens that all answers together may take.
        seconds: longest time for all of them.

    Raises:
        Cancelled: the user asked the run to stop; told by `watch`.
    """
    phrased = Phrased(sentences=tuple(sentences))
    limits = _Limits(most_tokens=most_tokens, seconds=seconds, clock=clock, ends=clock() + seconds)
    done = list(sentences)
    order = [place for place, sentence in enumerate(sentences) if may_be_phrased(sentence)]
    order.sort(key=lambda place: -sentences[place].fact.importance)
    for number, place in enumerate(order):
        if watch:
            await watch.progress(number, len(order), "sentences")
        done[place] = await _tried(sentences[place], model, phrased, limits)
        if phrased.stopped:
            break
    phrased.sentences = tuple(done)
    if watch:
        await watch.progress(len(order), len(order), "sentences")
    return phrased


def prompt(sentence: Sentence) -> list[Message]:
    """What a model is told: the task, examples, and the sentence with neutral tokens for every crawled name."""
    messages = [Message("system", _TASK[sentence.language])]
    for given, wanted in _EXAMPLES[sentence.language]:
        messages += [Message("user", given), Message("assistant", wanted)]
    return [*messages, Message("user", sentence.masked)]


async def _tried(sentence: Sentence, model: TextModel, phrased: Phrased, limits: _Limits) -> Sentence:
    """The sentence in the model's words, or as it was; says in `phrased` why the model is not to be asked again."""
    phrased.stopped = limits.reached(phrased.usage, sentence.language)
    if phrased.stopped:
        return sentence
    try:
        async with asyncio.timeout(max(0.0, limits.ends - limits.clock())):
            said = await _in_other_words(sentence, model, phrased)
    except TimeoutError:
        phrased.stopped = limits.time_is_up
    except (Temporary, Permanent) as exc:
        phrased.failures += 1
        if isinstance(exc, Permanent) or phrased.failures == _FAILURES:
            phrased.stopped = f"the language model failed: {exc}"
    else:
        phrased.failures = 0
        return said
    return sentence


async def _in_other_words(sentence: Sentence, model: TextModel, phrased: Phrased) -> Sentence:
    messages = prompt(sentence)
    phrased.tried += 1
    for temperature in _TEMPERATURES:
        answer, usage = await model.text(messages, max_tokens=_TOKENS[sentence.language], temperature=temperature)
        phrased.usage += usage
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
