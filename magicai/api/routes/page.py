"""The page: its built files, and index.html for every address that is the page's own."""

import re
from pathlib import Path

from fastapi import APIRouter, Request
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, Response
from starlette.staticfiles import StaticFiles

from magicai.api.access import At
from magicai.api.methods import known_methods
from magicai.api.router import Route
from magicai.errors import NotFound

router = APIRouter(include_in_schema=False, route_class=Route)
# Addresses that the page makes: a word, then words, ids and hosts with ports; none leads to another folder.
_OWN = re.compile(r"([A-Za-z0-9_-]+(/[\w\[-][\w.:\]-]*)*)?")
_OURS = ("api", "ws", "health", "metrics", "assets")


def assets(page: Path) -> StaticFiles | None:
    """The files that index.html names, whose names change with their content; None where the page was not built."""
    folder = page / "assets"
    return StaticFiles(directory=folder) if folder.is_dir() else None


@router.get("/{path:path}")
async def show_page(gateway: At, request: Request, path: str) -> Response:
    """The page, whatever of its own addresses is asked for; a file that lies beside it."""
    index = gateway.page / "index.html"
    first = path.partition("/")[0]
    known = known_methods(request.app, request.url.path)
    if known:
        raise HTTPException(405)
    if first in _OURS or not index.is_file():
        raise NotFound("route_not_found", path=request.url.path[:200])
    if path and "/" not in path and not path.startswith(".") and (gateway.page / path).is_file():
        return FileResponse(gateway.page / path)
    if not _OWN.fullmatch(path):
        raise NotFound("route_not_found", way_out="open_root_page", path=request.url.path[:200])
    return FileResponse(index, headers={"Cache-Control": "no-cache"})
