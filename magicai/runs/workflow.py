"""A workflow's declaration, which its subject makes in a module named like the workflow."""

import inspect
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Generic, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel

from magicai.brain.situation import Machine
from magicai.errors import Permanent
from magicai.messages import Message as Reason
from magicai.messages import say
from magicai.ports import Price, Records
from magicai.runs.file_preview import Preview
from magicai.runs.panel import Panel
from magicai.runs.plan import PerItem, Priority
from magicai.runs.run import JSON, Run, RunResult, RunStatus
from magicai.runs.samples import Sample

Quality = Callable[[Mapping[str, Any]], float]
Expand = Callable[[Records, JSON], Awaitable[JSON]]
Body = TypeVar("Body", bound=BaseModel)


@dataclass(frozen=True, slots=True, kw_only=True)
class Message(Generic[Body]):
    """A message from a run's owner to the run.

    Attributes:
        id: the client's id, or None; messages with the same id count once.
        body: the message, as the handler's model.
        weights: how much each kind of reward counts here.
    """

    run: Run
    type: str
    id: str | None
    body: Body
    weights: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageHandler(Generic[Body]):
    """Handles messages of one type.

    Attributes:
        body: the model of the message's fields besides `type` and `id`.
        handle: saves the message under a key made of the run's and the message's id, and returns the reply; raises
            Conflict if nothing waits for the message.
    """

    body: type[Body]
    handle: Callable[[Records, Message[Body]], Awaitable[JSON]]


def _no_messages() -> Mapping[str, MessageHandler[Any]]:
    return {}


def _no_size(_request: Mapping[str, Any]) -> Mapping[str, float]:
    return {}


async def _nothing_outside(_records: Records, _owner_id: str) -> Sequence[str]:
    return ()


async def _nothing_waits(_records: Records, _owner_id: str) -> set[str]:
    return set()


def _no_subject(_request: Mapping[str, Any]) -> str:
    return ""


def _whole(request: Mapping[str, Any]) -> Mapping[str, Any]:
    return request


def _ordinary(_request: Mapping[str, Any]) -> tuple[Priority, Reason]:
    return Priority.NORMAL, say("work_normal")


def _no_limit(_request: Mapping[str, Any]) -> float:
    return 3600.0


def models_here(_request: Mapping[str, Any], machine: Machine, *, role: str = "") -> tuple[str, ...]:
    """The installation's model, or that of a role, if there is one."""
    model = machine.model_of(role)
    return () if model is None else (model,)


def _no_calls(_request: Mapping[str, Any], _machine: Machine) -> int | None:
    return None


def _no_items(_request: Mapping[str, Any], _machine: Machine) -> PerItem | None:
    return None


def how_it_ended(result: Mapping[str, Any]) -> float:
    """1 of a run that completed, 1/2 of a partial one."""
    return {RunStatus.COMPLETED: 1.0, RunStatus.PARTIAL: 0.5}.get(result.get("status", RunStatus.FAILED), 0.0)


async def as_kept(_records: Records, result: JSON) -> JSON:
    """Publish a saved result unchanged."""
    return result


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """A published result as a file, made on request.

    Attributes:
        format: the value of `--format`, and the file's extension.
        write: writes the result, as the workflow's model, to a path; called in a thread.
        title: describes the contents; the file's name is made from it.
        needs: the fields of the result that it cannot do without; those that the model requires if empty.
        result: the model, where it is not the workflow's own: of an export of another one that a run is composed of.
    """

    format: str
    media_type: str
    write: Callable[[Any, Path], object]
    title: str = "Result"
    needs: tuple[str, ...] = ()
    result: type[RunResult] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A workflow's main document, which a step has saved in `Files`, and which is served as saved.

    Attributes:
        formats: by format (`html`, `md`), the dotted path of its location in the result, such as `report.html`; the
            first is opened for people.
    """

    formats: Mapping[str, str]
    title: str = "Document"


@dataclass(frozen=True, slots=True, kw_only=True)
class Workflow:
    """A workflow's declaration.

    Attributes:
        request, result: its models.
        aliases: other names under which the API starts it.
        quality: rates a result from 0 to 1 (docs/reference/quality.md); without it, how the run ended does.
        messages: handlers by message type.
        expand: turns a saved result into the published one, if it has references in place of large parts, which are
            models then.
        make_result: makes the result's own fields from the steps' results, as JSON by the names that they provide;
            some are missing if the run did not complete. Without it, each field is the step result of the same name.
        exports: the result as files; the first is the default.
        findings: the dotted path of the main findings in the result, a list of sentences.
        summary: the dotted path of a language model's summary in the result (`Summary` of runs/results.py), or "".
        panels: the parts of a run's page, in order.
        actions: what it can do, by verb: the names of what its steps give. The last is what all of it is for. Actions
            of other verbs, such as `crawl_and_analyze`, are composed of them across workflows.
        addresses: the parameter that takes addresses, whose hosts the command line looks up first.
        parameters: those of a request that its steps look at, where they are only a part of it.
        parameters_model: their model, where it is not the request's.
        size: of these, the numbers that say how long a run takes and what it costs, by name, 0 or more; estimates
            learn from their logarithms.
        cost: the least and the most that a run with them costs, in US dollars, at these prices of the models that it
            may use; estimates say so until enough runs have told.
        subject: what they are about, if runs about the same take alike, such as a shop; "" if nothing.
        quality_bar: the quality that is good enough, for requests that have no `quality_bar` of their own.
        priority: which queue a run with them waits in, and why.
        models: the language models that may be called for a run with them, in order of preference.
        most_calls: the most calls of language models that a run with them makes; None where nobody knows before.
        per_item: the most that each of its items may take; None where that is not limited.
        longest: the seconds after which a run with them has ended in any case.
        outside: addresses of what an owner has published elsewhere, which stays there when they are deleted.
        waiting: an owner's runs that wait for a person beside those that a queue panel tells of.
        sample: what comes with MagicAI to try the workflow on, if anything.
        extras: packages (magicai/extras.py) that its steps need, installed before its first run.
        preview: reads the file of a request as a run would, if it reads files by their columns.
    """

    name: str
    request: type[BaseModel]
    result: type[RunResult]
    quality: Quality = how_it_ended
    expand: Expand = as_kept
    aliases: tuple[str, ...] = ()
    messages: Mapping[str, MessageHandler[Any]] = field(default_factory=_no_messages)
    make_result: Callable[[Mapping[str, Any]], JSON] | None = None
    exports: tuple[Export, ...] = ()
    document: Document | None = None
    findings: str = ""
    summary: str = ""
    panels: tuple[Panel, ...] = ()
    actions: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    addresses: str = ""
    parameters: Callable[[Mapping[str, Any]], Mapping[str, Any]] = _whole
    parameters_model: type[BaseModel] | None = None
    size: Callable[[Mapping[str, Any]], Mapping[str, float]] = _no_size
    cost: Callable[[Mapping[str, Any], Sequence[Price], Machine], tuple[float, float]] | None = None
    subject: Callable[[Mapping[str, Any]], str] = _no_subject
    quality_bar: float = 0.8
    priority: Callable[[Mapping[str, Any]], tuple[Priority, Reason]] = _ordinary
    models: Callable[[Mapping[str, Any], Machine], tuple[str, ...]] = models_here
    most_calls: Callable[[Mapping[str, Any], Machine], int | None] = _no_calls
    per_item: Callable[[Mapping[str, Any], Machine], PerItem | None] = _no_items
    longest: Callable[[Mapping[str, Any]], float] = _no_limit
    outside: Callable[[Records, str], Awaitable[Sequence[str]]] = _nothing_outside
    waiting: Callable[[Records, str], Awaitable[set[str]]] = _nothing_waits
    sample: Sample | None = None
    extras: tuple[str, ...] = ()
    preview: Preview | None = None

    def __post_init__(self) -> None:
        """Raise ValueError if the declaration contradicts itself."""
        formats = [*(export.format for export in self.exports), *(self.document.formats if self.document else ())]
        twice = sorted({one for one in formats if formats.count(one) > 1})
        if twice:
            raise ValueError(f"{self.name} declares the format {twice[0]!r} twice")
        for verb in self.actions:
            if not verb.isalpha() or not verb.islower():
                raise ValueError(f"{self.name} can {verb!r}, which is not a single lower-case word")
        if self.addresses and self.addresses not in self.request.model_fields:
            raise ValueError(f"{self.name} takes addresses as {self.addresses!r}, which is not a parameter")
        for panel in self.panels:
            if panel.kind == "document" and self.document is None:
                raise ValueError(f"{self.name} shows a document, and declares none")
            if panel.kind == "queue":
                self._check_queue(panel)

    @property
    def takes(self) -> Collection[str]:
        """The names of its parameters."""
        return (self.parameters_model or self.request).model_fields

    def own_fields(self, provides: Sequence[str], step_results: Mapping[str, Any]) -> JSON:
        """The fields of a run's result that are this workflow's own.

        Args:
            provides: what its goal provides.
            step_results: what the steps returned, by name; not all of it where the run did not reach its end.

        Raises:
            Permanent: the workflow makes a field that is the run's own.
        """
        if self.make_result is None:
            wanted = [*provides, *(name for name in self.result.model_fields if name not in RunResult.model_fields)]
            return {name: step_results[name] for name in wanted if name in step_results}
        made = self.make_result(step_results)
        taken = sorted(made.keys() & RunResult.model_fields.keys())
        if taken:
            raise Permanent("result_name_reserved", name=self.name, taken=taken[0])
        return made

    def _check_queue(self, queue: Panel) -> None:
        handler = self.messages.get(queue.message)
        if handler is None:
            raise ValueError(f"{queue.title!r} of {self.name} sends {queue.message!r}, which it does not handle")
        known = handler.body.model_fields
        for button in queue.buttons:
            sent = {*queue.key, *button.values, *button.asks}
            if unknown := sorted(sent - known.keys()):
                raise ValueError(f"{button.title!r} of {self.name} sends {unknown[0]!r}, which {queue.message!r} lacks")
            if missing := sorted(name for name, one in known.items() if one.is_required() and name not in sent):
                raise ValueError(f"{button.title!r} of {self.name} sends no {missing[0]!r} of {queue.message!r}")


def check_fields(workflow: Workflow, provides: Sequence[str]) -> None:
    """Check a workflow's declaration against its result.

    Raises:
        ValueError: it redefines a field of RunResult, or names a place that its result lacks.
    """
    own = [name for kind in workflow.result.__mro__ if _adds(kind) for name in inspect.get_annotations(kind)]
    given = provides if workflow.make_result is None else ()
    taken = sorted({*own, *given} & RunResult.model_fields.keys())
    if taken:
        raise ValueError(f"{workflow.name} has a field {taken[0]!r} in its result, a name that is reserved")
    documents = workflow.document.formats.values() if workflow.document else ()
    for place in (*documents, workflow.findings, *(place for panel in workflow.panels for place in panel.places)):
        if place and place.split(".")[0] not in given:
            _check_place(workflow, place)


def _check_place(workflow: Workflow, place: str) -> None:
    """Check a dotted path against the result's models, as far as they are typed."""
    models: list[type[BaseModel]] = [workflow.result]
    for name in place.split("."):
        # RunResult allows extra fields, but whatever is to be shown must be declared.
        if not models or any(one.model_config.get("extra") == "allow" for one in models if one is not workflow.result):
            return
        fields = [field for one in models for key, field in one.model_fields.items() if name in (key, field.alias)]
        if not fields and not any(name in one.model_computed_fields for one in models):
            has = ", ".join(sorted(key for one in models for key in one.model_fields))
            raise ValueError(f"{workflow.name} names {place!r} of its result, but {name!r} is not one of: {has}")
        models = [model for field in fields for model in _models_in(field.annotation)]


def _models_in(annotation: Any) -> list[type[BaseModel]]:
    """Return the models of a field or of its rows, or none if it may hold anything else."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    if get_origin(annotation) not in (list, tuple, Union, UnionType):
        return []
    found = [_models_in(part) for part in get_args(annotation) if part not in (NoneType, ...)]
    return [model for models in found for model in models] if all(found) else []


def _adds(kind: type) -> bool:
    return issubclass(kind, RunResult) and kind is not RunResult
