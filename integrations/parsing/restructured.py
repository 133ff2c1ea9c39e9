"""reStructuredText by docutils: sections, paragraphs, lists, the rows of tables; includes and raw markup are off.

Directives and roles that docutils does not know, such as Sphinx's, are read as what they hold: a document is read
without the project that it belongs to.
"""

import re
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any

from integrations.parsing.navigation import Inline, is_contents
from integrations.parsing.outline import Outline
from integrations.parsing.tables import rows_of, spread
from integrations.parsing.text import decoded
from magicai.errors import Invalid
from magicai.knowledge.parsed import Block

core: Any = import_module("docutils.core")  # docutils brings no types
frontend: Any = import_module("docutils.frontend")
nodes: Any = import_module("docutils.nodes")
utils: Any = import_module("docutils.utils")
rst: Any = import_module("docutils.parsers.rst")
directives: Any = import_module("docutils.parsers.rst.directives")
roles: Any = import_module("docutils.parsers.rst.roles")
english: Any = import_module("docutils.parsers.rst.languages.en")

_DIRECTIVE = re.compile(
    r"^[ \t]*\.\.[ \t]+(?:\|[^|\n]{1,100}\|[ \t]+)?([A-Za-z][\w:.+-]{0,60}?)[ \t]?::(?:[ \t]|$)", re.MULTILINE
)
_ROLE = re.compile(r":([A-Za-z][\w:.+-]{0,60}?):`|`:([A-Za-z][\w:.+-]{0,60}?):")
_TITLED = re.compile(r"(?s)(.+?)\s*<[^<>]+>$")
# Sphinx's table of contents and entries of its index: where other pages are, and not what this one says.
_LEADS = frozenset({"toctree", "index"})
# Above every level of docutils' messages: what is wrong in a document is for its author.
_QUIET = 5
_SETTINGS = {
    "file_insertion_enabled": False,
    "raw_enabled": False,
    "_disable_config": True,
    "report_level": _QUIET,
    "halt_level": _QUIET,
    "doctitle_xform": False,
    "docinfo_xform": False,
    "smart_quotes": False,
    "syntax_highlight": "none",
    "input_encoding": "unicode",
}
_PARAGRAPHS = (nodes.paragraph, nodes.caption, nodes.rubric, nodes.attribution, nodes.line)
_LISTS = (nodes.bullet_list, nodes.enumerated_list)
_TERMS = (nodes.definition_list, nodes.field_list, nodes.option_list)
_CODE = (nodes.literal_block, nodes.doctest_block, nodes.math_block)
_SILENT = (nodes.Invisible, nodes.system_message, nodes.Inline, nodes.Text, nodes.image, nodes.raw)


class _AnyOption(dict[str, Callable[[str | None], str]]):
    """Options of whatever name."""

    def __missing__(self, name: str) -> Callable[[str | None], str]:
        return lambda given: given or ""


class _Holding(rst.Directive):
    """A directive that is unknown: what it holds, under what stands behind its name."""

    optional_arguments = 1
    final_argument_whitespace = True
    has_content = True
    option_spec = _AnyOption({"class": lambda given: given or ""})

    def run(self) -> list[Any]:
        """Its nodes."""
        if self.name.lower() in _LEADS:
            return []
        said: str = self.arguments[0] if self.arguments else ""
        made: list[Any] = []
        # `py:function:: get(url)` states a signature, and `versionchanged:: 3.2 Text` a text; `highlight:: python` is
        # for whoever sets the page.
        if said and (self.content or ":" in self.name or len(said.split()) > 1):
            parsed, _ = self.state.inline_text(said, self.lineno)
            made.append(nodes.paragraph(said, "", *parsed))
        holder = nodes.container()
        self.state.nested_parse(self.content, self.content_offset, holder)
        return [*made, *holder.children]


def read(body: bytes) -> tuple[str, tuple[Block, ...]]:
    """Title and blocks; a lone first section is the title."""
    text = decoded(body).replace("\0", "")
    _learn(text)
    try:
        tree = core.publish_doctree(text, settings_overrides=_SETTINGS)
    except (utils.SystemMessage, ValueError, KeyError, IndexError, AttributeError, AssertionError) as exc:
        raise Invalid("document_damaged", reason=f"{exc!s:.200}") from exc
    outline = Outline()
    _add(outline, _shown(tree.children), 1)
    first = [block for block in outline.blocks if block.level == 1]
    return (first[0].text if len(first) == 1 else ""), outline.page()


def _shown(children: Sequence[Any]) -> Sequence[Any]:
    """What a page shows: fields before any other markup are for Sphinx.

    Source: Sphinx, "File-wide metadata".
    """
    first = next((at for at, node in enumerate(children) if not isinstance(node, nodes.Invisible)), 0)
    return children[first + 1 :] if children and isinstance(children[first], nodes.field_list) else children


def _learn(text: str) -> None:
    """Make known what a document names and docutils doesn't know: directives, their options, roles."""
    nowhere = utils.new_document("", settings=_defaults())
    for name in {one.lower() for one in _DIRECTIVE.findall(text)}:
        found, _ = directives.directive(name, english, nowhere)
        if found is None:
            directives.register_directive(name, _Holding)
        elif isinstance(found, type) and not isinstance(known := getattr(found, "option_spec", None), _AnyOption):
            options = _AnyOption({"class": directives.class_option, **(known or {})})
            directives.register_directive(name, type(found.__name__, (found,), {"option_spec": options}))
    for name in {(before or after).lower() for before, after in _ROLE.findall(text)}:
        if roles.role(name, english, 0, nowhere.reporter)[0] is None:
            roles.register_local_role(name, _said)


def _defaults() -> Any:
    settings = frontend.get_default_settings(rst.Parser)
    settings.report_level, settings.halt_level = _QUIET, _QUIET
    return settings


def _said(
    _role: str, raw: str, text: str, _line: int, _inliner: Any, _options: Any = None, _content: Any = None
) -> tuple[list[Any], list[Any]]:
    """A role that is unknown: its title where it has one, else what it names."""
    plain: str = utils.unescape(text)
    titled = _TITLED.match(plain)
    return [nodes.inline(raw, titled[1] if titled else plain.lstrip("~!"))], []


def _add(outline: Outline, children: Sequence[Any], level: int) -> None:
    """Add what nodes say; what is only for whoever sets the page says nothing."""
    for node in children:
        if isinstance(node, nodes.section):
            _add(outline, node.children, level + 1)
        elif isinstance(node, nodes.title | nodes.subtitle):
            outline.heading(" ".join(node.astext().split()), max(1, level - 1))
        elif isinstance(node, _PARAGRAPHS):
            _add_paragraph(outline, node)
        elif isinstance(node, _LISTS):
            _add_list(outline, node, level)
        elif isinstance(node, _TERMS):
            _add_terms(outline, node, level)
        elif isinstance(node, _CODE):
            outline.code(node.astext())
        elif isinstance(node, nodes.table):
            _add_table(outline, node)
        elif not isinstance(node, _SILENT) and "contents" not in node["classes"]:
            _add(outline, node.children, level)


def _add_paragraph(outline: Outline, node: Any) -> None:
    inline = _inline(node)
    text = " ".join(inline.text.split())
    if inline.leads_elsewhere:
        outline.links(text)
    else:
        outline.paragraph(text)


def _add_list(outline: Outline, node: Any, level: int) -> None:
    numbered = isinstance(node, nodes.enumerated_list)
    made: list[tuple[str, Sequence[Block]]] = []
    for number, item in enumerate(node.children, node.get("start", 1)):
        contents = outline.contents()
        _add(contents, item.children, level)
        made.append((f"{number}. " if numbered else "- ", contents.blocks))
    outline.items(made, within_page=is_contents([_inline(item) for item in node.children]))


def _add_terms(outline: Outline, node: Any, level: int) -> None:
    """Add terms with what is said of each, options of commands and fields among them."""
    made: list[tuple[str, Sequence[Block]]] = []
    for item in node.children:
        said = item.children[-1]
        named = ", ".join(" ".join(child.astext().split()) for child in item.children[:-1])
        contents = outline.contents()
        if isinstance(said, nodes.definition | nodes.field_body | nodes.description):
            _add(contents, said.children, level)
        made.append((f"{named}: ", contents.blocks or [Block(text="", lead=contents.lead, item=True)]))
    outline.items(made)


def _add_table(outline: Outline, table: Any) -> None:
    rows: list[list[tuple[str, int, int]]] = []
    headed = False
    for node in table.findall(nodes.row):
        rows.append([_cell(entry) for entry in node.children])
        headed |= isinstance(node.parent, nodes.thead)
    for title in table.findall(nodes.title):
        outline.paragraph(title.astext())
    outline.rows(rows_of(spread(rows), headed=headed))


def _cell(entry: Any) -> tuple[str, int, int]:
    """What a cell says, and over how many columns and rows."""
    text = " ".join(child.astext() for child in entry.children)
    return text, entry.get("morecols", 0) + 1, entry.get("morerows", 0) + 1


def _inline(node: Any) -> Inline:
    links = list(node.findall(nodes.reference))
    text: str = node.astext()
    outside = text
    for link in links:
        outside = outside.replace(link.astext(), "", 1)
    targets = [f"#{link['refid']}" if "refid" in link else str(link.get("refuri", "")) for link in links]
    return Inline(text, outside, targets)
