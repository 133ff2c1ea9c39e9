"""Texts over the API: listed, rewritten, edited, and what is learnt from it."""

from collections.abc import Sequence
from typing import Any

import pytest

from magicai.brain.situation import Machine, Situation
from magicai.brain.step_decisions import StepDecisions
from magicai.content import content_types
from magicai.content.assessment import assess_composed
from magicai.content.brief import brief_of, compose
from magicai.content.content import Content, State, content_entity, version_from
from magicai.content.content_types import built_in
from magicai.content.template import Template
from magicai.content.translating import Translated
from magicai.errors import Invalid, Temporary
from magicai.ports import Message, Spender, TextModel
from magicai.values.rewards import WEIGHTS
from tasks.generate_content.write_texts import write_texts
from tests.api.conftest import Api
from tests.scripted import ScriptedText

APRON = {"name": "Linen apron", "brand": "Havn", "price": "39.00 EUR", "material": "washed linen", "care": "by hand"}
START = "/api/workflows/generate-content"
REQUEST = {"content_type": "product-description", "variables": APRON}


async def a_text(api: Api, run_id: str = "run-of-ann", **more: Any) -> Content:
    """A text of ann's, as a run would write it."""
    brief = brief_of(built_in()["product-description", "en"], APRON)
    blocks = compose(brief)
    found = assess_composed(blocks, brief)
    version = version_from(blocks, "composer", found, bar=0.0)
    content = Content(
        content_id=f"{run_id}-000001", owner_id="id-ann", run_id=run_id, item="000001", language="en",
        content_type="product-description", variables=brief.variables, state=State.DRAFT, versions=(version,),
    ).model_copy(update=more)  # fmt: skip
    await api.records.entities.save([content_entity(content)])
    return content


async def test_texts_are_listed_newest_first_and_narrowed_down(api: Api) -> None:
    ann = await api.bearer()
    for number in range(5):
        state = State.FLAGGED if number % 2 else State.DRAFT
        await a_text(api, f"run{number}", state=state, language="zh" if number == 4 else "en")

    async def listed(**query: str) -> list[str]:
        found: list[str] = []
        cursor = ""
        while True:
            asked = {**query, "limit": "2", "cursor": cursor}
            answer = (await api.http.get("/api/content", headers=ann, params=asked)).json()
            found += [one["run_id"] for one in answer["items"]]
            cursor = answer["next_cursor"]
            if cursor is None:
                return found

    assert await listed() == ["run4", "run3", "run2", "run1", "run0"]
    assert await listed(state="flagged") == ["run3", "run1"]
    assert await listed(language="en", state="draft") == ["run2", "run0"]
    assert await listed(content_type="seo") == []


async def test_a_text_is_downloaded_and_without_a_model_not_rewritten(api: Api) -> None:
    ann = await api.bearer()
    content = await a_text(api)
    path = f"/api/content/{content.content_id}"
    told = (await api.http.get(path, headers=ann)).json()
    assert told["plain"] == "\n\n".join(one["text"] for one in told["blocks"])
    refused = await api.http.post(f"{path}/rewrite", headers=ann, json={"wish": "warmer"})
    assert refused.status_code == 501
    assert "magicai models" in refused.json()["way_out"]
    for name, begins in (("text.md", b"# Linen apron"), ("text.docx", b"PK"), ("text.json", b"[")):
        file = await api.http.get(f"{path}/files/{name}", headers=ann)
        assert file.content.startswith(begins), name
        assert file.headers["content-disposition"].startswith("attachment")
        assert file.headers["content-security-policy"] == "sandbox"
    assert (await api.http.get(f"{path}/files/text.exe", headers=ann)).status_code == 422


async def test_a_model_that_the_user_names_rewrites_on_their_account(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    ann = await api.bearer()
    content = await a_text(api)
    spenders: list[Spender] = []

    async def text_model(spender: Spender, *, models: tuple[str, ...]) -> TextModel | None:
        spenders.append(spender)
        if spender.role == "verifier":
            return None
        return ScriptedText(
            ["Meet the Linen apron by Havn, made of washed linen. Wash it by hand. It costs 39.00 EUR."], name=models[0]
        )

    monkeypatch.setattr(api.gateway.ports, "text_model", text_model)
    path = f"/api/content/{content.content_id}/rewrite"
    answer = await api.http.post(path, headers=ann, json={"wish": "warmer", "model": "openai:gpt-4o"})
    told = answer.json()
    assert told["written_by"] == "openai:gpt-4o", answer.text
    assert [one["note"] for one in told["versions"]] == ["", "warmer"]
    assert {(one.owner_id, one.run_id) for one in spenders} == {("id-ann", "run-of-ann")}
    assert (told["word"], told["facts"]["missing"], told["verified_by"]) == ("to_check", [], "")
    assert told["not_checked"] == sum(one["verdict"] == "not_checked" for one in told["claims"]) > 0
    assert "No verifier is chosen" in told["not_verified"]
    (price,) = (one for one in told["claims"] if one["text"] == "39.00 EUR")
    assert (price["verdict"], price["source"], price["source_text"], price["by"]) == (
        "proved", "price", "39.00 EUR", "code",
    )  # fmt: skip


async def test_a_template_is_shown_with_its_source(api: Api) -> None:
    ann = await api.bearer()
    built = (await api.http.get("/api/templates/seo", headers=ann, params={"language": "zh"})).json()
    assert (built["content_type"], built["language"], built["own"]) == ("seo", "zh", False)
    own = built["source"].replace("name: seo", "name: mine")
    made = await api.http.post("/api/templates", headers=ann, json={"source": own})
    assert made.json()["version"] == 1
    shown = await api.http.get(made.headers["location"], headers=ann)
    assert (shown.json()["content_type"], shown.json()["source"]) == ("own:mine", own)
    gone = await api.http.delete("/api/templates/own:mine", headers=ann, params={"language": "zh"})
    assert gone.status_code == 204
    assert (await api.http.get("/api/templates/own:mine?language=zh", headers=ann)).status_code == 404


async def test_a_template_that_is_refused_by_now_hides_no_other(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    ann = await api.bearer()
    built = (await api.http.get("/api/templates/seo", headers=ann, params={"language": "en"})).json()["source"]
    for name in ("old", "mine"):
        saved = await api.http.post(
            "/api/templates", headers=ann, json={"source": built.replace("name: seo", f"name: {name}")}
        )
        assert saved.status_code == 201, saved.text
    read = content_types.parse_template

    def refused(source: str, called: str = "The template") -> Template:
        if "name: old" in source:
            raise Invalid(f"{called} has a pattern, which it may not.")
        return read(source, called)

    monkeypatch.setattr(content_types, "parse_template", refused)
    listed = (await api.http.get("/api/templates", headers=ann)).json()["items"]
    assert {one["content_type"] for one in listed if one["own"]} == {"own:mine"}
    told = await api.http.get("/api/templates/own:old?language=en", headers=ann)
    assert (told.status_code, "has a pattern" in told.text) == (422, True)
    assert (await api.http.delete("/api/templates/own:old?language=en", headers=ann)).status_code == 204


async def test_a_model_whose_texts_are_edited_is_chosen_less(api: Api) -> None:
    """What its user changes is a reward of the decision that led to the text, and the next ones follow it."""
    ann = await api.bearer()
    wanted = {**REQUEST, "models": ["openai:wordy", "openai:plain"]}
    chosen: list[str] = []
    kinds: set[tuple[str, str]] = set()
    for _ in range(28):
        run = await api.row((await api.http.post(START, headers=ann, json=REQUEST)).json()["run_id"])
        decisions = StepDecisions(
            records=api.records.decisions,
            attempt=await api.begin(run.run_id),
            step="write_texts",
            points=write_texts.choices,
            situation=Situation("generate-content", "id-ann", wanted, Machine(cores=2, memory=4000)),
            weights=WEIGHTS,
        )
        model = await decisions.decide("writer", item="000001", features={"language=zh": 0.0}, options=())
        chosen.append(model)
        path = f"/api/content/{(await a_text(api, run.run_id)).content_id}"
        if model == "openai:wordy":
            edited = await api.http.put(path, headers=ann, json={"text": "Havn makes this apron by hand."})
            assert edited.status_code == 200, edited.text
        await api.http.post(f"{path}/accept", headers=ann, json={})
        (made,) = await api.records.decisions.of_run(run.run_id)
        kinds |= {(model, reward.kind) for reward in made.rewards}
    assert kinds == {("openai:wordy", "edited"), ("openai:plain", "accepted")}
    assert chosen[18:].count("openai:plain") >= 8, chosen


async def test_drafts_stand_side_by_side_and_one_is_used(api: Api) -> None:
    ann = await api.bearer()
    first = (await a_text(api)).latest
    other = first.model_copy(update={"number": 2, "blocks": first.blocks[:1], "by": "openai:m", "cost": 0.25})
    path = f"/api/content/{(await a_text(api, alternatives=(first, other))).content_id}"
    drafts = (await api.http.get(f"{path}/drafts", headers=ann)).json()["drafts"]
    assert [(draft["number"], draft["by"], draft["cost"], draft["used"]) for draft in drafts] == [
        (1, "composer", None, True),
        (2, "openai:m", "0.25", False),
    ]
    used = (await api.http.post(f"{path}/use", headers=ann, json={"draft": 2, "row": 2})).json()
    assert [(one["by"], one["note"]) for one in used["versions"]] == [("composer", ""), ("openai:m", "draft 2")]
    assert (await api.http.post(f"{path}/use", headers=ann, json={"draft": 3})).status_code == 404


async def test_texts_are_accepted_in_bulk_those_with_findings_only_once_that_is_said(api: Api) -> None:
    ann = await api.bearer()
    good = [await a_text(api, f"run{number}") for number in range(3)]
    lie = await a_text(api, "lie", state=State.FLAGGED)
    version = lie.latest.model_copy(update={"flags": ("“99.00 EUR”: the price is 39.00 EUR",)})
    lie = await a_text(api, "lie", state=State.FLAGGED, versions=(version,))

    async def post(path: str, **body: Any) -> Any:
        return await api.http.post(f"/api/content/{path}", headers=ann, json=body)

    async def state(content: Content) -> str:
        return (await api.http.get(f"/api/content/{content.content_id}", headers=ann)).json()["state"]

    refused = await post(f"{lie.content_id}/accept")
    assert (refused.status_code, refused.json()["message"]["code"]) == (409, "text_findings_open")
    assert "99.00 EUR" in refused.json()["detail"]
    assert "despite_findings" in refused.json()["way_out"]
    assert await state(lie) == "flagged"

    every = (await api.http.get("/api/content-ids", headers=ann)).json()["content_ids"]
    made = (await post("decisions", decision="accept", content_ids=every)).json()
    assert len(made["done"]) == 3
    assert [(one["content_id"], one["title"]) for one in made["failed"]] == [(lie.content_id, "Linen apron")]
    assert [await state(one) for one in good] == ["accepted"] * 3
    anyway = (await post("decisions", decision="accept", content_ids=[lie.content_id], despite_findings=True)).json()
    assert (len(anyway["done"]), anyway["failed"]) == (1, [])
    told = (await api.http.get("/api/audit", headers=ann, params={"action": "content"})).json()["items"]
    assert [one["action"] for one in told] == [
        "content.several_accepted_despite_findings",
        "content.several_accepted",
    ]
    assert "99.00 EUR" in told[0]["description"]

    edited = good[0].content_id
    await api.http.put(f"/api/content/{edited}", headers=ann, json={"text": "# Linen apron"})
    undone = (await post("decisions/undo", items=made["done"] + anyway["done"])).json()
    assert [one["content_id"] for one in undone["failed"]] == [edited]
    assert [await state(one) for one in (*good[1:], lie)] == ["draft", "draft", "flagged"]
    assert (await post("decisions", decision="accept")).status_code == 422

    file = await post("files?file_format=woocommerce", content_ids=every)
    assert file.text.splitlines() == ["SKU,Name,Description"]
    assert file.headers["x-counts"] == "texts=0, left_out=4"


async def test_several_texts_are_rewritten_and_translated_and_one_that_fails_is_named(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann = await api.bearer()
    texts = [(await a_text(api, f"run{number}")).content_id for number in range(3)]
    broken = texts[1]

    async def text_model(spender: Spender, *, models: tuple[str, ...]) -> TextModel | None:
        del models
        if spender.role == "verifier":
            return None

        def say(messages: Sequence[Message]) -> str | Translated:
            if broken.startswith(spender.run_id):
                raise Temporary("translation_incomplete", name="m", count=1, total=2)
            if "TEXTS" in messages[0].content:
                assert "into German" in messages[0].content
                return Translated(texts=["Leinenschürze", "Havn", "39.00 EUR", "gewaschenes Leinen", "von Hand"])
            return "Meet the Linen apron by Havn, made of washed linen. Wash it by hand. It costs 39.00 EUR."

        return ScriptedText(say, name="m")

    monkeypatch.setattr(api.gateway.ports, "text_model", text_model)

    async def rewrite(**body: Any) -> Any:
        return (await api.http.post("/api/content/rewrites", headers=ann, json=body)).json()

    made = await rewrite(content_ids=texts, wish="shorter")
    assert [one["content_id"] for one in made["done"]] == [texts[0], texts[2]], made
    assert [one["content_id"] for one in made["failed"]] == [broken]
    shown = (await api.http.get(f"/api/content/{texts[0]}", headers=ann)).json()
    assert [one["note"] for one in shown["versions"]] == ["", "shorter"]

    german = await rewrite(content_ids=[*texts[:1], *texts[2:]], wish="translate", language="de")
    assert [one["content_id"] for one in german["done"]] == [f"{texts[0]}-de", f"{texts[2]}-de"], german
    again = await rewrite(content_ids=[f"{texts[0]}-de"], wish="translate", language="de")
    assert [one["problem_message"]["code"] for one in again["failed"]] == ["text_in_language_already"]
    listed = (await api.http.get("/api/content-ids", headers=ann, params={"language": "de"})).json()
    assert set(listed["content_ids"]) == {f"{texts[0]}-de", f"{texts[2]}-de"}
