import json
from typing import Any

import pytest

from magicai.brain.choice_points import ChoicePoint
from magicai.brain.portable import Points, read, written
from magicai.brain.sampler import Statistics, learn
from magicai.errors import Invalid
from magicai.ports import LearntChoice

POINTS: Points = {("w", "write", "model"): ChoicePoint(name="model", options=("small", "large"), features=("words",))}


def learnt() -> LearntChoice:
    statistics = Statistics.of(("words",))
    for number in range(12):
        option = ("small", "large")[number % 2]
        learn(statistics, option=option, x={"words": number / 10}, reward=0.5, measures={"seconds": 3.0})
    return LearntChoice(workflow="w", step="write", choice="model", learnt=statistics.to_json())


def changed(*place: str | int, value: Any) -> str:
    """An export of which one thing is another."""
    document: Any = json.loads(written([learnt()]))
    inner = document
    for name in place[:-1]:
        inner = inner[name]
    inner[place[-1]] = value
    return json.dumps(document)


def test_what_was_written_is_read_again() -> None:
    assert read(written([learnt()]), POINTS) == [learnt()]
    assert read(written([]), POINTS) == []


BARE: dict[str, Any] = {"workflow": "w", "step": "write", "choice": "model", "learnt": {}}
LEARNT = ("choices", 0, "learnt")
SMALL = (*LEARNT, "options", "small")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{", "not an export"),
        ("[]", "not an export"),
        ('{"choices": []}', "not an export"),
        (changed("magicai_brain", value=2), "version 2"),
        (changed("choices", 0, "step", value="cook"), "no choice 'w: cook.model'"),
        (changed("choices", 0, "more", value=1), "not an export"),
        (changed("choices", value=[BARE]), "shape"),
        (changed("choices", value=2 * json.loads(written([learnt()]))["choices"]), "twice"),
        (changed(*LEARNT, "features", value=["pages"]), "learned with pages"),
        (changed(*LEARNT, "decided", value="5"), "a number"),
        (changed(*LEARNT, "decided", value=-1), "a number"),
        (changed(*LEARNT, "shortfall", value=float("nan")), "a number"),
        (changed(*LEARNT, "options", "huge", value=learnt().learnt["options"]["small"]), "'huge' is not one"),
        (changed(*SMALL, "settled", "moment", value=[1e9, 0.0]), "'small' could have produced"),
        (changed(*SMALL, "settled", "moment", value=[0.0]), "'small' could have produced"),
        (changed(*SMALL, "settled", "gram", value=[[-1.0, 0.0], [0.0, 1.0]]), "'small' could have produced"),
        (changed(*SMALL, "settled", "squares", value=float("inf")), "'small' could have produced"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused(text: str, why: str) -> None:
    with pytest.raises(Invalid, match=why):
        read(text, POINTS)
