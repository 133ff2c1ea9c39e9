"""A list of products in, a clean catalogue out."""

from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State

from integrations.prefect.walk import walk
from magicai.brain.planner import goal
from magicai.catalogue.product_list import WORKFLOW, ProductList
from tasks.product_list.ask_for_texts import ask_for_texts
from tasks.product_list.categorise_products import categorise_products
from tasks.product_list.clean_texts import clean_texts
from tasks.product_list.crawl_shop import crawl_shop
from tasks.product_list.fetch_products import fetch_products
from tasks.product_list.finish_list import finish_list
from tasks.product_list.import_rows import import_rows
from tasks.product_list.process_images import process_images
from tasks.product_list.read_list import read_list
from tasks.product_list.relate_products import relate_products
from tasks.product_list.score_reviews import score_reviews
from tasks.shared.index_stores import index_stores

GOAL = goal(
    WORKFLOW,
    provides=("finished", "indexed", "scored", "related", "texts_asked"),
    steps=(
        read_list,
        crawl_shop,
        import_rows,
        fetch_products,
        clean_texts,
        categorise_products,
        process_images,
        score_reviews,
        relate_products,
        ask_for_texts,
        finish_list,
        index_stores.after("finished"),
    ),
)


@flow(name=WORKFLOW.name, persist_result=False)
async def product_list(request: ProductList) -> State[Any]:
    """Read a list of products, and keep each once, with what is known of it.

    Args:
        request: Addresses, a file, a feed or a shop.
    """
    return await walk(GOAL, request)
