"""Write texts from templates and variables."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, JsonValue

from magicai.brain.situation import Machine
from magicai.content.content import QualityShown, State, Word
from magicai.content.content_types import check_type
from magicai.content.drafting import COMPOSER
from magicai.content.facts import check_about
from magicai.content.languages import LONGEST, check_language
from magicai.content.row_previewing import preview_rows
from magicai.content.rows import SUFFIXES, check_rows
from magicai.content.statements import ClaimShown
from magicai.content.text_limits import limit_of, verifier_here, writers_of
from magicai.messages import Message, amount, say
from magicai.ports import Price
from magicai.runs.column_mappings import Columns
from magicai.runs.findings import in_short
from magicai.runs.plan import PerItem, Priority
from magicai.runs.requests.choices import ChoiceFrom
from magicai.runs.requests.fields import FromSetting
from magicai.runs.requests.files_in import CountedFile, InputFile
from magicai.runs.run import JSON, RunResult
from magicai.runs.workflow import Document, Panel, Workflow
from magicai.settable import MOST_MONEY

Variables = dict[str, JsonValue]
_MOST_ROWS_INLINE = 1_000
# Tokens of the prompt and of the answer: a tweet from a few variables.
_SHORT_CALL = (400, 40)
# Of a verifier: it reads text and data, and says each statement once more with its line.
_SHORT_CHECK = (500, 60)
_COUNTS = ("texts", "count", "flagged", "to_check", "facts_blocks", "failed")
_FEW_TEXTS = 20


class GenerateContent(BaseModel):
    """Write texts from a template and variables. What they contradict or lack is marked."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        title="Generate content",
        json_schema_extra={
            "examples": [
                {"content_type": "product-description", "variables": {"name": "Linen apron", "price": "39.00 EUR"}}
            ]
        },
    )

    content_type: Annotated[
        str,
        AfterValidator(check_type),
        Field(min_length=1, max_length=80, title="Content type", description="Such as product-description."),
    ]
    variables: Annotated[
        Variables
        | Annotated[tuple[Variables, ...], Field(min_length=1, max_length=_MOST_ROWS_INLINE)]
        | Annotated[str, InputFile(SUFFIXES, max_bytes=50_000_000, check=check_rows)],
        Field(title="Variables", description="Variables of the text, or a file with one row per text."),
    ] = {}
    columns: Columns = Field(default={})
    about: Annotated[
        str,
        AfterValidator(check_about),
        Field(
            max_length=200,
            title="About",
            description="Take the variables from product:ID or run:ID. Those that you give take precedence.",
        ),
    ] = ""
    language: Annotated[
        str,
        AfterValidator(check_language),
        FromSetting("language"),
        Field(
            title="Language",
            description="Language of the text, such as en, zh, de or pt-BR.",
            max_length=LONGEST,
            examples=["en", "zh", "de", "fr", "es", "it", "pt-BR", "nl", "pl", "ja", "ko"],
        ),
    ] = "en"
    voice: Annotated[
        str,
        Field(
            max_length=60,
            title="Voice",
            description="Name of one of your voices, or none. Empty: the one in use for the language, if there is one.",
        ),
    ] = ""
    models: Annotated[
        tuple[Annotated[str, ChoiceFrom("models")], ...],
        Field(max_length=10, title="Models", description="Models that may write the text, in order of preference."),
    ] = ()
    fallback: Annotated[
        Literal["fail", "facts"],
        Field(
            title="If no model writes a text",
            description="fail: the row fails, and can be tried again. facts: a facts block stands in for its text.",
        ),
    ] = "fail"
    variants: Annotated[
        int, Field(ge=1, le=5, title="Variants", description="Drafts per text, side by side to choose from.")
    ] = 1
    again: Annotated[
        bool,
        Field(
            title="Write again",
            description="Write new texts, also where an earlier run has written and paid for the same ones.",
        ),
    ] = False
    quality_bar: Annotated[
        float, Field(ge=0, le=1, title="Quality bar", description="Texts of lower quality are marked to be checked.")
    ] = 0.8
    budget: Annotated[
        float | None, Field(ge=0, le=MOST_MONEY, title="Budget", description="Maximum cost of the run, in US dollars.")
    ] = None
    text_budget: Annotated[
        float | None,
        Field(
            ge=0,
            le=MOST_MONEY,
            title="Budget per text",
            description="Maximum cost of each text, in US dollars. Empty: what its calls cost at most.",
        ),
    ] = None

    @property
    def falls_back(self) -> bool:
        """Whether a facts block may stand in for a text that no model wrote."""
        return self.fallback == "facts" or COMPOSER in self.models


class WrittenText(BaseModel):
    """A text in short.

    Attributes:
        not_checked: how many of its statements nobody has checked.
        said, of: how many of the facts that were given it states.
    """

    model_config = ConfigDict(frozen=True)

    content_id: str
    title: str
    state: State
    score: float
    word: Word = "to_check"
    written_by: str
    flags: tuple[str, ...] = ()
    flag_messages: tuple[Message, ...] = Field(default=(), description="The codes of `flags`, in their order.")
    not_checked: int = 0
    said: int = 0
    of: int = 0


class WrittenTexts(BaseModel):
    """What became of the rows.

    Attributes:
        first: the content_id of the first text; "" where there is none.
        texts: the first of them, in the order of the rows.
        flagged: how many something is wrong with.
        to_check: how many others nobody has checked in full.
        facts_blocks: how many are facts blocks.
    """

    model_config = ConfigDict(frozen=True)

    first: str
    texts: tuple[WrittenText, ...]
    count: int
    flagged: int
    to_check: int = 0
    facts_blocks: int = 0
    failed: int


class GenerateContentResult(RunResult):
    """The first text, and what became of all."""

    content_id: str
    content: str
    quality: QualityShown
    claims: tuple[ClaimShown, ...]
    texts: tuple[WrittenText, ...]
    count: int
    flagged: int
    to_check: int = 0
    facts_blocks: int = 0
    failed: int
    files: JSON
    in_short: tuple[str, ...]
    in_short_messages: tuple[Message, ...] = Field(default=(), description="The codes of `in_short`, in its order.")


def make_result(given: Mapping[str, Any]) -> JSON:
    """The first text, and the counts of all; of a run that was stopped, what there is."""
    result: JSON = dict(given.get("filed") or {})
    if (written := given.get("written")) is not None:
        counts = {name: written[name] for name in _COUNTS}
        result |= {"content_id": written["first"], **counts, **in_short(_in_short(written))}
    return result


def quality(result: Mapping[str, Any]) -> float:
    """The mean quality of the texts; what failed counts as 0."""
    count, failed = result.get("count", 0), result.get("failed", 0)
    scores = [one["score"] for one in result.get("texts", ())]
    if not scores:
        return 0.0
    return sum(scores) / len(scores) * count / max(count + failed, 1)


def size(request: Mapping[str, Any]) -> Mapping[str, float]:
    """How many texts, and drafts of each."""
    return {"texts": float(_texts(request.get("variables"))), "variants": float(request.get("variants", 1))}


def cost(request: Mapping[str, Any], prices: Sequence[Price], machine: Machine) -> tuple[float, float]:
    """What the texts cost: from one short call each, to what each may take."""
    texts, drafts = _texts(request.get("variables")), int(request.get("variants", 1))
    judge = machine.prices.get(verifier_here(machine) or "")
    low = min(price.of(*_SHORT_CALL) for price in prices)
    if judge is not None:
        low += judge.of(*_SHORT_CHECK)
    low *= texts * drafts
    most = limit_of(request, machine).cost
    return low, low if most is None else max(low, most * texts)


def per_item(request: Mapping[str, Any], machine: Machine) -> PerItem | None:
    """What each text may take."""
    limit = limit_of(request, machine)
    if not limit.calls:
        return None
    budget = request.get("budget")
    cost = limit.cost if limit.cost is None or budget is None else min(limit.cost, budget)
    most = None if cost is None else Decimal(str(round(cost, 6)))
    return PerItem(unit="text", most_calls=limit.calls, most_cost=most)


def most_calls(request: Mapping[str, Any], machine: Machine) -> int:
    """Of language models, for all texts."""
    return limit_of(request, machine).calls * _texts(request.get("variables"))


def _texts(variables: object) -> int:
    if isinstance(variables, CountedFile):
        return variables.items
    return len(variables) if isinstance(variables, list | tuple) else 1  # pyright: ignore[reportUnknownArgumentType]


def models(request: Mapping[str, Any], machine: Machine) -> tuple[str, ...]:
    """Those that the request allows, else the installation's own, and the verifier of what they write."""
    writers = writers_of(request, machine)
    judge = verifier_here(machine)
    return tuple(dict.fromkeys([*writers, judge])) if writers and judge else writers


def priority(request: Mapping[str, Any]) -> tuple[Priority, Message]:
    """A few texts first, since somebody is waiting for them; files of rows after other runs."""
    texts = int(size(request)["texts"])
    if isinstance(request.get("variables"), str):
        return Priority.LOW, say("work_large", amount=say("file_of_rows"))
    if texts <= _FEW_TEXTS:
        return Priority.HIGH, say("work_small", amount=amount(texts, "texts"))
    return Priority.NORMAL, say("work_normal")


def _in_short(written: Mapping[str, Any]) -> list[Message]:
    count, failed = written["count"], written["failed"]
    if count == 1 and not failed:
        first = written["texts"][0]
        flags = [Message(**one) for one in first["flag_messages"][:3]]
        flagged = [say("text_flagged", flag=flag) for flag in flags]
        open_ones = [say("statements_not_checked", n=first["not_checked"])] if first["not_checked"] else []
        return [*(flagged or [say("text_titled", title=first["title"])]), *open_ones]
    counts = {
        "texts_written": count - written["facts_blocks"],
        "facts_blocks_made": written["facts_blocks"],
        "texts_flagged": written["flagged"],
        "texts_to_check": written["to_check"],
        "rows_failed": failed,  # the run's problems say why
    }
    return [say(code, n=n) for code, n in counts.items() if n]


WORKFLOW = Workflow(
    name="generate-content",
    request=GenerateContent,
    result=GenerateContentResult,
    quality=quality,
    make_result=make_result,
    findings="in_short",
    document=Document(
        title="Texts",
        formats={name: f"files.{name}" for name in ("html", "md", "docx", "csv", "json")},
    ),
    panels=(
        Panel(kind="document", title="Texts"),
        Panel(
            kind="table",
            title="Written",
            source="texts",
            columns=("title", "state", "score", "written_by", "flags"),
        ),
        Panel(kind="files", title="Files"),
    ),
    actions={"generate": ("written", "filed")},
    size=size,
    cost=cost,
    priority=priority,
    models=models,
    most_calls=most_calls,
    per_item=per_item,
    preview=preview_rows,
)
