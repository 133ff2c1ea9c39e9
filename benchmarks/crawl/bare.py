"""A bare loop of httpx and selectolax, as quick as such a script gets: `python -m benchmarks.crawl.bare ORIGIN`.

No robots.txt, no retries, nothing kept but the products in a list.
"""

import asyncio
import json
import sys
from urllib.parse import urljoin

import httpx
from selectolax.lexbor import LexborHTMLParser

from benchmarks.crawl.found import Found, Meter, from_json_ld, tell
from benchmarks.crawl.shop import CONCURRENCY


async def crawl(origin: str) -> tuple[dict[str, float], list[Found]]:
    """Read the shop."""
    products: list[Found] = []
    seen = {f"{origin}/"}
    queue: asyncio.Queue[str] = asyncio.Queue()
    queue.put_nowait(f"{origin}/")

    def read(url: str, body: bytes) -> None:
        tree = LexborHTMLParser(body)
        if "/products/" in url:
            scripts = tree.css('script[type="application/ld+json"]')
            product = from_json_ld(json.loads(script.text()) for script in scripts)
            if product is not None:
                products.append(product)
            return
        for link in tree.css("nav.main a, .product-card h3 a, a.next"):
            target = urljoin(url, link.attributes["href"] or "")
            if target not in seen:
                seen.add(target)
                queue.put_nowait(target)

    async with httpx.AsyncClient(trust_env=False) as client:

        async def work() -> None:
            while True:
                url = await queue.get()
                read(url, (await client.get(url)).content)
                queue.task_done()

        meter = Meter()
        workers = [asyncio.create_task(work()) for _ in range(CONCURRENCY)]
        await queue.join()
        measured = meter.stop(len(seen))
        for worker in workers:
            worker.cancel()
        await asyncio.gather(*workers, return_exceptions=True)
    return measured, products


if __name__ == "__main__":
    tell(*asyncio.run(crawl(sys.argv[1])))
