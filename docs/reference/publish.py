"""Write the reference of commands, settings and errors from the code: `python docs/reference/publish.py`."""

import ast
import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import click

from magicai import errors as error_tree
from magicai.api.problems import TABLE
from magicai.cli.root import root
from magicai.messages import TABLES, table
from magicai.setting_values import SETTABLE, variable_of
from magicai.settings import Settings
from magicai.settings_listed import listed

FOLDER = Path(__file__).parent
_NOTE = "<!-- Written by docs/reference/publish.py from the code; don't edit. -->"
_COMMANDS = f"""# Commands

{_NOTE}

`python3 start.py ...` installs what is missing, then runs `magicai ...`. `magicai COMMAND --help` shows the same.

- RUN is the id of a run, or a unique beginning or end of it (at least four characters).
- Messages and progress go to standard error, results to standard output.
- Commands can run on [a gateway elsewhere](../how-to/remote.md): `magicai --server URL run ...`.
- How parameters of any type are typed: [Start a run](../how-to/start-runs.md).

| exit status | meaning |
|---|---|
| 0 | completed |
| 1 | failed |
| 2 | the command or a value is wrong |
| 3 | partial: there is a result, and something is missing from it |
| 130 | cancelled |
"""
_SETTINGS = f"""# Settings

{_NOTE}

Set these in the environment of `magicai`. Those with an entry under "set by" can also be changed [while MagicAI
runs](../how-to/settings.md); the environment takes precedence. `magicai settings` lists all with their values; secrets
are masked.
"""
_ERRORS = f"""# Errors

{_NOTE}

Programs read the code of an error; its words may change. An error of the [API](api.md#errors) has `message` and `way`,
each `{{code, params}}`: `params` holds the values that stand in braces below. "Comes as" is the `type` of the problem
without `urn:magicai:problem:`; it is empty where the code is a part of other messages, or where it depends on the case.
Problems of runs have the same codes.
"""
_WAYS_OUT = "ways_out"
# What makes an error from its first argument, by the code that it names.
_FAMILY = {kind.__name__: kind for kind in vars(error_tree).values() if isinstance(kind, type)}
_CODE_FOLDERS = ("magicai", "integrations", "flows", "tasks", "blocks", "deployments")
# The setting that each part of the page begins with.
_PARTS = {
    "MAGICAI_HOME": "Stores",
    "JWT_SECRET_KEY": "Keys",
    "MAGICAI_SERVER": "Command line",
    "MAGICAI_TIME_ZONE": "General",
    "MAGICAI_CRAWL_ALLOW_HOSTS": "Crawls",
    "MAGICAI_MODEL": "Language models and budgets",
    "MAGICAI_BROWSER": "Browser, webhooks and notifications",
    "MAGICAI_SMTP_HOST": "Mail",
    "MAGICAI_PUBLIC_URL": "Gateway",
    "MAGICAI_OIDC_ISSUER": "Sign-in",
    "MAGICAI_RUNS_AT_ONCE": "Runs and workers",
    "MAGICAI_BACKUP_DIR": "Backups and retention",
    "MAGICAI_TEST_REQUIRE": "Tests",
}
# Who sets a setting while MagicAI runs, by its variable.
_SET_BY = {
    variable_of(name): "admins, for all" if one.scope == "installation" else "admins" if one.guarded else "workspace"
    for name, one in SETTABLE.items()
}
_TYPES = {"INTEGER RANGE": "N", "INTEGER": "N", "FLOAT RANGE": "N", "FLOAT": "N"}


def pages() -> dict[str, str]:
    """The pages by their files' names."""
    return {"commands.md": commands(), "settings.md": settings(), "errors.md": errors()}


def commands() -> str:
    """Every command with its options, in the order of `magicai --help`."""
    return "\n".join([_COMMANDS, *_command(root, "magicai")])


def settings() -> str:
    """Every setting with its default, in the order of `magicai settings`."""
    lines = [_SETTINGS]
    for row in listed(Settings()):
        if row.name in _PARTS:
            lines += [f"## {_PARTS[row.name]}\n", "| setting | default | set by | meaning |", "|---|---|---|---|"]
        default = "the user's data folder" if row.name == "MAGICAI_HOME" else f"`{row.default}`" if row.default else ""
        lines.append(f"| `{row.name}` | {default} | {_SET_BY.get(row.name, '')} | {_cell(row.description)} |")
    return "\n".join(lines).replace("\n## ", "\n\n## ").replace("\n\n\n", "\n\n") + "\n"


def errors() -> str:
    """Every code with its words and its way out, by subject; the ways out on their own at the end."""
    lines = [_ERRORS]
    for path in sorted(TABLES.glob("*.json"), key=lambda path: (path.stem == _WAYS_OUT, path.stem)):
        entries: dict[str, dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
        lines.append(f"## {'What to do' if path.stem == _WAYS_OUT else path.stem.capitalize()}\n")
        if path.stem == _WAYS_OUT:
            lines += ["| code | what it says |", "|---|---|"]
            lines += [f"| `{code}` | {_cell(_said(entry))} |" for code, entry in sorted(entries.items())]
        else:
            lines += ["| code | what it says | what to do | comes as |", "|---|---|---|---|"]
            lines += [_error(code, entry) for code, entry in sorted(entries.items())]
        lines.append("")
    return "\n".join(lines)


def _error(code: str, entry: Mapping[str, Any]) -> str:
    way = entry.get("way_out")
    names = ", ".join(f"`{name}`" for name in sorted(_problems().get(code, ())))
    return f"| `{code}` | {_cell(_said(entry))} | {_cell(_said(table()[way])) if way else ''} | {names} |"


def _said(entry: Mapping[str, Any]) -> str:
    words = entry["en"]
    return words if isinstance(words, str) else words["other"]


@cache
def _problems() -> Mapping[str, set[str]]:
    """The types of problems that errors of a code become, where a call says both."""
    found = defaultdict[str, set[str]](set)
    root = FOLDER.parents[1]
    for path in sorted(path for folder in _CODE_FOLDERS for path in (root / folder).rglob("*.py")):
        if "node_modules" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Call(func=ast.Name(id=name), args=[ast.Constant(value=str(code)), *_]) if name in _FAMILY:
                    found[code] |= set([kind for of, _, kind in TABLE if issubclass(_FAMILY[name], of)][:1])
                case _:
                    pass
    return found


def _command(command: click.Command, name: str) -> Iterator[str]:
    """What a page says of a command, and of those below it."""
    context = click.Context(command, info_name=name)
    yield f"## {name}\n\n{_sentence(command)}\n\n```\n{' '.join([name, *command.collect_usage_pieces(context)])}\n```\n"
    rows = [_option(param, context) for param in command.params if isinstance(param, click.Option)]
    if rows:
        yield "\n".join(["| option | meaning |", "|---|---|", *rows]) + "\n"
    if isinstance(command, click.Group) and name != "magicai plan":  # which takes what `run` takes
        for word in command.list_commands(context):
            inner = command.get_command(context, word)
            if inner is not None and not inner.hidden:
                yield from _command(inner, f"{name} {word}")


def _sentence(command: click.Command) -> str:
    return (command.help or "").strip().removesuffix(".") + "."


def _option(option: click.Option, context: click.Context) -> str:
    typed, said = option.get_help_record(context) or ("", "")
    for long, short in _TYPES.items():
        typed = typed.replace(f" {long}", f" {short}")
    said = re.sub(r"\s*\[(?:required|.*x.*)\]$", "", said)
    default = option.get_default(context)
    if isinstance(default, int | float | str) and not option.is_flag and "efault" not in said:
        said = f"{said} Default: {default}."
    return f"| `{_cell(typed)}` | {_cell(said.strip())} |"


def _cell(words: str) -> str:
    return words.replace("|", "\\|")


if __name__ == "__main__":
    for name, page in pages().items():
        (FOLDER / name).write_text(page, encoding="utf-8")
