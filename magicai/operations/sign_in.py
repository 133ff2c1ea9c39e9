"""The OpenID Connect provider with which people sign in: what is registered there, and whether it can be used."""

from integrations.openid.provider import CALLBACK
from magicai.accounts.identity import Role
from magicai.errors import Conflict
from magicai.operations.operation import Context, operation
from magicai.shapes.accounts import SignInSetUp, SignInTested

TAG = "account"


@operation("GET", "/api/sign-in", role=Role.ADMIN)
async def show_sign_in(context: Context) -> SignInSetUp:
    """Whether people can sign in with an OpenID Connect provider, and the redirect URI to register there."""
    address = context.settings.public_url
    redirect_uri = f"{address}{CALLBACK}" if address else ""
    return SignInSetUp(redirect_uri=redirect_uri, is_set_up=context.ports.openid is not None)


@operation("POST", "/api/sign-in/test", role=Role.ADMIN, problems=(409,))
async def test_sign_in(context: Context) -> SignInTested:
    """Read the provider's description and keys, without signing in."""
    provider = context.ports.openid
    if provider is None:
        raise Conflict("oidc_not_configured")
    return SignInTested(answer=await provider.check())
