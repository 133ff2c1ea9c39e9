"""Questions are answered whatever becomes of the embedding model: it refuses, is replaced, or bears another's name."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, cast

import pytest

from integrations.choosing_models import choose, make_vectors, missing, unfinished, unset, weigh
from integrations.open import Ports
from integrations.processes import on_demand
from integrations.text import remote
from magicai.accounts.identity import Role, User
from magicai.brain.steps import StepRun
from magicai.errors import Conflict, OverBudget, Permanent
from magicai.knowledge.conversation import Question
from magicai.knowledge.memory import Vote, cast_votes
from magicai.knowledge.ports import Member, MemberRole
from magicai.knowledge.question_fingerprint import QuestionFingerprint
from magicai.knowledge.search_and_answer import SearchAndAnswer
from magicai.knowledge.searching import Context
from magicai.ports import Limits, Reporter, Spender, Usage, VectorSpace
from magicai.settings import Settings
from magicai.stores.entity import Entity
from magicai.stores.reconcile import reconcile
from magicai.stores.relay import drain
from tasks.search_and_answer.rank_context import rank_context
from tasks.search_and_answer.search_full_text import search_full_text
from tasks.search_and_answer.search_semantic import search_semantic
from tests.codes import says
from tests.contract.embedder.hashing import HashingEmbedder
from tests.contract.embedder.scripted import ScriptedServer, serving
from tests.contract.reranker import scripted as reranking
from tests.unit.knowledge.test_documents import add
from tests.unit.tasks.conftest import Listener

OTHER, WARRANTY = "compatible:m", "How long is the warranty of the kettle?"
GUIDE = "# Kettle\n\n## Warranty\n\nThe kettle has a warranty of 24 months.\n\n## Care\n\nUse citric acid.\n"


@pytest.fixture(autouse=True)
def surroundings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Loopback needs no proxy."""
    pytest.importorskip("pydantic_ai")
    pytest.importorskip("chromadb")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


@pytest.fixture
async def model() -> AsyncIterator[ScriptedServer]:
    async with serving("compatible") as made:
        yield made


@asynccontextmanager
async def opened(home: Path, model: ScriptedServer, **more: Any) -> AsyncGenerator[Ports]:
    settings = Settings(
        home=home,
        idle_seconds=300,
        embedder_url=f"{model.url}/v1",
        model_prices=("m=1/0", "n=1/0", "r=1/0"),
        model="none",
        **more,
    )
    ports = Ports(settings)
    # A name of its own for each home: they share a vector server.
    ports.__dict__["embedded_embedder"] = HashingEmbedder(f"hashing-{home.parent.name}", 128)
    try:
        yield ports
    finally:
        await ports.close()


@pytest.fixture(scope="module")
def chroma(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder of a vector server for all tests of this module: starting one takes seconds."""
    folder = tmp_path_factory.mktemp("vectors")
    yield folder
    asyncio.run(on_demand.stop(folder))


@pytest.fixture
async def ports(
    tmp_path: Path, chroma: Path, model: ScriptedServer, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Ports]:
    def shared(_settings: Settings) -> Path:
        return chroma

    monkeypatch.setattr("integrations.vectors.chroma.folder_of", shared)
    async with opened(tmp_path / "home", model) as made:
        await add(made.records.entities, GUIDE)
        await index(made)
        yield made


class Heard(Listener):
    """Hears what calls took, too."""

    def __init__(self) -> None:
        super().__init__()
        self.usage: list[Usage] = []

    async def spent(self, usage: Usage) -> None:
        self.usage.append(usage)


async def index(ports: Ports) -> None:
    behind = await drain(
        ports.records, {"search": ports.search, "vectors": ports.vectors}, limit_s=60, ignore_backoff=True
    )
    assert set(behind.values()) == {0}


async def ask(ports: Ports, heard: Heard, query: str = WARRANTY, *, by: str = "ann", **more: Any) -> Context:
    run = StepRun("the-run", by, "search_semantic", cast("Reporter", heard), attempt=1)
    given: dict[str, Any] = {
        "request": SearchAndAnswer(query=query, model="none", **more), "question": Question(text=query)
    }  # fmt: skip
    for step in (search_semantic, search_full_text, rank_context):
        given[step.provides] = await step.call(run, given, ports)
    return Context.model_validate(given["context"])


async def use(ports: Ports, name: str = OTHER) -> VectorSpace:
    """Choose an embedding model, and make its vectors."""
    space = await choose(ports, "embedder", name)
    assert space is not None
    await make_vectors(ports, space, on_progress=lambda _done, _all: None)
    return space


async def begin(ports: Ports, count: int) -> VectorSpace:
    """Choose an embedding model that has so many more texts to read."""
    entities = [
        Entity("note", f"{number:03}", "ann", f"Note {number}", f"word{number}", stores=("vectors",))
        for number in range(count)
    ]
    await ports.records.entities.save(entities)
    await index(ports)
    space = await choose(ports, "embedder", OTHER)
    assert space is not None
    return space


def is_there(chroma: Path, space: VectorSpace) -> bool:
    """Whether there is a collection of these vectors."""
    return (chroma / f"magicai-{space.space_id}.versions.sqlite3").exists()


@pytest.fixture
def far(monkeypatch: pytest.MonkeyPatch) -> None:
    """The server on loopback counts as one elsewhere."""

    def is_loopback(_host: str) -> bool:
        return False

    monkeypatch.setattr(remote, "is_loopback", is_loopback)


@pytest.mark.parametrize(
    ("failing", "told"),
    [
        ("401", "answered 401"),
        ("404", "answered 404"),
        ("dimension", "vectors of 32 numbers; those that are searched have 64"),
        ("500", "answered 500"),
    ],
)
async def test_words_answer_where_the_embedding_model_fails_or_refuses(
    ports: Ports, model: ScriptedServer, failing: str, told: str
) -> None:
    await use(ports)
    model.failing, heard = [failing] * 9, Heard()
    context = await ask(ports, heard)
    assert "24 months" in context.passages[0].text
    ((where, what),) = heard.problems
    assert where == "vectors"
    assert what.startswith("The question was answered without semantic search: ")
    assert told in what
    model.failing = []
    assert (await ask(ports, again := Heard())).passages
    assert again.problems == []


@pytest.mark.usefixtures("far")
async def test_words_answer_where_a_consent_was_withdrawn(ports: Ports) -> None:
    await ports.records.model_choices.allow("127.0.0.1", "ann")
    await use(ports)
    await ports.records.model_choices.withdraw("127.0.0.1")
    heard = Heard()
    assert "24 months" in (await ask(ports, heard)).passages[0].text
    ((_, what),) = heard.problems
    assert "may not be sent to 127.0.0.1" in what
    assert what.endswith("magicai models allow 127.0.0.1")


async def test_a_question_is_embedded_once_whoever_owns_the_documents(ports: Ports, model: ScriptedServer) -> None:
    await add(ports.records.entities, GUIDE, owner_id="bob", source="bobs.md")
    await ports.records.identities.add_user(User(user_id="bob", name="bob", role=Role.USER, created_at=1))
    await ports.knowledge.members.put(Member("bob", "default", "ann", MemberRole.READER, 1, accepted=True))
    await index(ports)
    await use(ports)
    asked = len(model.texts)
    context = await ask(ports, Heard(), collections=("default", "bob/default"))
    assert {passage.passage.source for passage in context.passages} >= {"a/guide.md", "bobs.md"}
    assert model.texts[asked:] == [[WARRANTY]]


async def test_what_a_questions_vector_costs_is_its_runs(tmp_path: Path, ports: Ports, model: ScriptedServer) -> None:
    await use(ports)
    await ask(ports, heard := Heard())
    (usage,) = heard.usage
    assert usage == Usage(8, 0, pytest.approx(8e-6))  # type: ignore[arg-type]
    budgets = await ports.records.budgets.budgets(Spender("ann", "the-run", 1), Limits())
    assert {budget.scope: budget.spent for budget in budgets}["run"] == pytest.approx(8e-6)
    async with opened(tmp_path / "home", model, budget=0.0) as poor:
        with pytest.raises(OverBudget, check=says("run_budget_exceeded")):
            await ask(poor, Heard())


async def test_what_a_reranker_costs_is_its_runs(tmp_path: Path, ports: Ports, model: ScriptedServer) -> None:
    del ports  # its documents
    async with reranking.serving("data") as server:
        more = {"reranker": "server:r", "reranker_url": server.url, "reranker_api_key": reranking.KEY}
        async with opened(tmp_path / "home", model, **more) as later:
            await ask(later, heard := Heard())
            assert heard.problems == []
            assert [usage.prompt_tokens for usage in heard.usage] == [1000]
            budgets = await later.records.budgets.budgets(Spender("ann", "the-run", 1), Limits())
            assert {budget.scope: budget.spent for budget in budgets}["run"] == pytest.approx(0.001)


async def vote(ports: Ports, passage_id: str, asked: QuestionFingerprint) -> None:
    said = Vote(interaction_id="1", voter="v", asked=asked, value=1.0, at=1)
    await cast_votes(ports.records.entities, "1", {passage_id: said}, among=[(passage_id, "ann")])


async def test_what_was_voted_with_another_models_vectors_is_compared_by_words(
    ports: Ports, model: ScriptedServer
) -> None:
    await use(ports)
    before = await ask(ports, Heard())
    await vote(ports, before.passages[0].passage.passage_id, before.asked)
    model.dimension = 48
    await use(ports)  # the same name makes other vectors
    after = await ask(ports, Heard())
    assert "24 months" in after.passages[0].text
    assert before.asked.encoder != after.asked.encoder


async def test_a_model_of_the_same_name_at_another_address_is_refused_with_what_to_do(
    tmp_path: Path, ports: Ports
) -> None:
    space = await use(ports)
    async with serving("compatible") as another, opened(tmp_path / "home", another) as later:
        context = await ask(later, heard := Heard())
        assert "24 months" in context.passages[0].text
        ((_, what),) = heard.problems
        assert f"{OTHER} is no longer the model that made the vectors" in what
        assert what.endswith("magicai models embed")
        with pytest.raises(Permanent, check=says("embedder_changed")):
            await later.vectors.apply([one async for one in everything(later)])
        assert another.texts == [], "nothing was sent to it"
        change = await weigh(later, OTHER)
        assert change.amount is not None, "somebody is asked before it reads everything"
        made = await missing(later)
        assert made is not None
        assert made.space_id != space.space_id
        await make_vectors(later, made, on_progress=lambda _done, _all: None)
        assert (await weigh(later, OTHER)).amount is None
        assert await missing(later) is None
        await ask(later, heard := Heard())
        assert heard.problems == []
    await ask(ports, heard := Heard())
    assert "no longer the model" in heard.problems[0][1], "a process with the old setting does not mix vectors either"


async def everything(ports: Ports) -> AsyncIterator[Any]:
    for one in await ports.records.entities.all("vectors", after=("", ""), limit=100):
        yield one


async def test_a_file_that_was_replaced_is_refused_before_it_is_loaded(ports: Ports, tmp_path: Path) -> None:
    file = tmp_path / "models" / "mine.gguf"
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(b"GGUF one")
    name = f"local:{file}"
    digest = await choosing_digest(ports, name)
    space = VectorSpace("mine", name, 4, digest, "serving")
    await ports.vectors.spaces.embedder(space)
    await ports.vectors.spaces.close()
    file.write_bytes(b"GGUF two")
    with pytest.raises(Permanent, check=says("embedder_changed")):
        await ports.vectors.spaces.embedder(space)


async def choosing_digest(ports: Ports, name: str) -> str:
    from integrations.embedder.open import open_embedder
    from tests.contract.text.fakes import FakePurse

    made = open_embedder(ports.settings, name, FakePurse())
    try:
        return await made.digest()
    finally:
        await made.close()


async def test_a_setting_alone_makes_no_vectors_at_night(
    tmp_path: Path, ports: Ports, model: ScriptedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    from flows import embed

    async with opened(tmp_path / "home", model, embedder=OTHER) as set_only:
        assert await unfinished(set_only) is None

        async def here() -> Settings:
            return set_only.settings

        monkeypatch.setattr(embed, "settings_here", here)
        state = await embed.embed.fn()
        assert (state.name, model.texts) == ("Skipped", [])
        assert await set_only.records.model_choices.spaces() == []
        # What somebody has begun is continued.
        begun = await missing(set_only)
        assert begun is not None
        state = await embed.embed.fn()
        assert state.is_completed()
        assert (await set_only.vectors.spaces.serving()).space_id == begun.space_id
    del ports


@pytest.mark.parametrize("instead", ["embedded", "compatible:n", None])
async def test_a_model_that_is_not_wanted_any_more_reads_no_further(
    ports: Ports, chroma: Path, model: ScriptedServer, instead: str | None
) -> None:
    space = await begin(ports, 200)
    read = len(model.texts)
    model.asked.clear()

    async def give_up() -> None:
        if instead is None:
            await unset(ports, "embedder")
        else:
            await choose(ports, "embedder", instead)

    model.hold = True
    making = asyncio.create_task(make_vectors(ports, space, on_progress=lambda _done, _all: None))
    await model.asked.wait()
    model.hold = False
    await give_up()
    model.end.set()
    with pytest.raises(Conflict, check=says("vectors_superseded")):
        await making
    texts = [text for batch in model.texts[read:] for text in batch if text.startswith("Note")]
    assert len(texts) <= 60, "it read the batch that it had begun, and no more"
    assert not is_there(chroma, space)
    assert space.space_id not in {one.space_id for one in await ports.records.model_choices.spaces()}


async def test_a_write_that_comes_after_its_vectors_were_removed_makes_them_no_more(
    ports: Ports, chroma: Path, model: ScriptedServer
) -> None:
    space = await begin(ports, 1)
    await ports.vectors.filled(space).held()  # there is a collection
    assert is_there(chroma, space)
    await add(ports.records.entities, GUIDE.replace("24", "36"), source="b.md")
    model.asked.clear()
    model.hold = True
    indexing = asyncio.create_task(index(ports))
    await model.asked.wait()
    await choose(ports, "embedder", "embedded")
    model.end.set()
    await indexing
    assert not is_there(chroma, space)


async def test_no_passage_matches_where_another_models_cosines_are_high_and_no_word_is_shared(
    ports: Ports, model: ScriptedServer
) -> None:
    from magicai.knowledge.answer import closest

    model.alike = 0.8  # as e5 has it: unrelated texts are .79 alike
    await use(ports)
    context = await ask(ports, Heard(), "Who painted Mona Lisa?")
    assert context.passages, "a language model would still be asked"
    assert closest("Who painted Mona Lisa?", context, language="en").sources == ()
    context = await ask(ports, Heard())
    assert "24 months" in closest(WARRANTY, context, language="en").sources[0].text


async def test_stores_differ_in_nothing_after_all_that(ports: Ports) -> None:
    await use(ports)
    await use(ports, "embedded")
    compared = await reconcile(ports.records, {"vectors": ports.vectors}, repair=False)
    assert compared.checked().differences == 0
