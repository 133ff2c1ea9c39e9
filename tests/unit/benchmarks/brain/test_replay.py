import json
from pathlib import Path

import numpy as np
import pytest

from benchmarks.brain.regret import NOISES, Ours, Played, play
from benchmarks.brain.replay import read, replay, rows
from benchmarks.brain.rivals import Ucb1
from benchmarks.brain.worlds import read as read_worlds


@pytest.fixture(autouse=True)
def one_rival(monkeypatch: pytest.MonkeyPatch) -> None:
    """The others take seconds to import, where they are installed."""
    monkeypatch.setattr("benchmarks.brain.regret.RIVALS", {"UCB1": Ucb1})


def log(folder: Path, *lines: object) -> Path:
    path = folder / "log.jsonl"
    path.write_text("\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines))
    return path


def answer(query: int, model: str, quality: float, *, words: float = 1.0) -> dict[str, object]:
    return {"query": query, "features": {"words": words}, "model": model, "quality": quality, "cost": 0.5}


def test_only_the_chosen_models_answers_are_seen_and_the_better_model_is_found(tmp_path: Path) -> None:
    answers = [answer(number, model, 0.9 if model == "b" else 0.2) for model in "ab" for number in range(60)]
    queries = read(log(tmp_path, *answers))
    assert len(queries) == 60
    assert queries[0].answers == {"a": (0.2, 0.5), "b": (0.9, 0.5)}
    quality, cost = replay(queries, seed=1)
    assert 0.8 < quality < 0.9
    assert cost == 0.5
    beside = {row.against: row.other for row in rows(log(tmp_path, *answers[:5], *answers[60:65]), quick=True)}
    assert beside["a coin"] == pytest.approx(0.55)
    assert beside["always b, cost 0.5"] == pytest.approx(0.9)


@pytest.mark.parametrize("line", ["{", "[]", {"query": 1}, answer(1, "a", 1.5), {**answer(1, "a", 1), "features": 3}])
def test_a_line_that_is_no_answer_is_told_by_its_number(tmp_path: Path, line: object) -> None:
    with pytest.raises(ValueError, match="line 2"):
        read(log(tmp_path, answer(0, "a", 0.5), line))


def test_queries_of_other_features_are_compared_by_all_of_them(tmp_path: Path) -> None:
    answers = [{**answer(number, "a", 1), "features": {f"f{number}": 1, "g": 2}} for number in range(4)]
    assert [query.features for query in read(log(tmp_path, *answers))] == [
        {f"f{each}": float(each == number) for each in range(4)} for number in range(4)
    ]


def test_rivals_play_where_every_model_has_answered_each_query(tmp_path: Path) -> None:
    answers = [answer(number, model, 0.9 if model == "b" else 0.2) for model in "ab" for number in range(60)]
    beside = {row.against.partition(",")[0]: row.other for row in rows(log(tmp_path, *answers), quick=True)}
    assert 0.5 < (beside["UCB1"] or 0) < 0.9
    assert "UCB1" not in {row.against.partition(",")[0] for row in rows(log(tmp_path, *answers[:-1]), quick=True)}


def test_a_log_without_answers_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="has no answers"):
        read(log(tmp_path, ""))


def test_the_best_is_taken_again_when_ten_decisions_have_shown_it() -> None:
    """Not when these ten begin, before they are made."""
    best = np.ones((4, 60))
    got = best.copy()
    got[:, 20:25] = 0  # a change at 20; from 25 on the best again
    assert Played(got, best).best_again(20) == 5 + 8
    assert Played(np.zeros_like(best), best).best_again(20) is None


def test_a_file_of_worlds_is_played(tmp_path: Path) -> None:
    path = tmp_path / "kept_back.py"
    path.write_text(
        "import numpy as np\nWORLDS = {'two': lambda rng, n: (rng.normal(size=(n, 0)), np.tile([0.2, 0.9], (n, 1)))}\n"
    )
    played = play(read_worlds(path)["two"], NOISES["as given"], {"ours": Ours}, seeds=1)
    assert played["best fixed choice"].total == pytest.approx(180)
    assert played["ours"].total > 170
    assert np.all(played["ours"].best == 0.9)
    (tmp_path / "empty.py").write_text("")
    with pytest.raises(ValueError, match="no WORLDS"):
        read_worlds(tmp_path / "empty.py")
