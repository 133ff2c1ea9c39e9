import re

import pytest

from magicai.shops.report.charts import draw, is_logarithmic
from magicai.shops.report.plain import plain
from magicai.shops.report.report_model import Bar, Chart, ChartKind, ReportModel, Table
from magicai.shops.report.svg import drawn
from tests.unit.shops.report.hostile import NAMES

_TABLE = Table(title="", columns=(), rows=())


def chart(kind: ChartKind, *numbers: dict[str, float], name: str = "Tea") -> Chart:
    bars = tuple(Bar(name=name, numbers=own, note="note") for own in numbers)
    return Chart(kind=kind, title="Title", note="", currency="EUR", bars=bars, description="Description", table=_TABLE)


def prices(low: float, high: float) -> dict[str, float]:
    return {"low": low, "q1": low * 1.1, "median": low * 1.2, "q3": high * 0.9, "high": high}


def test_numbers_are_drawn_to_scale() -> None:
    wide, narrow = draw(chart(ChartKind.STOCK, {"in_stock": 6, "not_in_stock": 3, "unknown": 1}), "x")
    for svg, plot in ((wide, 400), (narrow, 330)):
        widths = [float(width) for width in re.findall(r'd="M[\d.]+,[\d.]+h([\d.]+)v14', svg)]
        assert widths == pytest.approx([plot * 0.6, plot * 0.3, plot * 0.1])


def test_rises_and_cuts_go_apart_and_carry_their_sign() -> None:
    wide, _ = draw(chart(ChartKind.CHANGES, {"percent": 20}, {"percent": -30}), "x")
    assert "+20%" in wide
    assert "−30%" in wide
    assert 'fill="var(--up)"' in wide
    assert 'fill="var(--down)"' in wide


def test_prices_far_apart_are_on_a_logarithmic_scale_and_others_not() -> None:
    far = chart(ChartKind.PRICES, prices(1, 20), prices(100, 900))
    near = chart(ChartKind.PRICES, prices(10, 20), prices(15, 90))
    assert is_logarithmic(far)
    assert not is_logarithmic(near)
    assert not is_logarithmic(chart(ChartKind.PRICES, prices(0, 500)))
    labels = re.findall(r">([\d,.]+)</text>", draw(far, "x")[0])
    assert labels[:4] == ["1", "2", "5", "10"]


@pytest.mark.parametrize(
    "numbers",
    [prices(0, 0), prices(5, 5), prices(0.01, 0.02), prices(1e9, 9e12), prices(0, 1e6)],
)
def test_any_prices_can_be_drawn(numbers: dict[str, float]) -> None:
    for svg in draw(chart(ChartKind.PRICES, numbers), "x"):
        assert "NaN" not in svg
        assert "Infinity" not in svg


@pytest.mark.parametrize("percent", [-100.0, -0.1, 0.1, 100_000.0])
def test_any_change_can_be_drawn(percent: float) -> None:
    for svg in draw(chart(ChartKind.CHANGES, {"percent": percent}), "x"):
        assert "NaN" not in svg


def test_names_are_text_and_no_more() -> None:
    told = [plain(name, 40) for name in NAMES]
    bars = tuple(Bar(name=name, numbers={"percent": 5}, note=name) for name in told)
    own = chart(ChartKind.DISCOUNTS).model_copy(update={"bars": bars, "title": told[0], "description": told[1]})
    for svg in draw(own, "x"):
        tags = set(re.findall(r"<(\w+)", svg))
        assert tags <= {"svg", "title", "desc", "g", "path", "line", "rect", "text"}
        assert not re.search(r"<[^>]* (?:on\w+|style|href|class=\"mark)", svg)


def test_a_chart_says_what_it_is_without_being_seen() -> None:
    wide, narrow = draw(chart(ChartKind.DISCOUNTS, {"percent": 5}), "stock-1")
    for svg, name in ((wide, "wide"), (narrow, "narrow")):
        assert f'role="img" aria-labelledby="stock-1-{name}-title stock-1-{name}-desc"' in svg
        assert f'<title id="stock-1-{name}-title">Title</title><desc id="stock-1-{name}-desc">Description</desc>' in svg


def test_a_chart_can_fetch_nothing() -> None:
    spec = {"data": {"url": "https://evil.example/x.json"}, "mark": "bar", "encoding": {}}
    with pytest.raises(Exception, match="evil"):
        drawn(spec, title="", description="", identity="x", css_class="wide")


def test_the_report_has_a_chart_wherever_numbers_carry_one(english: ReportModel) -> None:
    kinds = [own.kind for part in english.shops[0].parts for own in part.charts]
    assert kinds == ["changes", "prices", "prices", "discounts", "stock"]
    assert all(own.table.rows and own.description for part in english.shops[0].parts for own in part.charts)
