"""Draw the report's charts: each once for a wide page and once for a phone."""

import json
import math
from dataclasses import dataclass
from typing import Any

from magicai.shops.report.report_model import Bar, Chart, ChartKind
from magicai.shops.report.svg import PAINT, drawn

_NAMES, _NOTES = 150, 130  # pixels
_BAR = 14
_FONT = 13
_LOG_FROM = 25  # highest by lowest price, from which a linear axis shows nothing
_STOCK = (("in_stock", "accent"), ("not_in_stock", "up"), ("unknown", "rule"))

Spec = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Frame:
    """The measures of one rendering, in pixels.

    Attributes:
        plot: the width of what is drawn to scale.
        step: from one row to the next.
        below: how far a bar stands below its row's middle, since its name is above it.
        padding: room around the plot. It is fixed, so that charts of one page keep one size of type.
        name, note: where a row's name and note stand.
    """

    plot: int
    step: int
    below: int
    padding: dict[str, int]
    name: Spec
    note: Spec


_WIDE = _Frame(
    plot=400,
    step=30,
    below=0,
    padding={"left": _NAMES + 14, "right": _NOTES + 12, "top": 2, "bottom": 26},
    name={"align": "left", "x": -_NAMES - 14, "limit": _NAMES},
    note={"align": "left", "x": 412, "limit": _NOTES},
)
_NARROW = _Frame(
    plot=330,
    step=50,
    below=13,
    padding={"left": 4, "right": 6, "top": 2, "bottom": 26},
    name={"align": "left", "x": 0, "dy": -5, "limit": 190},
    note={"align": "right", "x": 330, "dy": -5, "limit": 135},
)


def draw(chart: Chart, identity: str) -> tuple[str, str]:
    """The chart as SVG, wide and narrow."""
    wide, narrow = (
        drawn(
            _spec(chart, frame),
            title=chart.title,
            description=chart.description,
            identity=f"{identity}-{name}",
            css_class=name,
        )
        for name, frame in (("wide", _WIDE), ("narrow", _NARROW))
    )
    return wide, narrow


def is_logarithmic(chart: Chart) -> bool:
    """Whether its prices lie so far apart that only a logarithmic axis shows them."""
    low = min((bar.numbers["low"] for bar in chart.bars if "low" in bar.numbers), default=0.0)
    high = max((bar.numbers["high"] for bar in chart.bars if "high" in bar.numbers), default=0.0)
    return chart.kind is ChartKind.PRICES and low > 0 and high / low >= _LOG_FROM


def _spec(chart: Chart, frame: _Frame) -> Spec:
    layers = {
        ChartKind.PRICES: _prices,
        ChartKind.STOCK: _stock,
        ChartKind.DISCOUNTS: _discounts,
        ChartKind.CHANGES: _changes,
    }[chart.kind](chart, frame)
    return {
        "width": frame.plot,
        "height": {"step": frame.step},
        "background": None,
        "autosize": "none",
        "padding": frame.padding | ({"bottom": 4} if chart.kind is ChartKind.CHANGES else {}),
        "data": {"values": [_datum(row, bar) for row, bar in enumerate(chart.bars)]},
        "encoding": {"y": {"field": "row", "type": "ordinal", "axis": None, "scale": {"paddingInner": 0}}},
        "layer": [
            *layers,
            {"mark": {"type": "text", **frame.name}, "encoding": {"text": {"field": "name"}}},
            {"mark": {"type": "text", **frame.note, "color": PAINT["muted"]}, "encoding": {"text": {"field": "note"}}},
        ],
        "config": {
            "view": {"stroke": None},
            "axis": {
                "domain": False,
                "ticks": False,
                "title": None,
                "grid": True,
                "gridColor": PAINT["rule"],
                "labelColor": PAINT["muted"],
                "labelFontSize": _FONT - 1,
                "labelPadding": 6,
            },
            "text": {"fontSize": _FONT, "color": PAINT["ink"], "baseline": "middle"},
        },
    }


def _datum(row: int, bar: Bar) -> Spec:
    percent = bar.numbers.get("percent", 0)
    label = f"{'+' if percent > 0 else '−'}{abs(percent):g}%"
    return {"row": row, "name": bar.name, "note": bar.note, "label": label, **bar.numbers}


def _bar(
    start: str, end: str, scale: Spec, colour: str, dy: float, *, size: int = _BAR, axis: Spec | None = None
) -> Spec:
    x = {"field": start, "type": "quantitative", "scale": scale, "axis": axis or {}}
    return {
        "mark": {"type": "bar", "size": size, "color": PAINT[colour], "yOffset": dy},
        "encoding": {"x": x, "x2": {"field": end}},
    }


def _prices(chart: Chart, frame: _Frame) -> list[Spec]:
    lows = [bar.numbers["low"] for bar in chart.bars]
    highs = [bar.numbers["high"] for bar in chart.bars]
    if is_logarithmic(chart):
        scale: Spec = {"type": "log", "domain": [min(lows) * 0.9, max(highs) * 1.1], "nice": False}
        axis: Spec = {"values": _round_prices(min(lows), max(highs)), "format": ",~r"}
    else:
        scale, axis = {"zero": True, "domain": [0, max(highs) * 1.04], "nice": False}, {"tickCount": 5, "format": ",~f"}
    dy = frame.below
    x = {"field": "median", "type": "quantitative", "scale": scale, "axis": axis}
    return [
        _bar("low", "high", scale, "muted", dy, size=1, axis=axis),
        _bar("q1", "q3", scale, "tint", dy, axis=axis),
        {
            "mark": {
                "type": "tick",
                "size": _BAR + 6,
                "thickness": 3,
                "color": PAINT["accent"],
                "opacity": 1,
                "yOffset": dy,
            },
            "encoding": {"x": x},
        },
    ]


def _stock(chart: Chart, frame: _Frame) -> list[Spec]:
    most = max(sum(bar.numbers.values()) for bar in chart.bars)
    scale: Spec = {"domain": [0, most], "nice": False}
    roles = [role for role, _ in _STOCK]
    folded = {"fold": roles, "as": ["role", "products"]}
    ordered = {"calculate": f"indexof({json.dumps(roles)}, datum.role)", "as": "place"}
    colours = {"domain": roles, "range": [PAINT[colour] for _, colour in _STOCK]}
    return [
        {
            "transform": [folded, ordered],
            "mark": {"type": "bar", "size": _BAR, "yOffset": frame.below},
            "encoding": {
                "x": {
                    "field": "products",
                    "type": "quantitative",
                    "stack": "zero",
                    "scale": scale,
                    "axis": {"tickMinStep": 1, "tickCount": 5},
                },
                "color": {"field": "role", "type": "nominal", "scale": colours, "legend": None},
                "order": {"field": "place", "type": "ordinal"},
            },
        }
    ]


def _discounts(chart: Chart, frame: _Frame) -> list[Spec]:
    most = max(bar.numbers["percent"] for bar in chart.bars)
    x: Spec = {
        "field": "percent",
        "type": "quantitative",
        "scale": {"domain": [0, min(100, most * 1.06)], "nice": False},
        "axis": {"tickCount": 5, "labelExpr": "datum.label + '%'"},
    }
    return [
        {
            "mark": {"type": "bar", "size": _BAR, "color": PAINT["accent"], "yOffset": frame.below},
            "encoding": {"x": x},
        }
    ]


def _changes(chart: Chart, frame: _Frame) -> list[Spec]:
    percents = [bar.numbers["percent"] for bar in chart.bars]
    room = (max(0.0, *percents) - min(0.0, *percents)) * 0.2  # for the number at a bar's end
    low = min(percents) - room if min(percents) < 0 else 0
    high = max(percents) + room if max(percents) > 0 else 0
    up = {"test": "datum.percent > 0"}
    x: Spec = {
        "field": "percent",
        "type": "quantitative",
        "scale": {"domain": [low, high], "nice": False},
        "axis": {"tickCount": 5, "labels": False},
    }
    colour = {"condition": {**up, "value": PAINT["up"]}, "value": PAINT["down"]}
    labels = [
        {
            "transform": [{"filter": test}],
            "mark": {
                "type": "text",
                "align": align,
                "dx": dx,
                "yOffset": frame.below,
                "fontWeight": 600,
                "color": PAINT[own],
            },
            "encoding": {"x": x, "text": {"field": "label"}},
        }
        for test, align, dx, own in (
            ("datum.percent > 0", "left", 5, "up"),
            ("datum.percent < 0", "right", -5, "down"),
        )
    ]
    bar: Spec = {
        "mark": {"type": "bar", "size": _BAR, "yOffset": frame.below},
        "encoding": {"x": x, "color": colour},
    }
    zero: Spec = {"mark": {"type": "rule", "color": PAINT["muted"]}, "encoding": {"x": {"datum": 0}, "y": None}}
    return [bar, zero, *labels]


def _round_prices(low: float, high: float) -> list[float]:
    """1, 2 and 5 times the powers of ten between two prices."""
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    return [step * 10**power for power in powers for step in (1, 2, 5) if low * 0.9 <= step * 10**power <= high * 1.1]
