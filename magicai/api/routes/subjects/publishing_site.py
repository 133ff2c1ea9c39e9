"""Publishing: the static sites and feeds that people publish to, for their readers."""

import re
from pathlib import PurePath
from typing import Annotated

from fastapi import APIRouter, Header, Path
from starlette.responses import FileResponse, HTMLResponse, PlainTextResponse, Response

from integrations.publishing.site_pages import missing_page
from magicai.api.access import Anybody, At
from magicai.api.router import Route

router = APIRouter(include_in_schema=False, route_class=Route)
# A page, a picture or a feed; neither what is kept beside them nor a repository's files.
_FILE = re.compile(r"([\w-]+/)?([\w-]+\.(html|jpe?g|png|webp|gif)|feed\.xml|atom\.xml|feed\.json)?")
# No script, and nothing from elsewhere: these pages have the origin of the page in which people are signed in.
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; form-action 'none';"
    " frame-ancestors 'none'; base-uri 'none'",
    "Cache-Control": "no-cache",
}
Name = Annotated[str, Path(max_length=64)]
_NAME = re.compile(r"[\w-]+")


@router.get("/sites/{owner_id}/{site}/{file:path}", response_class=FileResponse)
async def read_site(
    gateway: At,
    anybody: Anybody,
    owner_id: Name,
    site: Name,
    file: str,
    accept_language: Annotated[str, Header()] = "",
) -> Response:
    """A file of a site; a folder's page where none is named. What is withdrawn is not there."""
    del anybody
    address = ""
    if _NAME.fullmatch(owner_id) and _NAME.fullmatch(site):
        root = gateway.settings.sites_dir / owner_id / site
        path = root / (f"{file}index.html" if file.endswith("/") or not file else file)
        if _FILE.fullmatch(file) and path.is_file() and path.resolve().is_relative_to(root.resolve()):
            return FileResponse(path, headers=_HEADERS)
        address = f"/sites/{owner_id}/{site}/" if (root / "index.html").is_file() else ""
    if PurePath(file).suffix not in ("", ".html"):  # a picture or a feed, which nobody reads
        return PlainTextResponse("Not found", status_code=404, headers=_HEADERS)
    language = "zh" if accept_language.startswith("zh") else "en"
    headers = {**_HEADERS, "Vary": "Accept-Language"}
    return HTMLResponse(missing_page(site, address, language), status_code=404, headers=headers)
