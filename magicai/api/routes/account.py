"""Oneself: who one is, what one has used, one's keys and password."""

from typing import Annotated

from fastapi import Depends, Header, Query
from starlette.responses import Response

from magicai.accounts import users
from magicai.accounts.account import Me, Usage
from magicai.accounts.api_keys import add_key
from magicai.accounts.usage import usage_of
from magicai.api.access import At, Holder, Reader
from magicai.api.answers import leads_to, problems
from magicai.api.bodies import body_of, described
from magicai.api.routes import router_of
from magicai.errors import NotFound
from magicai.operations.lists import USUAL, Cursor, Limit
from magicai.paging import cut, place_of
from magicai.shapes.accounts import ApiKeyList, ApiKeyMade, ApiKeyShown, NewApiKey, NewPassword

router = router_of("account")
Once = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=128,
        pattern=r"^[!-~]+$",
        description="Sending the same key again returns what was created first.",
    ),
]


@router.get("/api/me", responses=problems())
async def show_me(caller: Reader) -> Me:
    """The caller, with role and scopes."""
    return Me.of(caller)


@router.put(
    "/api/me/password",
    status_code=204,
    responses=problems(404, body=True),
    openapi_extra=described(NewPassword, {"password": "the present one", "new_password": "a longer one than that"}),
)
async def change_password(
    gateway: At, caller: Holder, given: Annotated[NewPassword, Depends(body_of(NewPassword))]
) -> None:
    """Change or set your password. Ends all sessions, and revokes API keys that are not in `keep_keys`."""
    identities = gateway.records.identities
    await users.change_password(
        identities, gateway.cache, caller, given.password, given.new_password, keep_keys=given.keep_keys
    )


@router.get("/api/usage", responses=problems())
async def show_usage(gateway: At, caller: Reader, days: Annotated[int, Query(ge=1, le=366)] = 30) -> Usage:
    """Usage of your runs in the last days."""
    limit = gateway.ports.settings.budget_user_month
    return await usage_of(gateway.records, caller.owner_id, days=days, limit=limit)


@router.get("/api/api-keys", responses=problems())
async def list_api_keys(gateway: At, caller: Holder, limit: Limit = USUAL, cursor: Cursor = "") -> ApiKeyList:
    """Your API keys, newest first."""
    identities = gateway.records.identities
    found = await identities.keys(caller.user.user_id, before=place_of(cursor, int, str), limit=limit + 1)
    keys, next_cursor = cut(found, limit, lambda key: (key.created_at, key.key_id))
    return ApiKeyList(items=[ApiKeyShown.of(key) for key in keys], next_cursor=next_cursor)


@router.post(
    "/api/api-keys",
    status_code=201,
    responses={**problems(body=True), **leads_to(201, "key_id", "show_api_key", "revoke_api_key")},
    openapi_extra=described(NewApiKey, {"name": "nightly report", "scopes": ["read", "run"], "days": 90}),
)
async def make_api_key(
    gateway: At,
    caller: Holder,
    response: Response,
    given: Annotated[NewApiKey, Depends(body_of(NewApiKey))],
    once: Once = None,
) -> ApiKeyMade:
    """Create an API key, shown only once. One created by a key has no more scopes, and ends with it."""
    identities = gateway.records.identities
    key, secret = await add_key(
        identities, caller.user, given.name, given.scopes, days=given.days, once=once, by=caller
    )
    response.headers["Location"] = f"/api/api-keys/{key.key_id}"
    return ApiKeyMade(**ApiKeyShown.of(key).model_dump(), key=secret)


@router.get("/api/api-keys/{key_id}", responses=problems(404))
async def show_api_key(gateway: At, caller: Holder, key_id: str) -> ApiKeyShown:
    """One of your API keys."""
    for key in await gateway.records.identities.keys(caller.user.user_id):
        if key.key_id == key_id:
            return ApiKeyShown.of(key)
    raise NotFound("api_key_not_found", key_id=key_id[:64])


@router.delete("/api/api-keys/{key_id}", status_code=204, responses=problems(404))
async def revoke_api_key(gateway: At, caller: Holder, key_id: str) -> None:
    """Revoke an API key, and all keys that it created."""
    await gateway.records.identities.revoke_key(caller.user.user_id, key_id)
