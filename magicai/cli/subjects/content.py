"""Texts that runs have written, and templates."""

import asyncio
import json
import re
import sys
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from magicai.cli.called import command
from magicai.cli.here import Result, with_ports

if TYPE_CHECKING:
    from magicai.content.editing import Kept
    from magicai.content.statements import ClaimShown
    from magicai.ports import Records

# What `magicai --help` says of the commands here.
COMMANDS = {
    "content": "List, show, edit, rewrite, accept, reject and export texts.",
    "template": "List, show, add, remove and preview templates.",
}
_LANGUAGE = click.Choice(["en", "zh"])
_PAGE = 50
# Who writes where no model does.
_BY = {"composer": "Facts (no model)", "template": "Template (no model)"}


@click.group("content", help=COMMANDS["content"])
def content() -> None:
    """Texts that runs have written."""


@content.command("list", help="List texts, oldest first.")
@click.option(
    "--state", type=click.Choice(["draft", "flagged", "accepted", "rejected"]), help="Only texts in this state."
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON on standard output, one object per line.")
def list_content(*, state: str | None, as_json: bool) -> None:
    """List texts."""
    asyncio.run(_list(state, as_json=as_json))


async def _list(state: str | None, *, as_json: bool) -> None:
    from integrations.open import open_ports
    from magicai.content.content import KIND, content_in

    after, count = "", 0
    async with open_ports() as ports:
        while True:
            page = await ports.records.entities.listed(
                ports.settings.owner, KIND, state=state, after=after, limit=_PAGE
            )
            for one in page.items:
                if one.entity is not None:
                    count += 1
                    _print_short(content_in(one.entity), as_json=as_json)
            if page.next is None:
                break
            after = page.next
    if not count:
        print(f"No texts yet: {command('run', 'generate-content', '--help')}", file=sys.stderr)


@content.command("show", help="Show a text, its claims with their sources, and its quality.")
@click.argument("content_id", metavar="CONTENT")
@click.option("--json", "as_json", is_flag=True, help="Print JSON on standard output.")
def show(content_id: str, *, as_json: bool) -> None:
    """Show a text."""
    kept = _shown(content_id)
    if as_json:
        print(json.dumps(kept.content.model_dump(mode="json"), ensure_ascii=False, indent=1))
    else:
        _print_whole(kept)


@content.command("edit", help="Save a new version of a text from a file, or from standard input (-).")
@click.argument("content_id", metavar="CONTENT")
@click.argument("file", type=click.File(encoding="utf-8"))
def edit(content_id: str, file: Any) -> None:
    """Edit a text."""
    from magicai.content import editing

    text, content_id = file.read(), _shown(content_id).content.content_id
    _print_whole(
        with_ports(
            lambda ports: editing.edit(
                ports.records, content_id, text, owner_id=ports.settings.owner, open_model=ports.text_model
            )
        )
    )


@content.command("rewrite", help="Save a rewritten text as its next version, with the same claims.")
@click.argument("content_id", metavar="CONTENT")
@click.argument("wish", type=click.Choice(["shorter", "warmer", "plainer", "paragraph", "translate"]))
@click.option("--paragraph", type=click.IntRange(1, 1_000), default=1, help="Paragraph to rewrite, with `paragraph`.")
@click.option("--model", default="", help="Model that rewrites. `magicai models` lists them.  [default: MAGICAI_MODEL]")
def rewrite(content_id: str, wish: Any, paragraph: int, model: str) -> None:
    """Rewrite a text."""
    from magicai.content import rewriting

    asked = rewriting.Rewriting(wish=wish, paragraph=paragraph, model=model)
    content_id = _shown(content_id).content.content_id

    async def act() -> "Kept":
        from integrations.open import open_ports

        async with open_ports() as ports:
            return await rewriting.rewrite(
                ports.records, content_id, asked, owner_id=ports.settings.owner, open_model=ports.text_model
            )

    kept = asyncio.run(act())
    _print_whole(kept)
    if kept.content.content_id != content_id:
        print(f"Text     {kept.content.content_id}", file=sys.stderr)


@content.command("drafts", help="Show all drafts of a text, with their quality.")
@click.argument("content_id", metavar="CONTENT")
def drafts(content_id: str) -> None:
    """Show drafts."""
    from magicai.content.text import written

    found = _shown(content_id).content
    for one in found.alternatives:
        cost = "" if one.cost is None else f", {one.cost:.4f} USD"
        used = ", in use" if one.blocks == found.latest.blocks else ""
        facts = f", states {one.facts.said} of {one.facts.of} facts" if one.facts.of else ""
        print(f"Draft {one.number}, by {one.by}: quality {one.quality.score:.2f}{facts}{cost}{used}\n")
        print(f"{written(one.blocks)}\n")
    if not found.alternatives:
        print(f"It has one draft. For several: {command('run', 'generate-content', '--variants 3')}", file=sys.stderr)


@content.command("use", help="Save a draft as the text's next version. Later runs learn from it.")
@click.argument("content_id", metavar="CONTENT")
@click.argument("draft", type=click.IntRange(1))
def use(content_id: str, draft: int) -> None:
    """Use a draft."""
    from magicai.content.drafts import use_draft

    content_id = _shown(content_id).content.content_id
    _print_whole(_done(lambda records, owner: use_draft(records, content_id, draft, owner_id=owner)))


@content.command("diff", help="Show what changed between two versions. Default: the last two.")
@click.argument("content_id", metavar="CONTENT")
@click.argument("older", type=click.IntRange(1), required=False)
@click.argument("newer", type=click.IntRange(1), required=False)
def diff(content_id: str, older: int | None, newer: int | None) -> None:
    """Compare two versions."""
    from difflib import unified_diff

    from magicai.content.editing import version_of
    from magicai.content.text import written

    content = _shown(content_id).content
    after = version_of(content, newer or content.latest.number)
    before = version_of(content, older or max(1, after.number - 1))
    old, new = (written(one.blocks).splitlines() for one in (before, after))
    old_name, new_name = (f"version {one.number}, {one.by}" for one in (before, after))
    print("\n".join(unified_diff(old, new, old_name, new_name, lineterm="")))


@content.command("export", help="Write a text to a file: .md, .html, .docx or .json.")
@click.argument("content_id", metavar="CONTENT")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def export(content_id: str, file: Path) -> None:
    """Export a text."""
    from magicai.content.export import exported

    kept = _shown(content_id)
    file.write_bytes(exported(kept.content, file.suffix.removeprefix(".")))
    print(f"Wrote {file}.")


@content.command("accept", help="Accept a text. Later runs learn from it.")
@click.argument("content_id", metavar="CONTENT")
def accept(content_id: str) -> None:
    """Accept a text."""
    from magicai.content import editing

    content_id = _shown(content_id).content.content_id
    kept = _done(lambda records, owner: editing.accept(records, content_id, owner_id=owner))
    print(f"Accepted “{kept.content.title}”.")


@content.command("reject", help="Reject a text. Later runs learn from it.")
@click.argument("content_id", metavar="CONTENT")
@click.option("--reason", default="", show_default=False, help="Reason.")
def reject(content_id: str, reason: str) -> None:
    """Reject a text."""
    from magicai.content import editing

    content_id = _shown(content_id).content.content_id
    kept = _done(lambda records, owner: editing.reject(records, content_id, reason, owner_id=owner))
    print(f"Rejected “{kept.content.title}”.")


@click.group("template", help="List, show, add, remove and preview templates.")
def template() -> None:
    """Templates."""


@template.command("list", help="List the templates that come with MagicAI, and your own.")
def list_templates() -> None:
    """List templates."""
    from magicai.content import content_types

    own = _done(lambda records, owner: content_types.own_templates(records.entities, owner_id=owner))
    for one in content_types.built_in().values():
        print(f"{one.name:<24} {one.language}  {one.title}: {one.description}")
    for one, _ in own:
        print(f"own:{one.name:<20} {one.language}  {one.title}: {one.description}")


@template.command("show", help="Show a template's source, to start your own.")
@click.argument("content_type", metavar="CONTENT_TYPE")
@click.option("--language", type=_LANGUAGE, default="en", show_default=True, help="Its language.")
def show_template(content_type: str, language: Any) -> None:
    """Show a template."""
    from magicai.content import content_types

    print(_done(lambda records, owner: content_types.source_of(records, content_type, language, owner_id=owner)))


@template.command("add", help="Check and save a template. The same name and language adds a new version.")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def add(file: Path) -> None:
    """Add a template."""
    from magicai.content import content_types

    source = file.read_text(encoding="utf-8")
    made, version = _done(lambda records, owner: content_types.save_template(records, source, owner_id=owner))
    print(f"Saved own:{made.name} ({made.language}), version {version}.")


@template.command("remove", help="Delete one of your templates. Texts written with it stay.")
@click.argument("name")
@click.option("--language", type=_LANGUAGE, default="en", show_default=True, help="Its language.")
def remove(name: str, language: Any) -> None:
    """Remove a template."""
    from magicai.content import content_types

    short = name.removeprefix(content_types.OWN)
    _done(lambda records, owner: content_types.remove_template(records, short, language, owner_id=owner))
    print(f"Removed {name} ({language}).")


@template.command("preview", help="Show the text for a template's first example, or for VARIABLES (a JSON file).")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("variables", required=False, type=click.File(encoding="utf-8"))
def preview_template(file: Path, variables: Any) -> None:
    """Preview a template."""
    from magicai.content.previewing import preview
    from magicai.content.text import written
    from magicai.errors import Invalid

    try:
        given: dict[str, Any] = json.load(variables) if variables else {}
    except ValueError as exc:
        raise Invalid("json_file_invalid", way_out="write_json_object", file=variables.name, reason=exc) from exc
    blocks, (_, found) = asyncio.run(preview(file.read_text(encoding="utf-8"), given))
    print(written(blocks))
    print(f"\nQuality  {found.score:.2f}", *(f"  {reason}" for reason in found.reasons), sep="\n", file=sys.stderr)


def _done(work: "Callable[[Records, str], Awaitable[Result]]") -> "Result":
    return with_ports(lambda ports: work(ports.records, ports.settings.owner))


def _shown(part: str) -> "Kept":
    """A text by its id, or by a unique beginning or end of it."""
    from magicai.content import editing

    async def found(records: "Records", owner: str) -> "Kept":
        return await editing.content_of(records, await editing.named(records, part, owner_id=owner), owner_id=owner)

    return _done(found)


def _claim_lines(claims: "Sequence[ClaimShown]", verifier: str) -> list[str]:
    """What is known of statements that are not flagged, a line for each value of the data."""
    said: dict[str, list[str]] = {}
    for one in claims:
        if not one.marked and one.verdict != "not_checked":
            said.setdefault(_verdict(one, verifier), []).append(f"“{one.text}”")
    return [f"Claim    {', '.join(dict.fromkeys(texts))}: {verdict}" for verdict, texts in said.items()]


def _verdict(one: "ClaimShown", verifier: str) -> str:
    """What is known of a statement, and by whom: `proved by code, price: 39.00 EUR`."""
    words = {
        "proved": "proved by code",
        "supported": f"supported, says {verifier or 'the verifier'}",
        "opinion": f"opinion, says {verifier or 'the verifier'}: nothing that data could confirm",
    }
    source = re.sub(r"\.\d+(?=\.|$)", "", one.source)  # which of several, nobody has numbered
    line = f"{source}: {one.source_text}" if one.source_text else source or one.reason
    return f"{words.get(one.verdict, one.verdict)}{f', {line}' if line else ''}"


def _print_short(one: Any, *, as_json: bool) -> None:
    latest = one.latest
    if as_json:
        said = {"content_id": one.content_id, "state": one.state, "title": one.title, "score": latest.quality.score}
        said |= {"word": latest.quality.word, "not_checked": latest.not_checked, "facts": latest.facts.model_dump()}
        print(json.dumps(said, ensure_ascii=False))
    else:
        word = latest.quality.word.replace("_", " ")
        print(f"{one.content_id}  {one.state:<8}  {word:<8}  {one.title}")


def _print_whole(kept: "Kept") -> None:
    from magicai.content.text import written
    from magicai.values.units import so_many

    found, latest = kept.content, kept.content.latest
    print(written(latest.blocks))
    word, facts = latest.quality.word.replace("_", " "), latest.facts
    said = [
        f"\nState    {found.state}",
        f"By       {_BY.get(latest.by, latest.by)}",
        f"Quality  {word}",
    ]
    said += [f"Instead  {latest.instead_of}"] if latest.instead_of else []
    said += [f"Facts    states {facts.said} of {facts.of}"] if facts.of else []
    said += [f"Lacks    {one}" for one in facts.missing]
    said += [f"Checked  by {latest.verified_by}"] if latest.verified_by else []
    said += [f"Flag     {flag}" for flag in latest.flags]
    said += [f"Removed  {sentence}" for sentence in latest.dropped]
    said += [f"Missing  {claim}" for claim in latest.missing]
    said += _claim_lines(latest.claims, latest.verified_by)
    if latest.not_checked:
        said.append(f"Open     {so_many(latest.not_checked, 'statements')} not checked. {latest.not_verified}".rstrip())
        said += [f"         “{one.text}”" for one in latest.claims if one.verdict == "not_checked"]
    print(*said, sep="\n", file=sys.stderr)
