"""What a target's readers would see of a submission, made by what posts it."""

from base64 import b64encode

from magicai.errors import NotFound
from magicai.ports import Files
from magicai.publishing.draft import Media
from magicai.publishing.ports import OpenPublisher, Picture, PublishingRecords
from magicai.publishing.submission import Submission
from magicai.publishing.target import target_of

# Larger images are named only: a preview has them in it.
_LARGEST = 5_000_000


async def preview(
    records: PublishingRecords, files: Files, publishers: OpenPublisher, submission: Submission, name: str
) -> str:
    """An HTML page with a target's post as it would be made now; it has no scripts, and loads nothing.

    Raises:
        NotFound: the submission has no such target, or the target was removed.
        Permanent: the target can't be opened.
    """
    payload = next((one for one in submission.latest.payloads if one.target == name), None)
    if payload is None:
        raise NotFound("target_not_found", name=name[:60], known=", ".join(submission.targets))
    publisher = await publishers(await target_of(records, name, owner_id=submission.owner_id))
    return publisher.preview(payload.body, [await _picture(files, one) for one in payload.body.media])


async def _picture(files: Files, media: Media) -> Picture:
    if media.size > _LARGEST:
        return Picture("", media.alt)
    try:
        body = b"".join([await files.get(digest) for digest in media.parts])
    except NotFound:
        return Picture("", media.alt)
    return Picture(f"data:{media.media_type};base64,{b64encode(body).decode()}", media.alt)
