"""Looking into JSON of unknown shape."""

from typing import Any, TypeGuard


def is_object(value: Any) -> TypeGuard[dict[str, Any]]:
    """Whether a JSON value is an object."""
    return isinstance(value, dict)


def is_array(value: Any) -> TypeGuard[list[Any]]:
    """Whether a JSON value is an array."""
    return isinstance(value, list)


def is_container(value: Any) -> TypeGuard[dict[str, Any] | list[Any]]:
    """Whether a JSON value holds others."""
    return isinstance(value, (dict, list))


def each(value: Any) -> list[Any]:
    """A value as a list: an array's members, one value alone, nothing for null."""
    if isinstance(value, list):
        return value  # pyright: ignore[reportUnknownVariableType] - members of JSON are Any
    return [] if value is None else [value]


def scalar(value: Any) -> str:
    """The text of a string or number, "" of anything else."""
    if isinstance(value, str):
        return value
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return repr(value)
    return ""


def first_text(value: Any) -> str:
    """The first text in a value: itself, or of its first member that has one; objects by their `name` or `@value`."""
    if isinstance(value, str):
        return value.strip()
    for member in each(value)[:20]:
        if is_object(member):
            member = member.get("@value") or member.get("name")  # noqa: PLW2901 - the object stands for its text
        text = scalar(member).strip()
        if text:
            return text
    return ""
