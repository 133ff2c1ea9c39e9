"""Links by mail: one shows that an address is somebody's, another lets them set a new password.

Whoever asks for a new password hears the same whether or not anybody has the address.
"""

from dataclasses import dataclass

from magicai.accounts.identity import Caller, User
from magicai.accounts.passes import issue, redeem
from magicai.accounts.passwords import hashed
from magicai.accounts.secret_tokens import digest_of
from magicai.accounts.users import check_password
from magicai.errors import Conflict, Missing, TooMany, Unknown
from magicai.mail.sending import queue_mail
from magicai.mail.set_up import check_set_up
from magicai.ports import Cache, Records
from magicai.settings import Settings

_WINDOW_S = 3600.0
# Mails to one address, and of one user's links, within the window.
_MOST = 3
_MINUTES = 30


@dataclass(frozen=True, slots=True)
class LinkMailer:
    """Mails links.

    Attributes:
        page: address of the page, without a slash at its end.
    """

    records: Records
    cache: Cache
    settings: Settings
    page: str
    language: str = "en"

    def check(self) -> None:
        """Let pass where links can be mailed.

        Raises:
            Invalid: no mail server is set up.
            Missing: no page is known that they would open.
        """
        check_set_up(self.settings)
        if not self.page:
            raise Missing("gateway_not_running")

    async def verify(self, caller: Caller, email: str, password: str) -> None:
        """Mail a link that makes an address somebody's, once they open it.

        Args:
            password: theirs, "" where they have none.

        Raises:
            Invalid: it is no address; and as `check`, likewise Missing.
            Refused: the password is another one, or an API key asks.
            Conflict: the address is somebody else's.
            TooMany: that was asked too often.
        """
        self.check()
        await check_password(self.records.identities, self.cache, caller, password)
        email, user = email.strip().lower(), caller.user
        await _check_free(self.records, email, user.user_id)
        if await self._are_too_many(user.user_id):
            raise TooMany("too_many_mails", retry_after_s=_WINDOW_S)
        secret = await issue(self.cache, "email", {"user_id": user.user_id, "email": email})
        await self._queue(user, email, "verify", f"verify/{secret}")

    async def reset(self, email: str) -> None:
        """Mail whoever has this address, shown to be theirs, a link that lets them set a new password.

        Nothing to anybody else, nor to whoever signs in elsewhere and has no password, nor too often.
        """
        email = email.strip().lower()
        user = await self.records.identities.user_of_email(email)
        if await self._are_too_many(email) or user is None or not user.enabled or user.email_verified_at is None:
            return
        found = await self.records.identities.credentials(user.name)
        if found is None or found[1] is None:
            return
        secret = await issue(self.cache, "reset", {"user_id": user.user_id, "password": digest_of(found[1])})
        await self._queue(user, email, "reset", f"reset/{secret}")

    async def _are_too_many(self, whose: str) -> bool:
        return await self.cache.count(f"mailed:{digest_of(whose)[:32]}", ttl_s=_WINDOW_S) > _MOST

    async def _queue(self, user: User, to: str, kind: str, path: str) -> None:
        params = {"name": user.name, "link": f"{self.page}/{path}", "minutes": _MINUTES}
        await queue_mail(
            self.records,
            self.settings,
            owner_id=user.user_id,
            to=to,
            kind=kind,
            params=params,
            language=self.language,
        )


async def set_verified_email(records: Records, cache: Cache, secret: str) -> User:
    """Make an address somebody's, by the link that was mailed there.

    Raises:
        Unknown: the link was used, or has expired.
        Conflict: the address has become somebody else's.
    """
    kept = await redeem(cache, "email", secret)
    return await records.identities.set_email(str(kept["user_id"]), str(kept["email"]))


async def reset_password(records: Records, cache: Cache, secret: str, password: str) -> None:
    """Set a new password by a link; ends all sessions, and revokes all API keys.

    Raises:
        Unknown: the link was used, has expired, or is from before another change of the password.
    """
    kept = await redeem(cache, "reset", secret)
    user = await records.identities.user(str(kept["user_id"]))
    found = await records.identities.credentials(user.name)
    if not user.enabled or found is None or digest_of(found[1] or "") != kept["password"]:
        raise Unknown("mailed_link_used")
    await records.identities.change_user(user.user_id, password_hash=await hashed(password))


async def _check_free(records: Records, email: str, user_id: str) -> None:
    known = await records.identities.user_of_email(email)
    if known is not None and known.user_id != user_id:
        raise Conflict("user_email_taken", email=email)
