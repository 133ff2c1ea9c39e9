"""ID tokens: who signed one, for whom, when, and in answer to what (OpenID Connect Core, 3.1.3.7)."""

from collections.abc import Mapping
from typing import Any

import jwt

from magicai.errors import Refused

# A provider's own keys alone: HMAC would take its public key, which everybody has, for a secret.
_ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
_REQUIRED = ("iss", "sub", "aud", "exp", "iat", "nonce")
_SKEW_S = 60
_LONGEST, _LONGEST_SUBJECT = 20_000, 255
_CODES: tuple[tuple[type[jwt.PyJWTError], str], ...] = (
    (jwt.InvalidAudienceError, "oidc_audience_wrong"),
    (jwt.InvalidIssuerError, "oidc_issuer_wrong"),
    (jwt.ExpiredSignatureError, "oidc_token_expired"),
    (jwt.ImmatureSignatureError, "oidc_token_expired"),
    (jwt.InvalidAlgorithmError, "oidc_signature_invalid"),
    (jwt.InvalidSignatureError, "oidc_signature_invalid"),
)


class IdTokens:
    """Reads the ID tokens of one provider.

    Args:
        issuer: who signs them.
        client_id: whom they are for.
        name: of the provider, in errors.
    """

    def __init__(self, *, issuer: str, client_id: str, name: str) -> None:
        self._issuer, self._client_id, self._name = issuer, client_id, name

    def key_id(self, token: str) -> str | None:
        """Which key a token says that it was signed with; None where it does not say.

        Raises:
            Refused: it is no token, or was signed by nobody.
        """
        if len(token) > _LONGEST:
            raise self._refused("oidc_token_invalid")
        try:
            header = jwt.get_unverified_header(token)
        except (jwt.PyJWTError, ValueError, RecursionError) as exc:
            raise self._refused("oidc_token_invalid") from exc
        if header.get("alg") not in _ALGORITHMS:
            raise self._refused("oidc_signature_invalid")
        found = header.get("kid")
        return found if isinstance(found, str) else None

    def read(self, token: str, key: jwt.PyJWK, nonce: str) -> Mapping[str, Any]:
        """What a token says.

        Args:
            token: whose header `key_id` has read.
            key: the provider's.
            nonce: of the sign-in.

        Raises:
            Refused: it is not by this provider, for this installation, for now, and in answer to this sign-in.
        """
        try:
            claims: dict[str, Any] = jwt.decode(
                token,
                key.key,
                algorithms=_ALGORITHMS,
                audience=self._client_id,
                issuer=self._issuer,
                leeway=_SKEW_S,
                options={"require": list(_REQUIRED), "enforce_minimum_key_length": True},
            )
        except jwt.MissingRequiredClaimError as exc:
            raise self._refused("oidc_nonce_wrong" if exc.claim == "nonce" else "oidc_token_invalid") from exc
        except jwt.PyJWTError as exc:
            code = next((code for kind, code in _CODES if isinstance(exc, kind)), "oidc_token_invalid")
            raise self._refused(code) from exc
        except (ValueError, TypeError, OverflowError, RecursionError) as exc:
            raise self._refused("oidc_token_invalid") from exc
        party = claims.get("azp")
        # One for several says which of them asked for it.
        several = claims["aud"] not in (self._client_id, [self._client_id])
        if party not in (None, self._client_id) or (party is None and several):
            raise self._refused("oidc_audience_wrong")
        if claims["nonce"] != nonce:
            raise self._refused("oidc_nonce_wrong")
        subject = claims["sub"]
        if not isinstance(subject, str) or not 0 < len(subject) <= _LONGEST_SUBJECT:
            raise self._refused("oidc_token_invalid")
        return claims

    def _refused(self, code: str) -> Refused:
        return Refused(code, provider=self._name)
