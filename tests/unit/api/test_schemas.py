"""The schemas of the API's description: each has a name of its own."""

import json
import re
from pathlib import Path

import pytest
from pydantic import BaseModel

from magicai.api import app, describing
from magicai.runs.run import Problem
from magicai.settings import Settings


def test_a_runs_problem_and_an_errors_are_two_schemas(tmp_path: Path) -> None:
    schemas = app.create_app(Settings(home=tmp_path)).openapi()["components"]["schemas"]
    assert set(schemas["Problem"]["properties"]) == set(Problem.model_fields)
    assert {"type", "status", "detail"} <= set(schemas["ProblemDetails"]["properties"])


def test_a_field_of_an_answer_is_null_rather_than_missing(tmp_path: Path) -> None:
    schemas = app.create_app(Settings(home=tmp_path)).openapi()["components"]["schemas"]
    for name in ("RunListed", "Values", "RoleShown", "ProblemDetails"):
        assert schemas[name]["required"] == [*schemas[name]["properties"]], name
    # An earlier version may have stored it, and a request need not say it.
    assert "gtin" not in schemas["Product"]["required"]
    assert "device" not in schemas["Login"]["required"]


def test_no_schema_is_named_by_where_its_code_lies(tmp_path: Path) -> None:
    described = app.create_app(Settings(home=tmp_path)).openapi()
    names = set(described["components"]["schemas"])
    assert [name for name in names if "__" in name or "magicai" in name.lower().removesuffix("request")] == []
    assert {"ProductChange", "AnalysisChange"} <= names
    assert set(re.findall(r'"#/components/schemas/([^"]+)"', json.dumps(described))) <= names


def test_a_second_model_of_one_name_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Run(BaseModel):
        miles: float

    bodies = vars(describing)["_BODIES"]
    monkeypatch.setattr(describing, "_BODIES", (*bodies, Run))
    assert "Run" in app.create_app(Settings(home=tmp_path)).openapi()["components"]["schemas"]

    class Problem(BaseModel):
        sum: str

    monkeypatch.setattr(describing, "_BODIES", (*bodies, Problem))
    with pytest.raises(ValueError, match="two models of the API are called 'Problem'"):
        app.create_app(Settings(home=tmp_path)).openapi()
