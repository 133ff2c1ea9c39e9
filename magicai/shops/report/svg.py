"""Vega-Lite to SVG that belongs on our page: its colours are the page's, and nothing in it can act.

vl-convert brings Vega-Lite and its runtime in one wheel, needs no browser, and starts in half a second.
"""

from typing import Any
from xml.etree import ElementTree as ET

from magicai.errors import Permanent

VEGA_LITE = "5.21"
_SVG = "{http://www.w3.org/2000/svg}"
_ELEMENTS = frozenset(("g", "path", "line", "rect", "text", "tspan", "circle"))
_ATTRIBUTES = frozenset(
    (
        *("d", "transform", "x", "y", "x1", "x2", "y1", "y2", "cx", "cy", "r", "width", "height", "viewBox"),
        *("fill", "fill-opacity", "stroke", "stroke-width", "stroke-opacity", "stroke-linecap", "stroke-linejoin"),
        *("stroke-dasharray", "opacity", "text-anchor", "font-size", "font-weight"),
    )
)
_COLOURED = ("fill", "stroke")
# What a chart may be painted with: a custom property of the page's style sheet, and the colour it has by daylight.
PAINT = {
    "ink": "#1d1f20",
    "muted": "#66696d",
    "rule": "#d9d4ca",
    "accent": "#1f5f5b",
    "tint": "#a9cbc6",
    "up": "#b3502b",
    "down": "#1f6f5d",
    "card": "#fffefb",
}
_PAINTED = {colour: f"var(--{name})" for name, colour in PAINT.items()}


def drawn(spec: dict[str, Any], *, title: str, description: str, identity: str, css_class: str) -> str:
    """The chart as an `<svg>` element for the body of a page.

    Args:
        spec: Vega-Lite, with its data inline and no colours but PAINT's.
        identity: unique on the page; begins the ids of title and description.

    Raises:
        Permanent: the chart could not be drawn.
    """
    import vl_convert

    try:
        # No address is allowed, so a specification can't fetch anything.
        svg = vl_convert.vegalite_to_svg(spec, vl_version=VEGA_LITE, allowed_base_urls=[])
    except ValueError as exc:
        raise Permanent("chart_not_drawn", title=title, reason=exc) from exc
    root = ET.fromstring(svg)  # noqa: S314 - Vega's own output: it has no document type, so no entities
    _strip(root)
    width, height = root.attrib.pop("width"), root.attrib.pop("height")
    root.set("viewBox", f"0 0 {width} {height}")
    root.set("class", css_class)
    root.set("role", "img")
    root.set("aria-labelledby", f"{identity}-title {identity}-desc")
    for place, (name, text) in enumerate((("title", title), ("desc", description))):
        element = ET.Element(name, {"id": f"{identity}-{name}"})
        element.text = text
        root.insert(place, element)
    return ET.tostring(root, encoding="unicode")


def _strip(element: ET.Element) -> None:
    """Leave what draws, in the page's colours; text keeps the page's font, and HTML knows SVG without a namespace."""
    element.tag = element.tag.removeprefix(_SVG)
    for child in list(element):
        if child.tag.removeprefix(_SVG) in _ELEMENTS and child.get("display") != "none":
            _strip(child)
        else:
            element.remove(child)
    for name in set(element.attrib) - _ATTRIBUTES:
        del element.attrib[name]
    for name in _COLOURED:
        if colour := element.get(name):
            element.set(name, _PAINTED.get(colour.lower(), colour if colour == "none" else "currentColor"))
