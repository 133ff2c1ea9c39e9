import socket
from importlib import resources
from typing import Any

import pytest
from referencing.exceptions import Unresolvable

from magicai.content.content_types import built_in
from magicai.content.previewing import preview
from magicai.content.template import Language
from magicai.content.text import plain
from magicai.content.variable_schema import validator_of
from magicai.errors import Invalid
from magicai.messages import say

NOTE = (
    "---\nname: note\nlanguage: en\ntitle: Note\nvariables: {name: {type: string}}\nrequired: [name]\n"
    "length: {unit: words, min: 1, max: 20}\n"
)
EXAMPLE = "examples:\n  - variables: {name: Kettle}\n    text: Kettle is here.\n"
BODY = "---\n{{ name }} is here.\n"


async def test_a_template_is_shown_with_its_own_example() -> None:
    blocks, (claims, quality) = await preview(f"{NOTE}{EXAMPLE}{BODY}", {})
    assert plain(blocks) == "Kettle is here."
    assert all(claim.source for claim in claims)
    assert quality.score > 0.9


async def test_a_template_is_shown_with_variables_that_are_given() -> None:
    blocks, _ = await preview(f"{NOTE}{EXAMPLE}{BODY}", {"name": "Teapot"})
    assert plain(blocks) == "Teapot is here."


async def test_a_template_without_an_example_is_shown_with_its_variables_titles() -> None:
    blocks, _ = await preview(f"{NOTE}{BODY}", {})
    assert plain(blocks) == "name is here."


@pytest.mark.parametrize("key", sorted(built_in()))
async def test_every_template_that_comes_along_is_shown(key: tuple[str, Language]) -> None:
    name, language = key
    source = resources.files("magicai.content.templates") / f"{name}.{language}.md"
    blocks, _ = await preview(source.read_text(encoding="utf-8"), {})
    assert blocks


async def test_what_a_template_says_without_a_source_is_shown_so() -> None:
    _, (claims, quality) = await preview(f"{NOTE}{BODY}It won an award on 3 May 2019.\n", {"name": "Teapot"})
    assert [claim.message for claim in claims if "2019" in claim.text] == [say("not_in_record", claim="2019-05-03")]
    assert quality.score <= 0.5


@pytest.mark.parametrize(
    ("source", "variables", "said"),
    [
        (f"{NOTE}{BODY}", {"size": 3}, "has no variable 'size'"),
        ("Hello", {}, "no front matter"),
        (f"{NOTE}---\n{{{{ name.upper() }}}}", {"name": "x"}, "calls something"),
    ],
)
async def test_what_can_t_be_shown_is_refused_with_what_is_wrong(
    source: str, variables: dict[str, object], said: str
) -> None:
    with pytest.raises(Invalid, match=said):
        await preview(source, variables)


@pytest.mark.parametrize(
    "schema",
    [
        "dependentSchemas: {properties: {$ref: ADDRESS}}",
        "$ref: ADDRESS",
        "$defs: {b: {$ref: ADDRESS}}",
        "items: {$dynamicRef: ADDRESS}",
        '$ref: "#"',
    ],
)
async def test_a_preview_reaches_no_address(schema: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0)
        address = f"http://127.0.0.1:{server.getsockname()[1]}/"
        source = NOTE.replace("name: {type: string}", f"name: {{{schema.replace('ADDRESS', address)}}}") + BODY
        with pytest.raises(Invalid, match="which it may not"):
            await preview(source, {"name": {"name": "a"}})
        with pytest.raises(BlockingIOError):  # nobody has connected
            server.accept()


def test_a_validator_retrieves_nothing() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0)
        validator: Any = validator_of({"$ref": f"http://127.0.0.1:{server.getsockname()[1]}/"})
        with pytest.raises(Unresolvable):
            validator.validate("a")
        with pytest.raises(BlockingIOError):
            server.accept()


async def test_a_list_is_shown_with_as_many_items_as_it_must_have() -> None:
    source = NOTE.replace("name: {type: string}", "name: {type: array, minItems: 3}")
    blocks, _ = await preview(f"{source}---\n{{{{ name | length }}}} items.\n", {})
    assert plain(blocks) == "3 items."
