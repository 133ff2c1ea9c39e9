import asyncio

import pytest

from integrations.records.store import SqlRecords
from magicai.accounts.external import ExternalIdentity
from magicai.accounts.identity import ApiKey, Role, Scope, Session, SessionKind, User
from magicai.errors import Conflict, NotFound, Unknown
from magicai.ports import Identities
from tests.codes import says
from tests.contract.records.example_rows import Clock

DAY = 86_400_000_000


@pytest.fixture
def identities(records: SqlRecords) -> Identities:
    return records.identities


async def add(identities: Identities, name: str, role: Role = Role.USER, *, at: int = 1) -> User:
    return await identities.add_user(User(user_id=f"id-{name}", name=name, role=role, created_at=at), password_hash="h")


async def log_in(identities: Identities, clock: Clock, user: User, session_id: str = "s") -> Session:
    session = Session(
        session_id=session_id,
        user_id=user.user_id,
        kind=SessionKind.REFRESH,
        created_at=clock(),
        expires_at=clock() + DAY,
    )
    await identities.open_session(session, digest=f"{session_id}-1")
    return session


async def ended(identities: Identities, session_id: str) -> int | None:
    session = await identities.session(session_id)
    assert session is not None
    return session.ended_at


async def test_a_user_is_found_by_id_and_by_name(identities: Identities) -> None:
    ann = await add(identities, "ann")
    assert await identities.user("id-ann") == ann
    assert await identities.credentials("ann") == (ann, "h")
    assert await identities.credentials("bob") is None
    with pytest.raises(NotFound):
        await identities.user("id-bob")
    assert await add(identities, "ann") == ann


async def test_a_name_belongs_to_one_user(identities: Identities) -> None:
    await add(identities, "ann")
    with pytest.raises(Conflict, check=says("user_name_taken", name="ann")):
        await identities.add_user(User(user_id="other", name="ann", role=Role.USER, created_at=1))
    assert [user.name for user in await identities.users()] == ["ann"]


async def test_users_are_listed_page_by_page(identities: Identities) -> None:
    for name in ("cid", "ann", "bob"):
        await add(identities, name)
    assert [user.name for user in await identities.users(limit=2)] == ["ann", "bob"]
    assert [user.name for user in await identities.users(after="bob", limit=2)] == ["cid"]


async def test_keys_are_listed_page_by_page_the_newest_first(identities: Identities) -> None:
    ann = await add(identities, "ann")
    made = [("k1", 1), ("k2", 2), ("k3", 2)]
    for key_id, at in made:
        key = ApiKey(key_id=key_id, user_id=ann.user_id, name="k", scopes=(Scope.READ,), hint="mak_", created_at=at)
        await identities.add_key(key, digest=key_id)
    assert [key.key_id for key in await identities.keys(ann.user_id, limit=2)] == ["k3", "k2"]
    assert [key.key_id for key in await identities.keys(ann.user_id, before=(2, "k3"))] == ["k2", "k1"]
    assert [key.key_id for key in await identities.keys(ann.user_id, before=(2, "k2"))] == ["k1"]


async def test_the_last_admin_stays_one_even_where_two_disable_each_other_at_once(identities: Identities) -> None:
    await add(identities, "ann", Role.ADMIN)
    await add(identities, "bob", Role.ADMIN)
    both = await asyncio.gather(
        identities.change_user("id-ann", enabled=False),
        identities.change_user("id-bob", role=Role.USER),
        return_exceptions=True,
    )
    assert [type(one) for one in both].count(Conflict) == 1
    assert sum(user.enabled and user.role is Role.ADMIN for user in await identities.users()) == 1


async def test_a_new_password_and_being_disabled_end_a_users_logins(identities: Identities, clock: Clock) -> None:
    ann, bob = await add(identities, "ann", Role.ADMIN), await add(identities, "bob")
    for user in (ann, bob):
        await log_in(identities, clock, user, user.name)
    await identities.change_user(bob.user_id, role=Role.OPERATOR)
    assert await ended(identities, "bob") is None
    await identities.change_user(bob.user_id, password_hash="new")
    assert await ended(identities, "bob") == clock()
    assert await ended(identities, "ann") is None
    await log_in(identities, clock, bob, "again")
    assert not (await identities.change_user(bob.user_id, enabled=False)).enabled
    assert await identities.rotate("again-1", new="x") is None


async def test_a_refresh_token_works_once_and_a_second_use_ends_its_login(identities: Identities, clock: Clock) -> None:
    session = await log_in(identities, clock, await add(identities, "ann"))
    assert await identities.rotate("s-1", new="s-2") == session
    assert await identities.session_of("s-1") is None
    assert await identities.session_of("s-2") == session
    assert await identities.rotate("s-1", new="thief") is None
    assert await identities.rotate("s-2", new="s-3") is None
    assert await ended(identities, "s") == clock()


async def test_of_two_that_refresh_at_once_one_does(identities: Identities, clock: Clock) -> None:
    await log_in(identities, clock, await add(identities, "ann"))
    got = await asyncio.gather(*(identities.rotate("s-1", new=f"n{i}") for i in range(5)))
    assert sum(one is not None for one in got) == 1


async def test_a_login_ends_by_time_and_is_pruned_with_its_tokens(records: SqlRecords, clock: Clock) -> None:
    await log_in(records.identities, clock, await add(records.identities, "ann"))
    clock.move(us=DAY)
    assert await records.identities.rotate("s-1", new="s-2") is None
    assert await records.prune(before=clock() + 1) == {**dict.fromkeys(await records.prune(before=0), 0), "sessions": 1}
    assert await records.identities.session("s") is None


async def test_an_api_key_is_its_users_and_ends_when_it_is_revoked(identities: Identities, clock: Clock) -> None:
    await add(identities, "ann")
    key = ApiKey(
        key_id="k", user_id="id-ann", name="ci", scopes=(Scope.READ, Scope.RUN), hint="mak_abc", created_at=clock()
    )
    assert await identities.add_key(key, digest="d") == key
    assert await identities.key_of("d") == key
    assert await identities.add_key(key.model_copy(update={"name": "other"}), digest="e") == key
    with pytest.raises(NotFound):
        await identities.revoke_key("id-bob", "k")
    await identities.revoke_key("id-ann", "k")
    (kept,) = await identities.keys("id-ann")
    assert kept.revoked_at == clock()
    assert not kept.holds(clock())
    assert await identities.keys("id-bob") == []


async def test_a_key_ends_with_the_one_that_made_it_and_none_is_made_by_one_that_has_ended(
    identities: Identities, clock: Clock
) -> None:
    await add(identities, "ann")

    async def make(key_id: str, parent_id: str | None = None, ends_us: int | None = None) -> ApiKey:
        ends = None if ends_us is None else clock() + ends_us
        key = ApiKey(
            key_id=key_id, user_id="id-ann", name="k", scopes=(Scope.READ,), hint="h", created_at=clock(),
            expires_at=ends, parent_id=parent_id,
        )  # fmt: skip
        return await identities.add_key(key, digest=key_id)

    async def living() -> set[str]:
        return {key.key_id for key in await identities.keys("id-ann") if key.holds(clock())}

    await make("a")
    await make("a.a", "a")
    await make("a.a.a", "a.a")
    await make("b")
    await make("short", ends_us=1)
    await identities.revoke_key("id-ann", "a.a")
    assert await living() == {"a", "b", "short"}
    clock.move(us=1)
    for ended in ("a.a", "a.a.a", "short", "none"):
        with pytest.raises(Unknown):
            await make("more", ended)
    await make("a.b", "a")
    await identities.revoke_key("id-ann", "a")
    assert await living() == {"b"}


async def test_a_new_password_revokes_the_keys_that_are_not_named(identities: Identities, clock: Clock) -> None:
    for who in ("ann", "bob"):
        await add(identities, who)
        for key_id, parent in (("x", None), ("x.x", "x"), ("y", None)):
            key = ApiKey(
                key_id=f"{who}-{key_id}", user_id=f"id-{who}", name="k", scopes=(Scope.READ,), hint="h",
                created_at=clock(), parent_id=parent and f"{who}-{parent}",
            )  # fmt: skip
            await identities.add_key(key, digest=f"{who}{key_id}")
    with pytest.raises(NotFound):
        await identities.change_user("id-ann", password_hash="new", keep_keys=["bob-x"])
    await identities.change_user("id-ann", role=Role.USER)
    assert all(key.holds(clock()) for key in await identities.keys("id-ann"))
    # One that is to stay ends all the same where the key that made it does.
    await identities.change_user("id-ann", password_hash="new", keep_keys=["ann-y", "ann-x.x"])
    assert {key.key_id for key in await identities.keys("id-ann") if key.holds(clock())} == {"ann-y"}
    assert all(key.holds(clock()) for key in await identities.keys("id-bob"))


async def test_a_schedule_is_bound_to_one_user_until_it_is_taken_back(identities: Identities) -> None:
    ann, bob = await add(identities, "ann"), await add(identities, "bob")
    with pytest.raises(NotFound):
        await identities.bind_schedule("crawl/nightly", "id-nobody")
    assert await identities.schedule_owners() == {}
    await identities.bind_schedule("crawl/nightly", ann.user_id)
    await identities.bind_schedule("crawl/weekly", ann.user_id)
    await identities.bind_schedule("crawl/nightly", bob.user_id)
    owners = await identities.schedule_owners()
    assert {name: (one.user, one.workspace_id) for name, one in owners.items()} == {
        "crawl/nightly": (bob, bob.user_id),
        "crawl/weekly": (ann, ann.user_id),
    }
    await identities.change_user(ann.user_id, enabled=False)
    assert not (await identities.schedule_owners())["crawl/weekly"].may_run
    await identities.bind_schedule("crawl/weekly", None)
    await identities.bind_schedule("crawl/weekly", None)
    assert [*await identities.schedule_owners()] == ["crawl/nightly"]


def at_provider(user: User, subject: str, email: str = "ann@example.com") -> ExternalIdentity:
    return ExternalIdentity(
        identity_id=f"i-{user.name}-{subject}",
        issuer="https://login.example",
        subject=subject,
        user_id=user.user_id,
        email=email,
        created_at=1,
    )


async def test_an_account_at_a_provider_is_linked_to_one_user(identities: Identities) -> None:
    ann, bob = await add(identities, "ann"), await add(identities, "bob")
    linked = await identities.link_external(at_provider(ann, "s"), verified=True)
    assert await identities.link_external(at_provider(ann, "s"), verified=True) == linked
    with pytest.raises(Conflict, check=says("oidc_identity_taken")):
        await identities.link_external(at_provider(bob, "s"), verified=True)
    found = await identities.external_user("https://login.example", "s")
    assert found is not None
    assert (found.user_id, found.email) == (ann.user_id, "ann@example.com")
    assert await identities.external_user("https://other.example", "s") is None
    await identities.link_external(at_provider(bob, "t"), verified=True)
    assert (await identities.user(bob.user_id)).email is None, "an address is one user's"


async def test_an_address_that_is_not_verified_becomes_nobodys(identities: Identities) -> None:
    ann = await add(identities, "ann")
    await identities.link_external(at_provider(ann, "s"), verified=False)
    assert (await identities.user(ann.user_id)).email is None
    assert not await identities.email_taken("ann@example.com")


async def test_the_last_way_to_sign_in_is_not_unlinked(identities: Identities) -> None:
    new = User(user_id="n", name="ann", role=Role.USER, created_at=1, email="ann@example.com", email_verified_at=1)
    made = await identities.add_external_user(new, at_provider(new, "s"))
    assert await identities.add_external_user(new.model_copy(update={"user_id": "m"}), at_provider(new, "s")) == made
    with pytest.raises(Conflict, check=says("last_sign_in_method")):
        await identities.unlink_external("n", "i-ann-s")
    await identities.link_external(at_provider(new, "t"), verified=True)
    await identities.unlink_external("n", "i-ann-s")
    assert [one.subject for one in await identities.external("n")] == ["t"]
    await identities.change_user("n", password_hash="h")
    bob = await add(identities, "bob")
    with pytest.raises(NotFound):
        await identities.unlink_external(bob.user_id, "i-ann-t")
    await identities.unlink_external("n", "i-ann-t")
    assert await identities.external("n") == []


async def test_a_new_user_gets_a_name_that_is_free_and_an_address_that_is_nobodys(identities: Identities) -> None:
    await add(identities, "ann")
    await add(identities, "ann-2")
    new = User(user_id="n", name="ann", role=Role.USER, created_at=1, email="ann@example.com", email_verified_at=1)
    assert (await identities.add_external_user(new, at_provider(new, "s"))).name == "ann-3"
    other = new.model_copy(update={"user_id": "m"})
    with pytest.raises(Conflict, check=says("user_email_taken")):
        await identities.add_external_user(other, at_provider(other, "t"))


async def test_sessions_that_hold_are_listed_and_all_but_one_end(identities: Identities, clock: Clock) -> None:
    ann, bob = await add(identities, "ann"), await add(identities, "bob")
    first = await log_in(identities, clock, ann, "first")
    clock.move(seconds=60)
    await log_in(identities, clock, ann, "second")
    await log_in(identities, clock, ann, "ended")
    await identities.end_session("ended")
    await log_in(identities, clock, bob, "bob's")
    await identities.note_session_use("first")
    assert [one.session_id for one in await identities.sessions("id-ann")] == ["second", "first"]
    (older,) = await identities.sessions("id-ann", before=(clock(), "second"), limit=1)
    assert older == first.model_copy(update={"used_at": clock()})
    await identities.end_other_sessions("id-ann", keep="first")
    assert [one.session_id for one in await identities.sessions("id-ann")] == ["first"]
    assert len(await identities.sessions("id-bob")) == 1
    clock.move(us=DAY)
    assert await identities.sessions("id-ann") == []
