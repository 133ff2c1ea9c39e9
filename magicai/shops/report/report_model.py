"""The report before it is Markdown or HTML: what stands where; every text still raw, to be escaped by its renderer."""

from enum import StrEnum

from magicai.shops.crawl_result import ReportSummary
from magicai.shops.report.facts import Section
from magicai.shops.report.numerals import Language
from magicai.shops.report.sentence import Sentence
from magicai.values.frozen import Frozen


class Tone(StrEnum):
    """How a figure is coloured."""

    PLAIN = "plain"
    UP = "up"
    DOWN = "down"


class Figure(Frozen):
    """A number that stands by itself, and what it counts."""

    figure: str
    label: str
    tone: Tone = Tone.PLAIN


class Finding(Frozen):
    """One of the things that matter most, and what its shop is called."""

    shop: str
    figure: Figure
    sentence: Sentence


class Cell(Frozen):
    """One cell of a table.

    Attributes:
        href: an http or https address, or "".
        name: whether `text` is crawled, and may run in any direction.
    """

    text: str
    href: str = ""
    name: bool = False


class Column(Frozen):
    """A column's heading; numbers are set to the right."""

    label: str
    number: bool = False


class Table(Frozen):
    """Rows under headings; `note` says where it was cut short."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""


class ChartKind(StrEnum):
    """How the rows of a chart are drawn."""

    PRICES = "prices"
    STOCK = "stock"
    DISCOUNTS = "discounts"
    CHANGES = "changes"


class Bar(Frozen):
    """One row of a chart: its name, its numbers by role, and what is written beside them.

    The roles are `low, q1, median, q3, high` for prices, `in_stock, not_in_stock, unknown` for stock, `percent` for
    discounts and changes.
    """

    name: str
    numbers: dict[str, float]
    note: str = ""


class Chart(Frozen):
    """A chart, what it shows in words for those who do not see it, and the same as a table."""

    kind: ChartKind
    title: str
    note: str
    currency: str | None
    bars: tuple[Bar, ...]
    description: str
    table: Table


class Part(Frozen):
    """A section of one shop's report.

    Attributes:
        basis: from how many products its numbers come.
        paragraphs: each of one currency, or of none.
    """

    section: Section
    title: str
    basis: str
    paragraphs: tuple[tuple[Sentence, ...], ...]
    charts: tuple[Chart, ...] = ()
    tables: tuple[Table, ...] = ()


class ChangedProduct(Frozen):
    """A product that changed, and what is told beside its name."""

    name: Cell
    note: str = ""


class Changed(Frozen):
    """Products that one thing became of: how many, the first few by name, and how many more in words."""

    label: str
    count: str
    tone: Tone
    products: tuple[ChangedProduct, ...]
    more: str = ""


class ShopReport(Frozen):
    """One shop's figures, what changed by name, sections and products."""

    shop: str
    figures: tuple[Figure, ...]
    changed_title: str
    changed: tuple[Changed, ...]
    parts: tuple[Part, ...]
    products: Table | None


class ReportModel(Frozen):
    """The whole report.

    Attributes:
        read_at, compared_with: ISO 8601; "" where unknown.
        summary: None where no language model wrote one.
        to_do: sentences that are not escaped.
    """

    language: Language
    title: str
    read_at: str
    compared_with: str
    findings: tuple[Finding, ...]
    shops: tuple[ShopReport, ...]
    problems: Table | None
    summary: ReportSummary | None = None
    to_do: tuple[str, ...] = ()
