import random
from collections.abc import Sequence
from itertools import count

import numpy as np
import pytest

from magicai.catalogue.ports import Interaction, InteractionCounters, InteractionKind
from magicai.catalogue.recommendations import recommender as recommending
from magicai.catalogue.recommendations.choosing import blended, diverse
from magicai.catalogue.recommendations.content import Content, Described
from magicai.catalogue.recommendations.gram import MOST_PER_PERSON, Gram, counted
from magicai.catalogue.recommendations.models import Ease, Neighbours, affinity
from magicai.catalogue.recommendations.recommender import Recommender
from magicai.catalogue.recommendations.similar import similar, similar_entity, similar_in


def events(number: int = 600, *, people: int = 40, items: int = 60) -> list[tuple[str, str]]:
    dice = random.Random(3)
    return [
        (f"u{dice.randrange(people)}", f"i{min(dice.randrange(items), dice.randrange(items))}") for _ in range(number)
    ]


@pytest.mark.parametrize("most_dense", [1000, 20, 0])
def test_event_by_event_is_the_same_as_all_at_once(most_dense: int) -> None:
    """As a matrix, as pairs, and where the one becomes the other on the way."""
    stream = events()
    gram, has = Gram(most_dense=most_dense), set[tuple[str, str]]()
    for place, (person, item) in enumerate(stream):
        assert gram.add(person, item) == ((person, item) not in has)
        has.add((person, item))
        if place % 150 == 0:
            assert (gram.matrix() == counted(stream[: place + 1]).matrix()).all()
    people = sorted({person for person, _ in stream})
    rows = np.array([[(person, item) in has for item in gram.items] for person in people], dtype=np.int32)
    assert (gram.matrix() == rows.T @ rows).all()
    assert gram.is_dense == (most_dense == 1000)


@pytest.mark.parametrize("most_dense", [10_000, 10])
def test_of_who_has_everything_the_latest_count(most_dense: int) -> None:
    gram = Gram(most_dense=most_dense)
    for number in range(MOST_PER_PERSON + 5):
        gram.add("reseller", f"i{number}")
    assert [gram.count(number) for number in (0, 4, 5, MOST_PER_PERSON + 4)] == [0, 0, 1, 1]
    assert gram.row(0) == {}


def test_what_goes_together_is_found_by_both_models() -> None:
    pairs = [(f"u{n}", item) for n in range(30) for item in (("tea", "pot") if n % 2 else ("shoe", "lace"))]
    pairs += [(f"u{n}", "bag") for n in range(30)]
    gram = counted(pairs)
    for model in (Ease(gram), Neighbours(gram)):
        said = model.scores([gram.place["tea"]])
        assert max(said, key=lambda one: said[one]) == gram.place["pot"]
        assert gram.place["tea"] not in said
    small = counted(pairs, most_dense=2)
    assert isinstance(affinity(small), Neighbours)
    assert isinstance(affinity(gram), Ease)


def described(*items: tuple[str, tuple[str, ...], str]) -> Content:
    """Items whose vectors are alike where their names begin alike."""
    vectors = np.eye(26, dtype=np.float32)[[ord(name[0]) - ord("a") for name, _, _ in items]]
    return Content([Described(name, name, category, brand) for name, category, brand in items], vectors)


def test_what_is_new_has_neighbours_by_content_with_a_reason() -> None:
    content = described(
        ("a1", ("Tea", "Green"), "Fira"), ("a2", ("Tea", "Green"), "fira"), ("b1", ("Tea", "Green"), "Oku"),
        ("c1", ("Cups",), "Oku"), ("d1", (), ""),
    )  # fmt: skip
    found = similar(content, range(5), count=3)
    assert all(found), "an item is without neighbours"
    assert (found[0][0].item, found[0][0].reason, found[0][0].score) == ("a2", "brand_and_category", 1.0)
    assert {one.reason for one in found[2] if one.item in ("a1", "a2")} == {"category"}
    assert all(one.item != content.items[row].item for row, near in enumerate(found) for one in near)
    kept = similar_entity("a1", found[0], owner_id="ann")
    assert similar_in(kept)[0].because == "a1"
    assert similar(described(("a1", (), "")), [0]) == [[]]


def test_behaviour_counts_the_more_the_more_people_there_are() -> None:
    content = described(("a1", ("Tea",), ""), ("a2", ("Tea",), ""), ("z1", ("Shoes",), ""))
    for people, first in ((1, "a2"), (60, "z1")):
        gram = counted([(f"u{n}", item) for n in range(people) for item in ("a1", "z1")])
        (found,) = similar(content, [0], count=2, gram=gram, model=Ease(gram))
        assert found[0].item == first
        assert (found[0].reason == "viewed_together") == (first == "z1")
    assert blended({"x": 2.0}, {"y": 3.0}, people=0) == {"x": 0.0, "y": 1.0}


def test_a_list_is_diverse_and_holds_nothing_that_somebody_has() -> None:
    scores = {"red cup": 1.0, "blue cup": 0.99, "green cup": 0.98, "pot": 0.9, "had": 2.0}

    def likeness(one: str, other: str) -> float:
        return 1.0 if one.rsplit(maxsplit=1)[-1] == other.rsplit(maxsplit=1)[-1] else 0.0

    chosen = [item for item, _ in diverse(scores, likeness, count=2, without={"had"})]
    assert chosen == ["red cup", "pot"]


class Kept:
    """Events in memory."""

    def __init__(self) -> None:
        self.kept: list[Interaction] = []
        self._numbers = count(1)

    async def add(self, owner_id: str, interactions: Sequence[Interaction]) -> int:
        del owner_id
        for one in interactions:
            self.kept.append(Interaction(one.key, one.person, one.item, one.kind, one.at, next(self._numbers)))
        return len(interactions)

    async def counters(self, owner_id: str) -> InteractionCounters:
        del owner_id
        return InteractionCounters(last=len(self.kept))

    async def after(self, owner_id: str, number: int, *, limit: int = 5000) -> list[Interaction]:
        del owner_id
        return [one for one in self.kept if one.number > number][:limit]

    async def of_person(self, owner_id: str, person: str, *, limit: int = 500) -> list[Interaction]:
        del owner_id
        return [one for one in reversed(self.kept) if one.person == person][:limit]

    async def forget_person(self, owner_id: str, person: str) -> int:
        raise NotImplementedError


async def happen(kept: Kept, person: str, kind: InteractionKind, *items: str) -> None:
    await kept.add("ann", [Interaction(f"{person}{item}{kind}", person, item, kind, 1) for item in items])


async def test_together_and_for_a_person(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recommending, "_LASTS_S", 0.0)
    monkeypatch.setattr(recommending, "_PAGE", 7)
    kept = Kept()
    recommender = Recommender(kept, "ann")
    assert await recommender.together(["tea"], "view") == []
    assert await recommender.for_person("bob") == []
    for number in range(12):
        await happen(kept, f"u{number}", "view", "tea", "pot")
        await happen(kept, f"v{number}", "view", "shoe", "lace")
    await happen(kept, "w", "purchase", "tea", "bag")
    assert next(one.item for one in await recommender.together(["tea"], "view")) == "pot"
    (bought,) = await recommender.together(["tea"], "purchase")
    assert (bought.item, bought.reason, bought.because) == ("bag", "bought_together", "tea")
    await happen(kept, "bob", "view", "shoe", "tea")
    found = await recommender.for_person("bob")
    assert {one.item for one in found} >= {"lace", "pot"}
    assert not {one.item for one in found} & {"shoe", "tea"}
    assert {one.item: one.because for one in found if one.item in ("lace", "pot")} == {"lace": "shoe", "pot": "tea"}
