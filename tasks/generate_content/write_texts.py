import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Any

from magicai.brain.choice_points import ChoicePoint
from magicai.brain.situation import Situation
from magicai.brain.steps import Generation, StepRun, step
from magicai.content.brief import brief_of
from magicai.content.content import Content, State, Version, content_entity, shown_claims, shown_quality
from magicai.content.drafting import COMPOSER, Draft, Drafter
from magicai.content.generate_content import GenerateContent, Written, WrittenText
from magicai.content.own_words import must_say_only
from magicai.content.rows import rows_of
from magicai.content.template import Template
from magicai.ports import Files, Records, TextModel
from magicai.runs.files_in import body_of
from magicai.runs.items import each, results
from magicai.runs.plan import Resources
from magicai.runs.run import JSON
from magicai.runs.streaming import Streaming
from magicai.values.times import now_us

_AT_ONCE = 8
_SHOWN = 100
_TEMPERATURES = {"low": 0.2, "high": 0.8, "zero": 0.0}


def _models(situation: Situation) -> tuple[str, ...]:
    """The models that the user allows; without a word of theirs the installation's own, else the composer."""
    wanted = tuple(dict.fromkeys(situation.request.get("models") or ()))
    return wanted or (situation.machine.model or COMPOSER,)


@step(
    provides="written",
    retries=2,
    choices=(
        ChoicePoint(name="model", options=_models, features=("log_variables", "language=zh"), inside=True),
        ChoicePoint(name="temperature", options=tuple(_TEMPERATURES), rewards=("quality",), inside=True),
    ),
    generation=Generation(temperature=0.8, max_tokens=2_000),
    resources=Resources(cpu=1.0, memory=300),
)
async def write_texts(
    run: StepRun,
    request: GenerateContent,
    template: Template,
    *,
    records: Records,
    files: Files,
    text_model: Callable[..., Awaitable[TextModel | None]],
) -> Written:
    """Write a text for each row, check its claims, and keep it."""
    live = Streaming(run.reporter)

    async def write(key: str, row: JSON) -> WrittenText:
        brief = brief_of(template, row)
        name = await run.decide("model", item=key, features={"language=zh": float(template.language == "zh")})
        model, temperature = None, 0.0
        if name != COMPOSER:
            temperature = _TEMPERATURES[await run.decide("temperature", item=key)]
            model = await text_model(run.spender, models=(name,), cached=temperature == 0)
        drafter = Drafter(
            live.through(model, item=key) if model else None,
            strict=must_say_only(name),
            temperature=min(temperature, run.generation.temperature),
            max_tokens=run.generation.max_tokens,
            variants=request.variants,
            bar=request.quality_bar,
            reporter=run.reporter,
        )
        began = time.monotonic()
        draft = await drafter.draft(brief)
        seconds = time.monotonic() - began
        for choice in ("model", "temperature"):
            await run.reward(choice, item=key, quality=draft.review.score, seconds=seconds, cost=drafter.usage.cost)
        content = _content(run, key, request, row, draft)
        # Version 0: what people have done with a text that an earlier attempt wrote stays.
        await records.entities.replace(content_entity(content), version=0)
        return _short(content)

    counts = await each(run, _rows(run, request, records, files), write, at_once=_AT_ONCE, unit="texts")
    shown: list[WrittenText] = []
    flagged = 0
    async for _, value in results(run):
        text = WrittenText.model_validate(value)
        flagged += text.state == State.FLAGGED
        if len(shown) < _SHOWN:
            shown.append(text)
    first = shown[0].content_id if shown else ""
    return Written(first=first, texts=tuple(shown), count=counts.done, flagged=flagged, failed=counts.failed)


async def _rows(
    run: StepRun, request: GenerateContent, records: Records, files: Files
) -> AsyncIterator[tuple[str, Any]]:
    given = request.variables
    if isinstance(given, str):
        body = await body_of(records, files, given, owner_id=run.owner_id)
        for number, row in enumerate(rows_of(body), start=1):
            yield f"{number:06}", row
        return
    rows: Sequence[Any] = [given] if isinstance(given, dict) else given
    for number, row in enumerate(rows, start=1):
        yield f"{number:06}", row


def _content(run: StepRun, key: str, request: GenerateContent, row: JSON, draft: Draft) -> Content:
    version = Version(
        number=1,
        at=now_us(),
        by=draft.by,
        blocks=draft.blocks,
        claims=shown_claims(draft.review.claims),
        quality=shown_quality(draft.review),
        flags=draft.flags,
        dropped=draft.dropped,
    )
    return Content(
        content_id=f"{run.run_id}-{key}",
        owner_id=run.owner_id,
        run_id=run.run_id,
        item=key,
        content_type=request.content_type,
        language=request.language,
        variables=row,
        state=State.FLAGGED if draft.flags else State.DRAFT,
        versions=(version,),
    )


def _short(content: Content) -> WrittenText:
    latest = content.latest
    return WrittenText(
        content_id=content.content_id,
        title=content.title,
        state=content.state,
        score=latest.quality.score,
        written_by=latest.by,
        flags=latest.flags,
    )
