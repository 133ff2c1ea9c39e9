"""What differs between what was approved and what would happen now, in sentences for people."""

from collections.abc import Iterator, Sequence

from magicai.publishing.draft import Payload, digest_of_all


def differences(before: Sequence[Payload], now: Sequence[Payload]) -> str:
    """What differs between payloads, in sentences; "" where nothing does."""
    if digest_of_all(tuple(before)) == digest_of_all(tuple(now)):
        return ""
    earlier, later = ({one.target: one for one in some} for some in (before, now))
    said = {f"The target {name} was removed." for name in earlier.keys() - later.keys()}
    said |= {f"The target {name} was added." for name in later.keys() - earlier.keys()}
    for name in later.keys() & earlier.keys():
        said |= set(_of_one(earlier[name], later[name]))
    return " ".join(sorted(said))


def _of_one(before: Payload, now: Payload) -> Iterator[str]:
    name = now.target
    if (before.platform, before.address) != (now.platform, now.address):
        yield f"The target {name} now leads to {now.address} ({now.platform})."
    if before.account is None or now.account is None:
        yield "Approvals now include the account, the options and the secret of a target."
    else:
        if before.account.user != now.account.user:
            yield f"The target {name} now signs in as {now.account.user or 'nobody'}."
        if before.account.options != now.account.options:
            options = ", ".join(f"{one}={value}" for one, value in now.account.options.items())
            yield f"The options of the target {name} are now: {options or 'none'}."
        if before.account.secret != now.account.secret:
            yield f"The secret of the target {name} was replaced."
        if before.link != now.link:
            yield f"The link now leads to {now.link or 'nowhere'}."
    if before.body != now.body:
        yield f"The target {name} gets another text."
