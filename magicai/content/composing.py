"""What code alone can change of a text without making it less true: leave sentences out."""

from magicai.claims.reading import sentences
from magicai.content.brief import Brief
from magicai.content.facts_stated import missing_facts
from magicai.content.mending import without
from magicai.content.text import BREAK, Blocks, plain
from magicai.errors import Invalid

_SHORTER = 0.75
_MODEL = "A language model can. To list models, and how to get one: magicai models"


def shortened(text: Blocks, brief: Brief) -> tuple[Blocks, tuple[str, ...]]:
    """The text without the sentences that state nothing it must, the last ones first; and those sentences.

    Raises:
        Invalid: none can be left out.
    """
    language = brief.template.language
    enough = _SHORTER * len(plain(text))
    must = len(missing_facts(plain(text), brief))
    keywords = [str(brief.variables[name]).casefold() for name in brief.template.keywords if name in brief.variables]
    left_out: list[tuple[int, int]] = []
    dropped: list[str] = []
    for start, end, said in reversed(_places(text, language)):
        made = without(text, [*left_out, (start, end)], language)
        now, before = plain(made), plain(without(text, left_out, language))
        loses = [word for word in keywords if word in before.casefold() and word not in now.casefold()]
        if not made or loses or len(missing_facts(now, brief)) > must:
            continue
        left_out.append((start, end))
        dropped.append(said)
        if len(now) <= enough:
            break
    if not left_out:
        raise Invalid("Every sentence of the text states something that it must.", way_out=_MODEL)
    return without(text, left_out, language), tuple(reversed(dropped))


def _places(text: Blocks, language: str) -> list[tuple[int, int, str]]:
    """The sentences of a text, by where they stand in the plain text; headings are none."""
    found: list[tuple[int, int, str]] = []
    at = 0
    for block in text:
        if block.kind != "heading":
            said = sentences(block.text, "zh" if language == "zh" else "en")
            found += [(at + one.start, at + one.end, one.text) for one in said]
        at += len(block.text) + len(BREAK)
    return found
