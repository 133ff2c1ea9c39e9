"""Reading an image's address: fetched under the crawler's address rules, processed, kept by content."""

import hashlib
from http import HTTPStatus

from magicai.catalogue.images.image import FORMATS, WIDTHS, KeptRendition, ReadImage
from magicai.catalogue.ports.images import ImageProcessor
from magicai.errors import Invalid, NotFound, Permanent, Refused
from magicai.ports import Fetcher, Files, PageRequest
from magicai.shops.crawling.answers import check_answer

_ACCEPT = "image/avif,image/webp,image/png,image/jpeg,image/*;q=0.8,*/*;q=0.1"
_MOST_BYTES = 25_000_000


async def read_image(
    url: str, *, fetcher: Fetcher, images: ImageProcessor, files: Files, before: ReadImage | None = None
) -> ReadImage:
    """What became of an address; its problem is in the answer where there is one that stays.

    Args:
        before: what became of it the last time: an image that has not changed is not made again.

    Raises:
        Temporary: the server does not answer, or asks to wait.
        Missing: the package that reads images is not installed.
    """
    try:
        known = before if before is not None and not before.problem else None
        etag, last_modified = ("", "") if known is None else (known.etag, known.last_modified)
        request = PageRequest(url, etag=etag, last_modified=last_modified, accept=_ACCEPT, max_bytes=_MOST_BYTES)
        page = await fetcher.fetch(request)
    except (Refused, Invalid) as exc:
        return ReadImage(url=url, problem=exc.said.stored())
    try:
        check_answer(page, "the image", may_be_unchanged=known is not None)
    except Permanent as exc:
        return ReadImage(url=url, problem=exc.said.stored())
    digest = hashlib.sha256(page.body).hexdigest()
    if known is not None and (page.status == HTTPStatus.NOT_MODIFIED or digest == known.digest):
        return known
    try:
        made = await images.process(page.body, widths=WIDTHS, formats=FORMATS)
    except (Refused, NotFound) as exc:
        return ReadImage(url=url, problem=exc.said.stored())
    digests = await files.put([rendition.body for rendition in made.renditions])
    return ReadImage(
        url=url,
        digest=digest,
        etag=page.etag,
        last_modified=page.last_modified,
        width=made.width,
        height=made.height,
        format=made.format,
        blurhash=made.blurhash,
        fingerprint=made.fingerprint,
        flat=made.flat,
        renditions=tuple(
            KeptRendition(format=one.format, width=one.width, height=one.height, digest=digest, bytes=len(one.body))
            for one, digest in zip(made.renditions, digests, strict=True)
        ),
    )
