"""Images of hosts that do not answer."""

import asyncio
from collections import Counter
from typing import Any, cast

from magicai.catalogue.ports import CatalogueRecords
from magicai.catalogue.product import Origin, OriginKind, SourceStatement, Values
from magicai.catalogue.step_results import Categorised
from magicai.errors import Temporary
from magicai.ports import FetchedPage, PageRequest, Records
from tasks.product_list.process_images import process_images
from tests.unit.tasks.conftest import Bench

_PRODUCTS = 40


class Hosts:
    """One that never answers, and one that answers late, and now and then not at all."""

    def __init__(self) -> None:
        self.asked = Counter[str]()

    async def fetch(self, request: PageRequest) -> FetchedPage:
        """No page."""
        host = request.url.split("/")[2]
        self.asked[host] += 1
        if host == "dead.example" or self.asked[host] % 3 == 1:
            raise Temporary("page_timed_out", url=request.url, limit_s="30")
        await asyncio.sleep(0.01)
        return FetchedPage(url=request.url, final_url=request.url, status=404, content_type="", charset="", body=b"")

    async def close(self) -> None: ...


class Images:
    """Never given an image."""

    def check(self) -> None: ...


async def test_a_host_that_does_not_answer_is_given_up_and_reported_once(bench: Bench, records: Records) -> None:
    catalogue, hosts = cast("CatalogueRecords", records), Hosts()
    origin = Origin(kind=OriginKind.FILE, source="a.csv", place="row", at=1)
    stated = [
        Values(name=f"Cup {n}", sku=f"S{n}", images=(f"https://{host}.example/{n}.jpg",))
        for n in range(_PRODUCTS)
        for host in (("dead",) if n % 8 else ("slow",))
    ]
    await catalogue.catalogue.save(
        "ann", bench.run_id, [SourceStatement(values=values, origin=origin) for values in stated]
    )
    run = await bench.step_with_items(records)
    ports = cast("Any", {"catalogue": catalogue, "files": None, "fetcher": hosts, "images": Images()})
    result = await process_images(run, cast("Categorised", type("Given", (), {"products": _PRODUCTS})()), **ports)
    dead, slow = _PRODUCTS * 7 // 8, _PRODUCTS // 8
    assert hosts.asked["dead.example"] <= 10  # those that were under way together
    assert (result.images, result.failed) == (slow, dead + slow)
    (silent,) = [what for _, what in bench.heard.problems if "dead.example" in what]
    assert silent.startswith(f"dead.example does not answer: {dead} images not fetched. To try them again: ")
