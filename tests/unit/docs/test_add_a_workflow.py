"""The tutorial's parts of a larger workflow are parts of one that tests run, and its words are complete."""

import json
import re

from tests.conftest import TUTORIAL

PAGE, WHOLE = (page.read_text(encoding="utf-8") for page in TUTORIAL)


def test_every_part_that_is_shown_of_the_larger_workflow_is_in_it() -> None:
    parts = re.findall(r"^```python\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    assert len(parts) == 4
    assert [part for part in parts if _unspaced(part) not in _unspaced(WHOLE)] == []


def test_every_code_that_a_step_says_has_words_in_both_languages_and_a_way_out() -> None:
    (table,) = re.findall(r"^```json file=magicai/messages/\w+\.json\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    words = json.loads(table)
    said = re.findall(r'say\("(\w+)"', PAGE)
    assert said
    assert all(words[code]["en"] and words[code]["zh"] and words[code]["way_out"] in words for code in said)


def _unspaced(text: str) -> str:
    """Without white space: parts are formatted as such."""
    return "".join(text.split())
