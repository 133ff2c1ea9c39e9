import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from magicai.shops.extraction.lenient_json import ParseBudget, read_all, read_value

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**12), 10**12) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=20,
)


@given(JSON)
def test_reads_what_is_json(value: Any) -> None:
    assert read_all(json.dumps(value)) == [value]


@given(st.dictionaries(st.text("abc", min_size=1), JSON, min_size=1) | st.lists(JSON, min_size=1))
def test_the_tolerant_reader_reads_json_alike(value: Any) -> None:
    text = json.dumps(value, ensure_ascii=False)
    broken = f"{text[:-1]},{text[-1]}"
    assert read_value(broken, 0, ParseBudget()) == (value, len(broken))


@given(st.text())
def test_never_raises(text: str) -> None:
    read_all(text)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{"a": 1,}', {"a": 1}),
        ("{a: 1, 'b': \"x\", c: `y`}", {"a": 1, "b": "x", "c": "y"}),
        ('{"a": 1, // why\n "b": /* not */ 2}', {"a": 1, "b": 2}),
        ('{"name": "15" laptop", "price": "1"}', {"name": '15" laptop', "price": "1"}),
        ('{"a": "line\nbreak\t\x01"}', {"a": "line\nbreak\t\x01"}),
        ('<!-- {"a": 1} -->', {"a": 1}),
        ('//<![CDATA[\n{"a": 1}\n//]]>', {"a": 1}),
        ("{&quot;a&quot;: &quot;b&quot;}", {"a": "b"}),
        ('\ufeff{"a": 1};', {"a": 1}),
        ('{"a": undefined, "b": !0, "c": void 0, 5: x.y}', {"a": None, "b": True, "c": None, "5": None}),
        ('{"a": "\\u0041\\x42\\\'"}', {"a": "AB'"}),
    ],
)  # fmt: skip
def test_mends_what_shops_break(text: str, value: Any) -> None:
    assert read_all(text) == [value]


@pytest.mark.parametrize(
    "text", ["", "function(){return 1}", '{"a": function(){}}', "[" * 100_000, "{" * 100_000, "<html>", '{"price": 19']
)
def test_finds_nothing_in_what_is_none(text: str) -> None:
    assert read_all(text) == []


def test_reads_several_values_of_one_script() -> None:
    assert read_all('{"a": 1}\n{"b": 2}') == [{"a": 1}, {"b": 2}]


@pytest.mark.parametrize("text", ['JSON.parse("{\\"a\\": 1}")', """JSON.parse('{"a": 1}')"""])
def test_unwraps_what_scripts_wrap(text: str) -> None:
    assert read_value(text, 0, ParseBudget()) == ({"a": 1}, len(text))


def test_reads_a_value_in_the_middle_of_code() -> None:
    text = 'var x = {"a": 1}; foo()'
    assert read_value(text, 8, ParseBudget()) == ({"a": 1}, 16)


def test_patience_ends() -> None:
    budget = ParseBudget(tokens=1_000, failures=3)
    for _ in range(10):
        read_value("{a: " * 50 + "function(){}", 0, budget)
    assert budget.failures == 0
    assert read_value('{"a": 1}', 0, budget) == (None, 0)
