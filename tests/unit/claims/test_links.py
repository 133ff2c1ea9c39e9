"""A text's links lead where its sources say, or are told."""

from typing import Any

import pytest

from magicai.claims.links import foreign_links
from magicai.claims.sources import sources_of

TEXT = "See https://www.havn.example/aprons?a=1, or （https://evil.example/x）。"


@pytest.mark.parametrize(
    "variables",
    [
        {"url": "https://havn.example"},
        {"shop": {"host": "havn.example"}},
        ["Order at HAVN.example, or by phone."],
        {"about": "请访问havn.example下单"},
        "Our shop: http://www.havn.example/",
    ],
)
def test_a_host_that_a_source_names_in_any_form_is_known(variables: Any) -> None:
    assert [host for *_, host in foreign_links(TEXT, sources_of(variables))] == ["evil.example"]


@pytest.mark.parametrize("variables", [{}, {"host": "my-havn.example"}, {"host": "havn.example.org"}, {"n": "havn"}])
def test_a_host_that_only_looks_like_one_is_not(variables: Any) -> None:
    found = list(foreign_links(TEXT, sources_of(variables)))
    assert [TEXT[start:end] for start, end, _ in found] == [
        "https://www.havn.example/aprons?a=1",
        "https://evil.example/x",
    ]


def test_an_address_that_none_can_read_is_foreign() -> None:
    assert [host for *_, host in foreign_links("http://[evil.example/x", ())] == ["http://[evil.example/x"]
