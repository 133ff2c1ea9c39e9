"""Whatever a text or its facts hold: no error, places within the text, the same answer twice."""

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from magicai.claims.checking import check
from magicai.claims.reading import read, sentences
from magicai.claims.sources import sources_of

_PIECES = st.sampled_from(
    (
        "12", "1,299.50", "$", "%", "kg", "Monday", "9 am", "to", "-", "half", "hundred", "第", "三", "万", "周一",
        "休息", "折", "½", "\u200b", "а", "²", ".", "。", "\n", "May", "2026", "/", "(", "not", "WiFi", "than",
        "cheaper", "best", "Karl", "Director", "http://x", "\ud800", "１", "0", ":",
    )
)  # fmt: skip
_TEXTS = st.one_of(
    st.text(max_size=80), st.lists(_PIECES, max_size=14).map(" ".join), st.lists(_PIECES, max_size=14).map("".join)
)
_FACTS: st.SearchStrategy[Any] = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), _TEXTS),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(_TEXTS, inner, max_size=3)),
    max_leaves=6,
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(text=_TEXTS, facts=_FACTS)
def test_a_check_ends_with_places_in_the_text(text: str, facts: Any) -> None:
    found = check(text, sources_of(facts), "zh")
    assert all(text[one.claim.start : one.claim.end] == one.claim.text for one in found)
    assert all(bool(one.reason) or one.source is not None or one.derivation for one in found)
    assert found == check(text, sources_of(facts), "zh")


@settings(max_examples=60)
@given(text=_TEXTS)
def test_sentences_are_in_order_and_leave_out_only_space(text: str) -> None:
    places = [(sentence.start, sentence.end) for sentence in sentences(text)]
    assert places == sorted(places)
    assert len(read(text).plain) == len(read(text).places)


def test_a_long_text_without_a_sentence_ends() -> None:
    for piece in ("12 ", "Aa ", "a-", "三万", "no wifi, ", "9 am to "):
        check(piece * 300, sources_of({"price": 12, "name": "Aa"}), "en")
