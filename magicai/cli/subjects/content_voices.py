"""Voices: how texts sound, whatever their template."""

import sys
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

import click

from magicai.cli.called import command
from magicai.cli.here import Result, with_ports

if TYPE_CHECKING:
    from magicai.content.voices import KeptVoice
    from magicai.ports import EntityRecords

# What `magicai --help` says of the commands here.
COMMANDS = {"voice": "List, show, learn, edit, use, restore and remove voices."}
_LANGUAGE = click.option(
    "--language", default=None, help="Language of the texts that it is for, such as de.  [default: all]"
)


@click.group("voice", help=COMMANDS["voice"])
def voice() -> None:
    """Voices."""


@voice.command("list", help="List your voices.")
def list_voices() -> None:
    """List voices."""
    from magicai.content import voices

    own = _done(lambda entities, owner: voices.voices_of(entities, owner_id=owner))
    for kept in own:
        one = kept.voice
        manner = one.latest.manner
        said = f"{len(manner.rules)} rules, {len(manner.examples)} examples, version {one.latest.number}"
        print(f"{one.name:<24} {one.language or 'all':<6} {said}{', in use' if one.in_use_since else ''}")
    if not own:
        print(f"No voices yet: {command('voice', 'learn', '--help')}", file=sys.stderr)


@voice.command("show", help="Show a voice as YAML, as `voice edit` reads it.")
@click.argument("name")
def show(name: str) -> None:
    """Show a voice."""
    from magicai.content import voices

    _print(_done(lambda entities, owner: voices.voice_of(entities, name, owner_id=owner)))


@voice.command("learn", help="Learn a voice from 1 to 20 texts of yours, one per file. Needs a language model.")
@click.argument("name")
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=click.File(encoding="utf-8"))
@_LANGUAGE
@click.option("--model", default="", help="Model that learns. `magicai models` lists them.  [default: the writer]")
def learn(name: str, files: tuple[Any, ...], language: str | None, model: str) -> None:
    """Learn a voice."""
    from magicai.content.voice_learning import learn_voice

    samples = [file.read() for file in files]
    kept = with_ports(
        lambda ports: learn_voice(
            ports.records.entities,
            name,
            samples,
            owner_id=ports.settings.owner,
            open_model=ports.text_model,
            language=language,
            model=model,
        )
    )
    _print(kept)
    if left_out := kept.voice.latest.left_out:
        print(f"Left out: examples that do not stand in the texts: {left_out}", file=sys.stderr)


@voice.command("edit", help="Save a voice from a YAML file (rules, examples, use, avoid), or standard input (-).")
@click.argument("name")
@click.argument("file", type=click.File(encoding="utf-8"))
@_LANGUAGE
def edit(name: str, file: Any, language: str | None) -> None:
    """Edit a voice."""
    from magicai.content import voices

    manner = _manner(file.read())
    _print(_done(lambda entities, owner: voices.save_voice(entities, name, manner, owner_id=owner, language=language)))


@voice.command("use", help="Write texts that name no voice in this one. `none`: in no voice.")
@click.argument("name")
def use(name: str) -> None:
    """Use a voice."""
    from magicai.content import voices

    _done(lambda entities, owner: voices.use_voice(entities, name, owner_id=owner))
    print("No voice is in use." if name == "none" else f"{name} is in use.")


@voice.command("restore", help="Save an earlier version of a voice as its next one.")
@click.argument("name")
@click.argument("version", type=click.IntRange(1))
def restore(name: str, version: int) -> None:
    """Go back to a version."""
    from magicai.content import voices

    _print(_done(lambda entities, owner: voices.bring_back(entities, name, version, owner_id=owner)))


@voice.command("remove", help="Delete a voice. Texts written in it stay.")
@click.argument("name")
def remove(name: str) -> None:
    """Remove a voice."""
    from magicai.content import voices

    _done(lambda entities, owner: voices.remove_voice(entities, name, owner_id=owner))
    print(f"Removed {name}.")


def _manner(source: str) -> Any:
    """A voice as YAML says.

    Raises:
        Invalid: it can't be read, or has a field that a voice has not.
    """
    import yaml
    from pydantic import ValidationError

    from magicai.content.voice import Manner
    from magicai.errors import Invalid

    try:
        given: Any = yaml.safe_load(source)
        unknown = sorted(given.keys() - Manner.model_fields.keys())
        made = Manner.model_validate(given)
    except (yaml.YAMLError, AttributeError) as exc:
        raise Invalid("voice_file_invalid") from exc
    except ValidationError as exc:
        first = exc.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise Invalid("voice_field_invalid", field=where, reason=first["msg"]) from exc
    if unknown:
        raise Invalid("unknown_voice_field", field=unknown[0])
    return made


def _done(work: "Callable[[EntityRecords, str], Awaitable[Result]]") -> "Result":
    return with_ports(lambda ports: work(ports.records.entities, ports.settings.owner))


def _print(kept: "KeptVoice") -> None:
    import yaml

    latest = kept.voice.latest
    shown = {name: list(value) for name, value in latest.manner.model_dump(mode="json").items()}
    print(yaml.safe_dump(shown, allow_unicode=True, sort_keys=False, width=120), end="")
    said = [f"\nVersion  {latest.number}, by {latest.by}", f"Language {kept.voice.language or 'all'}"]
    said.append(f"In use   {'yes' if kept.voice.in_use_since else 'no'}")
    print(*said, sep="\n", file=sys.stderr)
