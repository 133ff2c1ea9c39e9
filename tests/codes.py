"""What an error says, asked for by its code."""

from collections.abc import Callable
from typing import Any

from magicai.errors import MagicError


def says(code: str, /, *, way: str | None = None, **params: Any) -> Callable[[MagicError], bool]:
    """A `check` for `pytest.raises`: an error has this code, and these among its parameters.

    Args:
        way: the code of its way out, where its table names another one.
    """

    def check(error: MagicError) -> bool:
        assert error.message.code == code, error.message
        assert way is None or (error.way is not None and error.way.code == way), error.way
        assert params.items() <= error.message.params.items(), error.message
        return True

    return check
