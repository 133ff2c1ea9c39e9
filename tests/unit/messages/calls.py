"""The messages that code says: every call that names one, with its parameters."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[3]
FOLDERS = ("magicai", "integrations", "flows", "tasks", "blocks", "deployments")
_OF_ERRORS = frozenset(("way_out", "retry_after_s", "answer", "usage", "fault"))


@dataclass(frozen=True)
class Call:
    """One call that says a message.

    Attributes:
        first: the argument that names it: a code, prose, or None where it is computed.
        way: the code of another way out; "" where that is computed.
    """

    place: str
    first: ast.expr
    params: frozenset[str] | None
    way: str | None
    is_error: bool

    @property
    def code(self) -> str | None:
        """The code that it names."""
        match self.first:
            case ast.Constant(value=str(code)):
                return code
            case _:
                return None


@cache
def modules() -> tuple[tuple[Path, ast.Module], ...]:
    """Every module of the product."""
    paths = [path for folder in FOLDERS for path in sorted((ROOT / folder).rglob("*.py"))]
    kept = [path for path in paths if "node_modules" not in path.parts]
    return tuple((path.relative_to(ROOT), ast.parse(path.read_text(encoding="utf-8"))) for path in kept)


@cache
def errors() -> frozenset[str]:
    """The names of MagicError, InvalidValue, and of all classes below them that take a code."""
    known = {"MagicError", "InvalidValue"}
    classes = [one for _, module in modules() for one in ast.walk(module) if isinstance(one, ast.ClassDef)]
    while more := {cls.name for cls in classes if _bases(cls) & known and not _takes_more(cls)} - known:
        known |= more
    return frozenset(known)


def calls() -> Iterator[Call]:
    """Every call that says a message."""
    for path, module in modules():
        nodes = list(ast.walk(module))
        names = errors() | ({"say", "Malformed"} if _says_messages(nodes) else {"Malformed"})
        for node in nodes:
            if isinstance(node, ast.Call) and (name := _called(node.func)) in names and node.args:
                first = node.args[1 if name == "Malformed" else 0]
                params = None if _is_open(node) else frozenset(_keywords(node) - _OF_ERRORS)
                yield Call(f"{path}:{node.lineno}", first, params, _way(node), is_error=name in errors())


@cache
def texts() -> dict[str, frozenset[str]]:
    """Every text in the code that may be a code of a table, and the modules that have it."""
    found = defaultdict[str, set[str]](set)
    for path, module in modules():
        for node in ast.walk(module):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found[node.value].add(path.as_posix())
    return {text: frozenset(places) for text, places in found.items()}


@cache
def beginnings() -> tuple[str, ...]:
    """How texts begin that may be codes of tables and end in a value: `f"amount_{unit}"`."""
    parts = (node.values[0] for _, module in modules() for node in ast.walk(module) if isinstance(node, ast.JoinedStr))
    texts = (part.value for part in parts if isinstance(part, ast.Constant) and isinstance(part.value, str))
    return tuple({text for text in texts if re.fullmatch("[a-z]{4,}[a-z_]*_", text)})


def _name(function: ast.expr) -> str:
    return function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")


def _says_messages(nodes: Iterable[ast.AST]) -> bool:
    """Whether `say` is that of magicai.messages: a terminal says things, too."""
    imports = (node for node in nodes if isinstance(node, ast.ImportFrom) and node.module == "magicai.messages")
    return any(name.name == "say" for one in imports for name in one.names)


def _called(function: ast.expr) -> str:
    """The function's name; a method `say` says something else."""
    return "" if isinstance(function, ast.Attribute) and function.attr == "say" else _name(function)


def _bases(one: ast.ClassDef) -> set[str]:
    return {_name(base) for base in one.bases}


def _takes_more(one: ast.ClassDef) -> bool:
    """Whether its first argument is something else than a code."""
    made = next((each for each in one.body if isinstance(each, ast.FunctionDef) and each.name == "__init__"), None)
    return made is not None and made.args.args[1].arg != "code"


def _keywords(node: ast.Call) -> set[str]:
    return {keyword.arg for keyword in node.keywords if keyword.arg}


def _is_open(node: ast.Call) -> bool:
    return any(keyword.arg is None for keyword in node.keywords)


def _way(node: ast.Call) -> str | None:
    given = next((keyword.value for keyword in node.keywords if keyword.arg == "way_out"), None)
    if given is None:
        return None
    if isinstance(given, ast.JoinedStr):
        return ast.unparse(given)  # prose, which stands in no table
    return given.value if isinstance(given, ast.Constant) and isinstance(given.value, str) else ""
