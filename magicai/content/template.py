"""Templates: what a text of one type is made of.

A template is a file: front matter in YAML, which says what the text must be, and perhaps a body in Jinja, which fills
it in without a model. Without a body, a text without a model is a facts block:

    ---
    name: product-description
    language: en
    title: Product description
    variables:                       # JSON Schema of each variable
      name: {type: string, title: Name}
      price: {type: string, title: Price}
    required: [name]
    needed: [name, price]            # what a text must keep of what is given
    length: {unit: words, min: 20, max: 180}
    ---
    {{ name }} costs {{ price }}.
"""

import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from yaml.composer import ComposerError

from magicai.claims.claim import ClaimKind
from magicai.content.languages import Language
from magicai.content.template_language import check_body
from magicai.content.text import BlockKind
from magicai.content.variable_schema import check_schema
from magicai.errors import Invalid
from magicai.messages import Message, say
from magicai.messages.validation import InvalidValue, reason_of
from magicai.runs.run import JSON

LARGEST = 50_000
_DEEPEST = 30  # lists and maps in each other, of the front matter
_FENCE = re.compile(r"\A\ufeff?---[^\S\n]*+\n(.*?)\n---[^\S\n]*+(?:\n|\Z)", re.DOTALL)
_NAME = r"^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$"
THE_TEMPLATE = say("the_template")


class _NotAllowedError(ComposerError):
    """YAML that a template may not have."""

    def __init__(self, said: Message, mark: Any) -> None:
        super().__init__(problem=str(said), problem_mark=mark)
        self.said = said


class _Loader(yaml.SafeLoader):
    """Reads no aliases, of which a few lines are a document of gigabytes, and nothing that is nested deeply."""

    _depth = 0

    def compose_node(self, parent: Any, index: Any) -> Any:
        """What comes next.

        Raises:
            ComposerError: it is an alias, or nested too deeply.
        """
        events: Any = self  # PyYAML is not typed
        said: Message | None = None
        if events.check_event(yaml.AliasEvent):
            said = say("yaml_alias_not_allowed")
        if self._depth == _DEEPEST:
            said = say("yaml_too_deep", limit=_DEEPEST)
        if said is not None:
            raise _NotAllowedError(said, events.peek_event().start_mark)
        self._depth += 1
        try:
            return super().compose_node(parent, index)
        finally:
            self._depth -= 1


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Length(_Model):
    """How long a text is: words, or characters without spaces; `max_by` by the value of a variable.

    Attributes:
        blocks: characters, with spaces, that each block of a kind may have.
    """

    unit: Literal["words", "characters"] = "words"
    min: Annotated[int, Field(ge=0)] = 0
    max: Annotated[int, Field(ge=1, le=20_000)] = 2_000
    max_by: dict[str, dict[str, Annotated[int, Field(ge=1, le=20_000)]]] = {}
    blocks: dict[BlockKind, Annotated[int, Field(ge=1, le=20_000)]] = {}

    @model_validator(mode="after")
    def _holds_a_text(self) -> "Length":
        fewest = min([self.max, *(most for limits in self.max_by.values() for most in limits.values())])
        if self.min > fewest:
            raise InvalidValue("template_lengths_contradict", min=self.min, max=fewest)
        return self

    def maximum(self, variables: Mapping[str, Any]) -> int:
        """The maximum for these variables."""
        found = [
            limits[value]
            for name, limits in self.max_by.items()
            if isinstance(value := variables.get(name), str) and value in limits
        ]
        return min([self.max, *found])


class Structure(_Model):
    """How many blocks of each kind a text has, as [minimum, maximum]."""

    headings: tuple[int, int] = (0, 20)
    paragraphs: tuple[int, int] = (0, 60)
    items: tuple[int, int] = (0, 60)

    @model_validator(mode="after")
    def _in_order(self) -> "Structure":
        for name, (least, most) in self.model_dump().items():
            if not 0 <= least <= most:
                raise InvalidValue("template_structure_contradicts", name=name, least=least, most=most)
        return self


class Voice(_Model):
    """How the brand speaks, and the words that it uses or never uses.

    Attributes:
        rules: about the wording.
        examples: texts that sound like it.
        name: of the owner's voice that is combined with this; "" for the one in use.
    """

    tone: str = "plain, concrete and friendly"
    use: tuple[str, ...] = ()
    avoid: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()
    name: str = ""


class Example(_Model):
    """A good text, and the variables that it was written from."""

    variables: JSON
    text: str


class Template(_Model):
    """What a text of one type is made of.

    Attributes:
        variables: the JSON Schema of each variable, by name.
        required: variables without which there is no text.
        needed: variables that the text must keep where they are given.
        keywords: variables whose words a reader searches for.
        forbidden: kinds of claims that the text may not make, whatever their source.
        body: in Jinja; makes the text of the variables where no model writes. Empty: that is a facts block.
    """

    name: Annotated[str, Field(pattern=_NAME, max_length=60)]
    language: Language
    title: Annotated[str, Field(min_length=1, max_length=80)]
    description: Annotated[str, Field(max_length=300)] = ""
    variables: Annotated[dict[str, JSON], Field(min_length=1)]
    required: tuple[str, ...] = ()
    needed: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    structure: Structure = Structure()
    length: Length = Length()
    voice: Voice = Voice()
    forbidden: tuple[ClaimKind, ...] = ()
    examples: Annotated[tuple[Example, ...], Field(max_length=5)] = ()
    body: str = ""

    @model_validator(mode="after")
    def _names_are_variables(self) -> "Template":
        for group in ("required", "needed", "keywords"):
            for name in getattr(self, group):
                if name not in self.variables:
                    raise InvalidValue("template_names_unknown_variable", group=group, name=name)
        return self

    @property
    def composed_by(self) -> Literal["composer", "template"]:
        """Who makes a text of it without a model: the composer of facts blocks, or its own body."""
        return "template" if self.body else "composer"

    @property
    def facts(self) -> tuple[str, ...]:
        """The variables that are facts, in order; without those that only set a length, such as a platform."""
        return tuple(name for name in self.variables if name not in self.length.max_by)

    @property
    def request_schema(self) -> JSON:
        """The JSON Schema of the variables together."""
        required = [*self.required]
        return {"type": "object", "properties": self.variables, "required": required, "additionalProperties": False}


def parse_template(text: str, called: str | Message = THE_TEMPLATE) -> Template:
    """Read a template, and check all of it.

    Raises:
        Invalid: it can't be read, contradicts itself, or its body does what a template may not; names the line.
    """
    if len(text) > LARGEST:
        raise Invalid("template_too_long", file=called, count=len(text), limit=LARGEST)
    found = _FENCE.match(text)
    if found is None:
        raise Invalid("front_matter_missing", file=called)
    try:
        given: object = yaml.load(found[1], _Loader)  # noqa: S506 - a safe loader, and less
    except (yaml.YAMLError, RecursionError, ValueError) as exc:
        raise Invalid("front_matter_invalid", file=called, line=_line_of_fault(exc), reason=_problem(exc)) from exc
    if not isinstance(given, dict):
        raise Invalid("front_matter_empty", file=called)
    try:
        template = Template.model_validate({**given, "body": text[found.end() :].strip()})
    except ValidationError as exc:
        first = exc.errors()[0]
        where = ".".join(map(str, first["loc"])) or "front matter"
        line = _line_of(text, where)
        raise Invalid("template_field_invalid", file=called, line=line, field=where, reason=reason_of(first)) from exc
    _check_schema(template, called, text)
    body = text[found.end() :]
    above = text[: found.end() + len(body) - len(body.lstrip())].count("\n")
    check_body(template.body, template.variables, called, above=above)
    return template


def _check_schema(template: Template, called: str | Message, text: str) -> None:
    """Check the variables' JSON Schema.

    Raises:
        Invalid: it is none; names the variable.
    """
    for name, schema in template.variables.items():
        where = say("template_place", file=called, line=_line_of(text, f"variables.{name}"))
        if not name.isidentifier():
            raise Invalid("variable_name_invalid", where=where, name=name)
        check_schema(name, schema, where)


def _line_of(text: str, path: str) -> Message | str:
    """` line 7:`, where the front matter has a field; "" where it has none, or in a way of its own."""
    line = 0
    lines = text.splitlines()
    for key in path.split("."):
        found = next((at for at in range(line, len(lines)) if re.match(rf"\s*{re.escape(key)}\s*:", lines[at])), None)
        if found is None:
            break
        line = found
    return say("at_line", number=line + 1) if line else ""


def _line_of_fault(error: BaseException) -> Message | str:
    """Where YAML can't be read; its lines are counted from 0, below the fence."""
    mark = getattr(error, "problem_mark", None)
    line = 0 if mark is None else mark.line + 2
    return say("at_line", number=line) if line else ""


def _problem(error: BaseException) -> Message | str:
    if isinstance(error, _NotAllowedError):
        return error.said
    return _in_one_line(error) if getattr(error, "problem", None) is None else str(getattr(error, "problem", ""))


def _in_one_line(error: BaseException) -> str:
    return " ".join(str(getattr(error, "message", error)).split())[:200]
