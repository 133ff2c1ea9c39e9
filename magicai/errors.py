"""What can go wrong, in words of our own.

    MagicError            what happened, and the way out
    ├── Temporary         trying again can help (perhaps after `retry_after_s`)
    │   ├── TooMany       more than one may ask in so short a time
    │   ├── Busy          the other side takes nothing for now: it answered 429 or 503
    │   ├── UnusableAnswer  a language model answered with something else (magicai/ports/text.py)
    │   └── BudgetReserved  calls in progress have reserved what is left of a budget
    ├── Permanent         trying again cannot help
    │   ├── Invalid       the request is wrong: names the value
    │   ├── NotFound      no such thing for this owner
    │   ├── Conflict      something else holds it, or it has changed
    │   ├── Refused       a rule forbids it: an address, robots.txt, a role
    │   │   ├── NotPublic   an address that is private, or that settings do not allow
    │   │   ├── TooLarge    it has more bytes than may be read
    │   │   └── OverBudget  a run would cost, or has cost, more than it may
    │   ├── NoSpace       the disk is full: until somebody makes room
    │   ├── Unknown       nobody knows who asks: a proof is missing, wrong, or has ended
    │   └── Missing       an optional part is not installed: names what brings it
    ├── OutcomeUnknown    it may have happened: the other side is asked before anything is tried again
    └── Cancelled         the user stopped it

Adapters translate their vendor's errors once, keep the cause, and quote the value.
"""

from typing import TYPE_CHECKING, Any

from magicai.messages import Message, Surface, message, say
from magicai.messages.validation import reason_of

if TYPE_CHECKING:
    from pydantic import ValidationError


class MagicError(Exception):
    """What happened, as a code with its parameters (magicai/messages), and the way out.

    Args:
        code: of its table, which names the way out too; or words that have none.
        way_out: another one than the table names: a code that takes the same parameters, a message, or words.

    Attributes:
        surface: in whose words it is said.
        cost: of a call of a model that ended so: US dollars as budgets count them; None where that is unknown.
    """

    surface = Surface.CLI
    cost: float | None = None

    def __init__(self, code: str | Message, *, way_out: str | Message | None = None, **params: Any) -> None:
        self.message = code if isinstance(code, Message) else message(code, params)
        given = message(way_out, params) if isinstance(way_out, str) and way_out else way_out
        self.way = given or self.message.way_out
        super().__init__(self.what)

    @property
    def what(self) -> str:
        """What happened, in one English sentence that names the value."""
        return self.message.text(self.surface)

    @property
    def way_out(self) -> str:
        """The way out, in English."""
        return self.way.text(self.surface) if self.way else ""

    @property
    def said(self) -> Message:
        """Both as one message."""
        return say("said_with_way_out", what=self.message, way=self.way) if self.way else self.message

    def as_json(self) -> dict[str, Any]:
        """It in JSON, for `error_of` in another process."""
        kind = next(kind for kind in type(self).__mro__ if kind.__name__ in globals())
        way = self.way.as_json() if self.way else None
        return {"kind": kind.__name__, "message": self.message.as_json(), "way": way}

    def otherwise(self, way_out: str | Message) -> None:
        """Give it a way out where it has none."""
        if self.way is None:
            self.way = way_out if isinstance(way_out, Message) else message(way_out, self.message.params)

    def __str__(self) -> str:
        return f"{self.what} {self.way_out}".strip()

    def __reduce__(self) -> tuple[object, ...]:
        return (_rebuild, (type(self), self.message, self.__dict__))


LONGEST_PAUSE_S = 60.0


class Temporary(MagicError):  # noqa: N818 - reads as a statement where it is raised
    """Trying again can help.

    Attributes:
        retry_after_s: seconds to wait first, where the other side named them.
    """

    def __init__(
        self,
        code: str | Message,
        *,
        way_out: str | Message | None = None,
        retry_after_s: float | None = None,
        **params: Any,
    ) -> None:
        super().__init__(code, way_out=way_out, **params)
        self.retry_after_s = retry_after_s

    def pause_s(self, own_s: float) -> float:
        """How long to wait before the next try, in seconds.

        Args:
            own_s: without being asked; longer where the other side asks for it, up to LONGEST_PAUSE_S.
        """
        return max(own_s, min(self.retry_after_s or 0.0, LONGEST_PAUSE_S))


class TooMany(Temporary):
    """More than one may ask in so short a time."""


class Busy(Temporary):
    """The other side takes nothing for now: it answered 429 or 503. Minutes may help, seconds seldom do."""


class BudgetReserved(Temporary):
    """Calls in progress have reserved what is left of a budget."""


class Permanent(MagicError):  # noqa: N818 - the other branch of the same statement
    """Trying again cannot help."""


class Invalid(Permanent):
    """The request is wrong."""


def invalid(error: "ValidationError") -> Invalid:
    """What is wrong with values, each by its name."""
    faults = error.errors(include_url=False, include_input=False)
    said = [
        say("field_invalid", field=".".join(map(str, one["loc"])), reason=reason_of(one))
        if one["loc"]
        else reason_of(one)
        for one in faults
    ]
    return Invalid("values_invalid", faults=said)


def reused_key(key: str | None) -> Invalid:
    """Why a request is refused whose Idempotency-Key came with another one before."""
    return Invalid("idempotency_key_reused", key=key)


class NotFound(Permanent):
    """No such thing for this owner."""


class Conflict(Permanent):
    """Something else holds it, or it has changed since it was read."""


class Refused(Permanent):
    """A rule forbids it."""


class NotPublic(Refused):
    """An address is private, or settings do not allow it."""


class TooLarge(Refused):
    """It has more bytes than may be read."""


class OverBudget(Refused):
    """A run would cost, or has cost, more than it may."""


class NoSpace(Permanent):
    """The disk is full."""


class Unknown(Permanent):
    """Nobody knows who asks."""


class Missing(Permanent):
    """An optional part is not installed."""


class OutcomeUnknown(MagicError):  # noqa: N818 - neither of both branches
    """Something may have happened: there was no answer, or one that does not tell.

    Trying again could do it twice. Whoever catches it asks the other side first (magicai/runs/effects.py).
    """


class Cancelled(MagicError):  # noqa: N818 - not an error of anybody's
    """The user stopped the run."""


def error_of(value: Any) -> MagicError | None:
    """The error that another process wrote with `as_json`; None where it is none."""
    try:
        kind, way = globals()[value["kind"]], value["way"]
        return kind(Message(**value["message"]), way_out=Message(**way) if way else None)
    except (KeyError, TypeError):
        return None


def _rebuild(kind: type[MagicError], what: Message, state: dict[str, object]) -> MagicError:
    error = kind.__new__(kind, what)
    MagicError.__init__(error, what)
    error.__dict__.update(state)
    return error
