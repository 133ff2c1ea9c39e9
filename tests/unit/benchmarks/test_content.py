import json
from pathlib import Path

from benchmarks.content.cases import read_cases, unmarked
from benchmarks.content.generated import cases
from benchmarks.content.scoring import score


def test_places_of_a_file_are_counted_as_found_missed_or_false(tmp_path: Path) -> None:
    file = tmp_path / "texts.jsonl"
    facts = {"battery_hours": 38, "city": "Leeds"}
    rows: list[dict[str, object]] = [
        {"facts": facts, "text": "38 hours in Leeds.", "language": "en", "unsupported": []},
        {"facts": facts, "text": "51 hours in York.", "language": "en", "unsupported": [[0, 8], [9, 11]]},
    ]
    file.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    found = score(read_cases(file)).of("all")
    assert (found.wrong_places, found.found, found.flagged, found.flagged_rightly) == (2, 1, 2, 1)
    assert (found.right_texts, found.right_texts_flagged, found.right_claims) == (1, 0, 2)


def test_marks_become_places() -> None:
    assert unmarked("a [[b]] c[[d]]") == ("a b cd", ((2, 3), (5, 6)))


def test_wrong_values_stand_where_the_case_says() -> None:
    right, wrong, *_ = cases(7, 1)
    assert right.unsupported == ()
    assert all(wrong.text[start:end] not in right.text for start, end in wrong.unsupported)
