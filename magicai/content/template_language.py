"""What templates may do: Jinja in a sandbox, without whatever could read, call or never end.

Checked when a template is saved: loops run over names only, at most two deep, nothing defines itself, and only data is
read. Counted while it renders: the turns of its loops, each with the size of what it repeats, and the characters of all
texts that it makes. So neither its time nor its memory grow beyond a limit, whoever wrote it.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import lru_cache, wraps
from typing import Any, cast

import jinja2
from jinja2 import nodes
from jinja2.exceptions import SecurityError
from jinja2.filters import FILTERS
from jinja2.runtime import LoopContext
from jinja2.sandbox import ImmutableSandboxedEnvironment

from magicai.content.text import one_line
from magicai.errors import Invalid
from magicai.messages import Message, say
from magicai.messages.validation import InvalidValue

_FILTERS = frozenset(
    {"capitalize", "default", "first", "join", "last", "length", "lower", "round", "sort", "title", "trim", "upper"}
)
_OWN_FILTERS = frozenset({"listed", "count_of"})
# Templates of earlier versions chose among ways to say the same; the first is written.
_FUNCTIONS = frozenset({"either"})
_TESTS = frozenset({"defined", "undefined", "none", "number", "string", "boolean", "mapping", "sequence"})
_ALLOWED: tuple[type[nodes.Node], ...] = (
    *(nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Const, nodes.If, nodes.For, nodes.CondExpr),
    *(nodes.Getattr, nodes.Getitem, nodes.Filter, nodes.Test, nodes.Compare, nodes.Operand, nodes.Not, nodes.And),
    *(nodes.Or, nodes.Tuple, nodes.List, nodes.Concat, nodes.Call, nodes.Keyword, nodes.Add, nodes.Sub),
)
# What a loop tells of its turns; all else of it can be called.
_OF_LOOPS = frozenset(
    {"index", "index0", "revindex", "revindex0", "first", "last", "length", "depth", "depth0", "previtem", "nextitem"}
)
_DEEPEST = 2
_DEEPEST_EXPRESSION = 50
_MOST_NODES = 5_000  # compiling takes 10 kB for each
_LONGEST_OUTPUT = 100_000
# Characters of texts on the way to the output, and turns of loops times the nodes in them.
_MOST_MADE = 2_000_000
_MOST_TURNS = 1_000_000
_MOST_DECIMALS = 20
# A variable's text stands as a token until the text is split into blocks, so that it can't begin one.
OPEN, CLOSE = "\ue000", "\ue001"
TOKEN = re.compile(f"{OPEN}(\\d+){CLOSE}")


def check_body(body: str, variables: Mapping[str, Any], called: str | Message, *, above: int = 0) -> None:
    """Check what a template's body does.

    Args:
        above: how many lines of the template stand above its body.

    Raises:
        Invalid: it can't be read, uses what is no variable, or does what a template may not; names the line.
    """
    try:
        tree = _Environment().parse(body)
    except jinja2.TemplateSyntaxError as exc:
        line = above + exc.lineno
        raise Invalid("template_syntax_invalid", file=called, line=line, reason=exc.message) from exc
    except RecursionError as exc:
        raise Invalid("template_too_deep", file=called) from exc
    if _depth(tree, nodes.Node) > _DEEPEST_EXPRESSION:
        raise Invalid("template_too_deep", file=called)
    if (parts := sum(1 for _ in _all(tree))) > _MOST_NODES:
        raise Invalid("template_too_complex", file=called, parts=parts, limit=f"{_MOST_NODES:,}")
    known = {*variables, *_FUNCTIONS, *_assigned(tree)}
    callees = {id(node.node) for node in tree.find_all(nodes.Call)}
    for node in _all(tree):
        what = _fault(node, known)
        if isinstance(node, nodes.Name) and node.name in _FUNCTIONS and id(node) not in callees:
            what = say("template_function_not_called", name=node.name)
        if what is not None:
            line = above + node.lineno
            raise Invalid("template_syntax_invalid", way_out="see_content_docs", file=called, line=line, reason=what)
    if (depth := _depth(tree, nodes.For)) > _DEEPEST:
        raise Invalid("template_loops_too_deep", file=called, depth=depth, limit=_DEEPEST)


def render(body: str, variables: Mapping[str, Any]) -> tuple[str, Sequence[str]]:
    """Render a checked body; returns the text with a token for each variable's text, and these texts.

    Raises:
        Invalid: a variable does not fit what the body does with it, or the body makes too much of them.
    """
    filling = _Filling()
    filled = _FILLED.set(filling)
    made: list[str] = []
    try:
        for piece in _compiled(body).generate(dict(variables)):
            made.append(piece)
            filling.put_out(piece)
    except (jinja2.TemplateError, TypeError, ValueError, ArithmeticError, RecursionError) as exc:
        reason = exc.message if isinstance(exc, InvalidValue) else str(exc)[:200]
        raise Invalid("template_not_fillable", reason=reason) from exc
    finally:
        _FILLED.reset(filled)
    return "".join(made), filling.texts


@dataclass(slots=True)
class _Filling:
    """One rendering, and what it has made so far: a compiled template is used for many, and knows none of them."""

    texts: list[str] = field(default_factory=list[str])
    length: int = 0
    made: int = 0
    turns: int = 0

    def put_out(self, text: str) -> None:
        """Count what is put out.

        Raises:
            Invalid: it gets too long.
        """
        self.length += len(text)
        if self.length > _LONGEST_OUTPUT:
            raise Invalid("template_text_too_long")

    def make(self, characters: int) -> None:
        """Count a text before it is made.

        Raises:
            Invalid: all together get too long.
        """
        self.made += characters
        if self.made > _MOST_MADE:
            raise Invalid("template_intermediates_too_long")

    def turn(self, nodes_inside: int) -> None:
        """Count a turn of a loop.

        Raises:
            Invalid: all together do too much.
        """
        self.turns += nodes_inside
        if self.turns > _MOST_TURNS:
            raise Invalid("too_many_template_steps")


_FILLED: ContextVar[_Filling] = ContextVar("filling")
_KINDS: Mapping[type, str] = {str: "text", list: "list", bool: "boolean", int: "number", float: "number"}


@lru_cache(maxsize=16)
def _compiled(body: str) -> jinja2.Template:
    """A body's code: compiling takes far longer than rendering, and a batch renders one body for each row."""
    environment = _Environment()
    return environment.from_string(_counted(environment.parse(body)))


def _counted(tree: nodes.Template) -> nodes.Template:
    """The tree with its loops counted, and what joins texts replaced by what counts them first."""
    for loop in tree.find_all(nodes.For):
        inside = nodes.Const(sum(1 for _ in _all(loop)))
        loop.iter = nodes.Filter(loop.iter, "each_turn", [inside], [], None, None)
    for node in [tree, *_all(tree)]:
        for name, value in node.iter_fields():
            if isinstance(value, nodes.Concat):
                setattr(node, name, _joined_by_code(value))
            elif isinstance(value, list):
                parts = cast("list[Any]", value)
                parts[:] = [_joined_by_code(part) if isinstance(part, nodes.Concat) else part for part in parts]
    for compared in tree.find_all(nodes.Compare):
        compared.expr = _weighed(compared.expr)
        for operand in compared.ops:
            operand.expr = _weighed(operand.expr)
    return tree


def _joined_by_code(node: nodes.Concat) -> nodes.Filter:
    return nodes.Filter(nodes.List(node.nodes), "join", [], [], None, None)


def _weighed(node: nodes.Expr) -> nodes.Filter:
    return nodes.Filter(node, "weighed", [], [], None, None)


class _Environment(ImmutableSandboxedEnvironment):
    """Jinja with our filters, in which values have no attributes: only what JSON has is read."""

    # `+` on texts and lists makes longer ones.
    intercepted_binops = frozenset({"+"})

    def __init__(self) -> None:
        super().__init__(
            autoescape=False,
            trim_blocks=True,
            lstrip_blocks=True,
            undefined=jinja2.ChainableUndefined,
            finalize=_token,
            optimized=False,  # it would make texts before anything counts them
        )
        self.globals.clear()
        self.globals["either"] = cast("Any", _either)
        kept = {name: _made(_jinja(name)) for name in _FILTERS - _REPLACED.keys()}
        self.filters = cast("Any", {**kept, **_REPLACED})
        self.tests = {name: self.tests[name] for name in _TESTS}

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """`left + right`, counted first."""
        _FILLED.get().make(_size(left) + _size(right))
        return super().call_binop(context, operator, left, right)

    def getattr(self, obj: Any, attribute: str) -> Any:
        """`obj.attribute`: a field of a map, or what a loop tells of its turns."""
        if isinstance(obj, LoopContext) and attribute in _OF_LOOPS:
            return getattr(obj, attribute)
        return self.getitem(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        """`obj[argument]`: a field of a map, or an item of a list.

        Raises:
            SecurityError: it is neither.
        """
        if isinstance(obj, jinja2.Undefined):
            return obj
        if isinstance(obj, Mapping):
            fields = cast("Mapping[str, Any]", obj)
            return fields[argument] if argument in fields else self.undefined(obj=obj, name=argument)
        if isinstance(obj, list | tuple) and isinstance(argument, int):
            items = cast("Sequence[Any]", obj)
            inside = -len(items) <= argument < len(items)
            return items[argument] if inside else self.undefined(obj=cast("Any", obj), name=str(argument))
        kind = _KINDS.get(type(cast("object", obj)), "value")
        raise SecurityError(f"{argument!r} is read of a {kind}, which has no such field")


def _token(value: Any) -> Any:
    if isinstance(value, jinja2.Undefined) or value is None:
        return ""
    filling = _FILLED.get()
    filling.make(_size(value))
    text = one_line(str(value))
    filling.texts.append(text)
    filling.put_out(text)
    return f"{OPEN}{len(filling.texts) - 1}{CLOSE}"


def _either(*ways: object) -> object:
    return ways[0]


def _jinja(name: str) -> Callable[..., Any]:
    """A filter of Jinja's."""
    return cast("dict[str, Any]", FILTERS)[name]


def _made(make: Callable[..., Any]) -> Callable[..., Any]:
    """A filter whose work is counted by the size of what it is given."""

    @wraps(make)
    def counted(*given: Any, **named: Any) -> Any:
        _FILLED.get().make(sum(_size(one) for one in given if not isinstance(one, jinja2.Environment)))
        return make(*given, **named)

    return counted


def _size(value: Any) -> int:
    """Characters of a text; of a list or map, those in it, and one for each of its parts.

    Raises:
        SecurityError: it is none of these, and no number.
    """
    if isinstance(value, str):
        return len(value)
    if isinstance(value, list | tuple):
        return sum(1 + _size(one) for one in cast("Sequence[Any]", value))
    if isinstance(value, Mapping):
        return sum(len(str(name)) + _size(one) for name, one in cast("Mapping[str, Any]", value).items())
    if value is None or isinstance(value, int | float | jinja2.Undefined):
        return 1
    raise SecurityError(f"a {type(value).__name__} is not data")


def _weigh(value: Any) -> Any:
    _FILLED.get().make(_size(value))
    return value


def _turns(values: Any, nodes_inside: int) -> Iterator[Any]:
    if isinstance(values, jinja2.Undefined):
        return
    if not isinstance(values, list | Mapping):
        kind = _KINDS.get(type(cast("object", values)), "value")
        raise SecurityError(f"a loop runs over a {kind}, not over a list")
    for value in cast("Sequence[Any]", values):
        _FILLED.get().turn(nodes_inside)
        yield value


def _join(context: Any, values: Any, between: str = "", attribute: Any = None) -> str:
    """The texts of a list, or of a field of each, counted before they are joined."""
    _FILLED.get().make(_size(values) + len(between) * len(values or ()))
    return _jinja("join")(context, values, between, attribute)


def _listed(values: Any, word: str = "and") -> str:
    """`a, b and c`; in Chinese with its own comma, where the word is Chinese."""
    if isinstance(values, str):
        return values
    texts = [one_line(str(value)) for value in cast("Sequence[Any]", values or ())]
    comma, space = ("、", "") if not word.isascii() else (", ", " ")
    last = f"{space}{word}{space}" if len(texts) > 1 else ""
    return comma.join(texts[:-1]) + last + (texts[-1] if texts else "")


def _round(value: float, precision: int = 0, method: Any = "common") -> float:
    """A number with so many decimals; ten to the power of a great number takes all memory."""
    if not 0 <= precision <= _MOST_DECIMALS:
        raise InvalidValue("decimals_out_of_range", precision=precision, limit=_MOST_DECIMALS)
    return _jinja("round")(value, precision, method)


def _count_of(values: Any, one: str, many: str) -> str:
    """`1 colour`, `3 colours`."""
    count = len(values) if not isinstance(values, int) else values
    return f"{count} {one if count == 1 else many}"


_REPLACED: Mapping[str, Callable[..., Any]] = {
    "join": jinja2.pass_eval_context(_join),
    "listed": _made(_listed),
    "count_of": _made(_count_of),
    "round": _round,
    "each_turn": _turns,
    "weighed": _weigh,
}


def _all(tree: nodes.Node) -> Iterator[nodes.Node]:
    yield tree
    for child in tree.iter_child_nodes():
        yield from _all(child)


def _assigned(tree: nodes.Node) -> set[str]:
    names = {"loop"} if next(tree.find_all(nodes.For), None) else set[str]()
    return names | {node.name for node in tree.find_all(nodes.Name) if node.ctx == "store"}


def _fault(node: nodes.Node, known: set[str]) -> Message | None:  # noqa: PLR0911 - one for each thing that a template may not do
    if isinstance(node, nodes.Getitem) and not isinstance(node.arg, nodes.Const):
        return say("template_key_computed")
    if isinstance(node, nodes.Call):
        return _fault_of_call(node)
    if isinstance(node, nodes.Filter) and node.name not in _FILTERS | _OWN_FILTERS:
        return say("template_filter_unknown", name=node.name, names=sorted(_FILTERS | _OWN_FILTERS))
    if isinstance(node, nodes.Test) and node.name not in _TESTS:
        return say("template_test_unknown", name=node.name, names=sorted(_TESTS))
    if isinstance(node, nodes.Name) and node.ctx == "load" and node.name not in known:
        return say("template_variable_unknown", name=node.name)
    if not isinstance(node, _ALLOWED):
        return say("template_element_not_allowed", element=type(node).__name__.lower())
    return _fault_of_loop(node) if isinstance(node, nodes.For) else _fault_of_attribute(node)


def _fault_of_call(node: nodes.Call) -> Message | None:
    if not (isinstance(node.node, nodes.Name) and node.node.name in _FUNCTIONS):
        return say("template_call_not_allowed")
    if not node.args or node.kwargs or node.dyn_args or node.dyn_kwargs:
        return say("template_either_without_texts")
    return None


def _fault_of_loop(node: nodes.For) -> Message | None:
    if node.recursive:
        return say("template_loop_recursive")
    if not _is_named(node.iter):
        return say("template_loop_over_expression")
    return None


def _fault_of_attribute(node: nodes.Node) -> Message | None:
    if not isinstance(node, nodes.Getattr):
        return None
    if node.attr.startswith("_"):
        return say("template_attribute_not_allowed", name=node.attr)
    if isinstance(node.node, nodes.Name) and node.node.name == "loop" and node.attr not in _OF_LOOPS:
        return say("template_loop_field_unknown", name=node.attr, names=sorted(_OF_LOOPS))
    return None


def _is_named(node: nodes.Node) -> bool:
    """Whether it is a name, or a field of one: `products`, `product.facts`."""
    while isinstance(node, nodes.Getattr | nodes.Getitem):
        node = node.node
    return isinstance(node, nodes.Name)


def _depth(node: nodes.Node, of: type[nodes.Node]) -> int:
    """How many nodes of a type are nested in each other at most."""
    deepest, open_nodes = 0, [(node, 0)]
    while open_nodes:
        part, depth = open_nodes.pop()
        depth += isinstance(part, of)
        deepest = max(deepest, depth)
        open_nodes.extend((child, depth) for child in part.iter_child_nodes())
    return deepest
