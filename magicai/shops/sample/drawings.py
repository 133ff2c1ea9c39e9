"""Pictures of the products, drawn as SVG: a shape for each kind of thing, in one of a dozen colours."""

import tomllib
from functools import cache
from typing import Any

from magicai.shops.sample.catalogue import DATA, Item


def picture(item: Item) -> str:
    """An SVG document that shows the item."""
    return draw(item.drawing, item.colour)


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
