"""What was learnt from decisions: looked at, evaluated, taken along, rolled back, forgotten."""

import asyncio
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from magicai.cli.called import command
from magicai.values.rewards import TOLD

if TYPE_CHECKING:
    from magicai.brain.portable import Points
    from magicai.settings import Settings

_as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON on standard output.")
_sure = click.option("--yes", is_flag=True, help="Don't ask for confirmation.")


@click.group("brain", help="What the brain has learned: show, evaluate, export, import, roll back, forget.")
def brain() -> None:
    """What was learnt from decisions."""


@brain.command("show", help="Show what is known about each choice, and how good decisions have been.")
@click.argument("workflow", required=False)
@_as_json
def show(workflow: str | None, *, as_json: bool) -> None:
    """Show what is known."""
    asyncio.run(_show(workflow, as_json=as_json))


async def _show(workflow: str | None, *, as_json: bool) -> None:
    from magicai.cli.brain_words import calibration_words, choice_words
    from magicai.cli.installation import open_installation

    async with open_installation() as installation:
        known = await installation.brain(workflow, None)
    if as_json:
        print(known.model_dump_json(indent=1))
        return
    if not known.choices:
        print("No decisions yet. Each run adds its own.", file=sys.stderr)
    lines = [line for one in known.choices for line in (*choice_words(one), "")]
    print("\n".join([*lines, *(calibration_words(one) for one in known.calibration)]).rstrip())


@brain.command("evaluate", help="Estimate the reward of another policy: default, greedy, uniform, or an option.")
@click.argument("policy")
@click.option("--workflow", help="Only this workflow's choices.")
@_as_json
def evaluate(policy: str, workflow: str | None, *, as_json: bool) -> None:
    """Evaluate a policy on the decisions that were made."""
    asyncio.run(_evaluate(policy, workflow, as_json=as_json))


async def _evaluate(policy: str, workflow: str | None, *, as_json: bool) -> None:
    from magicai.cli.brain_words import evaluation_table
    from magicai.cli.installation import open_installation
    from magicai.cli.terminal import console

    async with open_installation() as installation:
        known = await installation.brain(workflow, policy)
    choices = [one for one in known.choices if one.evaluation is not None]
    if as_json:
        print(json.dumps([one.model_dump(mode="json", include=_EVALUATED) for one in choices], indent=1))
        return
    if not choices:
        print("No decision has a reward yet, so there is nothing to evaluate.", file=sys.stderr)
        return
    console(sys.stdout).print(evaluation_table(policy, choices))
    for one in choices:
        if one.evaluation is not None and one.evaluation.warning:
            print(f"{one.name}: {one.evaluation.warning}")


_EVALUATED = {"workflow", "step", "choice", "evaluation"}


@brain.command("decisions", help="List decisions with their rewards, newest first.")
@click.option("--run", "run_id", metavar="RUN", help="Only decisions of this run.")
@click.option("--limit", type=click.IntRange(min=1), default=20, show_default=True, help="Maximum number of rows.")
@_as_json
def decisions(run_id: str | None, limit: int, *, as_json: bool) -> None:
    """List decisions."""
    asyncio.run(_decisions(run_id, limit, as_json=as_json))


async def _decisions(run_id: str | None, limit: int, *, as_json: bool) -> None:
    from magicai.cli.brain_words import decision_words
    from magicai.cli.installation import open_installation

    async with open_installation() as installation:
        run = None if run_id is None else await installation.find(run_id)
        found = await installation.decisions(run, limit)
    if as_json:
        print(json.dumps([one.model_dump(mode="json") for one in found], ensure_ascii=False, indent=1))
        return
    if not found:
        print("No decisions yet.", file=sys.stderr)
    for one in found:
        print("\n".join(decision_words(one)))


@brain.command("reward", help="Record a reward for a decision. The same kind again replaces it.")
@click.argument("decision")
@click.option("--kind", type=click.Choice(TOLD), default="rating", show_default=True)
@click.option("--value", type=float, required=True, help="0 to 1; for a rating, (stars - 1) / 4; rejected: 1.")
def reward(decision: str, kind: str, value: float) -> None:
    """Tell what came of a decision."""
    asyncio.run(_reward(decision, kind, value))


async def _reward(decision: str, kind: str, value: float) -> None:
    from magicai.cli.brain_words import decision_words
    from magicai.cli.installation import open_installation
    from magicai.values.rewards import check

    check(kind, value)
    async with open_installation() as installation:
        rewarded = await installation.reward(decision, kind, value)
    print("\n".join(decision_words(rewarded)))


@brain.command("forget", help="Delete your decisions, rewards and snapshots, and what was learned from them.")
@_sure
def forget(*, yes: bool) -> None:
    """Forget an owner's decisions."""
    if not yes:
        click.confirm("Forget all decisions about your runs, and what was learned from them?", abort=True, err=True)
    asyncio.run(_forget())


async def _forget() -> None:
    from magicai.cli.installation import open_installation
    from magicai.values.units import so_many

    async with open_installation() as installation:
        print(f"{so_many(await installation.forget(), 'decisions')} forgotten.")


@brain.command("export", help="Export what the brain has learned to a file.")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def export(file: Path) -> None:
    """Write what was learnt."""
    asyncio.run(_export(file))


async def _export(file: Path) -> None:
    from integrations.open import open_ports
    from magicai.brain.lessons import export_lessons
    from magicai.runs.whole_file import whole_file

    async with open_ports(_here()) as ports:
        text = await export_lessons(ports.records.decisions, ports.settings.owner)
    with whole_file(file) as draft:
        draft.write_text(text, encoding="utf-8")
    print(file)


@brain.command("import", help="Replace what the brain has learned with an exported file.")
@click.argument("file", type=click.Path(dir_okay=False, exists=True, path_type=Path))
@_sure
def import_file(file: Path, *, yes: bool) -> None:
    """Replace what was learnt."""
    from magicai.errors import Invalid

    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeError) as exc:
        raise Invalid("path_not_readable", path=file, reason=exc) from exc
    if not yes:
        click.confirm(f"Replace what the brain has learned with {file}?", abort=True, err=True)
    asyncio.run(_import(file, text))


async def _import(file: Path, text: str) -> None:
    from integrations.open import open_ports
    from magicai.brain.lessons import import_lessons
    from magicai.values.units import so_many

    async with open_ports(_here()) as ports:
        choices = await import_lessons(ports.records.decisions, ports.settings.owner, text, _points())
    known = so_many(len(choices), "choices")
    print(f"Imported what {file} knows about {known}; the list shows a choice after its first decision here.")


@brain.command("snapshot", help="Save what the brain has learned as a snapshot.")
@click.argument("name")
def snapshot(name: str) -> None:
    """Take a snapshot."""
    asyncio.run(_snapshot(name))


async def _snapshot(name: str) -> None:
    from integrations.open import open_ports
    from magicai.brain.lessons import take_snapshot
    from magicai.cli.brain_words import snapshot_words

    async with open_ports(_here()) as ports:
        print(snapshot_words(await take_snapshot(ports.records.decisions, ports.settings.owner, name)))


@brain.command("snapshots", help="List snapshots, oldest first.")
@_as_json
def snapshots(*, as_json: bool) -> None:
    """List snapshots."""
    asyncio.run(_snapshots(as_json=as_json))


async def _snapshots(*, as_json: bool) -> None:
    from integrations.open import open_ports
    from magicai.cli.brain_words import snapshot_words
    from magicai.values.times import to_iso

    async with open_ports(_here()) as ports:
        found = await ports.records.decisions.snapshots(ports.settings.owner)
    if as_json:
        listed = [{"name": one.name, "at": to_iso(one.at), "choices": len(one.choices)} for one in found]
        print(json.dumps(listed, ensure_ascii=False, indent=1))
        return
    if not found:
        print(f"No snapshots yet. To take one: {command('brain', 'snapshot', 'NAME')}", file=sys.stderr)
    for one in found:
        print(snapshot_words(one))


@brain.command("rollback", help="Return to a snapshot, and forget what was learned since.")
@click.argument("name")
@_sure
def rollback(name: str, *, yes: bool) -> None:
    """Roll back to a snapshot."""
    if not yes:
        click.confirm(f"Replace what the brain has learned with the snapshot {name}?", abort=True, err=True)
    asyncio.run(_rollback(name))


async def _rollback(name: str) -> None:
    from integrations.open import open_ports
    from magicai.brain.lessons import roll_back
    from magicai.cli.brain_words import snapshot_words

    async with open_ports(_here()) as ports:
        found = await roll_back(ports.records.decisions, ports.settings.owner, name, _points())
    print(f"Rolled back to {snapshot_words(found)}")


def _points() -> "Points":
    """The choices of this installation."""
    from magicai.runs import registry
    from magicai.runs.composing.composition import points_of

    return points_of([*registry.goals().values()])


def _here() -> "Settings":
    """The settings of this machine.

    Raises:
        Invalid: they name a gateway, whose statistics are not for this command.
    """
    from magicai.errors import Invalid
    from magicai.settings import load

    settings = load()
    if settings.server is not None:
        raise Invalid("command_local_only", server=settings.server)
    return settings
