"""The key that signs access tokens, for admins."""

from magicai.api.access import Admin, At
from magicai.api.answers import problems
from magicai.api.router import router_of
from magicai.shapes.accounts import SigningKeyShown

router = router_of("users")


@router.post("/api/signing-keys", status_code=201, responses=problems())
async def rotate_signing_key(gateway: At, _admin: Admin) -> SigningKeyShown:
    """Sign access tokens with a new key. Sessions continue."""
    key = await gateway.signer.rotate()
    return SigningKeyShown(key_id=key.key_id, created_at=key.created_at)
