"""The taxonomy, and what confirmed categories teach: right, or not sure."""

import math
from pathlib import Path

import pytest

from magicai.catalogue.categories.learning import Example, Learned, words_of
from magicai.catalogue.categories.taxonomy import install, load, parse
from magicai.errors import Invalid
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
