import asyncio

import pytest

from magicai.accounts.api_keys import add_key
from magicai.accounts.callers import require
from magicai.accounts.identity import ApiKey, Caller, Role, Scope
from magicai.accounts.login_attempts import remember_device
from magicai.accounts.passes import issue, redeem
from magicai.accounts.sessions import PageProof, log_out, open_page, refresh
from magicai.accounts.users import add_user, add_user_once, change_password, known_by_password, local_user
from magicai.errors import Conflict, Invalid, Refused, TooMany, Unknown
from tests.codes import says
from tests.unit.accounts.conftest import Gate

PASSWORD = "correct horse battery"


async def test_a_user_is_known_by_their_password_and_by_no_other(gate: Gate) -> None:
    ann = await add_user(gate.identities, "ann", Role.USER, PASSWORD)

    async def ask(name: str, password: str) -> str:
        return (await known_by_password(gate.identities, gate.cache, name, password, address="a")).user_id

    assert await ask("ann", PASSWORD) == ann.user_id
    said: set[str] = set()
    for name, password in (("ann", "wrong"), ("ann", ""), ("bob", PASSWORD), ("ANN", PASSWORD), ("ann\0", PASSWORD)):
        with pytest.raises(Unknown) as refused:
            await ask(name, password)
        said.add(str(refused.value))
    assert len(said) == 1, "which of both is wrong stays untold"


async def test_guessing_is_slowed_down_and_then_the_right_password_does_not_help(gate: Gate) -> None:
    await add_user(gate.identities, "ann", Role.USER, PASSWORD)

    async def ask(password: str, address: str) -> None:
        await known_by_password(gate.identities, gate.cache, "ann", password, address=address)

    for _ in range(8):
        with pytest.raises(Unknown):
            await ask("wrong", "thief")
    with pytest.raises(TooMany) as refused:
        await ask(PASSWORD, "thief")
    assert refused.value.retry_after_s
    await ask(PASSWORD, "home")  # she is not locked out by somebody elsewhere


async def test_strangers_from_many_addresses_lock_out_no_device_that_is_known(gate: Gate) -> None:
    await add_user(gate.identities, "ann", Role.USER, PASSWORD)

    async def ask(password: str, address: str, device: str | None = None) -> None:
        await known_by_password(gate.identities, gate.cache, "ann", password, address=address, device=device)

    device = await remember_device(gate.cache, "ann")
    for number in range(60):
        with pytest.raises(Unknown):
            await ask("wrong", f"thief {number // 7}")
    with pytest.raises(TooMany):
        await ask(PASSWORD, "new device")
    with pytest.raises(TooMany):
        await ask(PASSWORD, "thief 0", await remember_device(gate.cache, "bob"))
    await ask(PASSWORD, "home", device)
    await ask(PASSWORD, "thief 0", device)  # behind one proxy with them
    for _ in range(8):
        with pytest.raises(Unknown):
            await ask("wrong", "home", device)
    with pytest.raises(TooMany):
        await ask(PASSWORD, "home", device)


async def test_an_address_that_is_refused_uses_up_nothing_of_a_name(gate: Gate) -> None:
    await add_user(gate.identities, "ann", Role.USER, PASSWORD)

    async def ask(name: str, password: str, address: str) -> None:
        await known_by_password(gate.identities, gate.cache, name, password, address=address)

    for number in range(40):
        with pytest.raises(Unknown):
            await ask(f"somebody {number}", "wrong", "thief")
    for _ in range(200):
        with pytest.raises(TooMany):
            await ask("ann", "wrong", "thief")
    await ask("ann", PASSWORD, "home")


async def test_a_device_is_known_again_by_what_it_was_told(gate: Gate) -> None:
    first = await remember_device(gate.cache, "ann", "made up")
    assert first != "made up"
    assert await remember_device(gate.cache, "ann", first) == first
    assert await remember_device(gate.cache, "bob", first) != first


async def test_ones_own_password_is_guessed_as_seldom_and_locks_nobody_out(gate: Gate) -> None:
    caller = Caller(user=await add_user(gate.identities, "ann", Role.USER, PASSWORD), session_id="s")

    async def ask(password: str) -> None:
        await change_password(gate.identities, gate.cache, caller, password, "another long password", keep_keys=())

    for _ in range(8):
        with pytest.raises(Refused, check=says("current_password_invalid")):
            await ask("wrong")
    with pytest.raises(TooMany):
        await ask(PASSWORD)
    await known_by_password(gate.identities, gate.cache, "ann", PASSWORD, address="home")


async def test_a_key_makes_none_that_may_more_outlasts_it_or_stays_without_it(gate: Gate) -> None:
    ann = await gate.user()
    scopes = frozenset({Scope.READ, Scope.ACCOUNT})
    parent, secret = await add_key(gate.identities, ann, "day", scopes, days=1, once=None)
    assert secret is not None
    caller = await gate.callers.by_bearer(secret)

    async def make(more: frozenset[Scope], days: int | None, once: str | None = None) -> tuple[ApiKey, str | None]:
        return await add_key(gate.identities, ann, "child", more, days=days, once=once, by=caller)

    with pytest.raises(Refused, check=says("api_key_scopes_exceeded")):
        await make(frozenset({Scope.RUN}), 1)
    made = [(await make(frozenset({Scope.READ}), days))[0] for days in (None, 1, 3650)]
    assert {key.expires_at for key in made} == {parent.expires_at}
    first, again = await make(scopes, 2, "once"), await make(scopes, 2, "once")
    assert again == (first[0], None)
    child, of_child = await make(scopes, None)
    assert of_child is not None
    await gate.identities.revoke_key(ann.user_id, parent.key_id)
    for bearer in (secret, of_child):
        with pytest.raises(Unknown):
            await gate.callers.by_bearer(bearer)
    with pytest.raises(Unknown):
        await make(scopes, None)
    assert child.parent_id == parent.key_id


async def test_who_logs_in_rightly_is_not_counted(gate: Gate) -> None:
    await add_user(gate.identities, "ann", Role.USER, PASSWORD)
    for _ in range(10):
        await known_by_password(gate.identities, gate.cache, "ann", PASSWORD, address="home")


@pytest.mark.parametrize("name", ["", "Ann", "a b", "ann\n", "é", "-ann", "a" * 65, "../x", "<b>"])
async def test_a_name_that_can_be_none_is_refused(gate: Gate, name: str) -> None:
    with pytest.raises(Invalid, check=says("user_name_invalid")):
        await add_user(gate.identities, name, Role.USER, PASSWORD)


@pytest.mark.parametrize("password", ["", "short", "x" * 257])
async def test_a_password_that_can_be_none_is_refused_and_not_quoted(gate: Gate, password: str) -> None:
    with pytest.raises(Invalid, check=says("password_length_invalid", count=len(password))):
        await add_user(gate.identities, "ann", Role.USER, password)


async def test_the_command_lines_user_is_an_admin_without_a_password(gate: Gate) -> None:
    made = await local_user(gate.identities, "local")
    assert (made.user_id, made.role) == ("local", Role.ADMIN)
    assert await local_user(gate.identities, "local") == made
    with pytest.raises(Unknown):
        await known_by_password(gate.identities, gate.cache, "local", "", address="a")


async def test_a_refresh_token_that_comes_twice_logs_its_family_out(gate: Gate) -> None:
    first = await gate.tokens()
    second = await refresh(gate.identities, gate.signer, first.refresh_token)
    assert (await gate.callers.by_bearer(second.access_token)).owner_id == "id-ann"
    with pytest.raises(Unknown):
        await refresh(gate.identities, gate.signer, first.refresh_token)
    gate.clock.later(2)
    for ask in (
        gate.callers.by_bearer(second.access_token),
        refresh(gate.identities, gate.signer, second.refresh_token),
    ):
        with pytest.raises(Unknown):
            await ask


async def test_logging_out_ends_the_access_token_too(gate: Gate) -> None:
    tokens = await gate.tokens()
    await gate.callers.by_bearer(tokens.access_token)
    await log_out(gate.identities, tokens.refresh_token)
    gate.clock.later(2)
    with pytest.raises(Unknown):
        await gate.callers.by_bearer(tokens.access_token)


async def test_who_is_disabled_does_nothing_any_more(gate: Gate) -> None:
    tokens = await gate.tokens()
    key, secret = await add_key(gate.identities, await gate.user(), "ci", frozenset(Scope), days=None, once=None)
    assert secret is not None
    caller = await gate.callers.by_bearer(secret)
    assert caller.key_id == key.key_id
    await gate.identities.change_user("id-ann", enabled=False)
    for bearer in (tokens.access_token, secret):
        with pytest.raises(Unknown):
            await gate.callers.by_bearer(bearer)
    with pytest.raises(Unknown):
        await gate.callers.refresh(caller)


async def test_an_api_key_does_what_its_scopes_say_until_it_ends(gate: Gate) -> None:
    ann = await gate.user()
    key, secret = await add_key(gate.identities, ann, "ci", frozenset({Scope.READ}), days=1, once="one")
    assert secret is not None
    caller = await gate.callers.by_bearer(secret)
    require(caller, scope=Scope.READ)
    with pytest.raises(Refused, check=says("api_key_scope_missing", scope="run")):
        require(caller, scope=Scope.RUN)
    again = await add_key(gate.identities, ann, "ci", frozenset({Scope.READ}), days=1, once="one")
    assert again == (key, None), "the secret is shown once"
    with pytest.raises(Invalid, check=says("idempotency_key_reused")):
        await add_key(gate.identities, ann, "ci", frozenset({Scope.RUN}), days=1, once="one")
    gate.clock.later(86_400)
    with pytest.raises(Unknown):
        await gate.callers.by_bearer(secret)


@pytest.mark.parametrize(("role", "may"), [(Role.USER, 1), (Role.OPERATOR, 2), (Role.ADMIN, 3)])
async def test_a_role_may_what_those_before_it_may(gate: Gate, role: Role, may: int) -> None:
    caller = Caller(user=await gate.user(role=role))
    allowed = 0
    for wanted in Role:
        try:
            require(caller, scope=Scope.READ, role=wanted)
        except Refused:
            continue
        allowed += 1
    assert allowed == may


async def test_the_same_request_for_a_user_makes_one(gate: Gate) -> None:
    admin = await gate.user("admin", Role.ADMIN)

    async def ask(name: str, key: str = "k") -> str:
        return (await add_user_once(gate.identities, name, Role.USER, PASSWORD, key=key, by=admin)).user_id

    assert await ask("bob") == await ask("bob")
    with pytest.raises(Invalid, check=says("idempotency_key_reused")):
        await ask("eve")
    with pytest.raises(Conflict):
        await ask("bob", "other")


async def test_a_pass_lets_in_once_however_many_come(gate: Gate) -> None:
    ticket = await issue(gate.cache, "ticket", {"user": "ann"})
    with pytest.raises(Unknown):
        await redeem(gate.cache, "link", ticket)
    got = await asyncio.gather(*(redeem(gate.cache, "ticket", ticket) for _ in range(5)), return_exceptions=True)
    assert [one for one in got if not isinstance(one, Unknown)] == [{"user": "ann"}]


async def test_a_page_is_known_by_both_halves_of_its_proof_until_it_ends(gate: Gate) -> None:
    session, proof = await open_page(gate.identities, await gate.user())
    _, other = await open_page(gate.identities, await gate.user("bob"))
    assert (await gate.callers.by_page(proof)).session_id == session.session_id
    refresh_token = (await gate.tokens()).refresh_token
    for cookie, secret in (
        (proof.cookie, ""), ("", proof.secret), (proof.cookie, proof.cookie), (proof.cookie, other.secret),
        (other.cookie, proof.secret), (proof.secret, proof.cookie), (refresh_token, ""), ("", refresh_token),
    ):  # fmt: skip
        with pytest.raises(Unknown):
            await gate.callers.by_page(PageProof(cookie, secret))
    await gate.identities.end_session(session.session_id)
    with pytest.raises(Unknown):
        await gate.callers.by_page(proof)
