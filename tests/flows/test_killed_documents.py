"""Documents whose run is killed with -9: each good one is there once, each bad one is named with its reason."""

import pytest

from benchmarks.knowledge.ingestion import measure

pytestmark = [pytest.mark.nightly, pytest.mark.timeout(1800)]


def test_documents_are_whole_and_there_once_however_often_their_run_was_killed() -> None:
    got = measure(60, 3)
    assert got.status == "partial"
    assert (got.whole, got.orphans, got.named) == (got.good, 0, got.bad)
