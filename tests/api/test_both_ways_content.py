"""The commands of content and knowledge: the same words, on the same rows, in process and with `--server`."""

import asyncio
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click import Context, Group
from click.testing import CliRunner

from integrations.open import Ports, open_ports
from magicai.accounts.api_keys import add_key
from magicai.accounts.identity import Role, Scope, User
from magicai.cli.root import root
from magicai.content.content import State, content_entity
from magicai.content.voice import Manner, Voice, VoiceVersion, voice_entity
from magicai.knowledge.adding import add_document
from magicai.knowledge.collections import share
from magicai.knowledge.document import PASSAGE
from magicai.knowledge.interactions import Interaction, interaction_entity
from magicai.knowledge.ports import MemberRole
from magicai.knowledge.search_and_answer import SearchAndAnswer
from magicai.runs.requests.accept import accept
from magicai.runs.requests.files_in import body_of
from magicai.runs.run import Origin
from magicai.settings import Settings
from tests.api.conftest import Api
from tests.api.test_command_line import begun, ended, finish, started
from tests.api.test_knowledge import GUIDE
from tests.unit.content import briefs
from tests.unit.knowledge.test_documents import Paragraphs

ANN, BOB = (User(user_id=f"id-{name}", name=name, role=Role.ADMIN, created_at=1) for name in ("ann", "bob"))
TEMPLATE = "---\nname: note\nlanguage: en\ntitle: Note\nvariables: {name: {title: Name}}\n---\n{{ name }} is here.\n"
FILES = {
    "edited.md": "# Linen apron\n\nMade of washed linen, 39.00 EUR.",
    "empty.md": "",
    "note.md": TEMPLATE,
    "variables.json": '{"name": "Kettle"}',
    "voice.yaml": "rules: [Short sentences]\navoid: [cheap]\n",
    "sample.txt": "You cook. The apron keeps you clean.",
}
# Typed one after the other; those with an exclamation mark are refused.
SESSIONS = {
    "content": """
        list
        list --state flagged --json
        show run-000001
        show 000001 --json
        ! show nothing
        ! show x
        drafts run-000001
        use run-000001 2
        ! use run-000001 7
        edit run-000001 edited.md
        ! edit run-000001 empty.md
        diff run-000001
        diff run-000001 1 2
        ! diff run-000001 1 9
        ! rewrite run-000001 warmer
        export run-000001 out.md
        ! export run-000001 out.exe
        accept run-000001
        reject run-000002 --reason Long
        list --language de
        undo run-000001 run-000002
        ! accept run-000001 run-000002 nothing
        ! undo run-000001 run-000002 nothing
        reject --state draft --reason Long --yes
        ! undo
        ! accept run-000002 --state draft
        accept --state accepted --yes
        ! rewrite run-000001 run-000002 plainer
        list
    """,
    "template": """
        list
        show seo --language zh
        preview note.md
        preview note.md variables.json
        ! preview voice.yaml
        add note.md
        add note.md
        ! add voice.yaml
        show own:note
        list
        remove own:note
        ! remove own:note
    """,
    "voice": """
        list
        show house
        ! show nothing
        edit house voice.yaml
        edit house voice.yaml --language de
        restore house 1
        ! restore house 9
        ! learn house sample.txt
        ! learn house empty.md
        use none
        use house
        list
        remove house
        list
    """,
    "knowledge": """
        status
        list
        list --json --collection support
        ! list --collection bob/team
        show {document}
        ! show nothing
        gaps
        gaps --json
        disagreements
        disagreements --json
        answer Mars? Yes. --collection support
        gaps
        share support bob
        share support bob --role editor
        ! share support ann
        collections
        collections --json
        unshare support bob
        ! unshare support bob
        accept bob/team
        ! accept team
        list
        leave bob/team
        ! leave bob/team
        remove {document}
        ! remove {document}
        status
    """,
    "feedback": """
        list
        ! give {run}
        give {run} --helpful --json
        give {run} --rating 4
        give {run} --right-source 1
        ! give {run} --right-source 9
        give {run} --corrected-answer Two.
        ! give nothing --helpful
        list
        list --json
        undo {run}
        give {run} --not-helpful
        strike {answer}
        ! undo {run}
        list
    """,
}
# What differs between two installations.
VARYING = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|\d{4}-\d\d-\d\dT[\d:.]+Z")


@dataclass(frozen=True, slots=True)
class Answered:
    """What a command answered: what it printed, or why it is refused."""

    words: str
    refusal: str
    out: str
    err: str


async def rows(ports: Ports) -> dict[str, str]:
    """The same things of ann's and bob's in every installation; what commands call them by."""
    records, entities = ports.records, ports.records.entities
    for user in (ANN, BOB):
        await records.identities.add_user(user)
    first = briefs.content("# Linen apron\n\nMade of linen.").latest.model_copy(update={"at": 1})
    other = first.model_copy(update={"number": 2, "blocks": first.blocks[:1], "by": "openai:m", "cost": 0.25})
    second = first.model_copy(update={"number": 2, "by": "user", "flags": ("“51 h”: the record says 15 h",)})
    of_ann: dict[str, Any] = {"owner_id": "id-ann", "run_id": "r" * 36}
    texts = [
        briefs.content("x", item="000001", versions=(first, second), alternatives=(first, other), **of_ann),
        briefs.content("x", item="000002", versions=(first,), state=State.FLAGGED, **of_ann),
    ]
    house = VoiceVersion(number=1, at=1, by="user", manner=Manner(rules=("Address the reader as you",)))
    voices = [Voice(owner_id="id-ann", name="house", versions=(house,), in_use_since=1)]
    await entities.save([*map(content_entity, texts), *map(voice_entity, voices)])
    guide = await add_document(
        entities, Paragraphs(), owner_id="id-ann", collection="support", source="guide.md", body=GUIDE.encode()
    )
    await add_document(
        entities, Paragraphs(), owner_id="id-bob", collection="team", source="team.md", body=b"# Team\n\nOf bob."
    )
    await share(ports.knowledge, "team", "ann", MemberRole.READER, owner_id="id-bob")
    request = SearchAndAnswer(query="How long?")
    run = await accept(records, "search-and-answer", request, owner_id="id-ann", origin=Origin.CLI)
    (passage, *_) = [item.entity_id for item in (await entities.listed("id-ann", PASSAGE)).items]
    asked = Interaction(
        interaction_id=run.run_id, query="How long?", language="en", collections=(), answerable="yes",
        answer="1 day. [1]", passages=(passage,), cited=(passage,), ranking=((passage, 1.0),), at=1,
    )  # fmt: skip
    lacking = asked.model_copy(
        update={"interaction_id": "gap", "query": "Mars?", "answerable": "no", "passages": (), "cited": ()}
    )
    disputed = asked.model_copy(update={"interaction_id": "disputed", "answerable": "sources_disagree"})
    await entities.save([interaction_entity(one, owner_id="id-ann") for one in (asked, lacking, disputed)])
    return {"document": guide.document_id, "run": run.run_id[-8:], "answer": run.run_id}


@pytest.fixture
def relayed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The search indexes that commands fed."""
    stores: list[str] = []

    async def drain(_records: object, projections: Mapping[str, object], **_: object) -> dict[str, int]:
        stores.extend(name for name in projections if name == "search")
        return {}

    monkeypatch.setattr("magicai.stores.relay.drain", drain)
    return stores


@pytest.fixture
async def here(tmp_path: Path, template: Path) -> tuple[dict[str, str], dict[str, str]]:
    """An installation of this machine, as variables, and what commands call its rows by."""
    folder = tmp_path / "here"
    folder.mkdir(mode=0o700)
    shutil.copy(template, folder / "records.sqlite3")
    async with open_ports(Settings(home=folder, owner="id-ann", model="none")) as ports:
        names = await rows(ports)
    return {"MAGICAI_HOME": str(folder), "MAGICAI_OWNER": "id-ann", "MAGICAI_MODEL": "none"}, names


@pytest.fixture
async def there(api: Api) -> tuple[dict[str, str], dict[str, str]]:
    """The same, behind a gateway."""
    assert isinstance(api.gateway.ports, Ports)
    names = await rows(api.gateway.ports)
    _, token = await add_key(api.records.identities, ANN, "k", frozenset(Scope), days=None, once=None)
    assert token is not None
    return {"MAGICAI_SERVER": api.url, "MAGICAI_TOKEN": token, "MAGICAI_HOME": "/nowhere/at/all"}, names


async def answered(group: str, variables: Mapping[str, str], names: Mapping[str, str]) -> list[Answered]:
    """What the commands of a session answer, one after the other."""
    found: list[Answered] = []
    for line in SESSIONS[group].strip().splitlines():
        refused, words = line.strip().startswith("! "), line.strip().removeprefix("! ")
        typed = [group, *words.format(**names).split()]
        result = await asyncio.to_thread(CliRunner(env=variables).invoke, root, typed)
        assert bool(result.exit_code) is refused, f"{words}: {result.output} {result.exception!r}"
        refusal = "" if result.exception is None else str(result.exception)
        found.append(Answered(words, *(VARYING.sub("…", one) for one in (refusal, result.stdout, result.stderr))))
    return found


@pytest.mark.parametrize("group", SESSIONS)
async def test_commands_answer_the_same_in_process_and_over_the_gateway(
    group: str,
    here: tuple[dict[str, str], dict[str, str]],
    there: tuple[dict[str, str], dict[str, str]],
    relayed: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    over_the_gateway = await answered(group, *there)
    exported = (tmp_path / "out.md").read_bytes() if group == "content" else b""
    assert relayed == []
    in_process = await answered(group, *here)
    assert over_the_gateway == in_process
    assert relayed == (["search"] * 2 if group == "knowledge" else [])
    if group == "content":
        assert exported == (tmp_path / "out.md").read_bytes() != b""


def test_every_command_is_typed_both_ways() -> None:
    for group, session in SESSIONS.items():
        typed = {line.strip().removeprefix("! ").split()[0] for line in session.strip().splitlines()}
        found = root.get_command(Context(root), group)
        assert isinstance(found, Group)
        # What adds documents is a run, and followed as any other.
        assert typed == found.commands.keys() - {"add" if group == "knowledge" else ""}


async def test_files_of_this_machine_are_added_to_the_knowledge_of_the_gateway(api: Api, tmp_path: Path) -> None:
    folder = tmp_path / "docs"
    folder.mkdir()
    (folder / "guide.md").write_text(GUIDE)
    process = await started(api, "knowledge", "add", str(folder), "--collection", "support")
    attempt = await begun(api)
    request = (await api.row(attempt.run_id)).request
    assert (request["sources"], request["collection"]) == (["guide.md"], "support")
    (file_id,) = request["files"]
    assert await body_of(api.records, api.gateway.ports.files, file_id, owner_id="id-ann") == GUIDE.encode()
    await finish(api, attempt)
    assert (await ended(process))[0] == 0
