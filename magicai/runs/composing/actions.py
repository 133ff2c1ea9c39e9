"""Actions: verbs that workflows can do, such as `crawl_and_analyze`, and who does what of one.

An action of one workflow up to its last verb is that workflow itself; any other is a composed run (composed.py).
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import product

from pydantic import BaseModel, create_model

from magicai.errors import Invalid
from magicai.messages import Message, say
from magicai.runs import declarations
from magicai.runs.workflow import Workflow

_BETWEEN = re.compile(r"[\W_]+")
_JOINTS = frozenset({"and", "then"})
_MOST_VERBS = 12


@dataclass(frozen=True, slots=True)
class Members:
    """Which workflows do what of an action.

    Attributes:
        verbs: by workflow.
    """

    verbs: Mapping[str, tuple[str, ...]]

    @property
    def workflows(self) -> tuple[Workflow, ...]:
        """Their declarations."""
        return tuple(declarations.workflow(name) for name in self.verbs)

    @property
    def whole(self) -> str | None:
        """The workflow that does all of it, up to its last verb; None where a run is to be composed."""
        (name, verbs), *others = self.verbs.items()
        *_, last = declarations.workflow(name).actions
        return name if not others and last in verbs else None

    @property
    def parameters(self) -> type[BaseModel]:
        """The parameters of all of them; of those with the same name, the first one's."""
        models = tuple(dict.fromkeys(workflow.request for workflow in self.workflows))
        return models[0] if len(models) == 1 else create_model("Parameters", __base__=models)


def verbs() -> dict[str, list[str]]:
    """What can be done here: the workflows that can, by verb."""
    found: dict[str, list[str]] = {}
    for name in declarations.names():
        for verb in declarations.workflow(name).actions:
            found.setdefault(verb, []).append(name)
    return found


def members(action: str, parameters: Iterable[str]) -> Members:
    """Who does an action: those whose parameters were given, as few as can be.

    Raises:
        Invalid: a verb is none of those that there are, or a parameter is nobody's; names near ones.
    """
    wanted = [word for word in _BETWEEN.split(action.casefold()) if word and word not in _JOINTS]
    for name in declarations.names():
        if "-".join(wanted) == name and (actions := declarations.workflow(name).actions):
            return Members({name: tuple(actions)})
    can = verbs()
    for word in wanted:
        if word not in can:
            raise unknown(say("action_unknown", action=word[:80]), word, can)
    wanted = list(dict.fromkeys(wanted))
    if not wanted or len(wanted) > _MOST_VERBS:
        raise unknown(say("action_verbs_invalid", action=action[:80], count=len(wanted), limit=_MOST_VERBS), "", can)
    given = list(parameters)
    best = min(ways(wanted), key=lambda way: (len(_foreign(way, given)), len(way.verbs), len(missing(way, given))))
    if foreign := _foreign(best, given):
        named = " and ".join(best.verbs)
        raise unknown(
            say("action_parameter_unknown", name=foreign[0][:80], action=named),
            foreign[0],
            best.parameters.model_fields,
        )
    return best


def ways(wanted: Sequence[str]) -> list[Members]:
    """Every way to share verbs that there are among the workflows that can do them."""
    can = verbs()
    return [_joined(wanted, names) for names in product(*(can[verb] for verb in wanted))]


def _joined(wanted: Sequence[str], names: Sequence[str]) -> Members:
    by_name: dict[str, tuple[str, ...]] = {}
    for verb, name in zip(wanted, names, strict=True):
        by_name[name] = (*by_name.get(name, ()), verb)
    return Members(by_name)


def _foreign(way: Members, given: Sequence[str]) -> list[str]:
    known = {name for workflow in way.workflows for name in workflow.request.model_fields}
    return [name for name in given if name not in known]


def missing(way: Members, given: Collection[str]) -> list[str]:
    """The parameters that are required and were not given."""
    fields = [(name, field) for workflow in way.workflows for name, field in workflow.request.model_fields.items()]
    return [name for name, field in fields if field.is_required() and name not in given]


def unknown(what: Message, named: str, known: Collection[str]) -> Invalid:
    """The refusal of what is not known; names what is, and what is near it."""
    there = sorted(known)
    for word in named.split():
        if near := get_close_matches(word, there, n=3, cutoff=0.75):
            return Invalid(what, way_out=say("use_similar_one", near=" or ".join(map(repr, near)), names=there))
    return Invalid(what, way_out=say("use_one_of", names=there))
