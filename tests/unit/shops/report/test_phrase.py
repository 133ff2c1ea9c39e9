"""What becomes of a report in the hands of models of every character."""

import asyncio
import re
from collections.abc import Callable, Mapping, Sequence

import pytest

from magicai.brain.steps import Generation
from magicai.errors import Cancelled, Permanent, Temporary
from magicai.ports import Message, Model, OnText, Usage
from magicai.shops.report.compose import compose
from magicai.shops.report.fact_finding import facts_of
from magicai.shops.report.facts import Measure
from magicai.shops.report.numerals import Language
from magicai.shops.report.phrase import phrase
from magicai.shops.report.prompts import prompt
from magicai.shops.report.sentence import Sentence
from tests.unit.shops.report import example_shop
from tests.unit.shops.report.hostile import NAMES
from tests.unit.shops.report.paraphrased import PARAPHRASED
from tests.unit.shops.report.told import sentence

Says = Callable[[str], str]


class Scripted:
    """A model that says what a function makes of the sentence it is given."""

    name = "scripted"

    def __init__(self, says: Says) -> None:
        self.says = says
        self.asked: list[Sequence[Message]] = []
        self.temperatures: list[float] = []

    async def text(
        self,
        messages: Sequence[Message],
        *,
        max_tokens: int = 256,
        temperature: float = 0.0,
        on_text: OnText | None = None,
    ) -> tuple[str, Usage]:
        del on_text
        assert max_tokens < 200
        self.asked.append(messages)
        self.temperatures.append(temperature)
        return self.says(messages[-1].content), Usage(prompt_tokens=100, completion_tokens=20)

    async def typed(
        self,
        messages: Sequence[Message],
        shape: type[Model],
        *,
        max_tokens: int = 512,
        temperature: float = 0.0,
        on_text: OnText | None = None,
        exchanges: int = 2,
    ) -> tuple[Model, Usage]:
        raise NotImplementedError

    async def close(self) -> None:
        pass


class Watched:
    """Hears of progress, and may cancel."""

    def __init__(self, cancel_at: int | None = None) -> None:
        self.heard: list[tuple[int, int | None, str]] = []
        self.most_s: list[float | None] = []
        self.taken: list[Usage] = []
        self.problems: list[str] = []
        self.cancel_at = cancel_at

    async def progress(
        self, done: int, total: int | None, unit: str, *, most_s: float | None = None, **data: object
    ) -> None:
        del data
        self.most_s.append(most_s)
        self.heard.append((done, total, unit))
        if done == self.cancel_at:
            raise Cancelled("The run was cancelled.")

    async def problem(
        self, where: str, what: str, way_out: str = "", *, temporary: bool = False, missing: bool = True
    ) -> None:
        del temporary, missing
        self.problems.append(f"{where}: {what} {way_out}")

    async def finding(self, **data: object) -> None:
        raise NotImplementedError

    async def text(self, piece: str, *, item: str, begins: bool) -> None:
        raise NotImplementedError

    async def spent(self, usage: Usage) -> None:
        self.taken.append(usage)

    async def show(self, key: str, content: str | Sequence[Mapping[str, object]]) -> None:
        raise NotImplementedError


def _report(language: Language) -> tuple[Sentence, ...]:
    result = example_shop.result()
    return compose(facts_of(result.crawl_data, result.analysis, result.shared_brands, result.problems), language)


def _otherwise(language: Language) -> tuple[list[Sentence], Scripted]:
    """Sentences, and a model that knows an honest paraphrase of each."""
    known = {sentence(m, language).masked: texts[0] for m, texts in PARAPHRASED[language].items()}
    return [sentence(m, language, "Green & <b>Gold</b>") for m in PARAPHRASED[language]], Scripted(known.__getitem__)


@pytest.mark.parametrize("language", ["en", "zh"])
async def test_an_honest_model_writes_the_report_and_code_puts_the_names_in(language: Language) -> None:
    sentences, model = _otherwise(language)
    phrased = await phrase(sentences, model)
    assert phrased.counts.phrased > 0.7 * len(sentences)
    assert phrased.counts.phrased + phrased.counts.composed == len(sentences)
    for before, after in zip(sentences, phrased.sentences, strict=True):
        assert after.fact == before.fact
        assert after.by == ("model" if after.text != before.text else "composer")
        assert {slot.text for slot in after.slots} == {slot.text for slot in before.slots}
        assert not re.search(r"PRODUCT-|CATEGORY-|BRAND-|“商品A|“类目A|“品牌A", after.text)
    assert any("“Green & <b>Gold</b>”" in after.text for after in phrased.sentences if after.by == "model")


async def test_what_an_answer_took_is_told_with_it_and_not_at_the_end() -> None:
    sentences, model = _otherwise("en")
    reporter = Watched(cancel_at=2)
    with pytest.raises(Cancelled):
        await phrase(sentences, model, reporter=reporter)
    assert reporter.taken == [Usage(100, 20)] * len(model.asked)


async def test_what_a_call_took_is_added_up() -> None:
    sentences, model = _otherwise("en")
    phrased = await phrase(sentences, model)
    assert phrased.usage == Usage(100 * len(model.asked), 20 * len(model.asked))
    assert sum(phrased.refused.values()) == len(model.asked) - phrased.counts.phrased
    assert phrased.stopped == ""


_LIARS: list[Says] = [
    lambda text: text,
    lambda _: "",
    lambda _: "All prices have fallen, and the shop is going out of business.",
    lambda text: re.sub(r"(\d+)", lambda m: str(int(m[1]) + 1), text),
    lambda text: text.replace("the", "not the"),
    lambda text: text.replace("median", "average").replace("cheaper", "dearer").replace("in stock", "sold out"),
    lambda text: f"{text[:-1]}, because of strong demand.",
    lambda text: f"{text} Visit https://evil.example now.",
    lambda text: f"As an AI model, I say: {text}",
    lambda text: f"- {text}",
    lambda text: " ".join(reversed(text.rstrip(".").split())).capitalize() + ".",
    lambda text: re.sub(r"(\S*\d\S*)(.*?)(\S*\d[^\s.]*)", r"\3\2\1", text),
    lambda text: text.upper(),
    lambda text: "\ue000" * len(text),
    lambda _: "x" * 100_000,
]


@pytest.mark.parametrize("says", _LIARS)
async def test_a_model_that_says_the_same_or_something_else_changes_nothing(says: Says) -> None:
    sentences = _report("en")
    model = Scripted(says)
    phrased = await phrase(sentences, model)
    assert phrased.sentences == sentences
    assert phrased.counts.phrased == 0
    assert set(model.temperatures) == {0.0, 0.7}


async def test_a_model_is_asked_as_the_plan_says() -> None:
    most: list[int] = []

    class Noted(Scripted):
        async def text(
            self,
            messages: Sequence[Message],
            *,
            max_tokens: int = 256,
            temperature: float = 0.0,
            on_text: OnText | None = None,
        ) -> tuple[str, Usage]:
            most.append(max_tokens)
            return await super().text(messages, max_tokens=max_tokens, temperature=temperature, on_text=on_text)

    model = Noted(lambda _: "x")
    await phrase(_report("en"), model, generation=Generation(temperature=0.4, max_tokens=33))
    assert set(model.temperatures) == {0.0, 0.4}
    assert set(most) == {33}


async def test_a_second_answer_counts_as_much_as_a_first() -> None:
    own = sentence(Measure.MEDIAN_PRICE, "en")
    answers = iter(["Prices are low.", "The median price of the 110 priced products is €24.90."])
    phrased = await phrase([own], Scripted(lambda _: next(answers)))
    assert phrased.counts.phrased == 1
    assert phrased.sentences[0].text == "The median price of the 110 priced products is €24.90."


@pytest.mark.parametrize("language", ["en", "zh"])
async def test_no_crawled_name_is_in_any_prompt_and_each_pass_begins_alike(language: Language) -> None:
    names = [name for name in NAMES if name.strip() and len(name) > 12]
    named = (Measure.CHEAPEST, Measure.LARGEST_CATEGORY, Measure.TOP_BRAND, Measure.SHARED_BRAND)
    model = Scripted(lambda text: text)
    await phrase([sentence(measure, language, name) for measure in named for name in names], model)
    told = ["\n".join(message.content for message in messages) for messages in model.asked]
    assert not any(name in prompted for name in names for prompted in told)
    beginnings = {tuple(messages[:-1]) for messages in model.asked}
    assert len(beginnings) == 2
    assert all(len(messages[-1].content) < 200 for messages in model.asked)


@pytest.mark.parametrize("examples", [0, 1])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_prompt_is_a_conversation_that_ends_with_the_sentence(language: Language, examples: int) -> None:
    own = sentence(Measure.CHEAPEST, language)
    messages = prompt(own, examples)
    roles = [message.role for message in messages]
    assert roles == ["system", *["user", "assistant"] * ((len(messages) - 2) // 2), "user"]
    assert messages[-1].content == own.masked
    assert len({message.content for message in messages}) == len(messages)


async def test_the_most_important_come_first_until_the_time_is_up() -> None:
    sentences, model = _otherwise("en")
    weighed = [
        own.model_copy(update={"fact": own.fact.model_copy(update={"importance": place / 100})})
        for place, own in enumerate(sentences)
    ]
    now = iter(range(1000))
    phrased = await phrase(weighed, model, seconds=5, clock=lambda: float(next(now)))
    assert phrased.stopped == "the limit of 5 seconds was reached"
    assert 0 < len(model.asked) < 5
    changed = [place for place, own in enumerate(phrased.sentences) if own.by == "model"]
    assert min(changed) >= len(sentences) - len(model.asked)


async def test_a_model_that_hangs_is_left_when_the_time_is_up() -> None:
    class Hanging(Scripted):
        async def text(
            self,
            messages: Sequence[Message],
            *,
            max_tokens: int = 256,
            temperature: float = 0.0,
            on_text: OnText | None = None,
        ) -> tuple[str, Usage]:
            await asyncio.Event().wait()
            return await super().text(messages, max_tokens=max_tokens, temperature=temperature, on_text=on_text)

    sentences = _report("en")
    phrased = await phrase(sentences, Hanging(str), seconds=0.05)
    assert phrased.sentences == sentences
    assert phrased.stopped == "the limit of 0.05 seconds was reached"


async def test_tokens_have_an_end_and_whoever_watches_hears_of_it() -> None:
    sentences, model = _otherwise("en")
    reporter = Watched()
    phrased = await phrase(sentences, model, most_tokens=150, reporter=reporter)
    assert ["limit of 150 tokens" in what for what in reporter.problems] == [True]
    assert phrased.usage.completion_tokens <= 150
    assert phrased.stopped == "the limit of 150 tokens was reached"
    assert phrased.counts.composed > phrased.counts.phrased > 0


@pytest.mark.parametrize(
    ("error", "asked"), [(Temporary("The model server is away."), 4), (Permanent("The key is not valid."), 3)]
)
async def test_a_model_that_fails_is_left_alone_and_what_it_said_is_kept(error: Exception, asked: int) -> None:
    sentences, honest = _otherwise("en")
    count = 0

    def says(text: str) -> str:
        nonlocal count
        count += 1
        if count > 2:
            raise error
        return honest.says(text)

    model = Scripted(says)
    phrased = await phrase(sentences, model)
    assert len(model.asked) == asked
    assert phrased.stopped == f"the language model failed: {error}"
    assert phrased.counts.phrased > 0


async def test_progress_is_told_and_a_cancelled_run_ends() -> None:
    sentences, model = _otherwise("en")
    watched = Watched()
    await phrase(sentences, model, reporter=watched, seconds=300.0, clock=lambda: 7.0)
    assert watched.most_s[0] == 300.0
    total = len(sentences)
    assert watched.heard[0] == (0, total, "sentences")
    assert watched.heard[-1] == (total, total, "sentences")
    assert watched.heard == sorted(watched.heard)
    with pytest.raises(Cancelled):
        await phrase(sentences, model, reporter=Watched(cancel_at=3))
