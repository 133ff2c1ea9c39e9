"""The two lines around a report: when and from what it was made, and who wrote it."""

from magicai.shops.report.numerals import Numerals
from magicai.shops.report.report_model import ReportModel
from magicai.shops.report.words import words_of


def standfirst(report: ReportModel) -> str:
    """When the shops were read, and with which reading they are compared."""
    words, numerals = words_of(report.language), Numerals(report.language)
    parts: list[str] = []
    times = numerals.moments(report.read_at, report.compared_with)
    if report.read_at:
        parts.append(words.read_at.format(times[0]))
    if report.compared_with:
        parts.append(words.compared_with.format(times[1]))
    return " · ".join(parts)


def colophon(report: ReportModel) -> str:
    """Who wrote its sentences."""
    words = words_of(report.language)
    return words.composed_but_summary if report.summary else words.composed
