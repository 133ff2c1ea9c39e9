import pytest

from magicai.runs.run import JSON, Origin, Run, RunStatus
from magicai.runs.views.names import subject_of


@pytest.mark.parametrize(
    ("request_", "said"),
    [
        ({"competitor_url": ["https://a.example/x", "https://b.example/"]}, "a.example and 1 more"),
        ({"texts": "red green"}, "red green"),
        (
            {"token": "sealed:x", "list": "01a21f77-6764-73f6-827d-20edf335035c", "supplier": {"name": "Fira Ltd."}},
            "Fira Ltd.",
        ),
        ({"most": 3, "list": "01a21f77-6764-73f6-827d-20edf335035c"}, ""),
        ({"list": ["01a21f77-0000-73f6-827d-20edf335035c"], "currency": "EUR"}, "goods.csv"),
    ],
)
def test_a_run_is_named_by_what_people_know_and_by_no_id_of_a_file(request_: JSON, said: str) -> None:
    run = Run(
        run_id="r", owner_id="o", workflow="w", request=request_, origin=Origin.CLI, status=RunStatus.QUEUED,
        created_at=0, file_names={"01a21f77-0000-73f6-827d-20edf335035c": "goods.csv"},
    )  # fmt: skip
    assert subject_of(run) == said
    assert subject_of(run.model_copy(update={"name": "Spring"})) == "Spring"
