"""PPTX: the text of each slide, its title as a heading."""

import io
import posixpath
import zipfile
from collections.abc import Iterator
from importlib import import_module
from typing import Any

from magicai.errors import Invalid
from magicai.knowledge.parsed import Block, Place

etree: Any = import_module("lxml.etree")  # lxml brings no types

_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_TITLES = ("title", "ctrTitle")


def read(body: bytes) -> tuple[str, tuple[Block, ...]]:
    """Title and blocks; the first slide's title is the presentation's."""
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            blocks = [
                block for number, part in enumerate(_slides(packed), 1) for block in _blocks(_xml(packed, part), number)
            ]
    except (zipfile.BadZipFile, etree.LxmlError, KeyError, ValueError, OSError) as exc:
        raise Invalid("content_damaged", way_out="save_again_as_pptx", exc=str(exc)[:200]) from exc
    title = next((block.text for block in blocks if block.level), "")
    return title, tuple(blocks)


def _slides(packed: zipfile.ZipFile) -> Iterator[str]:
    """The parts that hold slides, in the order in which they are shown."""
    targets: dict[str, str] = {
        one.get("Id"): one.get("Target", "") for one in _xml(packed, "ppt/_rels/presentation.xml.rels")
    }
    for slide in _xml(packed, "ppt/presentation.xml").iter(f"{_P}sldId"):
        target = targets[slide.get(f"{_R}id")]
        yield target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"ppt/{target}")


def _blocks(slide: Any, number: int) -> Iterator[Block]:
    place = Place(slide=number)
    for shape in slide.iter(f"{_P}sp", f"{_P}graphicFrame"):
        kind = shape.find(f".//{_P}nvPr/{_P}ph")
        level = 1 if kind is not None and kind.get("type") in _TITLES else 0
        lines = ["".join(run.text or "" for run in line.iter(f"{_A}t")).strip() for line in shape.iter(f"{_A}p")]
        text = "\n".join(line for line in lines if line)
        if text:
            yield Block(text=" ".join(text.split()) if level else text, level=level, place=place)


def _xml(packed: zipfile.ZipFile, part: str) -> Any:
    # No entities, no network: a part may say anything.
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    return etree.fromstring(packed.read(part), parser)
