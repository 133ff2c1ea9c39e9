"""Downloads the taxonomy."""

import hashlib
from pathlib import Path

from magicai.catalogue.categories.taxonomy import LANGUAGES, URL, VERSION, Taxonomy, install
from magicai.errors import Permanent, Temporary
from magicai.ports import Fetcher, PageRequest

_LARGEST = 20_000_000
_TIMEOUT_S = 120.0
_FOUND = 200


async def download(
    fetcher: Fetcher, home: Path, language: str, *, version: str = "", sha256: str = ""
) -> tuple[Taxonomy, str]:
    """Download a version of the taxonomy, and install it; answers it with its SHA-256.

    Args:
        version: the one that MagicAI was tested with where empty.
        sha256: that it must have; "" where nobody said.

    Raises:
        Permanent: there is no such version.
        Invalid: what came is not the taxonomy, or has another checksum.
        Temporary: nothing answers.
    """
    url = URL.format(version=version or VERSION, language=LANGUAGES[language])
    try:
        page = await fetcher.fetch(PageRequest(url, accept="text/plain", max_bytes=_LARGEST, timeout_s=_TIMEOUT_S))
    except Temporary as exc:
        raise Temporary(exc.message, way_out="download_or_import_taxonomy") from exc
    if page.status != _FOUND:
        raise Permanent("address_error_status", way_out="download_or_import_taxonomy", url=url, status=page.status)
    made = install(home, language, page.body, url, sha256=sha256)
    return made, hashlib.sha256(page.body).hexdigest()
