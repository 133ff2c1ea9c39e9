from typing import cast

import pytest

from magicai.errors import MagicError, NoSpace, Temporary
from magicai.ports import RunRecords
from magicai.runs.execution import journal
from magicai.runs.execution.journal import Heartbeat
from magicai.runs.run import Attempt

ATTEMPT = cast("Attempt", None)


class Failing:
    def __init__(self, error: MagicError) -> None:
        self._error = error

    async def beat(self, _attempt: Attempt) -> bool:
        raise self._error


@pytest.mark.parametrize("error", [Temporary("no answer"), NoSpace("the disk is full")])
async def test_records_that_fail_for_a_while_end_no_run(error: MagicError, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk once ended the beat unseen, so that the run looked dead while it worked."""
    heart = Heartbeat(cast("RunRecords", Failing(error)), ATTEMPT)
    async with heart:
        await heart.beat()
        assert heart.lost is None
        monkeypatch.setattr(journal, "_LONGEST_SILENCE_S", -1.0)
        await heart.beat()
    assert heart.lost is not None
    assert heart.stop.is_set()
