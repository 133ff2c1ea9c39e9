from collections.abc import AsyncIterator, Sequence
from typing import Any

from magicai.brain.choice_points import ChoicePoint
from magicai.brain.situation import Situation
from magicai.brain.steps import Generation, StepRun, step
from magicai.content.content import Content, State, Version, content_entity, id_of, row_key, shown_claims, shown_quality
from magicai.content.drafting import COMPOSER, Draft
from magicai.content.earlier_texts import earlier_texts
from magicai.content.facts import facts_about
from magicai.content.generate_content import GenerateContent, Written, WrittenText
from magicai.content.rows import ignored_columns, rows_of, used_by
from magicai.content.template import Template
from magicai.content.writing import CALLS_AT_ONCE, TEMPERATURES, TRIES, OpenModel, Writer
from magicai.ports import Files, Records
from magicai.runs.items import each, results
from magicai.runs.plan import Resources
from magicai.runs.requests.files_in import body_of
from magicai.runs.run import JSON
from magicai.values.rewards import MEASURED, TOLD
from magicai.values.times import now_us

# While some wait for the model, others are checked and kept.
_AT_ONCE = CALLS_AT_ONCE + 4
_SHOWN = 100


def _allowed(situation: Situation) -> tuple[str, ...]:
    """The models that the user allows; without a word of theirs the installation's own, else the composer."""
    wanted = tuple(dict.fromkeys(situation.request.get("models") or ()))
    return wanted or (situation.machine.model_of("writer") or COMPOSER,)


def _drafts(situation: Situation) -> tuple[str, ...]:
    """How many drafts at most; it stops at the first that is good enough, so that more are the usual choice."""
    return tuple(str(number) for number in range(int(situation.request.get("variants") or 1), 0, -1))


@step(
    provides="written",
    retries=2,
    choices=(
        ChoicePoint(
            name="model",
            options=_allowed,
            features=("language=zh",),
            rewards=(*MEASURED, *TOLD),
            inside=True,
        ),
        ChoicePoint(name="temperature", options=tuple(TEMPERATURES), rewards=("quality", *TOLD), inside=True),
        ChoicePoint(name="drafts", options=_drafts, rewards=("quality", "time", "cost", *TOLD), inside=True),
    ),
    generation=Generation(temperature=0.8, max_tokens=2_000),
    text_role="writer",
    resources=Resources(cpu=1.0, memory=300),
)
async def write_texts(
    run: StepRun,
    request: GenerateContent,
    template: Template,
    *,
    records: Records,
    files: Files,
    text_model: OpenModel,
) -> Written:
    """Write a text for each row, check its claims, and keep it."""
    earlier = await earlier_texts(
        records.entities, request.content_type, template.language, owner_id=run.owner_id, run_id=run.run_id
    )
    writer = Writer(run, request, template, text_model, earlier)

    async def write(key: str, row: JSON) -> WrittenText:
        content = _content(run, key, request, row, await writer.write(key, row))
        content = content.model_copy(update={"voice": template.voice.name})
        # Version 0: what people have done with a text that an earlier attempt wrote stays.
        await records.entities.replace(content_entity(content), version=0)
        return _short(content)

    known = await facts_about(records, request.about, template, owner_id=run.owner_id)
    rows = _rows(run, request, template, known, records, files)
    counts = await each(run, rows, write, at_once=_AT_ONCE, attempts=TRIES, unit="texts")
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
    run: StepRun, request: GenerateContent, template: Template, known: JSON, records: Records, files: Files
) -> AsyncIterator[tuple[str, Any]]:
    given = request.variables
    if isinstance(given, str):
        body = await body_of(records, files, given, owner_id=run.owner_id)
        ignored: set[str] = set()
        for number, row in enumerate(rows_of(body), start=1):
            used, others = used_by(template, row)
            if new := [name for name in others if name not in ignored]:
                ignored.update(new)
                await run.reporter.problem("variables", *ignored_columns(template, new), missing=False)
            yield row_key(number), {**known, **used}
        return
    rows: Sequence[Any] = [given] if isinstance(given, dict) else given
    for number, row in enumerate(rows, start=1):
        yield row_key(number), {**known, **row}


def _content(run: StepRun, key: str, request: GenerateContent, row: JSON, draft: Draft) -> Content:
    version = Version(
        number=1,
        at=now_us(),
        by=draft.by,
        blocks=draft.blocks,
        claims=shown_claims(draft.assessment.claims),
        quality=shown_quality(draft.assessment),
        flags=draft.flags,
        dropped=draft.dropped,
        instead_of=draft.instead_of,
    )
    return Content(
        content_id=id_of(run.run_id, key),
        owner_id=run.owner_id,
        run_id=run.run_id,
        item=key,
        content_type=request.content_type,
        language=request.language,
        variables=row,
        quality_bar=request.quality_bar,
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
