from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from typing import Any

from magicai.brain.choice_points import ChoicePoint
from magicai.brain.situation import Machine, Situation
from magicai.brain.steps import Generation, StepRun, step
from magicai.content.assessment import NO_VERIFIER
from magicai.content.content import Content, State, content_entity, id_of, row_key, version_from
from magicai.content.drafting import COMPOSER
from magicai.content.facts import facts_about
from magicai.content.generate_content import GenerateContent, WrittenText, WrittenTexts
from magicai.content.languages import is_another, language_name
from magicai.content.reviewed import reviews_of
from magicai.content.row_previewing import mapped, read_rows, reader_of
from magicai.content.row_variables import SKU, RowReader
from magicai.content.rows import rows_of
from magicai.content.template import Template
from magicai.content.text_limits import limit_of
from magicai.content.writing import CALLS_AT_ONCE, TRIES, OpenModel, Texts, Writer
from magicai.messages import Message, say
from magicai.ports import Files, Records
from magicai.runs.file_preview import NamedFile
from magicai.runs.items import each, results
from magicai.runs.plan import Resources
from magicai.runs.requests.files_in import body_of
from magicai.runs.run import JSON
from magicai.values.rewards import MEASURED, TOLD
from tasks.shared.mapped_columns import note_mapping

# While some wait for the model, others are checked and kept.
_AT_ONCE = CALLS_AT_ONCE + 4
_SHOWN, _LONGEST_NAME, _LONGEST_SKU = 100, 60, 200


def _allowed(situation: Situation) -> tuple[str, ...]:
    """The models that the user allows; without a word of theirs the installation's own, else a facts block.

    A facts block is no way to write a text among others: it stands in where none of them wrote one.
    """
    named = tuple(dict.fromkeys(situation.request.get("models") or ()))
    wanted = tuple(name for name in named if name != COMPOSER)
    return wanted or ((COMPOSER,) if named else (situation.machine.model_of("writer") or COMPOSER,))


@step(
    provides="written",
    retries=2,
    choices=(
        # Named anew where its rewards' meaning changed: earlier ones said how many facts a text repeated.
        ChoicePoint(
            name="writer",
            options=_allowed,
            features=("language=zh",),
            rewards=(*MEASURED, *TOLD),
            inside=True,
        ),
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
    machine_now: Callable[[], Awaitable[Machine]],
) -> WrittenTexts:
    """Write a text for each row, check its statements, and keep it."""
    reviews = await reviews_of(records.entities, request.content_type, request.language, owner_id=run.owner_id)
    machine = await machine_now()
    limit = limit_of(request.model_dump(), machine)
    writer = Writer(run, request, template, text_model, limit, machine, reviews)
    unverified: list[str] = []

    async def write(key: str, row: JSON) -> WrittenText:
        sku = row.get(SKU) or ""
        row = {name: value for name, value in row.items() if name != SKU or SKU in template.variables}
        content = _content(run, key, request, row, await writer.write(key, row))
        content = content.model_copy(update={"voice": template.voice.name, "sku": str(sku)[:_LONGEST_SKU]})
        # Version 0: what people have done with a text that an earlier attempt wrote stays.
        await records.entities.replace(content_entity(content), version=0)
        why = content.latest.not_verified_message
        if why not in (None, NO_VERIFIER) and not unverified:
            unverified.append(content.item)
            await run.reporter.problem("verifier", say("texts_not_verified", why=why), missing=False)
        return _short(content)

    known = await facts_about(records, request.about, template, owner_id=run.owner_id)
    rows = _rows(run, request, template, known, records, files)
    counts = await each(
        run, rows, write, at_once=_AT_ONCE, attempts=TRIES, unit="texts", called=_called, waits_for_others=True
    )
    shown: list[WrittenText] = []
    flagged = to_check = facts_blocks = 0
    async for _, value in results(run):
        text = WrittenText.model_validate(value)
        flagged += text.word == "flagged"
        to_check += text.word == "to_check"
        facts_blocks += text.written_by == COMPOSER
        if len(shown) < _SHOWN:
            shown.append(text)
    if facts_blocks and is_another(request.language):
        what = say("no_facts_template", language=language_name(request.language))
        await run.reporter.problem("language", what, missing=False)
    first = shown[0].content_id if shown else ""
    return WrittenTexts(
        first=first,
        texts=tuple(shown),
        count=counts.done,
        flagged=flagged,
        to_check=to_check,
        facts_blocks=facts_blocks,
        failed=counts.failed,
    )


def _called(key: str, row: JSON) -> Message:
    """What a row is called where it failed: `Row 2, Harbour mug`."""
    name = next((value for value in row.values() if isinstance(value, str)), "")
    number = int(key)
    return say("row_named", number=number, name=name[:_LONGEST_NAME]) if name else say("row_numbered", number=number)


async def _rows(
    run: StepRun, request: GenerateContent, template: Template, known: JSON, records: Records, files: Files
) -> AsyncIterator[tuple[str, Any]]:
    given, reader = request.variables, RowReader(template)
    rows: Iterable[JSON]
    if isinstance(given, str):
        body = await body_of(records, files, given, owner_id=run.owner_id)
        file = NamedFile((await records.uploads.get(given, owner_id=run.owner_id)).name, body)
        read = await read_rows(records, template, file, request, owner_id=run.owner_id)
        await note_mapping(run, records, read, reader=reader_of(request.content_type), given=request.columns)
        rows = (reader.read(mapped(row, read.mapping)) for row in rows_of(body))
    else:
        rows = map(reader.read_given, [given] if isinstance(given, dict) else given)
    for number, row in enumerate(rows, start=1):
        facts = {**known, **row}
        reader.look_at(facts)
        yield row_key(number), facts
    for what in reader.problems():
        await run.reporter.problem("variables", what, missing=False)


def _content(run: StepRun, key: str, request: GenerateContent, row: JSON, made: Texts) -> Content:
    drafts = [*{draft.blocks: draft for draft in reversed(made.drafts)}.values()][::-1]  # each text once
    versions = [
        version_from(draft.blocks, draft.by, draft.assessment, bar=request.quality_bar, number=number, cost=draft.cost)
        for number, draft in enumerate(drafts, start=1)
    ]
    best = [draft.blocks for draft in drafts].index(made.best.blocks)
    why = made.instead_of
    instead = {"instead_of": str(why or ""), "instead_of_message": why}
    first = versions[best].model_copy(update={"number": 1, **instead})
    return Content(
        content_id=id_of(run.run_id, key),
        owner_id=run.owner_id,
        run_id=run.run_id,
        item=key,
        content_type=request.content_type,
        language=request.language,
        variables=row,
        quality_bar=request.quality_bar,
        state=State.FLAGGED if first.flags else State.DRAFT,
        versions=(first,),
        alternatives=tuple(versions) if len(versions) > 1 else (),
    )


def _short(content: Content) -> WrittenText:
    latest = content.latest
    return WrittenText(
        content_id=content.content_id,
        title=content.title,
        state=content.state,
        score=latest.quality.score,
        word=latest.quality.word,
        written_by=latest.by,
        flags=latest.flags,
        flag_messages=latest.flag_messages,
        not_checked=latest.not_checked,
        said=latest.facts.said,
        of=latest.facts.of,
    )
