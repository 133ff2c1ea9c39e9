"""Buyers in processes of their own, some of which are killed; the benchmark runs the same at full size."""

import pytest

from benchmarks.catalogue.inventory import trade
from magicai.values.times import now_us
from tests.contract.records.example_rows import Place


@pytest.mark.nightly
@pytest.mark.faults
async def test_no_kill_sells_a_unit_twice_or_loses_a_sale(place: Place) -> None:
    await place.open(now_us).close()
    outcome = await trade(place.address, "bundles", buyers=240, units=60, kills=6)
    assert (outcome.oversold, outcome.lost) == (0, 0), outcome
    assert outcome.kills > 0
    assert place.intact()
