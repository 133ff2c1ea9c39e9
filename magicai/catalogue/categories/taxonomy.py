"""Shopify's open product taxonomy (MIT), English and Chinese, as it is distributed: one category a line.

    gid://shopify/TaxonomyCategory/ap-2-1 : Animals & Pet Supplies > Pet Supplies > Bird Supplies

Source: github.com/Shopify/product-taxonomy, dist/en/categories.txt, dist/zh-CN/categories.txt.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from magicai.catalogue.product import Category
from magicai.errors import Invalid, NotFound
from magicai.private import private_home
from magicai.shops.product_keys import folded
from magicai.values.stems import stem

LANGUAGES = {"en": "en", "zh": "zh-CN"}
VERSION = "2026-02"
URL = "https://raw.githubusercontent.com/Shopify/product-taxonomy/v{version}/dist/{language}/categories.txt"
_LINE = re.compile(r"gid://shopify/TaxonomyCategory/([a-z0-9-]+)\s*:\s*(.+)")
_VERSION = re.compile(r"#.*Categories:\s*(\S+)")
_LARGEST = 20_000_000
_MOST_FOUND = 20


@dataclass(frozen=True, slots=True)
class Taxonomy:
    """Categories by id.

    Attributes:
        version: such as `2026-02`.
        paths: outermost first, by id.
        translated: the same in Chinese, where that is installed.
    """

    version: str
    paths: Mapping[str, tuple[str, ...]]
    translated: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])

    def category(self, category_id: str) -> Category:
        """A category.

        Raises:
            NotFound: the taxonomy has none of that id.
        """
        path = self.paths.get(category_id)
        if path is None:
            raise NotFound("category_not_found", category_id=category_id)
        return Category(id=category_id, path=path)

    def search(self, words: str, *, limit: int = _MOST_FOUND) -> list[Category]:
        """Categories whose names have these words, those first that are named by them, then those that are nearest."""
        wanted = _stems(words)
        scored: dict[str, float] = {}
        if not wanted:
            return []
        for category_id, path in self.paths.items():
            own = _stems(path[-1]) | _stems(self.translated.get(category_id, ("",))[-1])
            whole = own | _stems(" ".join(path))
            hits = len(wanted & own) + 0.5 * len(wanted & (whole - own))
            if hits:
                scored[category_id] = hits / len(wanted) - 0.02 * len(path) - 0.01 * len(own - wanted)
        return [self.category(one) for one in sorted(scored, key=lambda one: -scored[one])[:limit]]


def parse(text: str, called: str) -> Taxonomy:
    """The taxonomy that a file has.

    Raises:
        Invalid: it is not such a file.
    """
    paths: dict[str, tuple[str, ...]] = {}
    version = ""
    for number, line in enumerate(text.splitlines(), start=1):
        plain = line.strip()
        if not plain or plain.startswith("#"):
            said = _VERSION.match(plain)
            version = said[1] if said else version
            continue
        found = _LINE.fullmatch(plain)
        if found is None:
            raise Invalid("category_line_invalid", file=called, number=number, plain=plain[:80])
        paths[found[1]] = tuple(part.strip() for part in found[2].split(" > "))
    if not paths:
        raise Invalid("taxonomy_empty", file=called)
    return Taxonomy(version or "unknown", paths)


def install(home: Path, language: str, body: bytes, called: str, *, sha256: str = "") -> Taxonomy:
    """Check a taxonomy's file, and keep it with its checksum.

    Args:
        language: `en` or `zh`.
        sha256: that it must have; "" where nobody said.

    Raises:
        Invalid: it is not such a file, or has another checksum.
    """
    if len(body) > _LARGEST:
        raise Invalid("taxonomy_too_large", file=called)
    found = hashlib.sha256(body).hexdigest()
    if sha256 and found != sha256.strip().lower():
        raise Invalid("taxonomy_checksum_mismatch", file=called, found=found, sha256=sha256)
    try:
        made = parse(body.decode("utf-8-sig"), called)
    except UnicodeDecodeError as exc:
        raise Invalid("file_not_utf8", way_out="use_categories_file", file=called, reason=exc.reason) from exc
    folder = home / "taxonomy"
    private_home(home)
    folder.mkdir(exist_ok=True)
    path, draft = folder / f"{language}.txt", folder / f"{language}.part"
    draft.write_bytes(body)
    draft.replace(path)
    (folder / f"{language}.json").write_text(json.dumps({"sha256": found, "version": made.version}))
    return made


def load(home: Path) -> Taxonomy | None:
    """The installed taxonomy; None where there is none.

    Raises:
        Invalid: it has changed since it was installed.
    """
    english = _read(home, "en")
    if english is None:
        return None
    chinese = _read(home, "zh")
    return english if chinese is None else Taxonomy(english.version, english.paths, chinese.paths)


def _read(home: Path, language: str) -> Taxonomy | None:
    path = home / "taxonomy" / f"{language}.txt"
    try:
        body = path.read_bytes()
        kept = json.loads(path.with_suffix(".json").read_text())
    except FileNotFoundError:
        return None
    if hashlib.sha256(body).hexdigest() != kept["sha256"]:
        raise Invalid("taxonomy_changed", path=path)
    return parse(body.decode("utf-8-sig"), str(path))


def _stems(words: str) -> set[str]:
    """Stems of words, and pairs of Chinese characters."""
    found: set[str] = set()
    for word in folded(words).split():
        if "\u4e00" <= word[0] <= "\u9fff":
            found |= {word[at : at + 2] for at in range(max(len(word) - 1, 1))}
        elif len(word) > 1:
            found.add(stem(word))
    return found
