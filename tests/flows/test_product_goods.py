"""Images, reviews and similar products of a list: each image is read once, whatever is cut, and none anew next time."""

import threading
from collections.abc import Iterator
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from flows.product_list import GOAL as LIST
from integrations.open import Ports, open_ports
from magicai.brain.planner import goal
from magicai.catalogue.images.image import KIND as IMAGES_KIND
from magicai.catalogue.images.image import ProductImages, images_in
from magicai.catalogue.product import KIND
from magicai.catalogue.product_list import WORKFLOW, ProductList
from magicai.catalogue.recommendations.similar import KIND as SIMILAR_KIND
from magicai.catalogue.recommendations.similar import similar_in
from magicai.catalogue.sentiment.stored_reviews import ProductReviews, reviews_entity, reviews_of
from magicai.messages import Message
from magicai.runs.requests.files_in import upload_path
from tasks.product_list.process_images import process_images
from tasks.product_list.relate_products import relate_products
from tasks.product_list.score_reviews import score_reviews
from tests.flows.cutting import carry_out, cut_once
from tests.unit.images.test_images import jpeg, painted

NEW = (process_images, score_reviews, relate_products)
GOAL = goal(
    WORKFLOW,
    provides=("finished", "indexed", "pictured", "scored", "related"),
    steps=(*(step for step in LIST.steps if step.name not in {one.name for one in NEW}), *NEW),
)


def _not_installed(_extra: str) -> bool:
    return False


class Handler(SimpleHTTPRequestHandler):
    asked: list[str]

    def do_GET(self) -> None:
        self.asked.append(self.path)
        super().do_GET()

    def log_message(self, format: str, *args: Any) -> None: ...  # noqa: A002 - its own name


@pytest.fixture
def pictures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, list[str]]]:
    """A server of pictures, and what it was asked for."""
    folder = tmp_path / "pictures"
    folder.mkdir()
    (folder / "red.jpg").write_bytes(jpeg(painted()))
    (folder / "blue.jpg").write_bytes(jpeg(painted().rot90()))
    (folder / "page.jpg").write_text("<!DOCTYPE html><p>Nothing here</p>")
    asked: list[str] = []
    handler = type("Asked", (Handler,), {"asked": asked})
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(handler, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("MAGICAI_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("MAGICAI_CRAWL_DELAY", "0")
    monkeypatch.setenv("MAGICAI_CRAWL_ALLOW_HOSTS", f"127.0.0.1:{server.server_port}")
    monkeypatch.setattr("magicai.extras.is_installed", _not_installed)
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    server.server_close()


def _why(product: ProductImages) -> Any:
    """The message that says why the first image of a product was not read."""
    return Message.restored(product.images[0].image.problem).params["what"]


async def images_of(ports: Ports) -> dict[str, ProductImages]:
    """By the products' names."""
    page = await ports.records.entities.listed("ann", KIND, limit=50)
    names = {item.entity.entity_id: item.entity.title for item in page.items if item.entity is not None}
    rows = await ports.records.entities.present([(IMAGES_KIND, name) for name in names])
    return {names[row.entity.entity_id]: images_in(row.entity) for row in rows if row.entity is not None}


async def test_products_have_images_reviews_and_similar_ones_once(
    pictures: tuple[str, list[str]], tmp_path: Path
) -> None:
    host, asked = pictures
    rows = tmp_path / "rows.csv"
    rows.write_text(
        "sku,name,brand,price,currency,image\n"
        f"S1,Red linen apron,Fira,20,EUR,{host}/red.jpg\n"
        f"S2,Blue linen apron,Fira,21,EUR,{host}/blue.jpg\n"
        f"S3,Copper kettle,Oku,60,EUR,{host}/page.jpg\n"
        f"S4,Iron pan,Oku,40,EUR,{host}/gone.jpg\n"
    )
    async with open_ports() as ports:
        file = await upload_path(ports.records, ports.files, rows, owner_id="ann")
        request = ProductList(file=file.file_id)
        cut = {step.name for step in NEW}
        _, _ = await carry_out(ports, cut_once(cut, GOAL), request, "ann")
        assert not cut
        found = await images_of(ports)
        assert {name: [image.role for image in images.images] for name, images in found.items()} == {
            "Red linen apron": ["product"], "Blue linen apron": ["product"], "Copper kettle": ["failed"],
            "Iron pan": ["failed"],
        }  # fmt: skip
        red = found["Red linen apron"].images[0]
        assert red.alt == "Fira Red linen apron"
        assert {rendition.format for rendition in red.image.renditions} == {"avif", "webp", "jpeg"}
        kept = [one async for one in ports.records.referenced(owner_id="ann")]
        for rendition in red.image.renditions:
            assert rendition.digest in kept
            assert len(await ports.files.get(rendition.digest)) == rendition.bytes
        assert _why(found["Copper kettle"])["code"] == "image_is_html"
        assert _why(found["Iron pan"])["params"]["status"] == HTTPStatus.NOT_FOUND
        red_id = found["Red linen apron"].product_id
        (similar,) = await ports.records.entities.present([(SIMILAR_KIND, red_id)])
        assert similar.entity is not None
        nearest = similar_in(similar.entity)
        assert nearest[0].product_id == found["Blue linen apron"].product_id
        assert len(nearest) == 3

        said = ProductReviews(product_id=red_id, reviews=("质量很好，非常满意", "I love it, excellent quality."))
        await ports.records.entities.save([reviews_entity(said, owner_id="ann")])
        before = asked.count("/red.jpg")
        await carry_out(ports, GOAL, request, "ann")
        assert asked.count("/red.jpg") == before + 1  # asked whether it changed
        assert (await images_of(ports))["Red linen apron"] == found["Red linen apron"]
        judged = await reviews_of(ports.records, red_id, owner_id="ann")
        assert judged.sentiment is not None
        assert judged.sentiment.aspects["quality"].positive == 2
