"""Commands as the person at the terminal can type them. Light: every command imports it."""

import os
import re
import shlex

import click
from click.core import ParameterSource


def called_as() -> str:
    """How this command line is called: `magicai`, or what the person typed who has no `magicai` on the PATH."""
    return os.environ.get("MAGICAI_CALLED_AS", "magicai")


def as_called(text: str) -> str:
    """A sentence with its commands as this person can type them; who stored it could not know.

    Not where `magicai` stands in an address, a path or a name: `Run magicai doctor`, but not `~/magicai doctor`.
    """
    called = called_as()
    return text if called == "magicai" else re.sub(r"(?<![\w/.@-])(?<!-m )magicai(?= [a-z])", lambda _: called, text)


def command(*words: str) -> str:
    """A command to be copied, for the same installation as this one: `magicai --server URL show RUN`."""
    typed = [called_as()]
    context = click.get_current_context(silent=True)
    root = None if context is None else context.find_root()
    for name in ("server", "token_file"):
        if root is not None and root.get_parameter_source(name) is ParameterSource.COMMANDLINE:
            typed += [f"--{name.replace('_', '-')}", shlex.quote(str(root.params[name]))]
    return " ".join([*typed, *words])


def say(words: str) -> None:
    """Tell a person something beside what a command prints as its answer."""
    click.echo(words, err=True)
