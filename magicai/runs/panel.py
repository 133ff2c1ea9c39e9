"""A panel of a run's page, as a workflow declares it."""

from collections.abc import Iterator, Mapping
from dataclasses import MISSING, dataclass, field, fields
from typing import Any, Literal, get_args

PanelKind = Literal["document", "table", "chart", "text", "files", "answer", "queue", "items"]
ColumnKind = Literal["auto", "text", "number", "money", "percent", "bytes", "duration", "date", "link", "image"]
PANEL_KINDS: tuple[PanelKind, ...] = get_args(PanelKind)
# What each kind needs, and what it may have besides.
_NEEDS: Mapping[PanelKind, tuple[str, ...]] = {
    "table": ("source",),
    "chart": ("source", "x", "y"),
    "text": ("source",),
    "answer": ("source", "sources"),
    "queue": ("entity", "state", "message", "key", "buttons"),
}
_MAY: Mapping[PanelKind, tuple[str, ...]] = {
    "table": ("columns",),
    "chart": ("shape", "series", "unit"),
    "text": ("format",),
    "queue": ("columns",),
    "items": ("step",),
}


def _nothing() -> Mapping[str, Any]:
    return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of a table or a queue.

    Attributes:
        name: the field of each row; the page's words for it are `table.NAME`.
        kind: how a value is shown: `money` is an amount in `unit`, `percent` a share of 1, `duration` seconds, `date`
            an ISO 8601 date or time, `image` the address of a picture. `auto` goes by the value.
        unit: of `number`, such as `kg`; of `money`, an ISO 4217 code, or the field of the row that has it.
    """

    name: str
    kind: ColumnKind = "auto"
    unit: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """A decision that a person can take about an entity of a queue.

    Attributes:
        title: a verb; the page's words for it are `button.TITLE`.
        values: fields of the message that it sends.
        asks: fields of the message that the person fills in.
    """

    title: str
    values: Mapping[str, Any] = field(default_factory=_nothing)
    asks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """A part of a run's page. One that has nothing to show is left out.

    Attributes:
        kind: the main document; a table; a chart; text; the downloads; an answer with numbered sources; a queue of
            entities that wait for a decision; the run's items by state.
        source: the dotted path in the result of a table's or chart's rows (a list of objects, or one object of names
            and values), or of the text.
        columns: of a table or queue, the fields to show, in order; all fields if empty.
        shape: of a chart.
        x, y: of a chart, the field of the horizontal axis, and the fields of the values.
        series: of a chart, the field whose values split the rows into one series each.
        unit: of a chart's values: an ISO 4217 code, `%` for shares of 1, or any other.
        format: of a text.
        sources: of an answer, the dotted path of its sources: objects with `title` and, where there is one, `url` and
            `text`. `[1]` in the text is the first.
        entity, state: of a queue, the kind of its entities, and the state in which they wait. Their ids begin with the
            run's and a colon.
        message: of a queue, the type of the message that decides.
        key: of a queue, the field of the message that names the entity, by the field of the entity's data.
        buttons: of a queue, the decisions.
        step: of items, only those of this step.
    """

    kind: PanelKind
    title: str
    source: str = ""
    columns: tuple[str | Column, ...] = ()
    shape: Literal["line", "bar", "scatter"] = "line"
    x: str = ""
    y: tuple[str, ...] = ()
    series: str = ""
    unit: str = ""
    format: Literal["markdown", "plain"] = "markdown"
    sources: str = ""
    entity: str = ""
    state: str = ""
    message: str = ""
    key: Mapping[str, str] = field(default_factory=_nothing)
    buttons: tuple[Button, ...] = ()
    step: str = ""

    def __post_init__(self) -> None:
        """Raise ValueError if the kind needs what is not given, or has no use for what is."""
        if self.kind not in PANEL_KINDS:
            raise ValueError(
                f"the panel {self.title!r} is {self.kind!r}, which is not one of: {', '.join(PANEL_KINDS)}"
            )
        needs, may = _NEEDS.get(self.kind, ()), _MAY.get(self.kind, ())
        for name in needs:
            if not getattr(self, name):
                raise ValueError(f"the {self.kind} {self.title!r} has no {name}")
        for name in _given(self):
            if name not in ("kind", "title", *needs, *may):
                raise ValueError(f"the {self.kind} {self.title!r} has no use for {name}")

    @property
    def shown_columns(self) -> tuple[Column, ...]:
        """The columns, each with its kind."""
        return tuple(Column(name=column) if isinstance(column, str) else column for column in self.columns)

    @property
    def places(self) -> Iterator[str]:
        """The dotted paths of the result that it names."""
        if self.source:
            yield self.source
        if self.sources:
            yield self.sources
        if self.kind in ("table", "chart"):
            names = [*(shown_column.name for shown_column in self.shown_columns), self.x, *self.y, self.series]
            units = [one.unit for one in self.shown_columns if one.kind == "money" and not one.unit.isupper()]
            yield from (f"{self.source}.{name}" for name in (*names, *units) if name)


def _given(panel: Panel) -> Iterator[str]:
    for one in fields(panel):
        usual = one.default if one.default_factory is MISSING else one.default_factory()
        if getattr(panel, one.name) != usual:
            yield one.name
