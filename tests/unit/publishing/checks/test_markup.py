"""Tags and placeholders that readers would see are noted; signs that only look like them are not."""

import pytest

from magicai.publishing.checks import markup
from magicai.publishing.html import cleaned
from tests.unit.publishing.checks.running_checks import look, rules


@pytest.mark.parametrize("text", ["<b>Soft</b>", "<script>alert(1)</script>", '<img src="x" onerror="y">', "<br/>"])
def test_a_tag_is_noted(text: str) -> None:
    assert {(one.rule, one.severity) for one in look(markup.find, text)} == {("markup.tag", "note")}


def test_a_placeholder_is_noted() -> None:
    assert rules(markup.find, "Meet {{ name }}.") == rules(markup.find, "{% if x %}") == {"markup.placeholder"}


@pytest.mark.parametrize(
    "text", ["Sizes: 3 < 5 > 2", "I <3 it", "a < b and c > d", "{optional}", "<https://a.example>", "Size <M> or <L>"]
)
def test_other_signs_are_left(text: str) -> None:
    assert look(markup.find, text) == []


@pytest.mark.parametrize("part", ["<script ", "<a b='", "{{", "{% "])
def test_a_text_of_beginnings_only_comes_to_an_end(part: str) -> None:
    assert look(markup.find, part * 2_000) == []


def test_an_article_keeps_its_own_tags_and_links_to_pages_only() -> None:
    own = '<h1>A</h1><p>b <a href="https://x.example/?a=1&amp;b=2" rel="nofollow">c</a></p><ul><li>d</li></ul>'
    assert cleaned(own) == own
    assert cleaned('<p onclick="x">a<script>b</script></p><a href="javascript:c">d</a>') == "<p>a</p><a>d</a>"
