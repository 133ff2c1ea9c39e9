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


class MagicError(Exception):
    """What happened, in one sentence that names the value, and the way out."""

    def __init__(self, what: str, *, way_out: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.way_out = way_out

    def __str__(self) -> str:
        return f"{self.what} {self.way_out}".strip()

    def __reduce__(self) -> tuple[object, ...]:
        return (_rebuild, (type(self), self.what, self.__dict__))


LONGEST_PAUSE_S = 60.0


class Temporary(MagicError):  # noqa: N818 - reads as a statement where it is raised
    """Trying again can help.

    Attributes:
        retry_after_s: seconds to wait first, where the other side named them.
    """

    def __init__(self, what: str, *, way_out: str = "", retry_after_s: float | None = None) -> None:
        super().__init__(what, way_out=way_out)
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


def reused_key(key: str | None) -> Invalid:
    """Why a request is refused whose Idempotency-Key came with another one before."""
    what = f"Idempotency-Key {key!r} was used with another request before."
    return Invalid(what, way_out="Use a new key for a new request.")


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


def _rebuild(kind: type[MagicError], what: str, state: dict[str, object]) -> MagicError:
    error = kind(what)
    error.__dict__.update(state)
    return error
