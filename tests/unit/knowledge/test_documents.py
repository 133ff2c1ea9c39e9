"""Documents become passages, and what changed is all that changes."""

import hashlib
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, cast

import pytest

from integrations.search.sqlite import SqliteSearch
from integrations.vectors.chroma import ChromaVectors
from magicai.errors import Invalid, NotFound, Temporary
from magicai.knowledge.adding import Added, add_document, documents, remove_document
from magicai.knowledge.document import PASSAGE, Document
from magicai.knowledge.parsed import Block, Parsed, Place
from magicai.knowledge.passages import LONGEST, LONGEST_CHINESE, cut
from magicai.knowledge.reading import remove
from magicai.ports import EntityRecords, Records, Upload
from magicai.settings import Settings
from magicai.stores.entity import Entity
from magicai.stores.relay import drain
from magicai.values.languages import language_of

GUIDE = "# Kettle\n\n## Warranty\n\nIt has 24 months.\n\n## Care\n\nUse citric acid.\n"


class Paragraphs:
    """Reads Markdown as the product does, in this process."""

    async def parse(self, name: str, body: bytes) -> Parsed:
        from integrations.parsing.formats import parse

        return parse(name, body)


async def add(
    entities: EntityRecords,
    text: str,
    *,
    owner_id: str = "ann",
    collection: str = "default",
    source: str = "a/guide.md",
) -> Added:
    return await add_document(
        entities, Paragraphs(), owner_id=owner_id, collection=collection, source=source, body=text.encode()
    )


async def passages(records: Records, owner_id: str = "ann") -> dict[str, tuple[str, str, int]]:
    page = await records.entities.listed(owner_id, PASSAGE)
    return {
        one.entity_id: (one.entity.title, one.entity.text, one.version) for one in page.items if one.entity is not None
    }


async def test_a_document_is_kept_as_passages_under_their_headings(records: Records) -> None:
    added = await add(records.entities, GUIDE)
    assert (added.state, added.title, added.passages, added.new) == ("added", "Kettle", 2, 2)
    assert {(title, text) for title, text, _ in (await passages(records)).values()} == {
        ("Kettle › Warranty", "It has 24 months."),
        ("Kettle › Care", "Use citric acid."),
    }
    assert [document.source async for document in documents(records.entities, owner_id="ann")] == ["a/guide.md"]
    assert [document async for document in documents(records.entities, owner_id="bob")] == []
    assert [document async for document in documents(records.entities, owner_id="ann", collections=["other"])] == []


async def test_adding_it_again_changes_only_what_changed(records: Records) -> None:
    await add(records.entities, GUIDE)
    before = await passages(records)
    assert (await add(records.entities, GUIDE)).state == "unchanged"
    changed = await add(records.entities, GUIDE.replace("24 months", "36 months"))
    assert (changed.state, changed.new, changed.removed) == ("changed", 1, 1)
    after = await passages(records)
    assert before.items() & after.items() == {item for item in before.items() if "citric" in item[1][1]}
    assert len(after) == 2


class Counting:
    """An embedder that counts, and vectors that nobody asks for."""

    name, dimension = "counting", 2

    def __init__(self) -> None:
        self.texts: list[str] = []

    async def embed(self, texts: Sequence[str], *, as_queries: bool = False) -> Any:
        del as_queries
        import numpy as np

        self.texts += texts
        return np.ones((len(texts), self.dimension), dtype=np.float32)


async def test_adding_it_again_embeds_only_what_it_says_otherwise(
    records: Records, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    async def nothing(_vectors: ChromaVectors, _what: str, **_asked: Any) -> None: ...

    monkeypatch.setattr(ChromaVectors, "_ask", nothing)
    embedder = Counting()
    vectors = ChromaVectors(Settings(home=tmp_path), embedder)

    async def embedded(text: str) -> list[str]:
        embedder.texts.clear()
        await add(records.entities, text)
        await drain(records, {"vectors": vectors}, limit_s=30)
        return sorted(embedder.texts)

    assert len(await embedded(GUIDE)) == 2
    assert await embedded(GUIDE) == []
    # Whether it is below a new section, or above: what says the same under the same headings is the same.
    longer = GUIDE.replace("## Warranty", "## Lids\n\nThere are two.\n\n## Warranty")
    assert await embedded(longer) == ["Kettle › Lids\nThere are two."]
    changed = longer.replace("24 months", "36 months")
    assert await embedded(changed) == ["Kettle › Warranty\nIt has 36 months."]
    # Headings are embedded with what they stand above.
    assert await embedded(changed.replace("## Care", "## Cleaning")) == ["Kettle › Cleaning\nUse citric acid."]
    await vectors.close()


async def test_a_document_that_can_no_longer_be_read_leaves_what_was_there(records: Records) -> None:
    await add(records.entities, GUIDE)
    with pytest.raises(Invalid):
        await add(records.entities, "")
    assert len(await passages(records)) == 2


class DiesAt:
    """Records whose process ends before or after their call number `at` that writes."""

    def __init__(self, entities: EntityRecords, at: int, *, written: bool) -> None:
        self._entities, self._at, self._written = entities, at, written
        self.calls = 0

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._entities, name)

        async def write(*args: Any, **kwargs: Any) -> Any:
            self.calls += 1
            if self.calls == self._at and not self._written:
                raise KeyboardInterrupt
            answer = await method(*args, **kwargs)
            if self.calls == self._at:
                raise KeyboardInterrupt
            return answer

        return write if name in ("save", "replace", "delete") else method


async def state(records: Records) -> tuple[dict[str, str], list[Document]]:
    """What is there, but for what may differ: versions and times."""
    kept = {key: text for key, (_, text, _) in (await passages(records)).items()}
    there = [one.model_copy(update={"added_at": 0}) async for one in documents(records.entities, owner_id="ann")]
    return kept, there


@pytest.mark.parametrize("written", [False, True])
async def test_a_document_that_is_taken_up_after_a_kill_counts_as_what_it_was(
    records: Records, monkeypatch: pytest.MonkeyPatch, *, written: bool
) -> None:
    """A fresh collection was reported as "298 added, 2 changed"."""
    monkeypatch.setattr("magicai.knowledge.adding._AT_A_TIME", 1)
    for text, state_ in ((GUIDE, "added"), (GUIDE.replace("24 months", "36 months"), "changed")):
        for at in (1, 2):
            with suppress(KeyboardInterrupt):
                await add(cast("EntityRecords", DiesAt(records.entities, at, written=written)), text)
        assert (await add(records.entities, text)).state == state_


@pytest.mark.parametrize("written", [False, True])
@pytest.mark.parametrize("act", ["add", "change", "remove", "remove_and_add"])
async def test_nothing_is_lost_or_doubled_wherever_it_was_cut(
    records: Records, monkeypatch: pytest.MonkeyPatch, act: str, *, written: bool
) -> None:
    monkeypatch.setattr("magicai.knowledge.adding._AT_A_TIME", 1)
    later = GUIDE.replace("24 months", "36 months")
    document_id = (await add(records.entities, GUIDE)).document_id

    async def begin() -> None:
        if act == "add":
            with suppress(NotFound):
                await remove_document(records.entities, document_id, owner_id="ann")
        else:
            await add(records.entities, GUIDE)

    async def do(entities: EntityRecords) -> None:
        if act in ("add", "change"):
            await add(entities, later)
        else:
            await remove_document(entities, document_id, owner_id="ann")

    async def do_again() -> None:
        if act == "remove_and_add":
            await add(records.entities, GUIDE)
        else:
            with suppress(NotFound):
                await do(records.entities)

    await begin()
    await do(records.entities)
    if act == "remove_and_add":
        await add(records.entities, GUIDE)
    wanted = await state(records)
    at = 0
    while True:
        at += 1
        await begin()
        dying = DiesAt(records.entities, at, written=written)
        try:
            await do(cast("EntityRecords", dying))
        except KeyboardInterrupt:
            await do_again()
            assert await state(records) == wanted
            continue
        assert dying.calls < at
        break
    assert at > 3


async def test_of_two_who_change_a_document_at_once_one_tries_again_and_nothing_stays_behind(records: Records) -> None:
    await add(records.entities, GUIDE)
    later, other = (GUIDE.replace("24 months", f"{months} months") for months in (36, 48))

    class Overtaken:
        """Is overtaken once it has begun."""

        def __getattr__(self, name: str) -> Any:
            return getattr(records.entities, name)

        async def save(self, entities: Sequence[Entity]) -> None:
            await add(records.entities, other)
            await records.entities.save(entities)

    with pytest.raises(Temporary, match="is being changed by somebody else"):
        await add(cast("EntityRecords", Overtaken()), later)
    await add(records.entities, later)
    assert {text for _, text, _ in (await passages(records)).values()} == {"It has 36 months.", "Use citric acid."}


async def test_removing_takes_all_passages_along_and_only_ones_own(records: Records) -> None:
    added = await add(records.entities, GUIDE)
    theirs = await add(records.entities, GUIDE, owner_id="bob")
    with pytest.raises(NotFound):
        await remove_document(records.entities, theirs.document_id, owner_id="ann")
    await remove_document(records.entities, added.document_id, owner_id="ann")
    assert await passages(records) == {}
    assert len(await passages(records, "bob")) == 2
    with pytest.raises(NotFound):
        await remove_document(records.entities, added.document_id, owner_id="ann")


async def test_what_is_removed_or_changed_is_gone_from_the_stores_that_show_it(
    records: Records, tmp_path: Path
) -> None:
    search = SqliteSearch(tmp_path / "search.sqlite3")
    added = await add(records.entities, GUIDE)
    await drain(records, {"search": search}, limit_s=30)
    assert len(await search.held()) == 2
    assert await search.search("24 months", owner_id="ann") != []
    await add(records.entities, GUIDE.replace("24 months", "36 months"))
    await drain(records, {"search": search}, limit_s=30)
    assert await search.search("24", owner_id="ann") == []
    assert len(await search.held()) == 2
    await remove_document(records.entities, added.document_id, owner_id="ann")
    await drain(records, {"search": search}, limit_s=30)
    assert await search.held() == []
    # Vectors are told of the same; graph and cache have never shown documents.
    assert {one.entity for one in await records.entities.all("vectors")} == {None}
    assert [await records.entities.all(store) for store in ("graph", "cache")] == [[], []]
    await search.close()


def test_long_texts_are_cut_between_sentences_and_short_ones_joined() -> None:
    english, chinese = "One more sentence is here. " * 100, "这里又有一句话。" * 100
    for text, longest in ((english, LONGEST), (chinese, LONGEST_CHINESE)):
        pieces = cut(Parsed(kind="text", title="", blocks=(Block(text=text.strip()),)), title="t")
        assert all(len(piece.text) <= longest and piece.text[-1] in ".。" for piece in pieces)
        assert "".join("".join(piece.text for piece in pieces).split()) == "".join(text.split())
    lines = tuple(Block(text=f"Line {number}.") for number in range(5))
    assert [piece.text.count("\n") for piece in cut(Parsed(kind="text", title="", blocks=lines), title="t")] == [4]


def test_a_passage_stays_on_its_page_and_a_question_stays_with_its_answer() -> None:
    blocks = (
        Block(text="One.", place=Place(page=1)),
        Block(text="Two.", place=Place(page=2)),
        Block(text="Yes.", title="May I?", whole=True),
    )
    pieces = cut(Parsed(kind="pdf", title="Book", blocks=blocks), title="t")
    assert [(piece.title, piece.text, piece.place.page) for piece in pieces] == [
        ("Book", "One.", 1),
        ("Book", "Two.", 2),
        ("Book › May I?", "Yes.", None),
    ]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The kettle is made of steel and holds one litre.", "en"),
        ("这把水壶的容量是一升，材质为 steel。", "zh"),
        ("この水筒はステンレスでできています。", "ja"),
        ("Der Kessel ist aus Stahl und hat eine Garantie.", "de"),
        ("EK-1200", ""),
        ("💥", ""),
        ("", ""),
    ],
)
def test_the_language_is_told(text: str, language: str) -> None:
    assert language_of(text) == language


async def test_removing_forgets_the_files_of_all_versions_that_were_handed_in(records: Any) -> None:
    for file_id, text in (("f1", GUIDE), ("f2", GUIDE + "\nMore.\n"), ("f3", "of something else")):
        digest = hashlib.sha256(text.encode()).hexdigest()
        await records.uploads.add(Upload(file_id, "ann", "guide.md", digest, len(text), (digest,), created_at=0))
    await add(records.entities, GUIDE)
    added = await add(records.entities, GUIDE + "\nMore.\n")
    await remove(records, added.document_id, user_id="ann")
    for file_id in ("f1", "f2"):
        with pytest.raises(NotFound):
            await records.uploads.get(file_id, owner_id="ann")
    assert (await records.uploads.get("f3", owner_id="ann")).name == "guide.md"
