"""Errors as problem details (RFC 9457); the one place where the error tree becomes status codes."""

import logging
from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse

from magicai.errors import (
    Cancelled,
    Conflict,
    Invalid,
    MagicError,
    Missing,
    NoSpace,
    NotFound,
    Permanent,
    Refused,
    Temporary,
    TooMany,
    Unknown,
)
from magicai.messages import Message, Surface, say
from magicai.shapes.problems import Fault, MessageShown, ProblemDetails

MEDIA_TYPE = "application/problem+json"
_URN = "urn:magicai:problem:"
_RETRY_S = 5.0
_log = logging.getLogger(__name__)
# Somebody has to make room first.
_ROOM_S = 60.0

# Whose names stand on the form to sign in: strangers are told that one is down.
_OF_PROVIDERS = "oidc_"

# The first that an error is an instance of: status, and the name of its type.
TABLE: tuple[tuple[type[MagicError], HTTPStatus, str], ...] = (
    (TooMany, HTTPStatus.TOO_MANY_REQUESTS, "too-many"),
    (Temporary, HTTPStatus.SERVICE_UNAVAILABLE, "temporary"),
    (NoSpace, HTTPStatus.SERVICE_UNAVAILABLE, "no-space"),
    (Invalid, HTTPStatus.UNPROCESSABLE_ENTITY, "invalid"),
    (NotFound, HTTPStatus.NOT_FOUND, "not-found"),
    (Conflict, HTTPStatus.CONFLICT, "conflict"),
    (Unknown, HTTPStatus.UNAUTHORIZED, "unknown"),
    (Refused, HTTPStatus.FORBIDDEN, "refused"),
    (Missing, HTTPStatus.NOT_IMPLEMENTED, "missing"),
    (Cancelled, HTTPStatus.CONFLICT, "conflict"),
    (Permanent, HTTPStatus.INTERNAL_SERVER_ERROR, "internal"),
)

# What goes wrong before anything of ours is asked.
OF_HTTP: dict[int, str] = {
    400: "malformed",
    403: "refused",
    404: "not-found",
    405: "not-allowed",
    408: "slow",
    413: "too-large",
    415: "not-json",
    421: "misdirected",
    422: "invalid",
    500: "internal",
}


class Malformed(HTTPException):
    """A request that is wrong before anything of ours is asked."""

    def __init__(self, status: int, code: str | Message, **params: object) -> None:
        self.message = say(code, **params) if isinstance(code, str) else code
        super().__init__(status, self.message.text(Surface.API))


def problem_of(error: MagicError) -> ProblemDetails:
    """What is told of an error of ours."""
    status, name = next((status, name) for kind, status, name in TABLE if isinstance(error, kind))
    if status is HTTPStatus.INTERNAL_SERVER_ERROR:
        # What it says may name files of this machine: it is in the log.
        return problem_saying(500, say("internal_error"))
    if isinstance(error, NoSpace):  # likewise
        return problem_saying(status, say("installation_disk_full"), name=name)
    return problem_saying(status, error.message, error.way, name=name, surface=error.surface)


def for_strangers(error: MagicError) -> MagicError:
    """The same error without the store's name, host and database, for whoever nobody knows; those go to the log."""
    if not isinstance(error, Temporary) or isinstance(error, TooMany) or error.message.code.startswith(_OF_PROVIDERS):
        return error
    _log.warning("a request failed: %s", error)
    return Temporary("service_unreachable", retry_after_s=error.retry_after_s)


def of_error(error: MagicError) -> JSONResponse:
    """The answer that an error of ours becomes."""
    problem = problem_of(error)
    headers: dict[str, str] = {}
    if isinstance(error, NoSpace):
        headers["Retry-After"] = str(round(_ROOM_S))
    if isinstance(error, Temporary):
        headers["Retry-After"] = str(max(1, round(error.retry_after_s or _RETRY_S)))
    if problem.status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = 'Bearer realm="magicai"'
    return _answer(problem, headers)


def answer(
    status: int, message: Message, *, errors: list[Fault] | None = None, headers: dict[str, str] | None = None
) -> JSONResponse:
    """An answer that says what went wrong."""
    return _answer(problem_saying(status, message, message.way_out, errors=errors), headers)


def _answer(problem: ProblemDetails, headers: dict[str, str] | None) -> JSONResponse:
    return JSONResponse(problem.model_dump(), problem.status, headers, MEDIA_TYPE)


def problem_saying(
    status: int,
    message: Message,
    way: Message | None = None,
    *,
    name: str | None = None,
    errors: list[Fault] | None = None,
    surface: Surface = Surface.API,
) -> ProblemDetails:
    """What is told by a message."""
    way = way or message.way_out
    return ProblemDetails(
        type=_URN + (name or OF_HTTP.get(status, "malformed")),
        title=HTTPStatus(status).phrase,
        status=status,
        detail=_plain(message.text(surface)),
        way_out=_plain(way.text(surface) if way else ""),
        errors=errors or [],
        message=MessageShown.of(message),
        way=MessageShown.of(way),
    )


def _plain(words: str) -> str:
    """Text that JSON can carry, whatever was quoted in it."""
    return words.encode("utf-8", "replace").decode()
