"""What templates may do: Jinja in a sandbox, without whatever could read, call or never end.

Checked when a template is saved: loops run over the variables' lists only, at most two deep, and nothing defines
itself. So the work of a template is bounded by the size of its variables, whoever wrote it.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, cast

import jinja2
from jinja2 import nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from magicai.content.text import one_line
from magicai.errors import Invalid

_FILTERS = frozenset(
    {"capitalize", "default", "first", "join", "last", "length", "lower", "round", "sort", "title", "trim", "upper"}
)
_OWN_FILTERS = frozenset({"listed", "count_of"})
_FUNCTIONS = frozenset({"either"})
_TESTS = frozenset({"defined", "undefined", "none", "number", "string", "boolean", "mapping", "sequence"})
_ALLOWED: tuple[type[nodes.Node], ...] = (
    *(nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Const, nodes.If, nodes.For, nodes.CondExpr),
    *(nodes.Getattr, nodes.Getitem, nodes.Filter, nodes.Test, nodes.Compare, nodes.Operand, nodes.Not, nodes.And),
    *(nodes.Or, nodes.Tuple, nodes.List, nodes.Concat, nodes.Call, nodes.Keyword, nodes.Add, nodes.Sub),
)
_DEEPEST = 2
_LONGEST_OUTPUT = 100_000
# A variable's text stands as a token until the text is split into blocks, so that it can't begin one.
OPEN, CLOSE = "\ue000", "\ue001"
TOKEN = re.compile(f"{OPEN}(\\d+){CLOSE}")


def check_body(body: str, variables: Mapping[str, Any], called: str, *, above: int = 0) -> None:
    """Check what a template's body does.

    Args:
        above: how many lines of the template stand above its body.

    Raises:
        Invalid: it can't be read, uses what is no variable, or does what a template may not; names the line.
    """
    try:
        tree = _environment().parse(body)
    except jinja2.TemplateSyntaxError as exc:
        line = above + exc.lineno
        raise Invalid(f"{called}: line {line}: {exc.message}.", way_out="Correct it.") from exc
    except RecursionError as exc:
        raise Invalid(f"{called} is nested too deeply.", way_out="Write it flatter.") from exc
    try:
        _check_nodes(tree, variables, called, above)
    except RecursionError as exc:
        raise Invalid(f"{called} is nested too deeply.", way_out="Write it flatter.") from exc


def _check_nodes(tree: nodes.Node, variables: Mapping[str, Any], called: str, above: int) -> None:
    known = {*variables, *_FUNCTIONS, *_assigned(tree)}
    for node in _all(tree):
        if what := _fault(node, known):
            line = above + node.lineno
            raise Invalid(f"{called}: line {line}: {what}.", way_out="See docs/how-to/content.md.")
    if _depth(tree) > _DEEPEST:
        raise Invalid(f"{called} has loops {_depth(tree)} deep.", way_out=f"At most {_DEEPEST} may be nested.")


def render(body: str, variables: Mapping[str, Any], *, pick: Callable[[int], int]) -> tuple[str, Sequence[str]]:
    """Render a checked body; returns the text with a token for each variable's text, and these texts.

    Args:
        pick: chooses among so many ways to say the same; 0 is the first.

    Raises:
        Invalid: a variable does not fit what the body does with it, or the text gets too long.
    """
    filling = _Filling(pick)
    filled = _FILLED.set(filling)
    texts = filling.texts
    made: list[str] = []
    length = 0
    try:
        for piece in _compiled(body).generate(dict(variables)):
            made.append(piece)
            length += len(piece)
            if length + filling.length > _LONGEST_OUTPUT:
                raise Invalid("The text gets longer than 100,000 characters.", way_out="Shorten the variables.")
    except (jinja2.TemplateError, TypeError, ValueError, ArithmeticError, RecursionError) as exc:
        what = f"The template can't be filled with these variables: {str(exc)[:200]}."
        raise Invalid(what, way_out="Correct the variables, or the template.") from exc
    finally:
        _FILLED.reset(filled)
    return "".join(made), texts


@dataclass(slots=True)
class _Filling:
    """One rendering: a compiled template is used for many, and knows none of them."""

    pick: Callable[[int], int]
    texts: list[str] = field(default_factory=list[str])
    length: int = 0


_FILLED: ContextVar[_Filling] = ContextVar("filling")


@lru_cache(maxsize=64)
def _compiled(body: str) -> jinja2.Template:
    """A body's code: compiling takes far longer than rendering, and a batch renders one body for each row."""
    environment = _environment(_token)
    environment.globals["either"] = cast("Any", _either)
    return environment.from_string(body)


def _token(value: Any) -> Any:
    if isinstance(value, jinja2.Undefined) or value is None:
        return ""
    filling = _FILLED.get()
    text = one_line(str(value))
    filling.texts.append(text)
    filling.length += len(text)
    return f"{OPEN}{len(filling.texts) - 1}{CLOSE}"


def _either(*ways: object) -> object:
    return ways[_FILLED.get().pick(len(ways))]


def _environment(finalize: Callable[[Any], Any] | None = None) -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(
        autoescape=False,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.ChainableUndefined,
        finalize=finalize,
    )
    environment.globals.clear()
    own: dict[str, Callable[..., Any]] = {"listed": _listed, "count_of": _count_of}
    filters = cast("dict[str, Any]", environment.filters)
    environment.filters = cast("Any", {name: filters[name] for name in _FILTERS} | own)
    environment.tests = {name: environment.tests[name] for name in _TESTS}
    return environment


def _listed(values: Any, word: str = "and") -> str:
    """`a, b and c`; in Chinese with its own comma, where the word is Chinese."""
    texts = [one_line(str(value)) for value in cast("Sequence[Any]", values or ())]
    if isinstance(values, str):
        return values
    comma, space = ("、", "") if not word.isascii() else (", ", " ")
    return comma.join(texts[:-1]) + (f"{space}{word}{space}" if len(texts) > 1 else "") + (texts[-1] if texts else "")


def _count_of(values: Any, one: str, many: str) -> str:
    """`1 colour`, `3 colours`."""
    count = len(values) if not isinstance(values, int) else values
    return f"{count} {one if count == 1 else many}"


def _all(tree: nodes.Node) -> Iterator[nodes.Node]:
    yield tree
    for child in tree.iter_child_nodes():
        yield from _all(child)


def _assigned(tree: nodes.Node) -> set[str]:
    names = {"loop"} if next(tree.find_all(nodes.For), None) else set[str]()
    return names | {node.name for node in tree.find_all(nodes.Name) if node.ctx == "store"}


def _fault(node: nodes.Node, known: set[str]) -> str:  # noqa: PLR0911 - one for each thing that a template may not do
    if isinstance(node, nodes.Getattr) and node.attr.startswith("_"):
        return f"reads {node.attr!r}, which a template may not"
    if isinstance(node, nodes.Getitem) and not isinstance(node.arg, nodes.Const):
        return "looks something up by a value that only a run would know"
    if isinstance(node, nodes.Call) and not (isinstance(node.node, nodes.Name) and node.node.name in _FUNCTIONS):
        return "calls something; it may call only either(...)"
    if isinstance(node, nodes.Filter) and node.name not in _FILTERS | _OWN_FILTERS:
        return f"uses the filter {node.name!r}; there are {', '.join(sorted(_FILTERS | _OWN_FILTERS))}"
    if isinstance(node, nodes.Test) and node.name not in _TESTS:
        return f"uses the test {node.name!r}; there are {', '.join(sorted(_TESTS))}"
    if isinstance(node, nodes.Name) and node.ctx == "load" and node.name not in known:
        return f"uses {node.name!r}, which is not a variable of the template"
    if isinstance(node, nodes.For) and node.recursive:
        return "has a loop that calls itself"
    if not isinstance(node, _ALLOWED):
        return f"has {type(node).__name__.lower()!r}, which a template may not"
    return ""


def _depth(node: nodes.Node) -> int:
    deepest = max(map(_depth, node.iter_child_nodes()), default=0)
    return deepest + isinstance(node, nodes.For)
