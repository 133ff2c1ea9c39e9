"""Characters that are not what they seem are noted, with what to do; ordinary text in any script is left."""

import pytest

from magicai.publishing.checks import characters
from magicai.publishing.checks.context import Context
from magicai.publishing.checks.manuscript import manuscript
from magicai.publishing.piece import Piece
from tests.unit.publishing.checks.running_checks import look

SEEMING = (
    "invoice\u202efdp.exe",
    "pass\u200bword",
    "hello\U000e0041\U000e0042",
    "bell\x07",
    "apron\u200fs",  # a mark of direction, and no letter that goes that way
    "apron\u061cs",
    "sale\ufe01\ufe02\ufe03\ufe04",  # a message in variation selectors
    "рaypal.com",  # Cyrillic er
)
HARMLESS = (
    "👩‍👩‍👧 family, ❤️ love, می‌خواهم, שלום",
    "❤️‍🔥 3️⃣ ✔️ ©️ 👨🏽‍🌾 ℹ️ ↔️ 葛󠄀".replace("󠄀", "\ufe00"),
    "Москва and Αθήνα in one text",
)


@pytest.mark.parametrize("text", SEEMING)
def test_what_is_not_what_it_seems_is_noted(text: str) -> None:
    assert {one.severity for one in look(characters.find, text)} == {"note"}


@pytest.mark.parametrize("text", HARMLESS)
def test_ordinary_text_is_left(text: str) -> None:
    assert look(characters.find, text) == []


@pytest.mark.parametrize("field", ["title", "text", "summary", "tags", "link", "media.0.alt"])
def test_what_turns_the_direction_is_found_in_every_field(field: str) -> None:
    for one in "\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069":
        piece = Piece(fields={field: f"see invoice{one}fdp.exe"})
        found = list(characters.find(manuscript(piece), Context()))
        assert [(each.rule, each.place.field) for each in found] == [("characters.direction", field)]


def test_unseen_characters_are_removed_by_their_suggestion() -> None:
    (found,) = look(characters.find, "pass\u200bword")
    assert (found.text, found.suggestion) == ("\u200b", "")


def test_a_look_alike_is_written_in_latin_letters() -> None:
    (found,) = look(characters.find, "Buy at Аcmе today")  # Cyrillic A and e
    assert found.suggestion == "Acme"
