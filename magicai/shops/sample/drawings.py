"""Pictures of the products: a shape for each kind of thing, in one of a dozen colours."""

import tomllib
import zipfile
from functools import cache
from typing import Any

from magicai.shops.sample.catalogue import DATA, Item

# Drawings as WebP, by `write_pictures.py`.
PICTURES = DATA / "pictures.zip"


def picture(item: Item) -> bytes:
    """An image in WebP that shows the item."""
    return _pictures()[picture_name(item)]


def picture_name(item: Item) -> str:
    """The name of its image in PICTURES."""
    return f"{item.drawing}-{item.colour}.webp"


def draw(drawing: str, colour: str) -> str:
    """An SVG document of a shape in a colour, square, 400 units wide."""
    ground, body, shade, light = _drawings()["tones"][colour]
    style = (
        f".b{{fill:{body}}}.s{{fill:{shade}}}.l{{fill:{light}}}"
        f".o{{fill:none;stroke:{body};stroke-width:7;stroke-linecap:round;stroke-linejoin:round}}"
    )
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 200" width="400" height="400" role="img">'
        f'<style>{style}</style><rect width="200" height="200" fill="{ground}"/>'
        f'<ellipse cx="100" cy="174" rx="76" ry="9" fill="{shade}" opacity=".16"/>'
        f"{_drawings()['shapes'][drawing]}</svg>"
    )


@cache
def _drawings() -> dict[str, Any]:
    return tomllib.loads((DATA / "drawings.toml").read_text("utf-8"))


@cache
def _pictures() -> dict[str, bytes]:
    with zipfile.ZipFile(PICTURES) as archive:
        return {name: archive.read(name) for name in archive.namelist()}
