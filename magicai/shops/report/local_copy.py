"""The report of a run as files on this machine, wherever the installation keeps its files."""

import re

from magicai.errors import MagicError
from magicai.ports import Files
from magicai.runs.run import JSON


async def report_here(files: Files, result: JSON) -> JSON:
    """The same result, with its report's places on this machine; one that can't be had here stays as it is."""
    report = result.get("report")
    if not report:
        return result
    places = {kind: await _here(files, report[kind]) for kind in ("markdown", "html")}
    return {**result, "report": {**report, **places}}


async def _here(files: Files, location: str) -> str:
    if not re.match(r"\w+://", location):
        return location
    try:
        return str(await files.here(location.removeprefix(f"{files.results_at}/")))
    except MagicError:
        return location
