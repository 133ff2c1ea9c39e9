"""Every operation can be asked both ways: its parameters have a place, its answer a type that JSON is read as."""

import inspect
import re
from typing import Any

import pytest
from pydantic import TypeAdapter

from magicai.operations.modules import operations
from magicai.operations.operation import Download, Operation


@pytest.mark.parametrize("declared", operations(), ids=lambda declared: declared.name)
def test_an_operation_is_asked_by_name_place_and_type(declared: Operation[..., Any]) -> None:
    assert inspect.getdoc(declared.act)
    in_path = set(re.findall(r"\{(\w+)", declared.path))
    assert in_path <= set(declared.parameters), "a parameter of the path is one of the operation"
    assert all(declared.in_path(name) for name in in_path)
    required = {name for name, one in declared.parameters.items() if one.default is inspect.Parameter.empty}
    body = {declared.body[0]} if declared.body else set[str]()
    assert in_path | body <= required
    assert declared.method not in ("GET", "DELETE") or not body
    if declared.answer is not Download:
        TypeAdapter(declared.answer)
    with pytest.raises(Exception, match="unknown"):
        declared.bind(unknown=1)


def test_no_two_operations_have_one_name_or_one_route() -> None:
    declared = operations()
    assert len({one.name for one in declared}) == len(declared)
    assert len({(one.method, re.sub(r"\{[^}]*\}", "{}", one.path)) for one in declared}) == len(declared)
