import json
from typing import Any

import pytest

from magicai.brain.choice_points import ChoicePoint
from magicai.brain.portable import Points, read, written
from magicai.brain.sampler import Lesson, Statistics, learn
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


def test_what_was_corrected_after_it_faded_is_read_again() -> None:
    statistics = Statistics.of(("words",))
    x, places = {"words": 0.5}, range(10)
    for number in range(250):
        learn(statistics, option="small" if number in places else "large", x=x, reward=0.1, usual="large")
    learn(statistics, option="small", x=x, reward=0.1, usual="large")
    for place in places:
        learn(statistics, option="small", x=x, reward=0.9, usual="large", former=Lesson(0.1, place))
    kept = LearntChoice(workflow="w", step="write", choice="model", learnt=statistics.to_json())
    assert read(written([kept]), POINTS) == [kept]


def test_what_an_earlier_version_wrote_is_read() -> None:
    document: Any = json.loads(written([learnt()]))
    kept = document["choices"][0]["learnt"]
    for name in ("lessons", "version"):
        del kept[name]
    for option in kept["options"].values():
        del option["faded"], option["faded_before"]
    (found,) = read(json.dumps(document), POINTS)
    assert Statistics.from_json(found.learnt).lessons == 12


BARE: dict[str, Any] = {"workflow": "w", "step": "write", "choice": "model", "learnt": {}}
LEARNT = ("choices", 0, "learnt")
SMALL = (*LEARNT, "options", "small")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{", "not an export"),
        ("[]", "not an export"),
        ('{"choices": []}', "not an export"),
        (changed("magicai_brain", value=2), "version '2'"),
        (changed("choices", 0, "step", value="cook"), "no choice 'w: cook.model'"),
        (changed("choices", 0, "more", value=1), "not an export"),
        (changed("choices", value=[BARE]), "shape"),
        (changed("choices", value=2 * json.loads(written([learnt()]))["choices"]), "twice"),
        (changed(*LEARNT, "features", value=["pages"]), "learned with pages"),
        (changed(*LEARNT, "version", value="0"), "learned with words of version 0"),
        *((changed(*LEARNT, "decided", value=bad), "its decided of") for bad in ("5", -1, 1e300, 2.5, True, 2 * 10**9)),
        (changed(*LEARNT, "lessons", value=12.0), "its lessons of"),
        (changed(*LEARNT, "shortfall", value=float("nan")), "its shortfall of nan"),
        (changed(*LEARNT, "shortfall", value=40.0), "its shortfall of"),
        (changed(*LEARNT, "shortfall_weight", value=31.0), "its shortfall_weight of"),
        *((changed(*SMALL, "doubt", value=bad), "doubt of") for bad in (-1.0, 6.1, 1e300)),
        *((changed(*SMALL, "since", value=bad), "since of") for bad in (-1, 13, 1e9, False)),
        (changed(*SMALL, "surprise", value=1e300), "surprise of"),
        (changed(*SMALL, "faded", value=1.5), "faded of"),
        (changed(*SMALL, "settled", "gram", value=[[1e300, 0.0], [0.0, 1.0]]), "'small' could have produced"),
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
