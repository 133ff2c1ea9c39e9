"""Make the tables by which disguised words are read: `python3 -m benchmarks.publishing.make_tables FOLDER`.

Needs opencc-purepy 1.5.0 (OpenCC's dictionaries, Apache-2.0), pypinyin 0.55.0 (MIT) and confusable-homoglyphs 3.3.1
(Unicode's table, Unicode licence), which nothing else does. A line of a table is what is read, and the characters that
are read so.
"""

import argparse
import importlib
import json
import unicodedata
from collections import defaultdict
from pathlib import Path
from typing import Any

_HAN = range(0x4E00, 0xA000)
# Which script's letters are taken for Latin ones: what a reader sees as the same, in fonts that people have.
# Marks of their own, in Chinese and in sums.
_NOT_LETTERS = "〇×⨯∪⋃∨⋁∣⊤"
_LATIN = "abcdefghijklmnopqrstuvwxyz0123456789"


def simplified() -> dict[str, list[str]]:
    """Each simplified character with the traditional ones that are written so."""
    convert: Any = importlib.import_module("opencc_purepy").OpenCC("t2s").convert
    found: dict[str, list[str]] = defaultdict(list)
    for number in _HAN:
        character = chr(number)
        if (plain := convert(character)) != character and len(plain) == 1:
            found[plain].append(character)
    return found


def pinyin() -> dict[str, list[str]]:
    """Each syllable without its tone, with the simplified characters of GB 2312 that are read so."""
    module: Any = importlib.import_module("pypinyin")
    found: dict[str, list[str]] = defaultdict(list)
    for number in _HAN:
        character = chr(number)
        try:
            character.encode("gb2312")
        except UnicodeEncodeError:
            continue
        syllable = module.lazy_pinyin(character, v_to_u=False)[0]
        if syllable != character:
            found[syllable].append(character)
    return found


def lookalikes() -> dict[str, list[str]]:
    """Each Latin letter or digit with the characters that look like it, beside those that Unicode folds to it."""
    package = importlib.import_module("confusable_homoglyphs")
    table: Any = json.loads(Path(str(package.__file__)).with_name("confusables.json").read_text(encoding="utf-8"))
    found: dict[str, list[str]] = defaultdict(list)
    for character, others in table.items():
        folded = unicodedata.normalize("NFKC", character).casefold()
        if len(character) != 1 or character.isascii() or folded.isascii() or character in _NOT_LETTERS:
            continue
        plain = {one["c"].casefold() for one in others if one["c"].casefold() in _LATIN and one["c"] != "1"}
        if len(plain) == 1:
            found[plain.pop()].append(character)
    return found


def main() -> None:
    """Write the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    for make in (simplified, pinyin, lookalikes):
        lines = (f"{read} {''.join(written)}\n" for read, written in sorted(make().items()))
        (folder / f"{make.__name__}.txt").write_text("".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
