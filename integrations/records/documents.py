"""JSON columns: every one is `{"schema_version": N, "value": ...}`, and old ones are lifted when they are read.

A kind is at version 1 plus the number of its upcasters. To change a kind's shape, append a function from the last
shape to the new one; rows are never rewritten for it. Values that are at their default are left out, so a changed
default is a changed shape.
"""

import json
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any, Generic, TypeVar, cast, get_origin

from pydantic import ConfigDict, TypeAdapter
from pydantic_core import PydanticSerializationError, from_json, to_json, to_jsonable_python

from integrations.records.columns import storable
from magicai.errors import Invalid, Permanent
from magicai.ports import StoredChoice
from magicai.publishing.findings import LEAST_PRECISION, MAY_BLOCK
from magicai.publishing.submission import Submission
from magicai.runs.plan import Choice, Plan
from magicai.runs.run import Problem
from magicai.shops.product import Observation, Product

T = TypeVar("T")
Upcaster = Callable[[Any], Any]


def _lift_choices(decision: dict[str, Any] | None) -> None:
    # A choice was known by its name alone, and its options by theirs.
    choices: list[dict[str, Any]] = decision.get("choices", []) if decision else []
    for choice in choices:
        name, options = choice.pop("name"), choice.pop("options")
        choice["step"], choice["choice"], choice["option"] = name, name, choice.pop("value")
        choice["alternatives"] = [{"option": option, "propensity": 0.0} for option in options]


def _lift_holder(holder: dict[str, Any]) -> dict[str, Any]:
    _lift_choices(holder.get("decision"))
    return holder


def _lift_outcome(learnt: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in learnt.items() if name not in ("choices", "propensities")}


def _without_context(learnt: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in learnt.items() if name != "context"}


def _durations_and_money(data: dict[str, Any]) -> dict[str, Any]:
    """Of a step `seconds` became `duration_s`, and `usage` has an amount of money."""
    lifted = dict(data)
    if "state" in data and "seconds" in data:
        lifted["duration_s"] = lifted.pop("seconds")
    usage = data.get("usage")
    if isinstance(usage, dict) and "cost" in usage:
        known = cast("dict[str, Any]", usage)
        lifted["usage"] = {"amount": str(known["cost"]), **{name: known[name] for name in known if name != "cost"}}
    return lifted


def _writers(submission: dict[str, Any]) -> dict[str, Any]:
    """A submission knows who has written it; before, its versions did."""
    return {**submission, "writers": sorted({version["by"] for version in submission["versions"]})}


def _only_some_block(submission: dict[str, Any]) -> dict[str, Any]:
    """Only secrets, personal data and rules of law that are sure block; before, nearly every check did.

    What blocked waits for a person, so that nothing is approved by reading it anew.
    """
    findings = submission.get("findings")
    if not findings:
        return submission
    found: list[dict[str, Any]] = []
    for one in findings.get("found", ()):
        check = one["rule"].partition(".")[0]
        sure = check in MAY_BLOCK and (check != "legality" or one.get("confidence", 1.0) >= LEAST_PRECISION)
        found.append(one if one["severity"] != "blocks" or sure else {**one, "severity": "review"})
    return {**submission, "findings": {**findings, "found": found}}


UPCASTERS: Mapping[str, tuple[Upcaster, ...]] = {
    "plan": (_lift_holder,),
    "result": (_lift_holder,),
    "event": (_durations_and_money,),
    "outcome": (_lift_outcome, _without_context),
    "submission": (_writers, _only_some_block),
}


class Document(Generic[T]):
    """How values of one kind are written to a JSON column, and read back.

    Args:
        shape: the value's type; plain JSON where None.
        checked: whether its values were checked when they were made, of values that were.
    """

    def __init__(self, kind: str, shape: type[T] | None = None, *, checked: bool = False) -> None:
        self.kind = kind
        self._type = shape
        self._checked = checked

    @cached_property
    def _shape(self) -> TypeAdapter[T] | None:
        # Built when it is first used: that takes longer than opening the records.
        if self._type is None:
            return None
        # Pydantic would keep every short string that it has read, 16,000 of them, and a crawl's hardly come again.
        is_model = get_origin(self._type) is None  # which has a configuration of its own
        return TypeAdapter(self._type, config=None if is_model else ConfigDict(cache_strings="keys"))

    def write(self, value: T) -> str:
        """The column's text.

        Raises:
            Invalid: it could not be read back: a price that is not a number, say.
        """
        try:
            body = self._dumped(value)
            if self._shape is not None and not self._checked:
                # Dataclasses are not checked when they are made, and what nobody can read stops its run for ever.
                self._shape.validate_json(body)
        except ValueError as exc:
            raise Invalid("entity_not_storable", kind=self.kind, reason=exc) from exc
        return f'{{"schema_version":{self._version()},"value":{body.decode()}}}'

    def read(self, column: str) -> T:
        """The value.

        Raises:
            Permanent: a newer MagicAI wrote it, or it is not of its shape.
        """
        head = f'{{"schema_version":{self._version()},"value":'
        try:
            if self._shape is not None and column.startswith(head):
                return self._shape.validate_json(column[len(head) : -1])
            value = self._lifted(from_json(column))
            return value if self._shape is None else self._shape.validate_python(value)
        except (ValueError, LookupError, TypeError) as exc:
            raise Permanent("entity_invalid", kind=self.kind, reason=exc) from exc

    def _dumped(self, value: T) -> bytes:
        try:
            if self._shape is None:
                return to_json(value, inf_nan_mode="null")
            return self._shape.dump_json(value, exclude_defaults=True)
        except PydanticSerializationError:
            # Half a surrogate pair, from an escape that a page cut in two, is no reason to lose the page.
            plain = to_jsonable_python(value, inf_nan_mode="null")
            return storable(json.dumps(plain, ensure_ascii=False)).encode()

    def _version(self) -> int:
        return 1 + len(UPCASTERS.get(self.kind, ()))

    def _lifted(self, document: Any) -> Any:
        value, version, newest = document["value"], document["schema_version"], self._version()
        if version > newest:
            raise Permanent("entity_too_new", kind=self.kind, version=version, newest=newest)
        for lift in UPCASTERS.get(self.kind, ())[version - 1 :]:
            value = lift(value)
        return value


REQUEST = Document[dict[str, Any]]("request")
ADDRESSES = Document[list[str]]("addresses of a shop")
FILE_NAMES = Document[dict[str, str]]("names of files")
RESULT = Document[dict[str, Any]]("result")
EVENT = Document[dict[str, Any]]("event")
STEP_RESULT = Document[dict[str, Any]]("step result")
ENTITY = Document[dict[str, Any]]("entity")
NOTIFICATION = Document[dict[str, str]]("notification")
DELIVERY = Document[dict[str, Any]]("delivery")
ITEM = Document[Any]("item")
ITEM_PROBLEM = Document("problem", Problem)
CHOICE = Document("choice", Choice)
MEASURES = Document[dict[str, float]]("measures")
STATISTICS = Document[dict[str, Any]]("statistics")
LEARNT_CHOICES = Document("learned choices", tuple[StoredChoice, ...])
LEARNT = Document[dict[str, Any]]("outcome")
PLAN = Document("plan", Plan)
SUBMISSION = Document("submission", Submission)
PRODUCT = Document("product", Product, checked=True)  # joined of observations, which were
OBSERVATIONS = Document("page", list[Observation])
