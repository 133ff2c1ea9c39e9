"""Users, for admins."""

from typing import Annotated
from urllib.parse import quote

from fastapi import Depends
from starlette.responses import Response

from magicai.accounts.passwords import hashed
from magicai.accounts.users import add_user, add_user_once
from magicai.api.access import Admin, AdminInPerson, At
from magicai.api.answers import leads_to, problems
from magicai.api.bodies import body_of, described
from magicai.api.paging import USUAL, Cursor, Limit
from magicai.api.routes import router_of
from magicai.api.routes.account import Once
from magicai.api.shapes.accounts import ChangedUser, NewUser, SigningKeyShown, UserList, UserShown
from magicai.paging import cut, place_of

router = router_of("users")
_NEW = {"name": "ann", "role": "user", "password": "correct horse battery staple"}


@router.get("/api/users", responses=problems())
async def list_users(gateway: At, _admin: Admin, limit: Limit = USUAL, cursor: Cursor = "") -> UserList:
    """All users by name."""
    (after,) = place_of(cursor, str) or ("",)
    found = await gateway.records.identities.users(after=after, limit=limit + 1)
    users, next_cursor = cut(found, limit, lambda user: (user.name,))
    return UserList(items=[UserShown.of(user) for user in users], next_cursor=next_cursor)


@router.post(
    "/api/users",
    status_code=201,
    responses={**problems(409, body=True), **leads_to(201, "user_id", "show_user", "change_user")},
    openapi_extra=described(NewUser, _NEW),
)
async def make_user(
    gateway: At,
    admin: AdminInPerson,
    response: Response,
    given: Annotated[NewUser, Depends(body_of(NewUser))],
    once: Once = None,
) -> UserShown:
    """Create a user."""
    identities = gateway.records.identities
    made = (
        await add_user(identities, given.name, given.role, given.password)
        if once is None
        else await add_user_once(identities, given.name, given.role, given.password, key=once, by=admin.user)
    )
    response.headers["Location"] = f"/api/users/{quote(made.user_id)}"
    return UserShown.of(made)


@router.get("/api/users/{user_id}", responses=problems(404))
async def show_user(gateway: At, _admin: Admin, user_id: str) -> UserShown:
    """One user."""
    return UserShown.of(await gateway.records.identities.user(user_id))


@router.patch(
    "/api/users/{user_id}",
    responses=problems(404, 409, body=True),
    openapi_extra=described(ChangedUser, {"enabled": False}),
)
async def change_user(
    gateway: At, _admin: AdminInPerson, user_id: str, given: Annotated[ChangedUser, Depends(body_of(ChangedUser))]
) -> UserShown:
    """Change a user's role or password, or disable the user. The last admin can't be demoted or disabled."""
    password = None if given.password is None else await hashed(given.password)
    changed = await gateway.records.identities.change_user(
        user_id, role=given.role, enabled=given.enabled, password_hash=password, keep_keys=given.keep_keys
    )
    return UserShown.of(changed)


@router.post("/api/signing-keys", status_code=201, responses=problems())
async def rotate_signing_key(gateway: At, _admin: Admin) -> SigningKeyShown:
    """Sign access tokens with a new key. Sessions continue."""
    key = await gateway.signer.rotate()
    return SigningKeyShown(key_id=key.key_id, created_at=key.created_at)
