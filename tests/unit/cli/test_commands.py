"""What the command line says to what somebody typed wrong, before anything is started."""

import asyncio
from pathlib import Path

import pytest

from magicai.cli import main
from magicai.cli.root import root
from magicai.runs.run import Origin, Run, RunStatus
from magicai.values.ids import new_id
from magicai.values.times import now_us

CRAWL = ("run", "crawl-analyze-generate")
SHOP = "https://shop.example"


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # pyright: ignore[reportUnusedFunction]
    monkeypatch.setenv("MAGICAI_HOME", str(tmp_path / "home"))


def test_help_lists_every_command_and_each_is_there(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    listed = [
        line.split()[0] for line in capsys.readouterr().out.partition("Commands:")[2].splitlines() if line.strip()
    ]
    import click

    context = click.Context(root)
    assert [name for name in root.list_commands(context) if name not in listed] == []
    assert [name for name in root.list_commands(context) if root.get_command(context, name) is None] == []


VERBS = "Use one of: analyze, answer, crawl, generate, ingest, process, publish, review."


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("fly",), "'fly'"),
        (("rnu",), "Did you mean 'run'?"),
        (("run", "crawl-analyse-generate"), "Did you mean 'crawl-analyze-generate'?"),
        (("runs", "--stauts", "failed"), "Did you mean '--status'?"),
        (("run", "fly"), "There is no workflow 'fly'. There are: add-documents, crawl-analyze-generate"),
        (("plan", "generate_and_crawl"), "For an action: magicai plan magicai generate_and_crawl --params JSON"),
        (("plan", "fly"), "There is no workflow 'fly'. There are: add-documents, crawl-analyze-generate"),
        (("run", "magicai", "fly"), f"No workflow can 'fly'. {VERBS}"),
        (("run",), "crawl-analyze-generate"),
        (CRAWL, "competitor_url is missing: address of a shop's front page"),
        ((*CRAWL, SHOP, "--max-pages", "many"), "max_pages is 'many'"),
        ((*CRAWL, SHOP, "--max-pages", "0"), "max_pages is '0'"),
        ((*CRAWL, SHOP, "--language", "fr"), "language is 'fr'"),
        ((*CRAWL, "not a shop"), "'not a shop' is not a shop's address"),
        ((*CRAWL, SHOP, "--colour"), "--colour"),
        ((*CRAWL, SHOP, "--sample"), "Remove one of them."),
        (("show", "01a20f6f"), "There is no run '01a20f6f'. To list your runs: magicai runs"),
        (("resume", "01a20f6f"), "There is no run '01a20f6f'."),
        (("cancel", "01a"), "'01a' is too short"),
        (("resume",), "There is no run to resume."),
        (("export", "01a20f6f", "--output", "/no/such/x.csv"), "There is no folder /no/such."),
        (("export", "01a20f6f", "--output", "x.xlsx"), "There is no run '01a20f6f'."),
        (("stores", "accept", "--anew"), "--anew applies only to the records: magicai stores accept records --anew"),
        (("stores", "accept", "records", "cache", "--anew"), "--anew applies only to the records"),
        (("restore", "/no/such"), "There is no backup in /no/such."),
    ],
)
def test_a_wrong_request_is_refused_at_once_by_name(
    words: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(list(words)) == 2
    out, err = capsys.readouterr()
    assert said in err
    assert out == ""


@pytest.mark.parametrize("words", [(*CRAWL, SHOP), ("up",), ("serve",)])
def test_a_model_that_cannot_be_is_refused_before_anything_is_started(
    words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MAGICAI_MODEL", "gpt-4o")
    assert main(list(words)) == 2
    assert "MAGICAI_MODEL is 'gpt-4o', which is not a model. Use auto, none" in capsys.readouterr().err
    monkeypatch.delenv("MAGICAI_MODEL")
    assert main(["runs"]) == 0
    assert capsys.readouterr().out == ""  # no run is left queued


@pytest.fixture
def any_address(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether an address can be reached is not asked."""

    async def check(*_: object) -> None: ...

    monkeypatch.setattr("magicai.cli.local_installation.check_addresses", check)


@pytest.mark.usefixtures("any_address")
@pytest.mark.parametrize(
    ("body", "said"),
    [
        (None, "own_catalogue: {}: there is no such file."),
        (b"", "own_catalogue: {} is empty."),
        (b"name,price\nLamp,3\n", "{} has no column currency."),
        (b"name,price,currency\nLamp,cheap,EUR\n", "{}, line 2: 'cheap' is not a price."),
    ],
)
def test_a_catalogue_that_is_none_is_refused_before_the_run(
    body: bytes | None, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "own.csv"
    if body is not None:
        path.write_bytes(body)
    assert main([*CRAWL, SHOP, "--own-catalogue", str(path)]) == 2
    err = capsys.readouterr().err
    assert said.format(path) in err
    assert "rrno" not in err
    assert "codec" not in err


@pytest.mark.usefixtures("any_address")
def test_a_folder_is_no_catalogue(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*CRAWL, SHOP, "--own-catalogue", str(tmp_path)]) == 2
    assert f"own_catalogue: {tmp_path} is a folder." in capsys.readouterr().err


async def _keep(*, began: bool) -> str:
    """A run that failed, or that was cancelled before it began."""
    from integrations.open import open_ports

    run_id = new_id()
    run = Run(
        run_id=run_id,
        owner_id="local",
        workflow="crawl-analyze-generate",
        request={"competitor_url": [SHOP]},
        origin=Origin.CLI,
        status=RunStatus.QUEUED,
        created_at=now_us(),
        follows="run-before",
    )
    async with open_ports() as ports:
        runs = ports.records.runs
        await runs.add(run, key=run_id)
        if began:
            made = await runs.begin(run_id, host="h", pid=1, process_started_at=1, flow_run_id=None)
            await runs.finish(made, RunStatus.FAILED, {"run_id": run_id, "problems": []})
        else:
            await runs.request_cancel(run_id)
    return run_id


def test_a_run_that_was_cancelled_before_it_began_is_not_gone_on_with(capsys: pytest.CaptureFixture[str]) -> None:
    run_id = asyncio.run(_keep(began=False))
    assert main(["resume"]) == 2
    assert "There is no run to resume." in capsys.readouterr().err
    assert main(["resume", run_id]) == 1
    assert "was cancelled before it started. To start a new one" in capsys.readouterr().err


async def test_the_latest_run_that_can_be_gone_on_with_is_found() -> None:
    from magicai.cli.foreground import latest_unfinished
    from magicai.cli.installation import open_installation

    wanted = await _keep(began=True)
    await _keep(began=False)
    async with open_installation() as installation:
        assert (await latest_unfinished(installation)).run_id == wanted


def test_a_run_is_shown_on_standard_output(capsys: pytest.CaptureFixture[str]) -> None:
    run_id = asyncio.run(_keep(began=False))
    assert main(["show", run_id]) == 130
    out = capsys.readouterr().out
    assert "crawl-analyze-generate: cancelled" in out
    assert "magicai show run-before" in out


@pytest.mark.parametrize("words", [("template", "add"), ("template", "preview")])
def test_a_file_that_is_no_text_is_named_as_that(
    words: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MAGICAI_HOME", str(tmp_path / "home"))
    file = tmp_path / "binary"
    file.write_bytes(b"\x89PNG\r\n\xff\xfe")
    assert main([*words, str(file)]) == 2
    assert "not UTF-8 text" in capsys.readouterr().err
