"""Joining a workspace by an invitation's link, for whoever has no account yet."""

from typing import Annotated

from fastapi import Depends, Request
from starlette.responses import Response

from magicai.accounts.audit import record
from magicai.accounts.users import names_of
from magicai.accounts.workspaces import invitation_behind, join_as_new_user
from magicai.api.access import At, Nobody, source_of
from magicai.api.answers import problems
from magicai.api.bodies import body_of, described
from magicai.api.router import router_of
from magicai.api.routes.tokens import opened
from magicai.shapes.accounts import PageOpened
from magicai.shapes.workspaces import InvitationRead, InvitationSecret, SignUp

router = router_of("workspaces")
_SECRET = {"secret": "miv_nQ7r0nUOQy1JmT3V5ZrKc0d3mC7x2s1Wf8b9a4e6g5h"}


@router.post(
    "/api/invitations/read",
    responses=problems(404, 409, login=False, body=True),
    openapi_extra=described(InvitationSecret, _SECRET),
)
async def read_invitation(
    gateway: At, _address: Nobody, given: Annotated[InvitationSecret, Depends(body_of(InvitationSecret))]
) -> InvitationRead:
    """What an invitation is to, before it is accepted."""
    workspaces = gateway.records.workspaces
    found = await invitation_behind(workspaces, given.secret)
    names = await names_of(gateway.records.identities, [found.invited_by])
    return InvitationRead(
        workspace=(await workspaces.get(found.workspace_id)).name,
        role=found.role,
        invited_by=names.get(found.invited_by, ""),
        expires_at=found.expires_at,
    )


@router.post(
    "/api/invitations/sign-up",
    status_code=201,
    responses=problems(404, 409, login=False, body=True),
    openapi_extra=described(SignUp, {**_SECRET, "name": "eve", "password": "correct horse battery staple"}),
)
async def sign_up(
    gateway: At,
    request: Request,
    response: Response,
    _address: Nobody,
    given: Annotated[SignUp, Depends(body_of(SignUp))],
) -> PageOpened:
    """Create a user by an invitation, and sign the page in. Whoever has one accepts it signed in."""
    user = await join_as_new_user(gateway.records.workspaces, given.secret, given.name, given.password)
    seats = await gateway.records.workspaces.seats(user.user_id)
    joined = next(seat for seat in seats if seat.workspace.workspace_id != user.user_id)
    await record(
        gateway.records,
        "invitation.accepted",
        {"role": joined.role},
        source_of(request, "page"),
        by=user,
        workspace_id=joined.workspace.workspace_id,
    )
    return await opened(gateway, request, response, user, "invitation")
