"""The report's fixed words: headings, labels, notes; sentences are the composer's."""

import re
from dataclasses import dataclass

from magicai.shops.analysis import ChangeKind
from magicai.shops.product import Availability
from magicai.shops.report.facts import Measure, Section

_AGREES = re.compile(r"\[([^|\]]*)\|([^\]]*)\]")


@dataclass(frozen=True, slots=True)
class Words:
    """Everything that is said around the facts, in one language; `{}` is filled in, `[one|many]` agrees with it."""

    language_tag: str
    eyebrow: str
    title: str
    sample_shop: str
    shops: str
    read_at: str
    compared_with: str
    findings: str
    to_do: str
    changed_since: str
    and_more: str
    more_products: str
    sections: dict[Section, str]
    basis_products: str
    basis_priced: str
    basis_known_stock: str
    basis_compared: str
    basis_catalogue: str
    basis_pages: str
    labels: dict[Measure, str]
    products: str
    product: str
    price: str
    list_price: str
    stock: str
    brand: str
    category: str
    categories: str
    currency: str
    count: str
    priced: str
    average: str
    median: str
    low: str
    high: str
    q1: str
    q3: str
    discounted: str
    median_discount: str
    in_stock: str
    not_in_stock: str
    stock_unknown: str
    change: str
    old: str
    new: str
    difference: str
    page: str
    problem: str
    way_out: str
    problems: str
    ours: str
    theirs: str
    all_matched: str
    your_product: str
    proposals: str
    match: str
    suggestion: str
    sure: str
    likely: str
    checked_likely: str
    availability: dict[Availability, str]
    changes: dict[ChangeKind, str]
    changed: dict[ChangeKind, str]
    chart_prices: str
    chart_prices_note: str
    chart_log: str
    chart_stock: str
    chart_stock_note: str
    chart_discounts: str
    chart_discounts_note: str
    chart_changes: str
    chart_changes_note: str
    as_table: str
    all_products: str
    first_products: str
    more_rows: str
    all_changes: str
    all_brands: str
    shared_brands: str
    none: str
    summary: str
    summary_by: str
    checked_by: str
    partly_checked: str
    not_checked: str
    left_out: str
    semicolon: str
    says_otherwise: str
    says_what_nothing_does: str
    too_long: str
    too_many: str
    rests_on_nothing: str
    other_language: str
    composed: str
    composed_but_summary: str
    made_by: str


def agreed(text: str, number: int) -> str:
    """The text with every `[one|many]` in it as it stands after a number."""
    return _AGREES.sub(lambda forms: forms[1] if number == 1 else forms[2], text)
