"""The taxonomy, and what confirmed categories teach: right, or not sure."""

import hashlib
import math
from pathlib import Path
from typing import Any

import pytest

from magicai.catalogue.categories.downloading import download
from magicai.catalogue.categories.learning import Example, Learned, words_of
from magicai.catalogue.categories.taxonomy import install, load, parse
from magicai.errors import Invalid, Temporary
from magicai.ports import FetchedPage, PageRequest
from tests.api.test_catalogue import TAXONOMY

KINDS = {
    "kettle": ("Steel kettle", "Glass kettle", "Tea kettle", "Whistling kettle", "Travel kettle", "Enamel kettle"),
    "lamp": ("Desk lamp", "Floor lamp", "Reading lamp", "Table lamp", "Night lamp", "Bedside lamp"),
}


def test_a_taxonomy_is_installed_with_its_checksum_and_refused_once_it_has_changed(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="has the SHA-256"):
        install(tmp_path, "en", TAXONOMY, "categories.txt", sha256="0" * 64)
    assert load(tmp_path) is None
    install(tmp_path, "en", TAXONOMY, "categories.txt")
    install(tmp_path, "zh", "gid://shopify/TaxonomyCategory/hg-11-6 : 家居 > 厨房 > 茶壶".encode(), "zh.txt")
    found = load(tmp_path)
    assert found is not None
    assert (found.version, [one.id for one in found.search("茶壶")]) == ("2026-02", ["hg-11-6"])
    assert next(one.id for one in found.search("kitchen")) == "hg-11"
    (tmp_path / "taxonomy" / "en.txt").write_bytes(TAXONOMY.replace(b"Tea", b"Pea"))
    with pytest.raises(Invalid, match="has changed since"):
        load(tmp_path)


class Network:
    """What answers to a download: a page, or nothing."""

    def __init__(self, page: FetchedPage | None = None) -> None:
        self.asked: list[str] = []
        self._page = page

    async def fetch(self, request: PageRequest) -> FetchedPage:
        self.asked.append(request.url)
        if self._page is None:
            raise Temporary(f"{request.url} can't be reached.")
        return self._page


async def test_what_is_downloaded_must_have_the_checksum_and_a_closed_network_has_another_way(tmp_path: Path) -> None:
    page = FetchedPage("u", "u", 200, "text/plain", "utf-8", TAXONOMY)
    network: Any = Network(page)
    with pytest.raises(Invalid, match="has the SHA-256"):
        await download(network, tmp_path, "en", sha256="0" * 64)
    assert load(tmp_path) is None
    digest = hashlib.sha256(TAXONOMY).hexdigest()
    made, said = await download(network, tmp_path, "en", version="2026-02", sha256=digest)
    assert (made.version, said) == ("2026-02", digest)
    assert "/v2026-02/" in network.asked[-1]
    closed: Any = Network()
    with pytest.raises(Temporary) as error:
        await download(closed, tmp_path, "en")
    assert "--from" in error.value.way_out


def test_a_file_that_is_no_taxonomy_is_named_with_its_line() -> None:
    with pytest.raises(Invalid, match="line 2 is not a category"):
        parse("# x\nKitchen > Kettles", "a.txt")


def test_what_is_alike_is_recognised_and_what_is_not_is_not_sure() -> None:
    learned = Learned(
        Example(words_of(name, category=(f"{kind}s {shop}",)), kind, f"{kind} {shop}", f"shop {shop}")
        for kind, names in KINDS.items()
        for shop in range(3)
        for name in names
    )
    assert learned.bar("shop 1") < 1
    assert learned.bar("another", elsewhere=True) < 1
    guess = learned.guess(words_of("Glass tea kettle"))
    assert guess is not None
    assert (guess.category, guess.sure) == ("kettle", True)
    unlike = learned.guess(words_of("Bicycle pump"))
    assert unlike is None or not unlike.sure


def test_few_confirmed_products_are_never_sure() -> None:
    learned = Learned([Example(words_of("Tea kettle"), "kettle", "a"), Example(words_of("Desk lamp"), "lamp", "b")])
    assert learned.bar("") == math.inf
    guess = learned.guess(words_of("Tea kettle"))
    assert guess is not None
    assert not guess.sure
