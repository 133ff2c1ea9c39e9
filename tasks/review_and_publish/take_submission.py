import mimetypes

from pydantic import BaseModel

from magicai.brain.steps import StepRun, step
from magicai.errors import NotFound
from magicai.ports import Upload
from magicai.publishing.draft import Draft, Media
from magicai.publishing.ports import Kept, PublishingRecords
from magicai.publishing.review_and_publish import Image, ReviewAndPublish
from magicai.publishing.rules import zone_of
from magicai.publishing.submission import Submission
from magicai.publishing.submitting import Wanted, draft_of_content, found_submission, submit, take_up
from magicai.settings import Settings
from magicai.values.times import to_us

_KINDS = mimetypes.MimeTypes()
_KINDS.add_type("image/webp", ".webp")


class Submitted(BaseModel):
    """A submission in short."""

    content_id: str
    digest: str
    title: str
    status: str


@step(provides="submitted", retries=2)
async def take_submission(
    run: StepRun, request: ReviewAndPublish, *, publishing: PublishingRecords, settings: Settings
) -> Submitted:
    """Keep the piece, adapted to each of its targets, as a submission or as the next version of one."""
    kept = await _kept(run, request, publishing, settings.publish_clicks)
    return submitted_of(kept.submission)


def submitted_of(submission: Submission) -> Submitted:
    """A submission in short."""
    return Submitted(
        content_id=submission.content_id,
        digest=submission.digest,
        title=submission.title,
        status=submission.status.value,
    )


async def _kept(run: StepRun, request: ReviewAndPublish, records: PublishingRecords, clicks: str) -> Kept:
    owner, wanted = run.owner_id, _wanted(request, clicks)
    if not request.content_id:
        draft = await _with(Draft(), request, records, owner)
        return await submit(records, draft, wanted, owner_id=owner, run_id=run.run_id)
    before = await found_submission(records, request.content_id, owner_id=owner)
    if before is None:
        text = await draft_of_content(records, request.content_id, owner_id=owner)
        if text is None:
            raise NotFound(
                f"There is no text or submission {request.content_id[:64]!r}.",
                way_out="To list them: magicai content list, magicai review list",
            )
        draft = await _with(text, request, records, owner)
        return await submit(records, draft, wanted, owner_id=owner, run_id=run.run_id, source=request.content_id)
    if request.action == "withdraw":
        return before
    now = before.submission.latest.draft
    draft = now if request.action == "proceed" else await _with(now, request, records, owner)
    return await take_up(
        records,
        request.content_id,
        None if draft == now else draft,
        wanted,
        owner_id=owner,
        run_id=run.run_id,
    )


def _wanted(request: ReviewAndPublish, clicks: str) -> Wanted:
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
        clicks=clicks,
    )


async def _with(draft: Draft, request: ReviewAndPublish, records: PublishingRecords, owner_id: str) -> Draft:
    """A piece with what the request says of it."""
    said = {
        name: value
        for name in ("text", "title", "summary", "tags", "link", "language")
        if (value := getattr(request, name))
    }
    if request.media:
        uploads = [await records.uploads.get(one.file, owner_id=owner_id) for one in request.media]
        said["media"] = tuple(_media(one, image) for one, image in zip(uploads, request.media, strict=True))
    return draft.model_copy(update=said)


def _media(upload: Upload, image: Image) -> Media:
    return Media(
        file=upload.file_id,
        name=upload.name,
        media_type=_KINDS.guess_type(upload.name)[0] or "application/octet-stream",
        digest=upload.digest,
        parts=upload.parts,
        size=upload.size,
        alt=image.alt,
        licence=image.licence,
    )
