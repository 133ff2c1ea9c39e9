"""What the gateway and its runs say reaches who reads Chinese: each sentence has its words in the page's table."""

import ast
import json
import re
from collections.abc import Collection, Iterator, Sequence
from itertools import product
from pathlib import Path

from magicai import told
from magicai.accounts.identity import Role, Scope
from magicai.api.place import PAGE
from magicai.runs import registry
from magicai.runs.run import Origin, RunStatus
from magicai.shops.product import Availability, Product, Source

ROOT = Path(__file__).parents[3]
MESSAGES = PAGE.parent / "src" / "messages"
# Where what the page shows is said: by routes, use cases, the brain, tasks, and what reads shops.
SAID_IN = (
    "magicai/api", "magicai/accounts", "magicai/brain", "magicai/catalogue", "magicai/claims", "magicai/content",
    "magicai/knowledge", "magicai/publishing",
    "magicai/runs", "magicai/shops", "magicai/stores",
    "magicai/values/image_format.py", "magicai/values/tables.py", "magicai/values/workbooks.py",
    "tasks", "flows",
    "integrations/analytics", "integrations/capacity",
    "integrations/fetcher", "integrations/files", "integrations/http", "integrations/images", "integrations/inventory",
    "integrations/parsing", "integrations/prefect",
    "integrations/processes", "integrations/publishing", "integrations/records", "integrations/text",
    "integrations/embedder", "integrations/reranker", "integrations/onnx_models.py", "integrations/choosing_models.py",
    "magicai/models",
)  # fmt: skip
# Not said to whoever looks at the page: to programs that ask for MCP or sockets, to operators, to shops, to DuckDB.
NOT_SHOWN = (
    "magicai/api/routes/mcp.py", "magicai/api/routes/health.py", "magicai/api/serving.py", "magicai/api/place.py",
    "magicai/api/guard.py",
    # To whoever writes one:
    "magicai/api/describing.py", "magicai/runs/workflow.py", "magicai/runs/panel.py", "magicai/brain/step_decisions.py",
    "magicai/brain/choice_points.py", "magicai/brain/steps.py",
    "magicai/brain/sampler.py", "magicai/brain/choice_statistics.py", "magicai/brain/conformal.py",
    "magicai/runs/views/parts.py",  # to assistants
    "magicai/brain/evaluation.py", "magicai/brain/portable.py", "magicai/brain/lessons.py",
    "integrations/records/lessons.py",
    "magicai/stores/backup.py", "magicai/stores/erase.py", "magicai/stores/migrate.py", "magicai/stores/reconcile.py",
    "magicai/stores/restore.py", "magicai/runs/queue/health.py", "magicai/runs/planning_health.py",
    "integrations/analytics/offers.py",
    "integrations/fetcher/health.py", "integrations/prefect/health.py", "integrations/records/health.py",
    "integrations/text/health.py", "integrations/reranker/health.py",
    "integrations/analytics/queries.py", "integrations/records/copying.py",
    "integrations/prefect/run_log.py",  # for those who look at Prefect
    "integrations/prefect/server_guard.py",
    # Of operators, of messages, and of what is published:
    "magicai/publishing/audit.py", "magicai/publishing/attending.py", "magicai/publishing/adapting.py",
    "integrations/publishing/feed.py",
)  # fmt: skip
# Reports have their language; what a page states is a shop's; the sample is one.
OF_REPORTS = ("magicai/shops/report/", "magicai/shops/extraction/", "magicai/shops/sample/")
SAYING = {"what", "why", "reason", "way_out", "words", "closed", "detail", "fault"}
ERRORS = {
    "Temporary", "TooMany", "Permanent", "Invalid", "NotFound", "Conflict", "Refused", "Unknown", "Missing",
    "OverBudget", "Cancelled", "Closed", "Problem", "problem", "answer", "HTTPException", "ValueError", "Choice",
    "Unreadable", "UnusableAnswer",
}  # fmt: skip
OF_OPERATORS = re.compile(rf"^{told.OPERATOR}: ", re.IGNORECASE)
PROSE = re.compile(r"[a-z]+ (\{\}|[a-z]+)", re.IGNORECASE)


def table() -> dict[str, str]:
    return json.loads((MESSAGES / "told.zh.json").read_text(encoding="utf-8"))


class Constants(ast.NodeTransformer):
    """Puts in a module's own texts where it names them."""

    def __init__(self, tree: ast.Module) -> None:
        self._texts = {
            target.id: node.value
            for node in tree.body
            if isinstance(node, ast.Assign)
            for target in node.targets
            if isinstance(target, ast.Name) and any(map(PROSE.search, texts(node.value)))
        }

    def visit_Name(self, node: ast.Name) -> ast.expr:
        """The text that a name stands for."""
        return self._texts.get(node.id, node) if isinstance(node.ctx, ast.Load) else node


def texts(node: ast.AST | None) -> list[str]:
    """All that an expression may say, with `{}` for what is put in."""
    match node:
        case ast.Constant(value=str(text)):
            return [text]
        case ast.JoinedStr(values=parts):
            return joined([part.value if isinstance(part, ast.FormattedValue) else part for part in parts])
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return joined([left, right])
        case _:
            return [text for one in ways(node) for text in texts(one)]


def joined(parts: Sequence[ast.expr]) -> list[str]:
    """One sentence for each way in which its parts may be; `{}` for a part that may be anything."""
    return ["".join(one) for one in product(*(texts(part) or ["{}"] for part in parts))]


def ways(node: ast.AST | None) -> list[ast.expr]:
    """The expressions of which one stands for this one."""
    match node:
        case ast.IfExp(body=one, orelse=other):
            return [one, other]
        case ast.BoolOp(values=values) | ast.Dict(values=values):
            return values
        case ast.Tuple(elts=parts) | ast.List(elts=parts):
            return parts
        case _:
            return []


def said(tree: ast.AST) -> Iterator[str]:
    """What a module says to people: in errors, problems and reasons."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name), args=args, keywords=named):
                told = [*args, *(one.value for one in named)] if name in ERRORS else []
                told += [one.value for one in named if one.arg in SAYING]
                yield from (text for one in told for text in texts(one))
            case ast.Assign(targets=targets, value=value):
                names = {getattr(one, "attr", getattr(one, "id", "")) for target in targets for one in ast.walk(target)}
                if names & SAYING or any(str(one).endswith(("WAY_OUT", "WALLS", "WAYS_OUT")) for one in names):
                    yield from texts(value)
            case ast.AugAssign(target=ast.Name(id=name) | ast.Attribute(attr=name), value=value) if name in SAYING:
                yield from texts(value)
            case ast.AnnAssign(target=ast.Name(id=name), value=value) if name.endswith(("WALLS", "WAYS_OUT", "_KINDS")):
                yield from texts(value)
            case ast.Return(value=value):
                yield from texts(value)
            case _:
                pass


def sources() -> Iterator[Path]:
    for name in SAID_IN:
        path = ROOT / name
        for one in [path] if path.is_file() else sorted(path.rglob("*.py")):
            place = str(one.relative_to(ROOT))
            if place not in NOT_SHOWN and not place.startswith(OF_REPORTS):
                yield one


def read(path: Path) -> ast.AST:
    """A module, with its own constants put in."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return Constants(tree).visit(tree)


def parts_on_the_page(text: str, known: Collection[str]) -> list[str]:
    """What the page is told for a text, in the parts that it looks up: whole, or clause by clause."""
    there = told.said(text, told.Surface.PAGE)
    if (there == text and not OF_OPERATORS.match(text)) or there in known:
        return [there]
    return [OF_OPERATORS.sub("", clause).removesuffix(";") for clause in told.CLAUSE.split(there)]


def test_every_sentence_that_the_page_may_be_told_has_chinese_words() -> None:
    known = table()
    missing = {
        f"{path.relative_to(ROOT)}: {part}"
        for path in sources()
        for text in said(read(path))
        if PROSE.search(text)
        for part in parts_on_the_page(text, known)
        if part not in known
    }
    assert not missing, "\n".join(sorted(missing))


def test_everything_that_only_the_gateway_names_has_a_word_in_each_language() -> None:
    goals = [registry.goal(name) for name in registry.names()]
    steps = [step for goal in goals for step in goal.steps]
    wanted = {
        *(f"step.{step.name}" for step in steps),
        *(f"choice.{step.name}.{point.name}" for step in steps for point in step.choices),
        *(
            f"choice-value.{option}"
            for step in steps
            for point in step.choices
            if not callable(point.options)
            for option in point.options
            if not option.isdigit()
        ),
        *(f"field.{name}" for goal in goals for name in goal.workflow.request.model_fields),
        *(f"about.{name}" for goal in goals for name in goal.workflow.request.model_fields),
        *(f"workflow.{goal.workflow.name}" for goal in goals),
        *(f"panel.{panel.title}" for goal in goals for panel in goal.workflow.panels),
        *(f"status.{one}" for one in RunStatus),
        *(f"origin.{one}" for one in Origin),
        *(f"source.{one}" for one in Source),
        *(f"availability.{one}" for one in Availability),
        *(f"column.{name}" for name in Product.model_fields if name not in {"id", "seen", "provenance"}),
        *(f"role.{one}" for one in Role),
        *(f"scope.{one}" for one in Scope),
        *(f"step-state.{one}" for one in ("waiting", "started", "done", "kept", "failed", "cancelled", "left_out")),
    }
    for language in ("en", "zh"):
        files = [MESSAGES / f"{language}.ts", *MESSAGES.glob(f"*.{language}.ts")]
        written = "".join(path.read_text(encoding="utf-8") for path in files)
        assert {key for key in wanted if f'"{key}"' not in written} == set(), language
