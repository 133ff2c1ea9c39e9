"""What a template forbids is flagged, whether code can prove it or not."""

import pytest

from magicai.content.assessment import assess
from magicai.content.text import parse
from tests.unit.content.briefs import APRON, TRUE, brief


@pytest.mark.parametrize("variables", [APRON, {**APRON, "notes": "The best apron."}])
def test_a_superlative_that_the_template_forbids_is_flagged(variables: dict[str, object]) -> None:
    found = assess(parse(f"{TRUE} It is the best apron."), brief(variables))
    assert [one.text for one in found.forbidden] == ["best"]
    assert any("best" in str(flag) for flag in found.flags)
