"""Documents become passages, and what changed is all that changes."""

import pytest

from magicai.errors import Invalid, NotFound
from magicai.knowledge.adding import Added, add_document, documents, remove_document
from magicai.knowledge.document import PASSAGE
from magicai.knowledge.parsed import Block, Parsed, Place
from magicai.knowledge.passages import LONGEST, LONGEST_CHINESE, cut
from magicai.ports import EntityRecords, Records
from magicai.values.languages import language_of

GUIDE = "# Kettle\n\n## Warranty\n\nIt has 24 months.\n\n## Care\n\nUse citric acid.\n"


class Paragraphs:
    """Reads Markdown as the product does, in this process."""

    async def parse(self, name: str, body: bytes) -> Parsed:
        from integrations.parsing.formats import parse

        return parse(name, body)


async def add(entities: EntityRecords, text: str, *, owner_id: str = "ann", collection: str = "default") -> Added:
    return await add_document(
        entities, Paragraphs(), owner_id=owner_id, collection=collection, source="a/guide.md", body=text.encode()
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
    assert [one.source async for one in documents(records.entities, owner_id="ann")] == ["a/guide.md"]
    assert [one async for one in documents(records.entities, owner_id="bob")] == []
    assert [one async for one in documents(records.entities, owner_id="ann", collections=["other"])] == []


async def test_adding_it_again_changes_only_what_changed(records: Records) -> None:
    await add(records.entities, GUIDE)
    before = await passages(records)
    assert (await add(records.entities, GUIDE)).state == "unchanged"
    changed = await add(records.entities, GUIDE.replace("24 months", "36 months"))
    assert (changed.state, changed.new, changed.removed) == ("changed", 1, 1)
    after = await passages(records)
    assert before.items() & after.items() == {item for item in before.items() if "citric" in item[1][1]}
    assert len(after) == 2


async def test_a_document_that_can_no_longer_be_read_leaves_what_was_there(records: Records) -> None:
    await add(records.entities, GUIDE)
    with pytest.raises(Invalid):
        await add(records.entities, "")
    assert len(await passages(records)) == 2


async def test_whoever_was_cut_in_the_midst_is_mended_by_adding_it_again(records: Records) -> None:
    await add(records.entities, GUIDE)
    before = await passages(records)

    class Cut:
        """Dies before anything is deleted."""

        def __getattr__(self, name: str) -> object:
            if name == "delete":
                raise KeyboardInterrupt
            return getattr(records.entities, name)

    later = GUIDE.replace("24 months", "36 months")
    with pytest.raises(KeyboardInterrupt):
        await add(Cut(), later)  # pyright: ignore[reportArgumentType]
    assert len(await passages(records)) == 3
    assert (await add(records.entities, later)).state == "changed"
    after = await passages(records)
    assert len(after) == 2
    assert not after.keys() & {key for key, (_, text, _) in before.items() if "24" in text}


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
