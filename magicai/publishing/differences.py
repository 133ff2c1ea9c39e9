"""What differs between what was approved and what would happen now, in sentences for people."""

from collections.abc import Iterator, Sequence

from magicai.messages import Message, say
from magicai.publishing.draft import Payload, digest_of_all


def differences(before: Sequence[Payload], now: Sequence[Payload]) -> list[Message]:
    """What differs between payloads."""
    if digest_of_all(tuple(before)) == digest_of_all(tuple(now)):
        return []
    earlier, later = ({one.target: one for one in some} for some in (before, now))
    said = [say("target_removed", name=name) for name in earlier.keys() - later.keys()]
    said += [say("target_added", name=name) for name in later.keys() - earlier.keys()]
    for name in later.keys() & earlier.keys():
        said += _of_one(earlier[name], later[name])
    by_text = {str(one): one for one in said}
    return [by_text[text] for text in sorted(by_text)]


def _of_one(before: Payload, now: Payload) -> Iterator[Message]:
    name = now.target
    if (before.platform, before.address) != (now.platform, now.address):
        yield say("target_moved", name=name, address=now.address, platform=now.platform)
    if before.account is None or now.account is None:
        yield say("approval_includes_account")
    else:
        if before.account.user != now.account.user:
            user = now.account.user
            yield say("target_user_changed", name=name, user=user) if user else say("target_user_removed", name=name)
        if before.account.options != now.account.options:
            options = ", ".join(f"{one}={value}" for one, value in now.account.options.items())
            yield (
                say("target_options_changed", name=name, options=options)
                if options
                else say("target_options_removed", name=name)
            )
        if before.account.secret != now.account.secret:
            yield say("target_secret_replaced", name=name)
        if before.link != now.link:
            yield say("link_changed", link=now.link) if now.link else say("link_removed")
    if before.body != now.body:
        yield say("target_text_changed", name=name)
