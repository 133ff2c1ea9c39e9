"""Voices: how texts sound, whatever their template."""

import sys
from typing import TYPE_CHECKING, Any

import click

from magicai.cli.asking import all_of, ask
from magicai.cli.command_name import command

if TYPE_CHECKING:
    from magicai.shapes.subjects.content_voices import VoiceShown

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
    from magicai.operations.subjects.content_voices import list_voices

    own = all_of(list_voices)
    for one in own:
        said = f"{len(one.rules)} rules, {len(one.examples)} examples, version {one.versions[-1].number}"
        print(f"{one.name:<24} {one.language or 'all':<6} {said}{', in use' if one.in_use else ''}")
    if not own:
        print(f"No voices yet: {command('voice', 'learn', '--help')}", file=sys.stderr)


@voice.command("show", help="Show a voice as YAML, as `voice edit` reads it.")
@click.argument("name")
def show(name: str) -> None:
    """Show a voice."""
    from magicai.operations.subjects.content_voices import show_voice

    _print(ask(show_voice, name))


@voice.command("learn", help="Learn a voice from 1 to 20 texts of yours, one per file. Needs a language model.")
@click.argument("name")
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=click.File(encoding="utf-8"))
@_LANGUAGE
@click.option("--model", default="", help="Model that learns. `magicai models` lists them.  [default: the writer]")
def learn(name: str, files: tuple[Any, ...], language: str | None, model: str) -> None:
    """Learn a voice."""
    from magicai.content.voice_learning import MOST_SAMPLES
    from magicai.errors import Invalid
    from magicai.operations.subjects.content_voices import learn_voice_from_texts
    from magicai.shapes.subjects.content_voices import SampleTexts

    samples = [text for file in files if (text := file.read()).strip()]
    if not samples:
        raise Invalid("voice_samples_missing", limit=MOST_SAMPLES)
    learned = ask(learn_voice_from_texts, name, SampleTexts(samples=samples, language=language, model=model))
    _print(learned)
    if left_out := learned.versions[-1].left_out:
        print(f"Left out: examples that do not stand in the texts: {left_out}", file=sys.stderr)


@voice.command("edit", help="Save a voice from a YAML file (rules, examples, use, avoid), or standard input (-).")
@click.argument("name")
@click.argument("file", type=click.File(encoding="utf-8"))
@_LANGUAGE
def edit(name: str, file: Any, language: str | None) -> None:
    """Edit a voice."""
    from magicai.operations.subjects.content_voices import save_voice
    from magicai.shapes.subjects.content_voices import NewVoice

    _print(ask(save_voice, name, NewVoice(**dict(_manner(file.read())), language=language)))


@voice.command("use", help="Write texts that name no voice in this one. `none`: in no voice.")
@click.argument("name")
def use(name: str) -> None:
    """Use a voice."""
    from magicai.operations.subjects.content_voices import use_voice

    ask(use_voice, name)
    print("No voice is in use." if name == "none" else f"{name} is in use.")


@voice.command("restore", help="Save an earlier version of a voice as its next one.")
@click.argument("name")
@click.argument("version", type=click.IntRange(1))
def restore(name: str, version: int) -> None:
    """Go back to a version."""
    from magicai.operations.subjects.content_voices import restore_voice
    from magicai.shapes.subjects.content_voices import VoiceVersionWanted

    _print(ask(restore_voice, name, VoiceVersionWanted(version=version)))


@voice.command("remove", help="Delete a voice. Texts written in it stay.")
@click.argument("name")
def remove(name: str) -> None:
    """Remove a voice."""
    from magicai.operations.subjects.content_voices import remove_voice

    ask(remove_voice, name)
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
    from magicai.messages.validation import reason_of

    try:
        given: Any = yaml.safe_load(source)
        unknown = sorted(given.keys() - Manner.model_fields.keys())
        made = Manner.model_validate(given)
    except (yaml.YAMLError, AttributeError) as exc:
        raise Invalid("voice_file_invalid") from exc
    except ValidationError as exc:
        first = exc.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise Invalid("voice_field_invalid", field=where, reason=reason_of(first)) from exc
    if unknown:
        raise Invalid("unknown_voice_field", field=unknown[0])
    return made


def _print(shown: "VoiceShown") -> None:
    import yaml

    from magicai.content.voice import Manner

    latest = shown.versions[-1]
    manner = {name: list(getattr(shown, name)) for name in Manner.model_fields}
    print(yaml.safe_dump(manner, allow_unicode=True, sort_keys=False, width=120), end="")
    said = [f"\nVersion  {latest.number}, by {latest.by}", f"Language {shown.language or 'all'}"]
    said.append(f"In use   {'yes' if shown.in_use else 'no'}")
    print(*said, sep="\n", file=sys.stderr)
