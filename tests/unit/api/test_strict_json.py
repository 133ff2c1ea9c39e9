import json
from typing import Any, ClassVar

import pytest

from magicai.api import strict_json
from magicai.api.strict_json import MOST_DEEP, MOST_PARTS, Unreadable, checked


class Key(str):
    """A key that counts how often it is compared."""

    __slots__ = ()
    compared: ClassVar[int] = 0
    __hash__ = str.__hash__

    def __eq__(self, other: object) -> bool:
        Key.compared += 1
        return str(self) == str(other)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (b'{"a": 1, "b": {"a": 1, "a": 2}}', "the key 'a' is there twice"),
        (b"[" * (MOST_DEEP + 1) + b"]" * (MOST_DEEP + 1), f"the maximum is {MOST_DEEP} levels"),
        (b"[" * 1_000_000, f"the maximum is {MOST_DEEP} levels"),
        (b"[" + b"{}," * MOST_PARTS + b"1]", f"the maximum is {MOST_PARTS} objects"),
        (b"{" + b",".join(b'"%d":1' % number for number in range(MOST_PARTS + 1)) + b"}", f"{MOST_PARTS + 1} keys"),
        (b"[1e999]", "the number 1e999 is too large"),
        (b"[-Infinity]", "-Infinity is not a number"),
        (b'["\\ud800"]', "not UTF-8 text"),
        (b"\xef\xbb\xbf{}", "is not JSON: Unexpected UTF-8 BOM"),
        (b"{}{}", "is not JSON: Extra data"),
    ],
)
def test_what_readers_differ_on_and_what_is_too_much_is_refused_by_name(text: bytes, why: str) -> None:
    with pytest.raises(Unreadable, match=why):
        checked(text)


def test_the_deepest_that_is_read_is_read() -> None:
    text = b"[" * MOST_DEEP + b"]" * MOST_DEEP
    assert checked(text) == text


def test_a_number_stays_what_it_is_and_5_0_is_an_integer() -> None:
    assert checked(b"[5.0, -2e3, 5.5, 9007199254740993]") == b"[5, -2000, 5.5, 9007199254740993]"
    # As an integer it has 301 digits, each time.
    assert checked(b"[1e300]") == b"[1e+300]"


def test_a_key_that_comes_twice_is_looked_for_without_comparing_each_with_each(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Key, "compared", 0)
    pairs: list[tuple[str, Any]] = [(Key(number), number) for number in range(2000)]
    with pytest.raises(ValueError, match="'1999' is there twice"):
        strict_json._object([*pairs, (Key(1999), 0)])  # pyright: ignore[reportPrivateUsage]
    assert Key.compared < 100


@pytest.mark.timeout(20)
def test_strings_without_an_end_are_not_begun_anew_at_each_quote() -> None:
    # It takes hours, where each quote is taken for a beginning.
    with pytest.raises(Unreadable, match="Unterminated string"):
        checked(b'"' + b'\\"' * 500_000)


def test_a_text_is_parsed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    parsed: list[str] = []
    really = json.loads

    def loads(text: str, **more: Any) -> Any:
        parsed.append(text)
        return really(text, **more)

    monkeypatch.setattr(json, "loads", loads)
    checked(b'{"a": [1.0, {"b": "c"}]}')
    assert len(parsed) == 1
