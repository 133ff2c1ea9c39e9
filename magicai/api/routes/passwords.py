"""A new password, and an address, by links that were mailed: for whoever is not signed in."""

import logging
from typing import Annotated

from fastapi import BackgroundTasks, Depends

from magicai.accounts.mailed_links import LinkMailer, reset_password, set_verified_email
from magicai.api.access import At, Nobody
from magicai.api.answers import problems
from magicai.api.bodies import body_of, described
from magicai.api.router import router_of
from magicai.errors import MagicError
from magicai.shapes.accounts import EmailVerified, ForgottenPassword, MailedSecret, ResetPassword

router = router_of("login")
_SECRET = {"secret": "nQ7r0nUOQy1JmT3V5ZrKc0d3mC7x2s1Wf8b9a4e6g5h"}
_log = logging.getLogger(__name__)


@router.post(
    "/api/password/forgotten",
    status_code=204,
    responses=problems(login=False, body=True),
    openapi_extra=described(ForgottenPassword, {"email": "ann@shop.example"}),
)
async def mail_password_link(
    gateway: At,
    background: BackgroundTasks,
    _address: Nobody,
    given: Annotated[ForgottenPassword, Depends(body_of(ForgottenPassword))],
) -> None:
    """Mail a link that sets a new password, within 30 minutes. The answer is the same for any address."""
    ports = gateway.ports
    mailer = LinkMailer(gateway.records, gateway.cache, await gateway.settings_now(), ports.page, given.language)
    mailer.check()
    # Behind the answer, so that its time does not tell either.
    background.add_task(_mail, mailer, given.email)


@router.post(
    "/api/password/reset",
    status_code=204,
    responses=problems(401, login=False, body=True),
    openapi_extra=described(ResetPassword, {**_SECRET, "password": "correct horse battery staple"}),
)
async def set_forgotten_password(
    gateway: At, _address: Nobody, given: Annotated[ResetPassword, Depends(body_of(ResetPassword))]
) -> None:
    """Set a new password by a link that was mailed, once. Ends all sessions, and revokes all API keys."""
    await reset_password(gateway.records, gateway.cache, given.secret, given.password)


@router.post(
    "/api/email/verify",
    responses=problems(401, 409, login=False, body=True),
    openapi_extra=described(MailedSecret, _SECRET),
)
async def verify_email(
    gateway: At, _address: Nobody, given: Annotated[MailedSecret, Depends(body_of(MailedSecret))]
) -> EmailVerified:
    """Make an address a user's by the link that was mailed there, once."""
    user = await set_verified_email(gateway.records, gateway.cache, given.secret)
    return EmailVerified(name=user.name, email=user.email or "")


async def _mail(mailer: LinkMailer, email: str) -> None:
    try:
        await mailer.reset(email)
    except MagicError as exc:
        _log.warning("a new password could not be mailed: %s", exc)
