"""Why a value is refused, where pydantic says so: by its validators, and by ours."""

from collections.abc import Mapping
from typing import Any

from magicai.messages import Message, plain, say, table

_BY_VALIDATOR = "Value error, "
_LONGEST = 200  # characters of a value that is quoted


class InvalidValue(ValueError):  # noqa: N818 - named like Invalid, which it becomes
    """A validator refuses a value: a ValueError, as pydantic wants it, with a code."""

    def __init__(self, code: str | Message, /, **params: Any) -> None:
        quoted = {name: value[:_LONGEST] if isinstance(value, str) else value for name, value in params.items()}
        self.message = code if isinstance(code, Message) else say(code, **quoted)
        super().__init__(str(self.message))


def reason_of(error: Mapping[str, Any]) -> Message:
    """Why a value is refused, in a sentence; of a kind that has no code, in pydantic's English.

    Args:
        error: one of `ValidationError.errors`, with its context.
    """
    context: Mapping[str, Any] = error.get("ctx") or {}
    raised = context.get("error")
    if isinstance(raised, InvalidValue):
        return raised.message
    # Text that is no number is no number; of dates there are kinds by what was tried.
    kind = str(error["type"]).replace("_from_date", "").replace("_parsing", "_type").replace("model_attributes", "dict")
    code = f"value_{kind}"
    if code in table():
        params = {name: value for name, value in context.items() if isinstance(value, str | int | float)}
        # The limit of an amount is 1,000,000 rather than 1000000.0.
        return Message(code, {name: f"{one:,.10g}" if isinstance(one, float) else one for name, one in params.items()})
    words = str(error["msg"]).removeprefix(_BY_VALIDATOR).rstrip(".")
    return plain(f"{words[:1].upper()}{words[1:]}.")
