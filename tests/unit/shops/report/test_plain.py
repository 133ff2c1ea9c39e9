import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from magicai.shops.report.links import link
from magicai.shops.report.plain import plain


@given(st.text(max_size=200), st.integers(5, 50))
def test_it_is_one_short_line_without_anything_invisible(text: str, most: int) -> None:
    shown = plain(text, most)
    assert len(shown) <= most
    assert shown == shown.strip()
    assert not any(unicodedata.category(char)[0] == "C" and char not in "\u200c\u200d" for char in shown)
    assert "  " not in shown
    assert plain(shown, most) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("  Earl\u00a0Grey\n(250 g) ", "Earl Grey (250 g)"),
        ("\u202egnp.exe", "gnp.exe"),
        ("ti\u00adtle\u200b\ufeff", "title"),
        ("किताब 👩‍💻 Việt Nam", "किताब 👩‍💻 Việt Nam"),
        ("a" + "\u0301" * 30, "a\u0301\u0301"),
        ("\ud800x\U000e0041", "x"),
        ("abcdefghij" * 20, "abcdefghij" * 8 + "abcdefghi…"),
    ],
)
def test_what_is_readable_stays(text: str, shown: str) -> None:
    assert plain(text) == shown


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://shop.example/a?b=c&d=%20e#f", "https://shop.example/a?b=c&d=%20e#f"),
        ("http://shop.example:8080/茶", "http://shop.example:8080/%E8%8C%B6"),
        ("https://shop.example/a b)(<>\"'[]", "https://shop.example/a%20b%29%28%3C%3E%22%27%5B%5D"),
        ("https://shop.example/\ud800", "https://shop.example/"),
        ("javascript:alert(1)", ""),
        (" JavaScript:alert(1)", ""),
        ("java\nscript:alert(1)", ""),
        ("data:text/html,<script>", ""),
        ("vbscript:x", ""),
        ("//evil.example/x", ""),
        ("/relative", ""),
        ("mailto:a@b.example", ""),
        ("https://user:secret@shop.example/", ""),
        ("https://", ""),
        ("https://[::1/", ""),
        ("https://shop.example:port/", ""),
        ("https://shop.example/" + "x" * 5000, ""),
        ("", ""),
    ],
)
def test_only_addresses_of_web_pages_are_linked(url: str, expected: str) -> None:
    assert link(url) == expected
