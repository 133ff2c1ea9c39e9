"""What is tried against JWTs, each of which must be refused without a hint at what would have been right."""

import base64
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jwt
import pytest

from magicai.accounts.callers import Callers
from magicai.accounts.identity import SigningKey
from magicai.accounts.signing import LIFETIME_S, Signer
from magicai.errors import Unknown
from tests.codes import says
from tests.unit.accounts.conftest import Clock, Gate


@dataclass
class Token:
    """A token of ours in its parts, as somebody sees it who makes another one of it."""

    header: dict[str, Any]
    claims: dict[str, Any]
    key: SigningKey

    @property
    def secret(self) -> bytes:
        return self.key.secret.encode()

    @property
    def right(self) -> str:
        return signed(self.header, self.claims, self.secret)


Forge = Callable[[Token], str]


def encoded(value: object) -> str:
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def signed(header: object, claims: object, secret: bytes, how: str = "sha256") -> str:
    body = f"{encoded(header)}.{encoded(claims)}"
    return f"{body}.{encoded(hmac.new(secret, body.encode(), how).digest())}"


def by_name(change: dict[str, Any]) -> Forge:
    """A token that is signed rightly, with another header."""
    return lambda it: signed({**it.header, **change}, it.claims, it.secret)


def by_claim(change: dict[str, Any]) -> Forge:
    """A token that is signed rightly, with other claims; None takes one away."""
    return lambda it: signed(
        it.header, {name: value for name, value in {**it.claims, **change}.items() if value is not None}, it.secret
    )


ATTACKS: dict[str, Forge] = {
    **{
        f"alg {alg}": lambda it, alg=alg: f"{encoded({**it.header, 'alg': alg})}.{encoded(it.claims)}."
        for alg in ("none", "None", "NONE", "nOnE", "")
    },
    "alg none, with the signature": lambda it: signed(
        {**it.header, "alg": "none"}, it.claims, it.secret
    ),
    "no signature": lambda it: f"{encoded(it.header)}.{encoded(it.claims)}.",
    "two parts": lambda it: f"{encoded(it.header)}.{encoded(it.claims)}",
    "signed with nothing": lambda it: signed(it.header, it.claims, b""),
    "signed with the key's name": lambda it: signed(it.header, it.claims, it.key.key_id.encode()),
    "signed with a known secret": lambda it: signed(it.header, it.claims, b"your_jwt_secret"),
    "another HMAC": lambda it: signed(
        {**it.header, "alg": "HS512"}, it.claims, it.secret, "sha512"
    ),
    "RS256 by name": by_name({"alg": "RS256"}),
    "a public key as secret": lambda it: signed(
        it.header, it.claims, b"-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----\n"
    ),
    "kid: a file that is empty": lambda it: signed(
        {**it.header, "kid": "../../../../dev/null"}, it.claims, b""
    ),
    "kid: a file with known content": lambda it: signed(
        {**it.header, "kid": "/proc/sys/kernel/randomize_va_space"}, it.claims, b"2"
    ),
    "kid: SQL": lambda it: signed({**it.header, "kid": "x' UNION SELECT 'secret"}, it.claims, b"secret"),
    "kid: an address": by_name({"kid": "http://127.0.0.1:7070/key"}),
    "kid: a list": by_name({"kid": ["a"]}),
    "kid: null": by_name({"kid": None}),
    "kid: a number": by_name({"kid": 1}),
    "jku": by_name({"jku": "https://example.com/jwks.json"}),
    "x5u": by_name({"x5u": "https://example.com/cert.pem"}),
    "x5c": by_name({"x5c": ["MIIB"]}),
    "a key that the token brings": lambda it: signed(
        {**it.header, "jwk": {"kty": "oct", "k": encoded(b"mine")}}, it.claims, b"mine"
    ),
    "crit": by_name({"crit": ["b64"], "b64": False}),
    "no end": by_claim({"exp": None}),
    "no subject": by_claim({"sub": None}),
    "no login": by_claim({"sid": None}),
    "has ended": by_claim({"exp": 1}),
    "not yet": by_claim({"nbf": 99_999_999_999}),
    "an end in words": by_claim({"exp": "tomorrow"}),
    "an end that is no number": by_claim({"exp": float("inf")}),
    "for somebody else": by_claim({"aud": "other"}),
    "for nobody": by_claim({"aud": None}),
    "from somebody else": by_claim({"iss": "other"}),
    "another user's login": by_claim({"sub": "id-bob"}),
    "a user who is none": by_claim({"sub": "' OR 1=1 --"}),
    "a login that is none": by_claim({"sid": "nothing"}),
    "claims changed after signing": lambda it: ".".join(
        [encoded(it.header), encoded({**it.claims, "sub": "id-bob"}), it.right.split(".")[2]]
    ),
    "claims that are a list": lambda it: signed(it.header, [it.claims], it.secret),
    "claims nested deep": lambda it: signed(
        it.header, b"[" * 3000 + b"]" * 3000, it.secret
    ),
    "a header that is a list": lambda it: signed([it.header], it.claims, it.secret),
    "no JSON": lambda _: "a.b.c",
    "nothing": lambda _: "",
    "not ASCII": lambda _: "é.龙.😀",
    "too long": lambda it: signed(it.header, {**it.claims, "x": "x" * 10_000}, it.secret),
}  # fmt: skip


async def taken(gate: Gate) -> Token:
    token = (await gate.tokens()).access_token
    (key,) = await gate.keys.known()
    header = jwt.get_unverified_header(token)
    return Token(header, jwt.decode(token, options={"verify_signature": False}), key)


async def test_a_token_of_ours_is_its_users_for_15_minutes(gate: Gate, clock: Clock) -> None:
    token = (await taken(gate)).right
    assert (await gate.callers.by_bearer(token)).owner_id == "id-ann"
    clock.later(LIFETIME_S - 5)
    assert (await gate.callers.by_bearer(token)).owner_id == "id-ann"
    clock.later(6)
    with pytest.raises(Unknown, check=says("access_token_expired")):
        await gate.callers.by_bearer(token)


@pytest.mark.parametrize("attack", ATTACKS)
async def test_no_attack_on_a_token_passes(gate: Gate, attack: str) -> None:
    token = await taken(gate)
    await gate.tokens("bob")
    forged = ATTACKS[attack](token)
    with pytest.raises(Unknown) as refused:
        await gate.callers.by_bearer(forged)
    said = f"{refused.value} {refused.value.__cause__}"
    assert token.right.split(".")[2] not in said
    assert token.key.secret not in said


async def test_keys_rotate_without_logging_anybody_out(gate: Gate, clock: Clock) -> None:
    old = (await gate.tokens()).access_token
    elsewhere = Callers(gate.identities, gate.workspaces, Signer(gate.keys, now=clock), now=clock)
    await elsewhere.by_bearer(old)
    await gate.signer.rotate()
    new = (await gate.tokens()).access_token
    assert jwt.get_unverified_header(old)["kid"] != jwt.get_unverified_header(new)["kid"]
    for token in (old, new):
        assert (await elsewhere.by_bearer(token)).owner_id == "id-ann"


async def test_a_key_is_followed_after_a_month_by_itself(gate: Gate, clock: Clock) -> None:
    await gate.tokens()
    clock.later(31 * 86_400)
    await gate.tokens()
    assert len(await gate.keys.known()) == 2


async def test_a_given_key_signs_instead_and_leaves_no_file(gate: Gate, clock: Clock) -> None:
    given = Signer(gate.keys, given="0123456789abcdef0123456789abcdef", now=clock)
    token = await given.sign("id-ann", "s")
    assert (await given.read(token)).user_id == "id-ann"
    assert await gate.keys.known() == []
    with pytest.raises(Unknown):
        await gate.signer.read(token)
