"""kill -9 of a batch of texts, again and again."""

import pytest

from benchmarks.content.kills import measure

pytestmark = [pytest.mark.nightly, pytest.mark.timeout(1800)]


def test_each_text_is_there_once_and_only_what_was_under_way_is_asked_for_again() -> None:
    got = measure(200, 5)
    assert (got.status, got.texts) == ("completed", 200)
    assert got.asked <= got.rows + 8 * got.kills
