"""The schema of Prefect's forms."""

from pydantic import JsonValue

from deployments.creating import without_null_defaults


def test_a_parameter_that_may_be_left_out_has_a_field() -> None:
    file: dict[str, JsonValue] = {"anyOf": [{"type": "string"}, {"type": "null"}], "title": "File"}
    pages: JsonValue = {"type": "integer", "default": 20}

    def schema(of_file: JsonValue) -> JsonValue:
        return {"definitions": {"List": {"properties": {"file": of_file, "pages": pages}}}}

    assert without_null_defaults(schema({**file, "default": None})) == schema(file)
