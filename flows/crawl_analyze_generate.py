"""Crawl competitors' shops, analyse them, and write a report."""

from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State

from integrations.prefect.walk import walk
from magicai.brain.planner import goal
from magicai.shops.crawl_analyze_generate import WORKFLOW, CrawlAnalyzeGenerate
from tasks.crawl_analyze_generate.analyse_shops import analyse_shops
from tasks.crawl_analyze_generate.announce_alerts import announce_alerts
from tasks.crawl_analyze_generate.announce_changes import announce_changes
from tasks.crawl_analyze_generate.compare_catalogue import compare_catalogue
from tasks.crawl_analyze_generate.compose_report import compose_report
from tasks.crawl_analyze_generate.crawl_shops import crawl_shops
from tasks.crawl_analyze_generate.fetch_model import fetch_model
from tasks.crawl_analyze_generate.file_report import file_report
from tasks.crawl_analyze_generate.fill_fields import fill_fields
from tasks.crawl_analyze_generate.learn_fields import learn_fields
from tasks.crawl_analyze_generate.relate_brands import relate_brands
from tasks.crawl_analyze_generate.render_pages import render_pages
from tasks.crawl_analyze_generate.save_products import save_products
from tasks.crawl_analyze_generate.summarise_report import summarise_report
from tasks.shared.index_stores import index_stores

GOAL = goal(
    WORKFLOW,
    provides=("crawl_data", "analysis", "shared_brands", "report", "indexed"),
    wants=("announced", "alerts", "filled"),
    steps=(
        fetch_model,
        crawl_shops,
        render_pages,
        save_products,
        learn_fields,
        fill_fields,
        analyse_shops,
        relate_brands,
        compare_catalogue,
        compose_report,
        summarise_report,
        file_report,
        index_stores.after("report"),
        announce_changes,
        announce_alerts,
    ),
)


@flow(name=WORKFLOW.name, persist_result=False)
async def crawl_analyze_generate(request: CrawlAnalyzeGenerate) -> State[Any]:
    """Crawl one or more shops and report what they sell, at what prices, what is in stock and what changed.

    Args:
        request: What to read, and how.
    """
    return await walk(GOAL, request)
