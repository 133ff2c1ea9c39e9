"""Publishing: the static sites and feeds that people publish to, for their readers."""

import re
from typing import Annotated

from fastapi import APIRouter, Path
from starlette.responses import FileResponse

from magicai.api.access import Anybody, At
from magicai.api.router import Route
from magicai.errors import NotFound

router = APIRouter(include_in_schema=False, route_class=Route)
# A page, a picture or a feed; neither what is kept beside them nor a repository's files.
_FILE = re.compile(r"([\w-]+/)?([\w-]+\.(html|jpe?g|png|webp|gif)|feed\.xml|atom\.xml|feed\.json)?")
# No script, and nothing from elsewhere: these pages have the origin of the page in which people are signed in.
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; form-action 'none';"
    " frame-ancestors 'none'; base-uri 'none'",
    "Cache-Control": "no-cache",
}
Name = Annotated[str, Path(max_length=64, pattern=r"^[\w-]+$")]


@router.get("/sites/{owner_id}/{site}/{file:path}")
async def read_site(gateway: At, anybody: Anybody, owner_id: Name, site: Name, file: str) -> FileResponse:
    """A file of a site; a folder's page where none is named. What is withdrawn is not there."""
    del anybody
    root = gateway.settings.sites_dir / owner_id / site
    path = root / (f"{file}index.html" if file.endswith("/") or not file else file)
    if not _FILE.fullmatch(file) or not path.is_file() or not path.resolve().is_relative_to(root.resolve()):
        raise NotFound("route_not_found", path=f"/sites/{owner_id}/{site}/{file}"[:200])
    return FileResponse(path, headers=_HEADERS)
