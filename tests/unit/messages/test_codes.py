"""What code says by a code stands in a table, with the same parameters, once, in both languages."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from magicai.messages import TABLES, Surface, table
from tests.unit.messages.calls import FOLDERS, beginnings, calls, modules, texts

_CODE = re.compile(r"[a-z][a-z0-9_]+")
_PLACE = re.compile(r"\{(\w+)\}")
_SURFACES = ("en", "zh", *(surface.value for surface in Surface if surface is not Surface.CLI))
# What only a terminal says: commands, assistants, and what is done to an installation while nobody has its page.
_TERMINAL = ("magicai/cli/", "magicai/mcp/", "deployments/", "magicai/stores/", "integrations/archive/")
# What names a code elsewhere: a variable, an attribute, a choice, the message of another error.
_COMPUTED = (ast.Name, ast.Attribute, ast.Subscript, ast.IfExp, ast.Call)
CALLS = list(calls())


def _words(entry: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for surface in _SURFACES:
        words = entry.get(surface, ())
        for text in (words,) if isinstance(words, str) else words.values() if words else ():
            yield surface, text


def _places(entry: Mapping[str, Any]) -> set[str]:
    counted = {"n"} if any(isinstance(entry.get(surface), dict) for surface in _SURFACES) else set[str]()
    return counted | {str(name) for _, text in _words(entry) for name in _PLACE.findall(text)}


def test_no_code_stands_in_two_tables() -> None:
    held = [
        code for path in TABLES.glob("*.json") for code in re.findall(r'^  "(\w+)": \{', path.read_text(), re.MULTILINE)
    ]
    assert sorted(held) == sorted(set(held))
    assert set(held) == set(table())


def test_every_code_that_is_used_stands_in_a_table() -> None:
    unknown = [f"{call.place}: {call.code}" for call in CALLS if call.code is not None and call.code not in table()]
    assert unknown == []


def test_no_error_is_made_of_prose() -> None:
    prose = [call.place for call in CALLS if call.is_error and not isinstance(call.first, _COMPUTED) and not call.code]
    assert prose == [], "give it a code: magicai/messages"


def test_no_entry_is_unused() -> None:
    ways = {entry["way_out"] for entry in table().values() if "way_out" in entry}
    unused = table().keys() - texts().keys() - ways
    assert sorted(code for code in unused if not code.startswith(beginnings())) == []


def test_every_way_out_stands_in_a_table() -> None:
    ways = {entry["way_out"] for entry in table().values() if "way_out" in entry}
    ways |= {call.way for call in CALLS if call.way}
    assert sorted(ways - table().keys()) == []


def test_a_use_gives_what_its_words_hold_and_nothing_else() -> None:
    wrong: list[str] = []
    for call in CALLS:
        entry = table().get(call.code or "")
        if entry is None or call.params is None:
            continue
        way = entry.get("way_out") if call.way is None else call.way
        wanted = frozenset(_places(entry) | (_places(table()[way]) if way else set[str]()))
        if call.params != wanted:
            wrong.append(f"{call.place}: {call.code} takes {sorted(wanted)}, not {sorted(call.params)}")
    assert wrong == []


def test_words_of_all_languages_and_surfaces_hold_the_same() -> None:
    wrong: list[str] = []
    for code, entry in table().items():
        held = defaultdict[str, set[str]](set)
        for surface, text in _words(entry):
            held[surface] |= set(_PLACE.findall(text)) - {"n"}
        if "zh" in held and held["zh"] != held.get("page", held["en"]):
            wrong.append(f"{code}: zh")
        if any(not places <= held["en"] for places in held.values()):
            wrong.append(f"{code}: places that the English does not have")
    assert wrong == []


def test_no_two_codes_say_the_same() -> None:
    said = defaultdict[str, list[str]](list)
    for code, entry in table().items():
        text = _PLACE.sub("{}", " ".join(text for surface, text in _words(entry) if surface == "en"))
        if re.search("[a-z]", text):
            said[text.casefold().replace("'", "").rstrip(".")].append(code)
    assert [codes for codes in said.values() if len(codes) > 1] == []


def test_what_the_page_may_show_has_chinese() -> None:
    saying = defaultdict[str, set[str]](set)
    for code, entry in table().items():
        if entry.get("zh"):
            continue
        saying[code] |= texts().get(code, frozenset())
        for other, mentioned in table().items():
            if mentioned.get("way_out") == code:
                saying[code] |= texts().get(other, frozenset())
    shown = [code for code, places in saying.items() if not all(place.startswith(_TERMINAL) for place in places)]
    assert shown == []


def _told(entry: Mapping[str, Any], surface: Surface) -> str:
    """What is said there, apart from what is the operator's."""
    return "" if entry.get("operator") else str(entry.get(surface, entry["en"])).partition("or the operator: ")[0]


def test_nobody_is_told_to_do_what_can_not_be_done_there() -> None:
    terminal = r"\b(?:magicai [a-z][a-z-]*|python3 start\.py [a-z]+)\b|(?<![\w-])--[a-z]"
    elsewhere = {
        Surface.API: re.compile(terminal),
        Surface.ASSISTANT: re.compile(terminal),
        Surface.PAGE: re.compile(rf"{terminal}|\b(?:GET|POST|PUT|PATCH|DELETE) /"),
    }
    said = [
        f"{code} ({surface})"
        for code, entry in table().items()
        for surface, wrong in elsewhere.items()
        if entry.get("zh") and wrong.search(_told(entry, surface))
    ]
    assert said == [], "give it words of that surface, or mark it as the operator's"


def test_every_module_is_looked_at() -> None:
    assert {path.parts[0] for path, _ in modules()} == set(FOLDERS)
    assert len(CALLS) > len(table()) / 2
