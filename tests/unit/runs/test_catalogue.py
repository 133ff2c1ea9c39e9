"""Which workflows there are, of files in rooms and in flows/ that a test lays out."""

from collections.abc import Iterator
from pathlib import Path

import pytest

import flows
import magicai
from magicai.errors import Invalid
from magicai.runs import declarations, registry


class Layout:
    """Folders beside the product's own that are searched, too."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def add(self, path: str, text: str) -> None:
        """Write a module."""
        file = self._folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        declarations.reset()


@pytest.fixture
def layout(tmp_path: Path) -> Iterator[Layout]:
    own = {tmp_path / package.__name__: package for package in (magicai, flows)}
    for folder, package in own.items():
        folder.mkdir()
        package.__path__.append(str(folder))
    yield Layout(tmp_path)
    for folder, package in own.items():
        package.__path__.remove(str(folder))
    declarations.reset()


def test_a_flow_and_a_declaration_of_one_name_are_a_workflow(layout: Layout) -> None:
    before = registry.names()
    layout.add("flows/sell_books.py", "GOAL = 1")
    layout.add("magicai/books/sell_books.py", "WORKFLOW: int = 1")
    assert registry.names() == sorted([*before, "sell-books"])


@pytest.mark.parametrize("upkeep", ["reconcile", "backup", "prune", "embed"])
def test_a_room_with_a_module_named_like_a_flow_of_upkeep_makes_no_workflow_of_it(layout: Layout, upkeep: str) -> None:
    before = registry.names()
    layout.add(f"magicai/books/{upkeep}.py", "WORKFLOW = 1")
    assert registry.names() == before


def test_a_subject_names_what_its_gateway_does_for_ever(layout: Layout) -> None:
    before = declarations.assigned("LOOPS")
    assert before
    layout.add("flows/sell_books.py", "GOAL = 1")
    layout.add("magicai/books/sell_books.py", "WORKFLOW: int = 1")
    layout.add("magicai/books/reminding.py", "LOOPS = ('remind',)")
    layout.add("magicai/upkeep/reminding.py", "LOOPS = ('of no workflow',)")
    assert sorted(declarations.assigned("LOOPS"), key=str) == sorted([*before, "remind"], key=str)


def test_a_workflow_that_two_subjects_declare_is_refused_by_name(layout: Layout) -> None:
    layout.add("flows/sell_books.py", "GOAL = 1")
    for room in ("books", "antiques"):
        layout.add(f"magicai/{room}/sell_books.py", "WORKFLOW = 1")
    with pytest.raises(Invalid, match=r"magicai/SUBJECT/sell_books\.py .* antiques, books\."):
        registry.names()


def test_a_goal_without_a_declaration_is_refused_by_name(layout: Layout) -> None:
    layout.add("flows/sell_books.py", "GOAL = 1")
    layout.add("magicai/books/sell_books.py", "# WORKFLOW = later")
    with pytest.raises(Invalid, match=r"magicai/SUBJECT/sell_books\.py .* none\."):
        registry.names()


def test_the_disk_is_searched_once(layout: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
    layout.add("flows/sell_books.py", "")
    known = registry.names()

    def no_more(*_: object) -> None:
        raise AssertionError("the disk is read again")

    for name in ("glob", "read_text"):
        monkeypatch.setattr(Path, name, no_more)
    assert [registry.known(name) is not None for name in known] == [True] * len(known)


def test_a_subjects_modules_are_apart_from_general_ones_of_the_same_name(layout: Layout) -> None:
    layout.add("flows/spell_words.py", "GOAL = 1")
    layout.add("magicai/words/spell_words.py", "WORKFLOW = 1")
    names = [module.__name__ for module in declarations.of_subjects("magicai.cli.subjects")]
    folder = Path(registry.__file__).parents[1] / "cli" / "subjects"
    assert names == sorted(f"magicai.cli.subjects.{part.stem}" for part in folder.glob("[!_]*.py"))
