"""What providers' failures are in words of our own, without what was asked and without keys.

What a provider says is quoted through quoting.py, and errors keep no cause: a traceback would print the provider's
answer, which may repeat the question.
"""

from collections.abc import Mapping
from traceback import walk_tb
from typing import Any, cast

from integrations.text.quoting import quoted
from integrations.text.remote import Remote
from magicai.errors import Busy, Invalid, MagicError, Permanent, Refused, Temporary
from magicai.messages import say

_VENDORS = (
    "pydantic_ai",
    "openai",
    "anthropic",
    "cohere",
    "google",
    "httpx",
    "httpx2",
    "httpcore",
    "httpcore2",
    "pydantic",
)
# Of a request that took too long, and of one that met another one.
_PASSING = (408, 409)


def is_vendors(error: Exception) -> bool:
    """Whether an error is a vendor's, or comes out of a vendor's code that met an answer which it can't read."""
    through = (frame.f_globals.get("__name__", "") for frame, _ in walk_tb(error.__traceback__))
    return any(module.partition(".")[0] in _VENDORS for module in (type(error).__module__, *through))


def was_answered(error: Exception) -> bool:
    """Whether the server has answered with a status, so that the call was not charged."""
    from pydantic_ai.exceptions import ModelHTTPError

    return isinstance(error, ModelHTTPError) and not error.in_stream


def refusal(remote: Remote, why: str, asked: tuple[str, ...]) -> Permanent:
    """The model does not want to answer."""
    said = quoted(why, asked=asked, key=remote.secret)
    return Permanent("model_refuses", name=remote.name, reason=said or say("no_reason_given"))


def translated(error: Exception, remote: Remote, asked: tuple[str, ...]) -> MagicError:
    """A vendor's error as one of ours."""
    from pydantic_ai import exceptions as vendor

    said = quoted(_said(error), asked=asked, key=remote.secret)
    status = getattr(error, "status_code", None)
    what = (
        say("model_server_error_status", name=remote.where, status=status, reason=said)
        if status
        else say("model_server_error", name=remote.where, reason=said)
    )
    elsewhere = say("name_offered_model", setting=remote.chosen_in, name=remote.name)
    key = say("correct_key_setting", key_setting=remote.key_setting)
    wait = getattr(error, "retry_after", None)
    known: tuple[tuple[type[Exception] | tuple[type[Exception], ...], MagicError], ...] = (
        (vendor.ModelQuotaExceededError, Refused(what, way_out="top_up_account")),
        (vendor.ModelAuthenticationError, Invalid(what, way_out=key)),
        (vendor.ModelNotFoundError, Invalid(what, way_out=elsewhere)),
        (vendor.ModelContextWindowExceededError, Invalid(what, way_out="use_less_text")),
        (
            (vendor.ModelRateLimitError, vendor.ModelUnavailableError),
            Busy(what, retry_after_s=wait),
        ),
        (vendor.ModelServerError, Temporary(what, retry_after_s=wait)),
        ((vendor.ModelRequestRejectedError, vendor.UserError), Invalid(what)),
        (vendor.ContentFilterError, refusal(remote, said, ())),
        (vendor.ModelConnectionError, Temporary("model_server_unreachable", where=remote.where, said=said)),
        (vendor.ModelHTTPError, (Temporary if status in _PASSING else Invalid)(what)),
    )
    for kinds, meaning in known:
        if isinstance(error, kinds):
            return meaning
    if type(error).__module__.startswith("google.auth"):
        return Invalid("google_credentials_invalid", said=said, key_setting=remote.key_setting)
    return Temporary("completion_invalid", where=remote.where, said=said)


def _said(error: Exception) -> str:
    """What the provider says, without the whole body of its answer."""
    body: Any = getattr(error, "body", None)
    for _ in range(2):
        if isinstance(body, Mapping):
            inner = cast("Mapping[str, Any]", body)
            body = inner.get("error") or inner.get("message") or ""
    if isinstance(body, str) and body:
        return body
    if getattr(error, "status_code", None):
        return getattr(error, "provider_error_type", None) or "no details"
    cause = error.__cause__
    said = (str(error) or type(error).__name__).rstrip(".")
    return said if cause is None or str(cause).rstrip(".") in ("", said) else f"{said} ({cause})"
