"""The audit log: who did what to which submission, each entry bound to the one before, so that tampering shows.

What names people and texts is `details`. The chain binds their digest, so that a person's details can be erased and
all others still be verified.
"""

import hashlib
import hmac
from collections.abc import AsyncIterable, Iterable
from dataclasses import dataclass, field
from secrets import token_hex

from magicai.messages import Message, say
from magicai.runs.run import JSON
from magicai.values.digest import digest_of

FIRST = "0" * 64


@dataclass(frozen=True, slots=True)
class NewEntry:
    """An entry that is to be appended.

    Attributes:
        action: such as `approve`.
        about: content_id of the submission.
        owner_id: its owner.
        actor: the user who did it; "" of MagicAI itself.
        more: what else matters, such as the digest that was approved.
    """

    action: str
    about: str
    owner_id: str
    actor: str = ""
    more: JSON = field(default_factory=dict[str, object])

    def details(self) -> JSON:
        """What is kept, with a random part, so that erased details can't be guessed from their digest."""
        return {
            "about": self.about,
            "actor": self.actor,
            "owner": self.owner_id,
            "more": self.more,
            "salt": token_hex(16),
        }


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of the log.

    Attributes:
        details: None where they were erased with a person.
        digest: of the details.
        previous: the hash of the entry before.
        hash: of everything else.
    """

    sequence: int
    at: int
    action: str
    details: JSON | None
    digest: str
    previous: str
    hash: str

    @property
    def actor(self) -> str:
        """The user who did it; "" of MagicAI itself, or where it was erased."""
        return (self.details or {}).get("actor", "")

    @property
    def more(self) -> JSON:
        """What else matters, where it was not erased."""
        return (self.details or {}).get("more", {})

    @property
    def erased(self) -> bool:
        """Whether its details were erased with a person."""
        return self.details is None


@dataclass(frozen=True, slots=True)
class Verified:
    """What a look at the whole log found.

    Attributes:
        count: entries that are in order.
        erased: how many of them have no details any more.
        fault: what is wrong, and from where on; None if nothing.
        head: the last hash. Note it elsewhere, and name it the next time: a log that was cut short lacks it.
    """

    count: int
    erased: int
    head: str
    fault: Message | None = None


def hash_of(sequence: int, at: int, action: str, digest: str, previous: str, *, key: bytes) -> str:
    """The hash of an entry, by a key that is not in the records: whoever changes them can't make a chain anew."""
    said = "\n".join((str(sequence), str(at), action, digest, previous))
    return hmac.new(key, said.encode(), hashlib.sha256).hexdigest()


def entry_of(new: NewEntry, *, after: Entry | None, at: int, key: bytes) -> Entry:
    """The next entry of a log."""
    sequence, previous = (after.sequence + 1, after.hash) if after else (1, FIRST)
    details = new.details()
    digest = digest_of(details)
    made = hash_of(sequence, at, new.action, digest, previous, key=key)
    return Entry(sequence, at, new.action, details, digest, previous, made)


def entries_of(new: Iterable[NewEntry], *, after: Entry | None, at: int, key: bytes) -> list[Entry]:
    """The next entries of a log."""
    made: list[Entry] = []
    for one in new:
        after = entry_of(one, after=after, at=at, key=key)
        made.append(after)
    return made


async def verify(entries: AsyncIterable[Entry], *, key: bytes, head: str = "") -> Verified:
    """Look at every entry.

    Args:
        entries: all of the log, in order.
        key: by which the hashes were made.
        head: a hash that must be among them.
    """
    count = erased = 0
    previous, known = FIRST, not head
    async for entry in entries:
        fault = _fault(entry, count + 1, previous, key)
        if fault:
            return Verified(count, erased, previous, fault)
        count, previous = count + 1, entry.hash
        erased += entry.details is None
        known = known or entry.hash == head
    fault = None if known else say("audit_head_missing", head=head)
    return Verified(count, erased, previous, fault)


def _fault(one: Entry, sequence: int, previous: str, key: bytes) -> Message | None:
    if one.sequence != sequence:
        return say("audit_entry_missing", number=sequence, next=one.sequence)
    if one.previous != previous:
        return say("audit_entry_out_of_order", number=sequence)
    if one.details is not None and digest_of(one.details) != one.digest:
        return say("audit_details_changed", number=sequence)
    if not hmac.compare_digest(one.hash, hash_of(one.sequence, one.at, one.action, one.digest, previous, key=key)):
        return say("audit_entry_changed", number=sequence)
    return None
