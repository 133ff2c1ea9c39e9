import gc
import tracemalloc
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from magicai.shops.extraction.text import clean, folded, plain


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (" a\n\tb ", "a b"),
        (" a  b ", "a b"),
        ("a\u3000b", "a b"),
        ("Mug\u202egum\u202c", "Muggum"),
        ("a\x00b\x07c", "abc"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
        ("half \ud83d pair", "half pair"),
        ("نیم\u200cفاصله", "نیم\u200cفاصله"),  # Persian needs its joiner
        ("x" * 1_000, "x" * 300),
    ],
)
def test_names_hold_what_a_reader_sees(text: str, shown: str) -> None:
    assert clean(text) == shown


@given(st.text())
def test_cleaned_text_is_one_line_that_can_be_stored(text: str) -> None:
    cleaned = clean(text)
    assert cleaned == " ".join(cleaned.split())
    cleaned.encode()


def test_entities_and_tags_are_read() -> None:
    assert plain("Tom &amp; <b>Jerry</b>") == "Tom & Jerry"
    assert plain("5 < 6 > 4") == "5 < 6 > 4"


def test_a_description_loses_its_scripts() -> None:
    assert plain("<p>Nice</p><script>alert(1)</script><style>p{}</style>", 5_000) == "Nice"


def test_names_are_compared_without_case_and_punctuation() -> None:
    assert folded("Blue-Mug, 500 ML!") == folded("blue mug 500 ml")


def remembered(texts: Iterable[str]) -> int:
    """How many bytes stay when texts have been folded."""
    tracemalloc.start()
    for text in texts:
        folded(text)
    gc.collect()
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return kept


def test_long_texts_are_not_remembered() -> None:
    assert remembered(f"{number} {'mug ' * 50_000}" for number in range(40)) < 1_000_000, "of 8 MB"


def test_of_many_names_few_are_remembered() -> None:
    assert remembered(f"{number:0200}" for number in range(20_000)) < 1_000_000, "of 8 MB"
