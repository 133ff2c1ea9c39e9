"""The schema of Prefect's forms."""

from deployments.creating import without_null_defaults


def test_a_parameter_that_may_be_left_out_has_a_field() -> None:
    file = {"anyOf": [{"type": "string"}, {"type": "null"}], "title": "File"}
    pages = {"type": "integer", "default": 20}
    schema = {"definitions": {"List": {"properties": {"file": {**file, "default": None}, "pages": pages}}}}
    assert without_null_defaults(schema) == {"definitions": {"List": {"properties": {"file": file, "pages": pages}}}}
