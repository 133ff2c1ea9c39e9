"""What the machinery knows of a workflow: its subject declares it, in a module named like the workflow."""

import inspect
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, Literal, TypeVar

from pydantic import BaseModel

from magicai.ports import Records
from magicai.runs.run import JSON, Run, RunResult

Quality = Callable[[Mapping[str, Any]], tuple[float, tuple[str, ...]]]
Expand = Callable[[Records, JSON], Awaitable[JSON]]
Body = TypeVar("Body", bound=BaseModel)


@dataclass(frozen=True, slots=True, kw_only=True)
class Message(Generic[Body]):
    """What a run's owner says to it.

    Attributes:
        id: their own, or None; said again with the same id, it is to count once.
        body: as the handler's model has it.
    """

    run: Run
    type: str
    id: str | None
    body: Body


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageHandler(Generic[Body]):
    """The use case that waits for messages of a type.

    Attributes:
        body: the model of what is said, beside `type` and `id`.
        handle: keeps it, under a key made of the run's id and the message's, and answers what is told back; raises
            Conflict where nothing waits for it.
    """

    body: type[Body]
    handle: Callable[[Records, Message[Body]], Awaitable[JSON]]


def _no_messages() -> Mapping[str, MessageHandler[Any]]:
    return {}


async def as_kept(_records: Records, result: JSON) -> JSON:
    """Nothing in a kept result stands for something else."""
    return result


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """A published result as a file, which is made when somebody asks for it.

    Attributes:
        format: what `--format` takes, and what the file's name ends in.
        write: writes the result, as the workflow's model, to a path; called in a thread.
        title: what the file holds; the rest of its name is made of it.
    """

    format: str
    media_type: str
    write: Callable[[Any, Path], object]
    title: str = "Result"


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A workflow's main document. A step has kept it in `Files`, and what it kept is what is handed out.

    Attributes:
        formats: by format (`html`, `md`), where in the result its location is, such as `report.html`; a person
            opens the first.
    """

    formats: Mapping[str, str]
    title: str = "Document"


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """A part of a run's page.

    Attributes:
        kind: the main document; a table; the files to save.
        source: of a table, where in the result its rows are: a list of objects, or one object of names and values.
        columns: of a table, which fields are shown, in order; all of them where none is named.
    """

    kind: Literal["document", "table", "files"]
    title: str
    source: str = ""
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Workflow:
    """A workflow's declaration.

    Attributes:
        request, result: its models.
        aliases: other names by which the API starts it.
        quality: from the result, 0 to 1 with the reasons; defined in docs/quality.md.
        messages: what a client may say to a run, by type.
        expand: a kept result as it is published, where it keeps references in the place of large parts.
        make_result: the result's own fields, of what the steps gave, as JSON, by the names under which they gave it; of
            a run that did not reach its end, some is missing. Without it, each field is what a step gave under it.
        exports: the result as files; the first is the usual one.
        findings: where in the result its main findings are, a list of sentences.
        panels: how the page shows a run, in this order.
    """

    name: str
    request: type[BaseModel]
    result: type[RunResult]
    quality: Quality
    expand: Expand = as_kept
    aliases: tuple[str, ...] = ()
    messages: Mapping[str, MessageHandler[Any]] = field(default_factory=_no_messages)
    make_result: Callable[[Mapping[str, Any]], JSON] | None = None
    exports: tuple[Export, ...] = ()
    document: Document | None = None
    findings: str = ""
    panels: tuple[Panel, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a declaration that contradicts itself."""
        formats = [*(one.format for one in self.exports), *(self.document.formats if self.document else ())]
        twice = sorted({one for one in formats if formats.count(one) > 1})
        if twice:
            raise ValueError(f"{self.name} declares the format {twice[0]!r} twice")
        for panel in self.panels:
            if panel.kind == "document" and self.document is None:
                raise ValueError(f"{self.name} shows a document, and declares none")
            if panel.kind == "table" and not panel.source:
                raise ValueError(f"the table {panel.title!r} of {self.name} has no source")


def check_fields(workflow: Workflow, provides: Sequence[str]) -> None:
    """Let a workflow pass whose own fields are none of those that every run's result has.

    Raises:
        ValueError: one is; names it.
    """
    own = [name for kind in workflow.result.__mro__ if _adds(kind) for name in inspect.get_annotations(kind)]
    given = provides if workflow.make_result is None else ()
    taken = sorted({*own, *given} & RunResult.model_fields.keys())
    if taken:
        raise ValueError(f"{workflow.name} calls a field of its result {taken[0]!r}, which is the run's own")


def _adds(kind: type) -> bool:
    return issubclass(kind, RunResult) and kind is not RunResult
