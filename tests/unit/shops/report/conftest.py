from collections.abc import Mapping
from types import MappingProxyType

import pytest

from magicai.shops.analysis import Analysis
from magicai.shops.crawl_result import CrawlAnalyzeGenerateResult
from magicai.shops.report.compose import compose
from magicai.shops.report.fact_finding import facts_of
from magicai.shops.report.layout import lay_out
from magicai.shops.report.numerals import Language
from magicai.shops.report.report_model import ReportModel
from tests.unit.shops.report import example_shop
from tests.unit.shops.report.hostile import NAMES


def laid_out(
    result: CrawlAnalyzeGenerateResult, language: Language, names: Mapping[str, str] = MappingProxyType({})
) -> ReportModel:
    """The composer's report of a result."""
    facts = facts_of(result.crawl_data, result.analysis, result.shared_brands, result.problems, result.own_comparison)
    return lay_out(
        result.crawl_data,
        result.analysis,
        compose(facts, language),
        language=language,
        read_at=result.finished_at,
        shared_brands=result.shared_brands,
        own=result.own_comparison,
        problems=result.problems,
        names=names,
    )


def hostile_result() -> CrawlAnalyzeGenerateResult:
    """The example shop, with a hostile text wherever a shop can put one."""
    result = example_shop.result()
    products = [
        product.model_copy(
            update={
                "name": NAMES[place % len(NAMES)],
                "brand": NAMES[(place // 5) % len(NAMES)],
                "category": (NAMES[(place // 8) % len(NAMES)],),
                "url": f"javascript:alert({place})"
                if place % 2
                else f"https://shop.example/{NAMES[place % len(NAMES)]}",
                "description": NAMES[place % len(NAMES)],
                "sku": NAMES[place % len(NAMES)],
            }
        )
        for place, product in enumerate(example_shop.products())
    ]
    changes = example_shop.changes(products)
    shop = example_shop.analysis_of(products, changes, shop="evil.example<script>")
    return result.model_copy(
        update={
            "crawl_data": example_shop.crawl_data(products, "evil.example<script>"),
            "analysis": Analysis(shops=(shop,)),
            "shared_brands": tuple(
                brand.model_copy(update={"brand": name, "categories": NAMES[:3]})
                for brand, name in zip(example_shop.SHARED, NAMES, strict=False)
            ),
            "problems": tuple(
                problem.model_copy(update={"where": name, "what": name, "way_out": name})
                for problem, name in zip(example_shop.PROBLEMS, NAMES, strict=False)
            ),
        }
    )


@pytest.fixture(scope="session")
def result() -> CrawlAnalyzeGenerateResult:
    return example_shop.result()


@pytest.fixture(scope="session")
def english(result: CrawlAnalyzeGenerateResult) -> ReportModel:
    return laid_out(result, "en")


@pytest.fixture(scope="session")
def chinese(result: CrawlAnalyzeGenerateResult) -> ReportModel:
    return laid_out(result, "zh")


@pytest.fixture(scope="session")
def hostile() -> CrawlAnalyzeGenerateResult:
    return hostile_result()


@pytest.fixture(scope="session")
def hostile_report(hostile: CrawlAnalyzeGenerateResult) -> ReportModel:
    return laid_out(hostile, "en")
