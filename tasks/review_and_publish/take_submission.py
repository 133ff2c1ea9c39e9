import asyncio
from dataclasses import replace
from pathlib import Path

from pydantic import BaseModel

from magicai.brain.choice_points import ChoicePoint
from magicai.brain.situation import Situation
from magicai.brain.steps import StepRun, step
from magicai.content.content import KIND as CONTENT
from magicai.content.content import content_in
from magicai.content.content_types import content_types
from magicai.content.markup import written_from
from magicai.errors import NotFound
from magicai.ports import Files
from magicai.publishing.draft import Draft, Media
from magicai.publishing.ports import PublishingRecords, StoredSubmission
from magicai.publishing.raster import media_type_of
from magicai.publishing.review_and_publish import Image, ReviewAndPublish
from magicai.publishing.slots import SLOTS
from magicai.publishing.submission import Submission
from magicai.publishing.submitting import (
    Wanted,
    authors_of_content,
    draft_of_content,
    found_submission,
    submit,
    take_up,
)
from magicai.publishing.target import PLATFORMS, target_of, targets_of
from magicai.runs.requests.files_in import body_of
from magicai.settings import Settings
from magicai.values.rewards import Kind
from magicai.values.times import to_us
from magicai.values.zones import zone_of

_OWN = "own"  # any template of the user's own
# Platforms go by a name's end.
_SUFFIXES = {"image/jpeg": ".jpg", "image/png": ".png", "image/webp": ".webp", "image/gif": ".gif"}


class Submitted(BaseModel):
    """A submission in short."""

    content_id: str
    digest: str
    title: str
    status: str


def _templates(_situation: Situation) -> tuple[str, ...]:
    return (*content_types(), _OWN)


# What a choice of these can change is how readers take to the post.
_OF_READERS: tuple[Kind, ...] = ("clicked", "rating")


@step(
    provides="submitted",
    retries=2,
    choices=(
        ChoicePoint(name="template", options=_templates, rewards=_OF_READERS, inside=True),
        ChoicePoint(name="platform", options=PLATFORMS, rewards=_OF_READERS, inside=True),
        ChoicePoint(name="time", options=SLOTS, rewards=_OF_READERS, inside=True),
    ),
)
async def take_submission(
    run: StepRun, request: ReviewAndPublish, *, publishing: PublishingRecords, files: Files, settings: Settings
) -> Submitted:
    """Keep the piece, adapted to each of its targets, as a submission or as the next version of one."""
    kept = await _kept(run, request, publishing, files, settings)
    return submitted_of(kept.submission)


def submitted_of(submission: Submission) -> Submitted:
    """A submission in short."""
    return Submitted(
        content_id=submission.content_id,
        digest=submission.digest,
        title=submission.title,
        status=submission.status.value,
    )


async def _kept(
    run: StepRun, request: ReviewAndPublish, records: PublishingRecords, files: Files, settings: Settings
) -> StoredSubmission:
    owner, wanted = run.owner_id, _wanted(request, settings)
    by = (await records.runs.get(run.run_id)).started_by or owner
    if not request.content_id:
        draft = await _with(Draft(), request, records, files, owner)
        wanted = await _chosen(run, request, records, wanted)
        return await submit(records, draft, wanted, owner_id=owner, by=by, run_id=run.run_id)
    before = await found_submission(records, request.content_id, owner_id=owner)
    if before is None:
        source = await _chosen_text(run, request, records)
        text = await draft_of_content(records, source, owner_id=owner)
        if text is None:
            raise NotFound("publication_source_not_found", source=source[:64])
        draft = await _with(text, request, records, files, owner)
        wanted = await _chosen(run, request, records, wanted)
        editors = await authors_of_content(records, source, owner_id=owner)
        return await submit(
            records, draft, wanted, owner_id=owner, by=by, run_id=run.run_id, source=source, editors=editors
        )
    if request.action == "withdraw":
        return before
    now = before.submission.latest.draft
    draft = now if request.action in ("proceed", "check") else await _with(now, request, records, files, owner)
    return await take_up(
        records,
        request.content_id,
        None if draft == now else draft,
        wanted,
        owner_id=owner,
        by=by,
        run_id=run.run_id,
    )


async def _chosen_text(run: StepRun, request: ReviewAndPublish, records: PublishingRecords) -> str:
    """The text whose template is chosen; of several of one template, the first."""
    if not request.alternatives:
        return request.content_id
    ids = dict.fromkeys((request.content_id, *request.alternatives))
    found = {one.entity_id: one for one in await records.entities.present([(CONTENT, each) for each in ids])}
    by_template: dict[str, str] = {}
    for each in ids:
        one = found.get(each)
        if one is None or one.entity is None or one.owner_id != run.owner_id:
            raise NotFound("text_not_found", part=each[:64])
        name = content_in(one.entity).content_type
        by_template.setdefault(name if name in content_types() else _OWN, each)
    return by_template[await run.decide("template", options=tuple(by_template))]


async def _chosen(run: StepRun, request: ReviewAndPublish, records: PublishingRecords, wanted: Wanted) -> Wanted:
    """With one of the platforms, and with a time of day, where they are left open."""
    if "platform" in request.choose:
        known = {target.name: target for target in await targets_of(records, run.owner_id)}
        named = [await target_of(records, one, owner_id=run.owner_id) for one in request.platforms]
        by_platform: dict[str, str] = {}
        for one in named or known.values():
            by_platform.setdefault(one.platform, one.name)
        platform = await run.decide("platform", options=tuple(by_platform))
        wanted = replace(wanted, targets=(by_platform[platform],))
    if "time" in request.choose and wanted.publish_at is None:
        wanted = replace(wanted, slot=await run.decide("time"))
    return wanted


def _wanted(request: ReviewAndPublish, settings: Settings) -> Wanted:
    moment = request.publish_at
    if moment is not None and moment.tzinfo is None:
        moment = moment.replace(tzinfo=zone_of(request.zone))
    return Wanted(
        targets=request.platforms or None,
        policy=request.policy,
        publish_at=None if moment is None else to_us(moment),
        zone=request.zone,
        country=request.country,
        product_kind=request.product_kind,
        clicks=settings.publish_clicks,
        asks=settings.publish_feedback,
    )


async def _with(
    draft: Draft, request: ReviewAndPublish, records: PublishingRecords, files: Files, owner_id: str
) -> Draft:
    """A piece with what the request says of it."""
    said = {
        name: value
        for name in ("text", "title", "summary", "tags", "link", "language")
        if (value := getattr(request, name))
    }
    if "text" in said:
        said["text"] = written_from(said["text"], with_links=True)
    if request.media:
        said["media"] = tuple([await _media(image, records, files, owner_id) for image in request.media])
    return draft.model_copy(update=said)


async def _media(image: Image, records: PublishingRecords, files: Files, owner_id: str) -> Media:
    upload = await records.uploads.get(image.file, owner_id=owner_id)
    body = await body_of(records, files, image.file, owner_id=owner_id)
    media_type = await asyncio.to_thread(media_type_of, body, upload.name)
    return Media(
        file=upload.file_id,
        name=f"{Path(upload.name).stem}{_SUFFIXES[media_type]}",
        media_type=media_type,
        digest=upload.digest,
        parts=upload.parts,
        size=upload.size,
        alt=image.alt,
        licence=image.licence,
    )
