"""The report as Markdown: every crawled text is escaped, so that it can only be read."""

import re
from collections.abc import Iterator, Sequence

from magicai.shops.report.report_model import Cell, Changed, Part, ReportModel, ShopReport, Table
from magicai.shops.report.sentence import Sentence, Slot
from magicai.shops.report.standfirst import colophon, standfirst
from magicai.shops.report.words import words_of

# Whatever CommonMark and its common extensions give a meaning to, dots and colons of bare addresses too. A hyphen is
# plain text where it does not begin a line, and no crawled text does.
_SYNTAX = re.compile(r"[\\`*_{}\[\]<>()#+!|~^$=:@/.&\"]")
# Some renderers make links of e-mail addresses when all escapes are gone; an invisible word joiner stops them.
_AT, _NO_ADDRESS = "\\@", "\u2060\\@"


def render_markdown(report: ReportModel) -> str:
    """CommonMark with tables, and nothing else: no HTML, no picture."""
    return "\n".join(_lines(report)).rstrip() + "\n"


def escaped(text: str) -> str:
    """Crawled text, already on one line, with nothing in it that Markdown would read."""
    return _SYNTAX.sub(r"\\\g<0>", text).replace(_AT, _NO_ADDRESS)


def _lines(report: ReportModel) -> Iterator[str]:
    words = words_of(report.language)
    several = len(report.shops) > 1
    yield f"# {escaped(report.title)}"
    yield ""
    if line := standfirst(report):
        yield f"*{line}*"
        yield ""
    if report.summary:
        yield f"## {words.summary}"
        yield ""
        yield escaped(report.summary.text)
        yield ""
        yield f"*{escaped(' '.join((words.summary_by.format(report.summary.written_by), *report.summary.notes)))}*"
        yield ""
    if report.to_do:
        yield f"## {words.to_do}"
        yield ""
        yield from (f"- {escaped(one)}" for one in report.to_do)
        yield ""
    if report.findings:
        yield f"## {words.findings}"
        yield ""
        for finding in report.findings:
            shop = f"{escaped(finding.shop)}: " if several else ""
            yield f"- **{finding.figure.figure}** {finding.figure.label} – {shop}{_sentence(finding.sentence)}"
        yield ""
    for shop in report.shops:
        yield from _shop(shop, report, several=several)
    if report.problems:
        yield f"## {words.problems}"
        yield ""
        yield from _table(report.problems)
    yield "---"
    yield ""
    yield f"{escaped(colophon(report))} {words.made_by}"


def _shop(shop: ShopReport, report: ReportModel, *, several: bool) -> Iterator[str]:
    words = words_of(report.language)
    level = "##"
    if several:
        yield f"## {escaped(shop.shop)}"
        yield ""
        level = "###"
    if shop.changed:
        yield f"{level} {shop.changed_title}"
        yield ""
        yield from (f"- **{one.label} ({one.count})** – {_named(one, report)}" for one in shop.changed)
        yield ""
    for part in shop.parts:
        yield from _part(part, report, level)
    if shop.products:
        yield f"{level} {words.products}"
        yield ""
        yield from _table(shop.products)


def _part(part: Part, report: ReportModel, level: str) -> Iterator[str]:
    between = " " if report.language == "en" else ""
    yield f"{level} {part.title}"
    yield ""
    if part.basis:
        yield f"*{part.basis}*"
        yield ""
    for paragraph in part.paragraphs:
        yield between.join(_sentence(sentence) for sentence in paragraph)
        yield ""
    for table in (*(chart.table for chart in part.charts), *part.tables):
        yield f"**{table.title}**"
        yield ""
        yield from _table(table)


def _named(changed: Changed, report: ReportModel) -> str:
    comma, opening, closing = (", ", " (", ")") if report.language == "en" else ("、", "（", "）")
    named = [
        f"{_cell(one.name)}{opening}{one.note}{closing}" if one.note else _cell(one.name) for one in changed.products
    ]
    return comma.join([*named, changed.more] if changed.more else named)


def _sentence(sentence: Sentence) -> str:
    return "".join(piece if isinstance(piece, str) else _slot(piece) for piece in sentence.pieces)


def _slot(slot: Slot) -> str:
    text = escaped(slot.text) if slot.is_name else slot.text
    return f"[{text}](<{slot.href}>)" if slot.href else text


def _table(table: Table) -> Iterator[str]:
    yield _row([column.label for column in table.columns])
    yield _row(["---:" if column.number else "---" for column in table.columns])
    for row in table.rows:
        yield _row([_cell(cell) for cell in row])
    yield ""
    if table.note:
        yield f"*{table.note}*"
        yield ""


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cell(cell: Cell) -> str:
    text = escaped(cell.text) if cell.name else cell.text
    return f"[{text}](<{cell.href}>)" if cell.href else text
