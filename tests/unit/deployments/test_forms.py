"""The schema of Prefect's forms."""

from pathlib import Path

import pytest
from pydantic import JsonValue

from deployments import deploying
from deployments.creating import with_examples, without_null_defaults


def test_a_parameter_that_may_be_left_out_has_a_field() -> None:
    file: dict[str, JsonValue] = {"anyOf": [{"type": "string"}, {"type": "null"}], "title": "File"}
    pages: JsonValue = {"type": "integer", "default": 20}

    def schema(of_file: JsonValue) -> JsonValue:
        return {"definitions": {"List": {"properties": {"file": of_file, "pages": pages}}}}

    assert without_null_defaults(schema({**file, "default": None})) == schema(file)


def test_a_field_says_an_example_but_no_id_of_a_file() -> None:
    properties: dict[str, JsonValue] = {
        "shop": {"type": "string", "description": "Its address."},
        "urls": {"type": "array"},
        "file": {"type": "string", "format": "file"},
        "pages": {"type": "integer"},
    }
    examples: JsonValue = [{"shop": "a.example", "file": "01a2"}, {"shop": "b.example", "urls": ["c.example"]}]
    changed = with_examples({"definitions": {"Crawl": {"properties": properties, "examples": examples}}})
    shown = {name: one.get("description") for name, one in changed["definitions"]["Crawl"]["properties"].items()}
    assert shown == {
        "shop": "Its address. Example: `a.example`",
        "urls": 'Example: `["c.example"]`',
        "file": None,
        "pages": None,
    }


def test_what_makes_the_forms_is_deployed_again_where_it_has_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = deploying.digest_of_all()
    (tmp_path / "creating.py").write_text("other")
    monkeypatch.setattr(deploying, "_MAKES", tmp_path / "creating.py")
    assert deploying.digest_of_all() != before
