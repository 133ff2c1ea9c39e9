"""What lets somebody in once, for a short time: the link that opens the page, the ticket of a socket.

A sign-in with another provider is one too, from when somebody is sent there until they come back, and so are links
that are mailed.
"""

import json
from typing import Literal

from magicai.accounts.secret_tokens import digest_of, new_secret
from magicai.errors import Unknown
from magicai.ports import Cache

Kind = Literal["link", "ticket", "sign-in", "email", "reset"]
LIFETIME_S: dict[Kind, float] = {"link": 300.0, "ticket": 30.0, "sign-in": 600.0, "email": 1800.0, "reset": 1800.0}
_USED: dict[Kind, str] = {
    "link": "sign_in_link_used",
    "ticket": "socket_ticket_used",
    "sign-in": "oidc_state_used",
    "email": "mailed_link_used",
    "reset": "mailed_link_used",
}


async def issue(cache: Cache, kind: Kind, what: dict[str, object]) -> str:
    """A secret that gives `what` back, once, to whoever brings it in time."""
    secret = new_secret()
    await cache.put(_key(kind, secret), json.dumps(what).encode(), ttl_s=LIFETIME_S[kind])
    return secret


async def redeem(cache: Cache, kind: Kind, secret: str) -> dict[str, object]:
    """What was given to `issue`.

    Raises:
        Unknown: it was used before, its time is over, or it never was one.
    """
    key = _key(kind, secret)
    kept = await cache.get(key)
    # Of several that come at once, through whichever gateway, the counter lets one pass.
    if kept is None or await cache.count(f"{key}:used", ttl_s=LIFETIME_S[kind]) > 1:
        raise Unknown(_USED[kind])
    await cache.forget(key)
    return json.loads(kept)


def _key(kind: Kind, secret: str) -> str:
    return f"pass:{kind}:{digest_of(secret)}"
