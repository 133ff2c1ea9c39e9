"""The small set holds what Python's own would; one of the last met takes nothing that it did not meet for known."""

from hypothesis import given
from hypothesis import strategies as st

from magicai.domain.hashes import HashSet, Recent

hashes = st.integers(min_value=-(2**63), max_value=2**63 - 1)


@given(st.lists(hashes | st.integers(0, 40), max_size=300))
def test_holds_what_a_set_holds(values: list[int]) -> None:
    small, plain = HashSet(), set[int]()
    for value in (value or 1 for value in values):
        assert small.add(value) == (value not in plain)
        plain.add(value)
    assert len(small) == len(plain)
    assert all(value in small for value in plain)
    assert all((value in small) == (value in plain) for value in range(2, 60))


@given(st.lists(hashes | st.integers(-40, 40), max_size=300))
def test_a_rough_one_holds_what_a_set_of_halves_holds(values: list[int]) -> None:
    rough, plain = HashSet(rough=True), set[int]()
    for value in values:
        half = value & 0xFFFF_FFFF or 1
        assert rough.add(value) == (half not in plain)
        plain.add(half)
        assert value in rough
    assert len(rough) == len(plain)


def test_counts_what_is_new() -> None:
    small = HashSet()
    assert small.update([1, 2, 2, 3]) == 3
    assert small.update([3, 4]) == 1


@given(st.lists(hashes | st.integers(-40, 40), max_size=300))
def test_what_was_met_last_is_known_and_nothing_else(values: list[int]) -> None:
    recent, plain = Recent(32), set[int]()
    for value in (value or 1 for value in values):
        was_known = value in recent
        assert recent.add(value) is not was_known
        assert not was_known or value in plain
        assert value in recent
        plain.add(value)


def test_of_what_was_met_the_older_goes() -> None:
    recent = Recent(32)
    assert [recent.add(value) for value in (5, 5, 5 + 32, 5, 6)] == [True, False, True, True, True]
