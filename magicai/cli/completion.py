"""Completion of commands and options in the user's shell."""

import os
import sys
from pathlib import Path

import click
from click.shell_completion import get_completion_class

_SHELLS = ("bash", "zsh", "fish")
_MARK = "# magicai completion"


@click.command("completion", help="Print or install shell completion.")
@click.argument("shell", type=click.Choice(_SHELLS), required=False)
@click.option("--install", "wanted", is_flag=True, help="Install it for your user. It takes effect in new shells.")
def completion(shell: str | None, *, wanted: bool) -> None:
    """Print or install the script of a shell, by default the one in SHELL."""
    from magicai.errors import Invalid

    name = shell or Path(os.environ.get("SHELL", "")).name
    if name not in _SHELLS:
        raise Invalid("shell_unsupported", shell=name or "this shell", names=_SHELLS)
    command = click.get_current_context().find_root().command
    if not wanted:
        print(_script(name, command))
        return
    for path in install(name, Path.home(), command):
        print(path, file=sys.stderr)
    print(f"Installed for {name}. Open a new shell to use it.", file=sys.stderr)


def install(shell: str, home: Path, command: click.Command) -> list[Path]:
    """Write a shell's script for a command where it is read; answers the files that were written.

    bash and zsh get a line in their start file, once; fish reads its folder of completions.
    """
    if shell == "fish":
        return [_write(home / ".config/fish/completions/magicai.fish", _script(shell, command))]
    script = _write(home / f".local/share/magicai-completion/magicai.{shell}", _script(shell, command))
    start = home / (".bashrc" if shell == "bash" else ".zshrc")
    line = f"[ -f '{script}' ] && . '{script}'  {_MARK}\n"
    if shell == "zsh":  # whose completions have to be switched on first
        line = f"autoload -Uz compinit && compinit && {line}"
    before = start.read_text(encoding="utf-8") if start.is_file() else ""
    if _MARK in before:
        return [script]
    gap = "\n" if before and not before.endswith("\n") else ""
    return [script, _write(start, before + gap + line)]


def _script(shell: str, command: click.Command) -> str:
    made = get_completion_class(shell)
    assert made is not None, shell
    return made(command, {}, "magicai", "_MAGICAI_COMPLETE").source()


def _write(path: Path, text: str) -> Path:
    from magicai.private import users_umask

    private = os.umask(users_umask())  # it is no part of MAGICAI_HOME
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    finally:
        os.umask(private)
    return path
