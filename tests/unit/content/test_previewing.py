from importlib import resources

import pytest

from magicai.content.content_types import built_in
from magicai.content.previewing import preview
from magicai.content.template import Language
from magicai.content.text import plain
from magicai.errors import Invalid

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
    _, (claims, quality) = await preview(f"{NOTE}{BODY}It won an award in 2019.\n", {"name": "Teapot"})
    assert [claim.reason for claim in claims if "2019" in claim.text] == ["2019 is not in the input"]
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
