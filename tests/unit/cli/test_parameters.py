"""A request of any shape on the command line: what is typed becomes what the model checks."""

import io
import json
import re
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

from magicai.cli.parameters import parameters_of, values_of
from magicai.errors import Invalid
from magicai.runs.requests.accept import check_request
from tests.unit.runs.every_shape import EveryShape


class Terminal(io.StringIO):
    """A keyboard."""

    def isatty(self) -> bool:
        """It is one."""
        return True


def typed(*words: str) -> dict[str, Any]:
    """The values that a command of these words gives."""
    command = click.Command("every-shape", params=parameters_of(EveryShape), callback=dict[str, Any])
    given = command.main(list(words), prog_name="magicai", standalone_mode=False)
    return values_of(EveryShape, given)


def requested(*words: str) -> dict[str, Any]:
    """The same, as the model takes it."""
    return check_request(EveryShape, typed(*words)).model_dump(exclude_unset=True)


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        (("--enrich",), {"enrich": True}),
        (("--no-enrich",), {"enrich": False}),
        (("--share", "0.25"), {"share": 0.25}),
        (("--shape", "square"), {"shape": "square"}),
        (("--model", "local:small"), {"model": "local:small"}),
        (("--rows", "own.csv"), {"rows": "own.csv"}),
        (("--pictures", "a.png", "--pictures", "b.png"), {"pictures": ("a.png", "b.png")}),
        (("--variables", "a=1", "--variables", "b=x=y"), {"variables": {"a": "1", "b": "x=y"}}),
        (("--variables", '{"a": "1"}', "--variables", "b=2"), {"variables": {"a": "1", "b": "2"}}),
        (("--inventory.warehouse", "n", "--inventory.count", "3"), {"inventory": {"warehouse": "n", "count": 3}}),
        (("--notes", "just so"), {"notes": "just so"}),
        (("--notes", "@@handle"), {"notes": "@handle"}),
    ],
)
def test_every_shape_can_be_typed(words: tuple[str, ...], wanted: dict[str, Any]) -> None:
    assert requested("tea", "cups", *words) == {"topics": ("tea", "cups"), **wanted}


def test_what_is_long_comes_from_a_file_or_from_standard_input(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "notes.txt").write_text("one\ntwo\n", encoding="utf-8-sig")
    assert typed("tea", "--notes", f"@{tmp_path / 'notes.txt'}")["notes"] == "one\ntwo\n"
    monkeypatch.setattr("sys.stdin", io.StringIO("from a pipe\n"))
    assert typed("tea", "--notes", "-")["notes"] == "from a pipe\n"


def test_objects_and_maps_come_whole_from_files(tmp_path: Path) -> None:
    (tmp_path / "map.json").write_text(json.dumps({"a": "1"}))
    (tmp_path / "stores.json").write_text(json.dumps([{"warehouse": "n"}, {"warehouse": "s"}]))
    (tmp_path / "store.json").write_text(json.dumps({"warehouse": "w"}))
    made = requested("tea", "--variables", f"@{tmp_path / 'map.json'}", "--stores", f"@{tmp_path / 'stores.json'}")
    assert made["variables"] == {"a": "1"}
    assert made["stores"] == ({"warehouse": "n"}, {"warehouse": "s"})
    one = f"@{tmp_path / 'store.json'}"
    assert requested("tea", "--stores", one, "--stores", one)["stores"] == ({"warehouse": "w"},) * 2
    assert requested("tea", "--stores", one)["stores"] == ({"warehouse": "w"},)
    part = requested("tea", "--inventory", one, "--inventory.count", "3")["inventory"]
    assert part == {"warehouse": "w", "count": 3}, "what is typed beside it holds"


def test_a_secret_comes_from_a_file_the_environment_or_the_keyboard(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "token").write_text("of-a-file\nand more\n")
    monkeypatch.setenv("SHOP_TOKEN", "of-a-variable")
    assert typed("tea", "--token", f"@{tmp_path / 'token'}")["token"] == "of-a-file"
    assert typed("tea", "--token", "env:SHOP_TOKEN")["token"] == "of-a-variable"
    assert typed("tea", "--inventory.key", "env:SHOP_TOKEN")["inventory"] == {"key": "of-a-variable"}
    assert typed("tea", "--keys", "env:SHOP_TOKEN", "--keys", f"@{tmp_path / 'token'}")["keys"] == [
        "of-a-variable",
        "of-a-file",
    ]
    monkeypatch.setattr("sys.stdin", io.StringIO("of-a-pipe\n"))
    assert typed("tea", "--token", "-")["token"] == "of-a-pipe"


def test_who_is_asked_for_a_secret_types_it_unseen(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: dict[str, Any] = {}

    def prompt(words: str, **how: Any) -> str:
        asked.update(how, words=words)
        return "typed"

    monkeypatch.setattr("sys.stdin", Terminal())
    monkeypatch.setattr(click, "prompt", prompt)
    assert typed("tea", "--token", "-")["token"] == "typed"
    assert asked == {"words": "token", "hide_input": True, "err": True}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--token", "hunter2"), "--token is on the command line"),
        (("--keys", "hunter2"), "--keys is on the command line"),
        (("--inventory", '{"key": "hunter2"}'), "--inventory is on the command line"),
        (("--stores", '[{"key": "hunter2"}]'), "--stores is on the command line"),
        (("--token", "env:NOT_THERE"), "--token: there is no variable NOT_THERE"),
        (("--token", "@none"), "--token: there is no file none"),
        (("--notes", "@none"), "--notes: there is no file none"),
        (("--variables", "hunter2"), "--variables is not NAME=VALUE"),
        (("--variables", "=x"), "--variables is not NAME=VALUE"),
        (("--variables", "{"), "--variables: '{' is not JSON"),
        (("--stores", "@none.json"), "--stores: there is no file none.json"),
    ],
)
def test_what_can_not_be_read_is_refused_by_its_option(words: tuple[str, ...], said: str) -> None:
    with pytest.raises(Invalid) as refused:
        typed("tea", *words)
    assert said in refused.value.what
    assert refused.value.way_out
    assert "hunter2" not in str(refused.value)


def test_an_object_that_is_none_is_refused_by_the_model(tmp_path: Path) -> None:
    (tmp_path / "list.json").write_text("[1]")
    with pytest.raises(Invalid, match="inventory is wrong"):
        requested("tea", "--inventory", f"@{tmp_path / 'list.json'}", "--inventory.count", "3")


def test_help_says_how_each_is_typed() -> None:
    command = click.Command("every-shape", params=parameters_of(EveryShape))
    said = " ".join(CliRunner().invoke(command, ["--help"]).output.split())
    for words in (
        "TOPICS...",
        "--rows FILE CSV.",
        "--notes TEXT|@FILE|-",
        "--token @FILE|env:NAME|- Lets in.",
        "--shape round|square",
        "--share NUMBER",
        "--variables NAME=VALUE|JSON|@FILE",
        "--inventory JSON|@FILE",
        "--inventory.warehouse TEXT Its name.",
        "--enrich / --no-enrich",
    ):
        assert words in said, words
    assert re.findall(r"Default: (\S+)", said) == ["round.", "False.", "0.5.", "1."]
