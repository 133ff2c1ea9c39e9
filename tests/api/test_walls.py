"""What user B finds of user A's: nothing, by any route; and what a foreign page or a stranger finds."""

from decimal import Decimal
from pathlib import Path
from re import MULTILINE, findall, sub
from typing import Any, cast

import pytest
from pydantic import SecretStr

from magicai.accounts.external import ExternalIdentity
from magicai.accounts.identity import Role
from magicai.accounts.passes import issue
from magicai.api.problems import OF_HTTP, TABLE
from magicai.catalogue.categories.mapping import Mapping, mapping_entity
from magicai.catalogue.exports.feed_links import make_feed
from magicai.catalogue.families import Family, Requirement, save_family
from magicai.catalogue.inventory.stock import Level, Line, Reservation
from magicai.catalogue.inventory.syncing import add_source
from magicai.catalogue.listing import ProductFilter
from magicai.catalogue.ports import Credentials
from magicai.catalogue.product import Origin, OriginKind, SourceStatement, Values
from magicai.catalogue.systems.connections import NewConnection, connect
from magicai.catalogue.systems.shop_write import ShopWrite, save_new
from magicai.content.content import Content, QualityShown, State, Version, content_entity
from magicai.content.text import Block
from magicai.content.voice import Manner
from magicai.content.voices import save_voice
from magicai.knowledge.adding import add_document
from magicai.knowledge.feedback import Feedback
from magicai.knowledge.feedback_changes import give_feedback
from magicai.knowledge.interactions import Interaction, interaction_entity
from magicai.knowledge.ports import KnowledgeRecords
from magicai.paging import cursor_at
from magicai.ports import Outcome
from magicai.publishing.draft import Draft
from magicai.publishing.findings import Findings
from magicai.publishing.review_settings import rules_of
from magicai.publishing.reviewing import keep_findings, open_review
from magicai.publishing.submitting import Wanted, submit
from magicai.publishing.target import NewTarget, add_target, targets_of
from magicai.runs import registry
from magicai.runs.column_mappings import id_of, remember
from magicai.runs.effects import Effect
from magicai.runs.plan import (
    Alternative,
    Choice,
    CostInterval,
    Decision,
    Interval,
    Plan,
    PlannedStep,
    Priority,
    Resources,
)
from magicai.runs.run import JSON, RunStatus
from magicai.values.ids import new_id
from magicai.values.rewards import WEIGHTS
from tests.api.conftest import CRAWL, SHOP, Api
from tests.unit.knowledge.test_documents import Paragraphs

SECRET = "annssecretshop"
TARGET, TEMPLATE_NAME, VOICE = "anns-blog", "own:anns-letter", "anns-voice"
OWN_NAMES = ("/api/targets/", "/api/templates/", "/api/voices/", "/api/families/")
LOGIN = {"/api/tokens", "/api/tokens/refresh", "/api/tokens/revoke", "/api/session", "/api/session/link"}
MAILED = {"/api/password/forgotten", "/api/password/reset", "/api/email/verify"}
INVITED = {"/api/invitations/read", "/api/invitations/sign-up"}
SHARED = {"/api/shared/{secret}", "/api/shared/{secret}/files/{name}", "/api/shared/{secret}/document"}
# A shop signs what it sends there.
SIGNED = {"/api/inventory/webhooks/{source_id}"}
OF_READERS = {"/api/clicks/{review_id}/{target}", "/api/feedback/{review_id}/{target}"}
FEEDS = {"/api/feeds/{secret}/products.xml"}
OIDC = {"/api/session/methods", "/api/session/oidc", "/api/session/oidc/callback"}
OPEN = {*LOGIN, *OIDC, *INVITED, *MAILED, *SHARED, *SIGNED, *FEEDS, *OF_READERS, "/health/live", "/health/ready"}
BODIES: dict[str, dict[str, Any]] = {
    "shares": {"days": 7},
    "messages": {"type": "feedback"},
    "rewards": {"kind": "rating", "value": 1.0},
    "{content_id}": {"text": "Bob's."},
    "accept": {},
    "reject": {},
    "decision": {"happened": False},
    "rewrite": {"wish": "shorter"},
    "feedback": {"helpful": True},
    "{product_id}": {"fields": {"brand": "Bob's."}},
    "undo": {},
    "decide": {"field": "price", "choice": 0},
    "map": {"category_id": "mixed"},
    "reviews": {"reviews": []},
    "{review_id}": {"fields": {"title": "Bob's."}, "row": 1},
    "{number}": {"row": 1},
    "comments": {"text": "Bob's."},
    "/api/runs/{run_id}": {"name": "Bob's."},
    "/api/conversations/{run_id}/name": {"name": "Bob's."},
    "assignee": {"name": "bob"},
    "schedule": {"publish_at": "2030-01-01T00:00:00Z"},
    "withdraw": {"reason": "Bob's."},
    "{name}": {},  # a voice that says nothing, so that none of Bob's is made
    "use": {"draft": 1},
    "describe-images": {},
    "restore": {"version": 1},
    "learn": {"samples": []},
    "apply": {"digest": "0" * 64},
    "/api/shop-writes/{write_id}/undo": {"digest": "0" * 64},
    "writes": {},
    "{channel_id}": {"name": "Bob's", "kind": "mail", "events": ["run.failed"]},
    "{rule_id}": {"kind": "new"},
}
OF_ONE_OWNER = (
    "run_id", "key_id", "webhook_id", "decision_id", "content_id", "effect", "product_id", "mapping_id", "document_id",
    "reservation_id", "conflict_id", "interaction_id", "owner", "column_mapping_id", "write_id", "feed_id",
    "invitation_id", "session_id", "identity_id", "channel_id", "rule_id",
)  # fmt: skip
FILES = ("report.md", "report.html", "products.csv", "products.xlsx", "products.parquet")


def routes(api: Api) -> list[tuple[str, str]]:
    """Every method and path that the description has."""
    described: dict[str, dict[str, Any]] = api.app.openapi()["paths"]
    return [(method.upper(), path) for path, methods in described.items() for method in methods]


async def ann_has_something(api: Api) -> dict[str, str]:
    """A run of ann's with everything that a run can have, and a key; answers their ids."""
    ann = await api.bearer()
    run_id = await api.start(ann, competitor_url=f"https://{SECRET}.example")
    attempt = await api.begin(run_id)
    decision_id = new_id()
    made = Choice(
        id=decision_id, step="write", choice="model", option="a", reason=SECRET, propensity=0.5,
        alternatives=(Alternative(option="a", propensity=0.5), Alternative(option="b", propensity=0.5)),
    )  # fmt: skip
    decision = Decision(
        task_sequence=(), modules=(), resources=Resources(), priority=Priority.LOW, confidence=1.0,
        estimated_time=Interval(low=0, high=1), estimated_cost=CostInterval(low=Decimal(0), high=Decimal(1)),
        reasoning=SECRET, choices=(made,),
    )  # fmt: skip
    plan = Plan(
        run_id=run_id,
        workflow="crawl-analyze-generate",
        revision=1,
        reason=SECRET,
        decision=decision,
        steps=(PlannedStep(name="write", provides="text"),),
    )
    await api.records.runs.save_plan(attempt, plan)
    await api.tell(run_id, "finding", words=SECRET)
    result: dict[str, Any] = {
        "run_id": run_id,
        "report": SECRET,
        "crawl_data": SECRET,
        "status": "failed",
        "problems": [],
    }
    await api.records.runs.finish(attempt, RunStatus.FAILED, result)
    await api.records.outcomes.add(
        Outcome(
            run_id=run_id,
            owner_id="id-ann",
            workflow="crawl-analyze-generate",
            at=1,
            status=RunStatus.FAILED,
            quality=0.1,
            cost=0,
            seconds=9,
        )
    )
    key = await api.http.post("/api/api-keys", headers=ann, json={"name": SECRET, "scopes": ["read"]})
    hook = await api.http.post("/api/webhooks", headers=ann, json={"url": f"https://{SECRET}.example/"})
    channel = {"name": SECRET, "kind": "slack", "address": f"https://{SECRET}.example/x", "events": ["run.failed"]}
    told = await api.http.post("/api/notification-channels", headers=ann, json=channel)
    rule = await api.http.post("/api/alert-rules", headers=ann, json={"kind": "new", "shop": f"{SECRET}.example"})
    share = await api.http.post(f"/api/runs/{run_id}/shares", headers=ann, json={})
    invited = await api.http.post("/api/workspace/invitations", headers=ann, json={"role": "viewer"})
    mapping = {"owner_id": "id-ann", "reader": SECRET, "source": SECRET, "file": SECRET}
    await remember(api.records, columns={SECRET: "name"}, **mapping)
    identity = ExternalIdentity(
        identity_id=new_id(), issuer="https://login.example", subject=SECRET, user_id="id-ann", created_at=1,
        email=f"{SECRET}@example.com",
    )  # fmt: skip
    await api.records.identities.link_external(identity, verified=True)
    ids = {
        "session_id": (await api.records.identities.sessions("id-ann"))[0].session_id,
        "identity_id": identity.identity_id,
        "share_id": share.json()["share_id"],
        "secret": "x",
        "key_id": key.json()["key_id"],
        "invitation_id": invited.json()["invitation_id"],
        "webhook_id": hook.json()["webhook_id"],
        "channel_id": told.json()["channel_id"],
        "rule_id": rule.json()["rule_id"],
        "mail_id": "x",
        "decision_id": decision_id,
        "schedule_id": "every-morning",
        "content_id": f"{run_id}-000001",
        "document_id": await a_document(api),
        "collection": "letters",
        "user": "nobody",
        "owner": "ann",
        "effect": "post:letter",
        "interaction_id": run_id,
        "product_id": await a_product(api),
        "mapping_id": "kitchen",
        "column_mapping_id": id_of("id-ann", SECRET, SECRET),
        **await some_stock(api),
        **await a_shop_system(api),
        "review_id": await a_review(api, run_id),
        "number": "0",
        "target": "site",
    }
    await api.records.entities.save([interaction_entity(interaction(run_id), owner_id="id-ann")])
    await give_feedback(
        cast("KnowledgeRecords", api.records), run_id, Feedback(helpful=True), owner_id="id-ann", weights=WEIGHTS
    )
    await api.records.entities.save([content_entity(written_text(ids["content_id"], run_id))])
    await cut_off(api, "id-ann", "letter", run_id)
    return {"run_id": run_id, **ids, "user_id": "id-ann", "workflow": "none", "role": "reranker", "host": "x"}


def interaction(run_id: str) -> Interaction:
    """A question of ann's."""
    return Interaction(
        interaction_id=run_id, query=SECRET, language="en", collections=(), answerable="no",
        answer="", passages=(), at=1,
    )  # fmt: skip


async def a_review(api: Api, run_id: str) -> str:
    """A submission of ann's that waits for a decision, a target and a template of hers."""
    records, draft = api.gateway.ports.publishing, Draft(title=SECRET, text=SECRET, link=f"https://{SECRET}.example")
    kept = await submit(records, draft, Wanted(), owner_id="id-ann", by="id-ann", run_id=run_id)
    await keep_findings(records, run_id, kept.submission.digest, Findings())
    await open_review(records, run_id, rules_of(api.gateway.settings))
    target = NewTarget(
        name=TARGET, platform="wordpress", address=f"https://{SECRET}.example", user="ann", secret=SecretStr(SECRET)
    )
    await add_target(api.records, api.gateway.ports.seal, target, owner_id="id-ann")
    ann = await api.bearer()
    built: str = (await api.http.get("/api/templates/seo", headers=ann)).json()["source"]
    source = sub("^title: .*", f"title: {SECRET}", built.replace("name: seo", "name: anns-letter"), flags=MULTILINE)
    made = await api.http.post("/api/templates", headers=ann, json={"source": source})
    assert made.status_code == 201, made.text
    await save_voice(api.records.entities, VOICE, Manner(rules=(SECRET,), examples=(SECRET,)), owner_id="id-ann")
    family = Family(requirements=(Requirement(channel=SECRET, attributes=("name",)),))
    await save_family(api.records.entities, VOICE, family, owner_id="id-ann")
    return run_id


async def a_product(api: Api, sku: str = "K1") -> str:
    """A product of Ann's catalogue, and a category of its shop that she has not mapped."""
    origin = Origin(kind=OriginKind.FILE, source="a.csv", place="a.csv, row 2", at=1)
    stated = SourceStatement(values=Values(name=SECRET, sku=sku, brand="Fira"), origin=origin)
    (saved,) = await api.gateway.ports.catalogue.catalogue.save("id-ann", "r", [stated])
    mapping = Mapping(mapping_id="kitchen", owner_id="id-ann", shop=SECRET, path=("Kitchen",))
    await api.records.entities.save([mapping_entity(mapping)])
    return saved.product_id


async def some_stock(api: Api) -> dict[str, str]:
    """A source of Ann's, a reservation, and two counts that contradict each other."""
    records = api.gateway.ports.catalogue
    source = await add_source(
        records,
        api.gateway.ports.stock_sources,
        owner_id="id-ann",
        name="stock-of-ann",  # an error quotes what was asked for
        kind="webhook",
        credentials=Credentials(signing=SECRET),
    )
    for quantity in (3, 2):
        await records.inventory.take_level("id-ann", SECRET, Level(SECRET, quantity, 1))
    held = await records.inventory.reserve("id-ann", "k", [Line(SECRET, 1)], ttl_s=60)
    assert isinstance(held, Reservation)
    (conflict,) = await records.inventory.conflicts("id-ann")
    return {
        "source": "stock-of-ann",
        "source_id": source.source_id,
        "reservation_id": held.reservation_id,
        "conflict_id": conflict.conflict_id,
    }


async def a_shop_system(api: Api) -> dict[str, str]:
    """A shop that ann has connected, what she previewed for it, and a feed of hers."""
    address = f"https://{SECRET}.example"
    new = NewConnection(name="anns-shop", kind="vendure", address=address, secret=SecretStr(SECRET))
    made = await connect(api.records, api.gateway.ports.seal, new, owner_id="id-ann")
    write = ShopWrite(
        write_id=new_id(), owner_id="id-ann", name="anns-shop", connection=made.digest, created_at=1, parts=()
    )
    await save_new(api.records, write)
    feed, _ = await make_feed(api.records, SECRET, ProductFilter(), owner_id="id-ann")
    return {"system": "anns-shop", "write_id": write.write_id, "feed_id": feed.feed_id}


async def a_document(api: Api) -> str:
    """A document of ann's."""
    added = await add_document(
        api.records.entities,
        Paragraphs(),
        owner_id="id-ann",
        collection="letters",
        source=f"{SECRET}.md",
        body=SECRET.encode(),
    )
    return added.document_id


async def cut_off(api: Api, owner_id: str, key: str, run_id: str) -> None:
    """An effect of which nobody knows whether it happened."""

    async def send() -> JSON:
        raise OSError("connection reset")

    effect = Effect(api.records, kind="post", owner_id=owner_id, key=key, run_id=run_id)
    with pytest.raises(OSError, match="reset"):
        await effect.once(send)


def written_text(content_id: str, run_id: str) -> Content:
    """A text of ann's."""
    blocks = (Block(kind="paragraph", text=SECRET),)
    version = Version(number=1, at=1, by="composer", blocks=blocks, claims=(), quality=QualityShown(score=1.0))
    return Content(
        content_id=content_id,
        owner_id="id-ann",
        run_id=run_id,
        item="000001",
        content_type="product-description",
        language="en",
        variables={"name": SECRET},
        state=State.DRAFT,
        versions=(version,),
    )


@pytest.mark.parametrize("role", [Role.USER, Role.OPERATOR, Role.ADMIN])
async def test_another_user_finds_nothing_by_any_route(api: Api, role: Role) -> None:
    ids = await ann_has_something(api)
    before = await api.row(ids["run_id"])
    for method, path in routes(api):
        bob = await api.bearer("bob", role)  # anew, since one of the routes logs out
        for name in (*FILES, TARGET, TEMPLATE_NAME, VOICE) if "{name}" in path else ("",):
            if "{user_id}" in path and role is Role.ADMIN:
                continue  # whose business that is
            said = BODIES.get(path, BODIES.get(path.rpartition("/")[2]))
            answer = await api.http.request(method, path.format(**ids, name=name), headers=bob, json=said)
            where = f"{method} {path}: {answer.status_code} {answer.text[:200]}"
            assert SECRET not in f"{answer.text}{answer.headers}", where
            if "{review_id}" in path or (name in (TARGET, TEMPLATE_NAME, VOICE) and path.startswith(OWN_NAMES)):
                assert answer.status_code in (403, 404, 422), where
            if any(f"{{{name}}}" in path for name in OF_ONE_OWNER):
                assert answer.status_code == 404, where
                assert answer.json()["type"] == "urn:magicai:problem:not-found", where
    assert await api.row(ids["run_id"]) == before
    page = await api.http.get(
        "/api/runs", headers=await api.bearer("bob", role), params={"cursor": cursor_at(ids["run_id"])}
    )
    assert page.status_code == 404
    (kept,) = await api.records.identities.keys("id-ann")
    assert kept.revoked_at is None
    assert await api.records.identities.sessions("id-ann")
    assert await api.records.identities.external("id-ann")
    assert len(await api.records.webhooks.listed("id-ann")) == 1
    assert [target.name for target in await targets_of(api.records, "id-ann")] == ["site", TARGET]
    assert [one.revoked_at for one in await api.records.shares.of_run(ids["run_id"], owner_id="id-ann")] == [None]


@pytest.mark.parametrize("role", [Role.USER, Role.ADMIN])
async def test_who_names_a_workspace_that_they_are_not_in_is_told_that_they_are_in_none(api: Api, role: Role) -> None:
    """By any route, an admin of the installation too."""
    ids = await ann_has_something(api)
    before = await api.row(ids["run_id"])
    bob = {**await api.bearer("bob", role), "X-Workspace": "id-ann"}
    for method, path in routes(api):
        if path in OPEN and (method, path) != ("DELETE", "/api/session"):
            continue
        said = BODIES.get(path, BODIES.get(path.rpartition("/")[2]))
        answer = await api.http.request(method, path.format(**ids, name=TARGET), headers=bob, json=said)
        told = (answer.status_code, answer.json()["message"]["code"])
        assert told == (404, "workspace_not_found"), f"{method} {path}: {answer.status_code} {answer.text[:200]}"
    assert await api.row(ids["run_id"]) == before


# What a parameter might name of somebody else's, wherever a route declares it.
FURTHER = {"owner": ("*", "ann"), "owner_id": ("id-ann",), "for_all": ("true",), "person": ("ann", "id-ann")}


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.ADMIN])
async def test_no_parameter_leads_a_role_of_the_installation_into_a_workspace(api: Api, role: Role) -> None:
    ids = await ann_has_something(api)
    hidden = {SECRET, *(value for value in ids.values() if len(value) >= 16)}
    described: dict[str, dict[str, Any]] = api.app.openapi()["paths"]
    asked = [
        (method, path, {one["name"]: value})
        for path, methods in described.items()
        for method, operation in methods.items()
        for one in operation.get("parameters", ())
        if one["in"] == "query"
        for value in FURTHER.get(one["name"], ())
    ]
    assert {"for_all", "person"} <= {name for _, _, query in asked for name in query}
    for method, path, query in asked:
        said = BODIES.get(path, BODIES.get(path.rpartition("/")[2]))
        eve = await api.bearer("eve", role)
        answer = await api.http.request(method, path.format(**ids, name=TARGET), params=query, headers=eve, json=said)
        found = [one for one in hidden if one in answer.text and one not in path.format(**ids, name=TARGET)]
        assert not found, f"{method} {path} {query}: {answer.status_code} {found} {answer.text[:300]}"


async def test_ann_finds_her_own(api: Api) -> None:
    ids = await ann_has_something(api)
    ann = await api.bearer()
    for path in ("", "/result", "/plans", "/events"):
        assert SECRET in (await api.http.get(f"/api/runs/{ids['run_id']}{path}", headers=ann)).text, path
    assert SECRET in (await api.http.get("/api/decisions", headers=ann)).text


async def test_a_part_of_a_runs_id_finds_nothing_of_somebody_else_and_nothing_by_a_pattern(api: Api) -> None:
    ann = await api.bearer()
    run_id = await api.start(ann)
    eve = await api.bearer("eve")
    for part in (run_id, run_id[:8], run_id[-8:]):
        answer = await api.http.get(f"/api/runs/{part}", headers=eve)
        assert answer.status_code == 404, f"{part[:20]}: {answer.text[:200]}"
    for part in (run_id.upper(), run_id[9:-1], "____-", "%25", "..%2F..", "a" * 5000, "%00", "%ff"):
        answer = await api.http.get(f"/api/runs/{part}", headers=ann)
        assert answer.status_code == 404, f"{part[:20]}: {answer.text[:200]}"


@pytest.mark.parametrize("cookie", [False, True])
async def test_no_route_but_logging_in_answers_a_stranger_with_or_without_the_pages_cookie(
    api: Api, *, cookie: bool
) -> None:
    if cookie:  # what a program gets that listens on another port of this host
        link = await issue(api.gateway.cache, "link", {"user_id": (await api.user(role=Role.ADMIN)).user_id})
        await api.http.post("/api/session/link", json={"link": link})
        assert len(api.http.cookies) == 1
    for method, path in routes(api):
        answer = await api.http.request(
            method,
            path.format(
                run_id="x",
                key_id="x",
                user_id="x",
                workflow="x",
                name="report.md",
                webhook_id="x",
                mail_id="x",
                decision_id="x",
                share_id="x",
                secret="x",
                schedule_id="x",
                content_id="x",
                review_id="x",
                number="0",
                target="x",
                document_id="x",
                collection="x",
                user="x",
                owner="x",
                effect="x",
                interaction_id="x",
                product_id="x",
                mapping_id="x",
                column_mapping_id="x",
                source="x",
                source_id="x",
                reservation_id="x",
                conflict_id="x",
                system="x",
                write_id="x",
                feed_id="x",
                role="reranker",
                host="x",
                session_id="x",
                identity_id="x",
                invitation_id="x",
                channel_id="x",
                rule_id="x",
            ),
        )
        if path not in OPEN or (method, path) in {("GET", "/api/session"), ("DELETE", "/api/session")}:
            assert answer.status_code == 401, f"{method} {path}: {answer.status_code}"
            assert answer.headers["www-authenticate"]


async def test_nothing_of_a_token_is_in_the_log(api: Api, caplog: pytest.LogCaptureFixture) -> None:
    token = await api.token()
    await api.http.get("/api/me", headers={"Authorization": f"Bearer {token}"})
    await api.http.get("/login/a-secret-link")
    assert token not in caplog.text
    assert "a-secret-link" not in str([vars(record) for record in caplog.records])


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "localhost.evil", "[::1", "", "a b"])
async def test_a_foreign_host_is_refused(api: Api, host: str) -> None:
    answer = await api.http.get("/api/me", headers={**await api.bearer(), "Host": host})
    assert answer.status_code in (400, 421)


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image"},
    ],
)
async def test_a_foreign_page_is_refused_whatever_it_brings(api: Api, headers: dict[str, str]) -> None:
    bearer = await api.bearer()
    for method, path, body in (("GET", "/api/runs", None), ("POST", CRAWL, SHOP)):
        answer = await api.http.request(method, path, headers={**bearer, **headers}, json=body)
        assert answer.status_code == 403
        assert "access-control-allow-origin" not in answer.headers
    preflight = await api.http.options("/api/runs", headers={**headers, "Access-Control-Request-Method": "GET"})
    assert preflight.status_code >= 400


async def test_the_pages_own_origin_may_call(api: Api) -> None:
    answer = await api.http.get("/api/me", headers={**await api.bearer(), "Origin": api.url})
    assert answer.status_code == 200


async def test_every_answer_closes_what_a_browser_leaves_open(api: Api) -> None:
    for path in ("/", "/health/live", "/api/runs", "/assets/x.js"):
        headers = (await api.http.get(path)).headers
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert "server" not in headers
    assert (await api.http.get("/api/me", headers=await api.bearer())).headers["cache-control"] == "no-store"


async def test_every_route_is_documented_and_none_that_there_is_not(api: Api) -> None:
    text = (Path(__file__).parents[2] / "docs" / "reference" / "api.md").read_text(encoding="utf-8")
    written = set(findall(r"^\| `([A-Z]+ /[^`]*)`", text, MULTILINE))
    aliases = [alias for name in registry.names() for alias in registry.workflow(name).aliases]
    workflows = "|".join([*registry.names(), *aliases, registry.GENERAL])
    meant = {f"{method} {sub(f'/({workflows})$', '/{workflow}', path)}" for method, path in routes(api)}
    # What answers and is not in the description.
    beside = {"WS /ws/task/{task_id}", "GET /api/openapi.json", "POST /api/workflow/{workflow}"}
    assert written == meant | beside
    problems = set(findall(r"`urn:magicai:problem:([a-z-]+)`", text))
    assert problems == {name for _, _, name in TABLE} | set(OF_HTTP.values())


async def test_every_route_has_an_id_a_summary_and_its_problems(api: Api) -> None:
    described: dict[str, dict[str, Any]] = api.app.openapi()["paths"]
    ids = [method["operationId"] for methods in described.values() for method in methods.values()]
    assert len(ids) == len(set(ids))
    for path, methods in described.items():
        for method in methods.values():
            assert method["summary"], path
            assert {"400", "422", "503"} <= method["responses"].keys(), path
            for media in method.get("requestBody", {}).get("content", {}).values():
                assert media["example"], path
