"""Sealed values: secrets as requests and rows carry them, and requests without them."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from pydantic import SecretStr

SEALED = "sealed:"
_COVERED = str(SecretStr("x"))


def without_secrets(value: Any) -> Any:
    """A request as JSON, or a part of it, without its secrets: sealed in a run's row, stars where there is none yet."""
    if isinstance(value, Mapping):
        of = cast("Mapping[str, Any]", value)
        return {name: without_secrets(one) for name, one in of.items() if not _is_hidden(one)}
    if isinstance(value, list | tuple):
        return [without_secrets(one) for one in cast("Sequence[Any]", value) if not _is_hidden(one)]
    return value


def _is_hidden(value: object) -> bool:
    return isinstance(value, str) and (value == _COVERED or value.startswith(SEALED))
