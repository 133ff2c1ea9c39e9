"""Lay a report out: which sentences, charts and tables stand in which section."""

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from magicai.runs.run import Problem
from magicai.shops.analysis import Analysis, Group, SharedBrand, ShopAnalysis
from magicai.shops.brands import counted_as
from magicai.shops.crawl_result import CrawlData, ReportSummary
from magicai.shops.identity import ShopIdentity
from magicai.shops.own_comparison import OwnComparison
from magicai.shops.product import Product, Seen
from magicai.shops.report import chart_data, tables
from magicai.shops.report.changed import changed
from magicai.shops.report.fact_parts import priced_stats, whole_of, with_name
from magicai.shops.report.facts import Measure, Role, Section, top_findings
from magicai.shops.report.headline import headline
from magicai.shops.report.numerals import Language, Numerals
from magicai.shops.report.plain import plain
from magicai.shops.report.report_model import Chart, Figure, Finding, Part, ReportModel, ShopReport, Table
from magicai.shops.report.sentence import Sentence
from magicai.shops.report.to_do import to_do
from magicai.shops.report.vocabulary import Words, agreed
from magicai.shops.report.words import words_of
from magicai.shops.sample.serving import HOST

FINDINGS = 3
# What is told in a paragraph of its own among the changes, in this order: products, prices, stock.
_TOPICS = (
    frozenset(
        (
            *(Measure.COMPARED, Measure.NOTHING_COMPARED, Measure.NOTHING_CHANGED),
            *(Measure.NEW_PRODUCTS, Measure.GONE_PRODUCTS),
        )
    ),
    frozenset((Measure.DEARER, Measure.BIGGEST_RISE, Measure.CHEAPER, Measure.BIGGEST_CUT)),
    frozenset((Measure.SOLD_OUT, Measure.BACK_IN_STOCK)),
)
_PAGES = frozenset((Measure.PAGES_READ, Measure.PAGES_UNCHANGED, Measure.PAGES_REFUSED, Measure.PAGES_FAILED))


def lay_out(
    crawl_data: CrawlData,
    analysis: Analysis,
    sentences: Sequence[Sentence],
    *,
    language: Language,
    read_at: str = "",
    summary: ReportSummary | None = None,
    shared_brands: Sequence[SharedBrand] = (),
    own: Sequence[OwnComparison] = (),
    problems: Sequence[Problem] = (),
    names: Mapping[str, str] = MappingProxyType({}),
) -> ReportModel:
    """The report of these sentences, with the charts and tables that belong to them.

    Args:
        read_at: ISO 8601; when the shops were read.
        own: one's own catalogue against these shops.
        names: what shops are called that are not called by what the records know them by.
    """
    words, numerals = words_of(language), Numerals(language)
    read = {data.shop: data for data in (crawl_data.shops or (crawl_data,))}
    shops: list[ShopReport] = []
    named = {shop.shop: called(shop.shop, words, names) for shop in analysis.shops}
    findings = findings_of(sentences, named)
    # What stands above is not said again below.
    found = {finding.sentence.fact.fact_id for finding in findings}
    for shop in analysis.shops:
        data = read.get(shop.shop) or crawl_data
        told = [sentence for sentence in sentences if sentence.fact.shop == shop.shop]
        shared = [b for b in shared_brands if b.shop == shop.shop or (len(analysis.shops) == 1 and not b.shop)]
        catalogue = next((comparison for comparison in own if comparison.shop == shop.shop), None)
        counted = counted_as(shop.brands, shared)
        told_once = _Told(named[shop.shop], told, frozenset(found))
        shops.append(_shop(shop, data.products, told_once, counted, catalogue, numerals))
    title = ", ".join([*named.values()][:2])
    if more := len(analysis.shops) - 2:
        title += f" {words.and_more.format(more)}" if more > 0 else ""
    return ReportModel(
        language=language,
        title=words.title.format(title or called(crawl_data.shop, words, names)),
        read_at=read_at,
        compared_with=_compared_with(analysis),
        findings=findings,
        shops=tuple(shops),
        problems=tables.problems(problems, words) if problems else None,
        summary=summary,
        to_do=to_do(analysis, own, language, named),
    )


def called(shop: str, words: Words, names: Mapping[str, str]) -> str:
    """A shop as a person knows it: by its name, its host, and the sample by its own name."""
    return plain(names[shop]) if shop in names else words.sample_shop if shop == HOST else plain(shop)


def names_of(identities: Iterable[ShopIdentity]) -> dict[str, str]:
    """What shops are called, by what the records know them by; the sample has a name in each language."""
    return {one.shop: one.called for one in identities if one.name or one.shop != HOST}


def findings_of(sentences: Sequence[Sentence], named: Mapping[str, str], most: int = FINDINGS) -> tuple[Finding, ...]:
    """The sentences that matter most, with the number that each is about."""
    by_fact = {sentence.fact.fact_id: sentence for sentence in sentences}
    top = (by_fact[fact.fact_id] for fact in top_findings((s.fact for s in sentences), most))
    return tuple(
        Finding(
            shop=named.get(sentence.fact.shop, sentence.fact.shop),
            figure=headline(sentence.fact, sentence.language),
            sentence=sentence,
        )
        for sentence in top
    )


def one_line(finding: Finding, *, several_shops: bool) -> str:
    """A finding as a terminal shows it: its sentence, after the shop's name where there are several."""
    shop = f"{plain(finding.shop)}: " if several_shops else ""
    return shop + finding.sentence.text


class _Told(NamedTuple):
    """A shop's name and sentences; `above` has the ids of facts that stand among the findings."""

    name: str
    sentences: Sequence[Sentence]
    above: frozenset[str]


def _shop(
    shop: ShopAnalysis,
    products: Sequence[Product],
    told: _Told,
    shared: Sequence[SharedBrand],
    catalogue: OwnComparison | None,
    numerals: Numerals,
) -> ShopReport:
    words = words_of(numerals.language)
    seen = [product for product in products if product.seen is Seen.SEEN]
    parts: list[Part] = []
    for section in Section:
        all_own = tuple(sentence for sentence in told.sentences if sentence.fact.section is section)
        own = tuple(sentence for sentence in all_own if sentence.fact.fact_id not in told.above)
        charts = _charts(section, shop, numerals)
        listed = _tables(section, shop, shared, catalogue, numerals)
        if own or charts or listed:
            part = Part(
                section=section,
                title=words.sections[section],
                basis=_basis(section, shop, all_own, numerals),
                paragraphs=_paragraphs(own),
                charts=charts,
                tables=listed,
            )
            parts.append(part)
    return ShopReport(
        shop=told.name,
        figures=_figures(shop, numerals),
        changed_title=words.changed_since.format(numerals.minute(shop.changes.since)) if shop.changes else "",
        changed=changed(shop.changes, words, numerals) if shop.changes else (),
        parts=tuple(parts),
        products=tables.products(seen, words, numerals) if seen else None,
    )


def _paragraphs(sentences: Sequence[Sentence]) -> tuple[tuple[Sentence, ...], ...]:
    """One for each currency and one for what is said of none; among the changes, one for each topic."""
    found: dict[object, list[Sentence]] = {}
    for sentence in sentences:
        topic = next((topic for topic in _TOPICS if sentence.fact.measure in topic), None)
        found.setdefault((sentence.fact.currency, topic), []).append(sentence)
    return tuple(tuple(paragraph) for paragraph in found.values())


def _charts(section: Section, shop: ShopAnalysis, numerals: Numerals) -> tuple[Chart, ...]:
    words, groups = words_of(numerals.language), _largest_first(shop.categories)
    charts: list[Chart | None] = []
    match section:
        case Section.PRICES:
            currencies = [stats.currency or "" for stats in priced_stats(shop.stats)]
            charts = [chart_data.prices(groups, currency, words, numerals) for currency in currencies]
        case Section.STOCK:
            charts = [chart_data.stock(groups, words, numerals)]
        case Section.DISCOUNTS:
            charts = [chart_data.discounts(groups, words, numerals)]
        case Section.CHANGES if shop.changes:
            charts = [chart_data.changes(shop.changes, words, numerals)]
        case _:
            pass
    return tuple(chart for chart in charts if chart)


def _tables(
    section: Section,
    shop: ShopAnalysis,
    shared: Sequence[SharedBrand],
    catalogue: OwnComparison | None,
    numerals: Numerals,
) -> tuple[Table, ...]:
    words = words_of(numerals.language)
    listed: list[Table] = []
    if section is Section.BRANDS:
        if groups := _largest_first(shop.brands):
            listed.append(tables.brands(groups, words, numerals))
        if shared:
            listed.append(tables.shared_brands(shared, words, numerals))
    elif section is Section.OWN and catalogue:
        listed = [
            tables.own_catalogue(pairs, title, words, numerals)
            for pairs, title in ((catalogue.pairs, words.all_matched), (catalogue.proposals, words.proposals))
            if pairs
        ]
    elif section is Section.CHANGES and shop.changes and not chart_data.changes(shop.changes, words, numerals):
        listed = [table for table in (tables.changes(shop.changes, words, numerals),) if table.rows]
    return tuple(listed)


def _basis(section: Section, shop: ShopAnalysis, sentences: Sequence[Sentence], numerals: Numerals) -> str:
    words = words_of(numerals.language)
    match section:
        case Section.RANGE | Section.BRANDS:
            said, number = words.basis_products, shop.products
        case Section.PRICES | Section.DISCOUNTS:
            said, number = words.basis_priced, sum(stats.priced for stats in priced_stats(shop.stats))
        case Section.STOCK:
            said, number = words.basis_known_stock, whole_of(shop.stats).known_stock
        case Section.CHANGES:
            said, number = words.basis_compared, shop.changes.compared if shop.changes else 0
        case Section.OWN:
            listed = (s.fact.basis or 0 for s in sentences if s.fact.measure is Measure.BOTH_SELL)
            said, number = words.basis_catalogue, next(listed, 0)
        case Section.READING:
            pages = (s.fact.value(Role.COUNT).amount for s in sentences if s.fact.measure in _PAGES)
            said, number = words.basis_pages, int(sum(pages))
    return agreed(said, number).format(numerals.count(number)) if number else ""


def _figures(shop: ShopAnalysis, numerals: Numerals) -> tuple[Figure, ...]:
    words, whole = words_of(numerals.language), whole_of(shop.stats)
    by_currency = priced_stats(shop.stats)
    figures = [Figure(figure=numerals.count(shop.products), label=words.products)]
    if by_currency and by_currency[0].median is not None:
        median = numerals.money(by_currency[0].median, by_currency[0].currency)
        figures.append(Figure(figure=median, label=words.labels[Measure.MEDIAN_PRICE]))
    if whole.known_stock:
        in_stock = f"{numerals.count(whole.in_stock)} / {numerals.count(whole.known_stock)}"
        figures.append(Figure(figure=in_stock, label=words.in_stock))
    if by_currency:
        discounted = numerals.count(sum(stats.discounted for stats in by_currency))
        priced = numerals.count(sum(stats.priced for stats in by_currency))
        figures.append(Figure(figure=f"{discounted} / {priced}", label=words.discounted))
    return tuple(figures)


def _largest_first(groups: Sequence[Group]) -> list[Group]:
    return sorted(with_name(groups), key=lambda group: (-whole_of(group.stats).count, group.name))


def _compared_with(analysis: Analysis) -> str:
    return max((shop.changes.since for shop in analysis.shops if shop.changes), default="")
