"""What others wrote reaches a terminal as text: no escape, no hidden order, no line that reads backwards."""

import io
import json
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest
from rich.table import Table
from rich.text import Text

from magicai.accounts.identity import Role, User
from magicai.catalogue.product import Origin as Source
from magicai.catalogue.product import OriginKind, SourceStatement, Values
from magicai.cli import main
from magicai.cli.display import display
from magicai.cli.local import with_ports
from magicai.cli.terminal import console, raw_output, shown_streams
from magicai.content.content import Content, QualityShown, State, Version, content_entity
from magicai.content.text import Block
from magicai.knowledge.adding import add_document
from magicai.knowledge.document import PASSAGE
from magicai.knowledge.feedback import Feedback
from magicai.knowledge.feedback_changes import give_feedback
from magicai.knowledge.interactions import Interaction, interaction_entity
from magicai.knowledge.ports import Member, MemberRole
from magicai.publishing.draft import Draft
from magicai.publishing.findings import Findings
from magicai.publishing.review_settings import rules_of
from magicai.publishing.reviewing import keep_findings, open_review
from magicai.publishing.submitting import Wanted, submit
from magicai.runs.run import Origin, Run, RunEvent, RunStatus
from magicai.values.printable import printable
from magicai.values.rewards import WEIGHTS
from tests.unit.knowledge.test_documents import Paragraphs

if TYPE_CHECKING:
    from integrations.open import Ports

# Sets the window's title, a link to elsewhere, clears the screen in C1, goes back in the line, turns it around.
HOSTILE = (
    "\x1b]0;owned\x07 \x1b]8;;https://evil.example\x1b\\here\x1b]8;;\x1b\\ \x9b2J \rshown \u202eelif \u2066x\u2069 \x7f"
)
OBEYED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
RUN = "0199d1c5-7c2e-7000-8000-00000000000a"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


AS_JSON = ("show {run} --json", "knowledge list --json", "knowledge gaps --json", "content show {run}-000001 --json")
STREAMS = pytest.mark.parametrize("stream", [io.StringIO, Terminal], ids=["piped", "terminal"])


@dataclass(frozen=True)
class Ids:
    home: Path
    document: str
    product: str


@pytest.fixture(scope="module")
def ids(tmp_path_factory: pytest.TempPathFactory) -> "Ids":
    """An installation in which everything that others can write is hostile."""
    home = tmp_path_factory.mktemp("home")

    async def fill(ports: "Ports") -> Ids:
        owner_id, entities = ports.settings.owner, ports.records.entities
        run = Run(
            run_id=RUN, owner_id=owner_id, workflow="search-and-answer", request={"query": HOSTILE}, origin=Origin.API,
            status=RunStatus.QUEUED, created_at=1,
        )  # fmt: skip
        await ports.records.runs.add(run, key="k")
        attempt = await ports.records.runs.begin(RUN, host="h", pid=1, process_started_at=1, flow_run_id=None)
        problem = {"code": "x", "what": HOSTILE, "way_out": HOSTILE}
        result = {"answer": HOSTILE, "in_short": [HOSTILE], "problems": [problem], "status": "partial"}
        await ports.records.runs.finish(attempt, RunStatus.PARTIAL, result)
        added = await add_document(
            entities, Paragraphs(), owner_id=owner_id, collection="default", source=f"{HOSTILE}.txt",
            body=f"{HOSTILE} says so.".encode(),
        )  # fmt: skip
        (passage, *_) = [item.entity_id for item in (await entities.listed(owner_id, PASSAGE)).items]
        for interaction_id, abstained in ((RUN, False), ("gap", True)):
            asked = Interaction(
                interaction_id=interaction_id, query=HOSTILE, language="en", collections=(),
                answerable="no" if abstained else "sources_disagree", answer="" if abstained else HOSTILE,
                passages=(passage,), cited=(passage,), at=1,
            )  # fmt: skip
            await entities.save([interaction_entity(asked, owner_id=owner_id)])
        await give_feedback(ports.knowledge, RUN, Feedback(helpful=True), owner_id=owner_id, weights=WEIGHTS)
        await ports.records.identities.add_user(User(user_id="id-eve", name="eve", role=Role.USER, created_at=1))
        await ports.knowledge.members.put(Member("id-eve", "pots", owner_id, MemberRole.READER, 1))
        version = Version(
            number=1, at=1, by="composer", blocks=(Block(kind="paragraph", text=HOSTILE),), claims=(),
            quality=QualityShown(score=1.0),
        )  # fmt: skip
        content = Content(
            content_id=f"{RUN}-000001", owner_id=owner_id, run_id=RUN, item="000001",
            content_type="product-description", language="en", variables={"name": HOSTILE}, state=State.DRAFT,
            versions=(version,),
        )  # fmt: skip
        await entities.save([content_entity(content)])
        origin = Source(kind=OriginKind.FILE, source="a.csv", place="a.csv, row 2", at=1)
        stated = SourceStatement(values=Values(name=HOSTILE, sku="K1", brand=HOSTILE), origin=origin)
        (saved,) = await ports.catalogue.catalogue.save(owner_id, "r", [stated])
        kept = await submit(
            ports.publishing, Draft(title=HOSTILE, text=HOSTILE), Wanted(), owner_id=owner_id, by=owner_id, run_id=RUN
        )
        await keep_findings(ports.publishing, RUN, kept.submission.digest, Findings())
        await open_review(ports.publishing, RUN, rules_of(ports.settings))
        return Ids(home, added.document_id, saved.product_id)

    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("MAGICAI_HOME", str(home))
        return with_ports(fill)


def said_by(
    words: Sequence[str], stream: type[io.StringIO], ids: "Ids", monkeypatch: pytest.MonkeyPatch
) -> tuple[str, str]:
    monkeypatch.setenv("MAGICAI_HOME", str(ids.home))
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("NO_COLOR", "1")
    out, err = stream(), stream()
    monkeypatch.setattr(sys, "stdout", out)
    monkeypatch.setattr(sys, "stderr", err)
    main([word.format(run=RUN, document=ids.document, product=ids.product) for word in words])
    assert (sys.stdout, sys.stderr) == (out, err)
    return out.getvalue(), err.getvalue()


@STREAMS
@pytest.mark.parametrize(
    "words",
    [
        "runs", "runs --json", "show {run}", "show {run} --json", "items {run}", "effects", "user list",
        "knowledge list", "knowledge list --json", "knowledge show {document}", "knowledge status",
        "knowledge collections", "knowledge gaps", "knowledge gaps --json", "knowledge disagreements",
        "knowledge disagreements --json", "feedback list", "feedback list --json", "feedback report",
        "content list", "content list --json", "content show {run}-000001", "content show {run}-000001 --json",
        "products list", "products list --json", "products show {product}", "products facets",
        "review list", "review list --json", "review show {run}", "review show {run} --json", "posts list",
        "review-log list",
    ],
)  # fmt: skip
def test_no_command_hands_a_terminal_what_others_want_it_to_do(
    words: str, stream: type[io.StringIO], ids: "Ids", monkeypatch: pytest.MonkeyPatch
) -> None:
    out, err = said_by(words.split(), stream, ids, monkeypatch)
    assert not OBEYED.findall(out + err)
    if words in AS_JSON:
        assert HOSTILE.split(maxsplit=1)[0] in "".join(_texts(_values(out))), "JSON has the same value, escaped"
    elif " show " in words or words.endswith(("gaps", "disagreements")) or words in ("feedback list", "products list"):
        assert "\\u001b" in out, "what is left out is shown"


@STREAMS
def test_an_error_that_quotes_a_value_shows_it(
    stream: type[io.StringIO], ids: "Ids", monkeypatch: pytest.MonkeyPatch
) -> None:
    for words in (["show", HOSTILE], ["knowledge", "show", HOSTILE], ["knowledge", HOSTILE], ["run", HOSTILE]):
        out, err = said_by([word.replace("{", "") for word in words], stream, ids, monkeypatch)
        assert err
        assert not OBEYED.findall(out + err)


def _values(out: str) -> list[object]:
    try:
        return [json.loads(out)]
    except ValueError:
        return [json.loads(line) for line in out.splitlines()]


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        value = list(cast("dict[str, Any]", value).values())
    return [text for one in cast("list[Any]", value) for text in _texts(one)] if isinstance(value, list) else []


@STREAMS
def test_a_run_that_is_followed_and_its_streamed_text_show_it(
    stream: type[io.StringIO], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setattr(sys, "stderr", err := stream())
    monkeypatch.setattr(sys, "stdout", stream())

    def event(kind: str, **data: object) -> RunEvent:
        return RunEvent(
            run_id=RUN, sequence=0, at=0, kind=kind, status=RunStatus.PROCESSING, progress=0.0,
            current_task="write_answer", estimated_remaining=None, data=data,
        )  # fmt: skip

    with shown_streams(), display() as shown:
        shown.event(event("step", state="started"))
        shown.event(event("text", text=HOSTILE, begins=True))
        shown.event(event("finding", words=HOSTILE))
        shown.event(event("problem", problem={"what": HOSTILE, "way_out": HOSTILE}))
        shown.say(HOSTILE)
        sys.stderr.write(f"{HOSTILE}\n")
    said = err.getvalue()
    assert "\\u001b]0;owned" in said
    for order in ("\x1b]0", "\x1b]8", "\x9b", "\u202e", "\u2066", "\x7f"):
        assert order not in said


def test_a_drawn_table_keeps_its_colours_and_shows_what_is_in_its_cells(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    stream = Terminal()
    table = Table.grid()
    table.add_row(HOSTILE, Text(HOSTILE, style="red"), "[link=https://evil.example]x[/link]")
    console(stream).print(table)
    assert "\x1b[31m" in stream.getvalue()
    assert not OBEYED.findall(re.sub(r"\x1b\[[0-9;]*m", "", stream.getvalue()))


def test_text_that_orders_nothing_stays_as_it_is() -> None:
    for text in ("茶 über\tx\n", "👩‍👧 שלום", "a\u00a0b", ""):
        assert printable(text) == text
    assert printable("a\r\nb") == "a\nb"
    assert printable(printable(HOSTILE)) == printable(HOSTILE)
    assert json.loads(printable(json.dumps(HOSTILE, ensure_ascii=False))) == HOSTILE


def test_every_command_writes_this_one_way() -> None:
    """Rich writes past a stream, and so does who takes its buffer: only `terminal.py` knows how."""
    folder = Path(__file__).parents[3] / "magicai" / "cli"
    past = re.compile(r"\b(?:Console|get_console|rich\.print)\(|std(?:out|err)\.buffer|__std(?:out|err)__|os\.write\(")
    for file in folder.rglob("*.py"):
        if file.name != "terminal.py":
            assert not past.search(file.read_text()), file


def test_a_protocol_has_standard_output_with_its_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", out := io.TextIOWrapper(io.BytesIO()))
    with shown_streams():
        assert not hasattr(sys.stdout, "buffer")
        with raw_output():
            assert sys.stdout is out
