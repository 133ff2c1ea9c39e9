"""The small set holds what Python's own would; one of the last met takes nothing that it did not meet for known."""

from hypothesis import example, given
from hypothesis import strategies as st

from magicai.values.hashes import HashSet, Recent

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


# Few places, so that many have to pass over others.
crowded = st.sampled_from([32 * times + place for times in range(4) for place in range(28, 34)])


@example(steps=[(False, 30), (False, 62), (False, 94), (True, 30)], rough=False)
@example(steps=[(False, 30), (False, 31), (True, 30)], rough=False)
@example(steps=[(False, 31), (False, 63), (False, 32), (True, 31)], rough=True)
@given(steps=st.lists(st.tuples(st.booleans(), crowded | hashes), max_size=100), rough=st.booleans())
def test_forgets_what_is_taken_out_and_nothing_else(steps: list[tuple[bool, int]], *, rough: bool) -> None:
    small, plain = HashSet(rough=rough), set[int]()
    for goes, value in steps:
        kept = (value & 0xFFFF_FFFF if rough else value) or 1
        if goes:
            small.discard(value)
            plain.discard(kept)
        else:
            small.add(value)
            plain.add(kept)
    assert len(small) == len(plain)
    assert all((value in small) == (value in plain) for value in range(1, 200))
    assert all(value in small for value in plain)


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
