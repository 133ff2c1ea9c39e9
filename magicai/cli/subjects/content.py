"""Texts that runs have written, and templates."""

import json
import re
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from magicai.cli.asking import all_of, ask, asking
from magicai.cli.command_name import command
from magicai.values.money import money_in_words

if TYPE_CHECKING:
    from magicai.content.statements import ClaimShown
    from magicai.shapes.subjects.content import ContentShown, ContentWhole, VersionShown
    from magicai.shapes.subjects.content_many import TextsDone

# What `magicai --help` says of the commands here.
COMMANDS = {
    "content": "List, show, edit, rewrite, accept, reject, undo and export texts.",
    "template": "List, show, add, remove and preview templates.",
}
_LANGUAGE = click.Choice(["en", "zh"])
# Who writes where no model does.
_BY = {"composer": "Facts (no model)", "template": "Template (no model)"}
_FILTER = (
    click.option(
        "--state", type=click.Choice(["draft", "flagged", "accepted", "rejected"]), help="Only texts in this state."
    ),
    click.option("--type", "content_type", default="", show_default=False, help="Only texts of this content type."),
    click.option("--language", default="", show_default=False, help="Only texts in this language, such as de."),
    click.option("--words", default="", show_default=False, help="Only texts that match these words."),
)


def _narrowing(function: Callable[..., None]) -> Callable[..., None]:
    """Options that narrow down which texts."""
    for option in reversed(_FILTER):
        function = option(function)
    return function


def _choosing(function: Callable[..., None]) -> Callable[..., None]:
    """Texts by their ids, or all that options match."""
    yes = click.option("--yes", is_flag=True, help="Do not ask.")
    return click.argument("content_ids", metavar="[CONTENT]...", nargs=-1)(_narrowing(yes(function)))


@click.group("content", help=COMMANDS["content"])
def content() -> None:
    """Texts that runs have written."""


@content.command("list", help="List texts, newest first.")
@_narrowing
@click.option("--json", "as_json", is_flag=True, help="Print JSON on standard output, one object per line.")
def list_content(*, as_json: bool, **wanted: Any) -> None:
    """List texts."""
    from magicai.operations.subjects.content import list_content

    found = all_of(list_content, **wanted)
    for text in found:
        _print_short(text, as_json=as_json)
    if not found:
        print(f"No texts yet: {command('run', 'generate-content', '--help')}", file=sys.stderr)


@content.command("show", help="Show a text, its claims with their sources, and its quality.")
@click.argument("content_id", metavar="CONTENT")
@click.option("--json", "as_json", is_flag=True, help="Print JSON on standard output.")
def show(content_id: str, *, as_json: bool) -> None:
    """Show a text."""
    from magicai.operations.subjects.content import show_content

    text = ask(show_content, content_id)
    if as_json:
        print(json.dumps(text.model_dump(mode="json"), ensure_ascii=False, indent=1))
    else:
        _print_whole(text)


@content.command("edit", help="Save a new version of a text from a file, or from standard input (-).")
@click.argument("content_id", metavar="CONTENT")
@click.argument("file", type=click.File(encoding="utf-8"))
def edit(content_id: str, file: Any) -> None:
    """Edit a text."""
    from magicai.operations.subjects.content import edit_content
    from magicai.shapes.subjects.content import EditedText

    _print_whole(ask(edit_content, content_id, EditedText(text=file.read())))


@content.command("rewrite", help="Save rewritten texts as their next versions, with the same claims.")
@_choosing
@click.argument("wish", type=click.Choice(["shorter", "warmer", "plainer", "paragraph", "translate"]))
@click.option("--paragraph", type=click.IntRange(1, 1_000), default=1, help="Paragraph to rewrite, with `paragraph`.")
@click.option(
    "--to", "target", default="", help="Language of a translation.  [default: Chinese of English, else English]"
)
@click.option("--model", default="", help="Model that rewrites. `magicai models` lists them.  [default: MAGICAI_MODEL]")
def rewrite(
    content_ids: tuple[str, ...], wish: Any, *, paragraph: int, target: str, model: str, yes: bool, **wanted: Any
) -> None:
    """Rewrite one text, or several."""
    from magicai.operations.subjects.content import rewrite_content
    from magicai.operations.subjects.content_many import rewrite_contents
    from magicai.shapes.subjects.content import RewrittenText
    from magicai.shapes.subjects.content_many import MOST_REWRITTEN, TextsDone, TextsRewriting

    if _is_one(content_ids, wanted):
        asked = RewrittenText(wish=wish, paragraph=paragraph, language=target, model=model)
        text = ask(rewrite_content, content_ids[0], asked)
        _print_whole(text)
        if wish == "translate":
            print(f"Text     {text.content_id}", file=sys.stderr)
        return
    if wish == "paragraph":
        raise click.UsageError("`paragraph` takes one text.")
    ids = _ids("Rewrite", content_ids, wanted, yes=yes)
    made = TextsDone(done=[], failed=[])
    for start in range(0, len(ids), MOST_REWRITTEN):
        part = TextsRewriting(content_ids=ids[start : start + MOST_REWRITTEN], wish=wish, language=target, model=model)
        answer = ask(rewrite_contents, part)
        made.done += answer.done
        made.failed += answer.failed
        print(f"{len(made.done) + len(made.failed)} of {len(ids)}", file=sys.stderr)
    _print_done("Rewrote", made)


@content.command("drafts", help="Show all drafts of a text, with their quality.")
@click.argument("content_id", metavar="CONTENT")
def drafts(content_id: str) -> None:
    """Show drafts."""
    from magicai.operations.subjects.content_drafts import show_drafts

    found = ask(show_drafts, content_id).drafts
    for draft in found:
        cost = "" if draft.cost is None else f", {money_in_words(draft.cost, draft.currency)}"
        used = ", in use" if draft.used else ""
        facts = f", states {draft.facts.said} of {draft.facts.of} facts" if draft.facts.of else ""
        print(f"Draft {draft.number}, by {draft.by}: quality {draft.quality.score:.2f}{facts}{cost}{used}\n")
        print(f"{draft.text}\n")
    if not found:
        print(f"It has one draft. For several: {command('run', 'generate-content', '--variants 3')}", file=sys.stderr)


@content.command("use", help="Save a draft as the text's next version. Later runs learn from it.")
@click.argument("content_id", metavar="CONTENT")
@click.argument("draft", type=click.IntRange(1))
def use(content_id: str, draft: int) -> None:
    """Use a draft."""
    from magicai.operations.subjects.content_drafts import use_one_draft
    from magicai.shapes.subjects.content_drafts import DraftWanted

    _print_whole(ask(use_one_draft, content_id, DraftWanted(draft=draft)))


@content.command("diff", help="Show what changed between two versions. Default: the last two.")
@click.argument("content_id", metavar="CONTENT")
@click.argument("older", type=click.IntRange(1), required=False)
@click.argument("newer", type=click.IntRange(1), required=False)
def diff(content_id: str, older: int | None, newer: int | None) -> None:
    """Compare two versions."""
    from difflib import unified_diff

    from magicai.operations.subjects.content import show_content

    versions = ask(show_content, content_id).versions
    after = _version(versions, newer or versions[-1].number)
    before = _version(versions, older or max(1, after.number - 1))
    old, new = (version.text.splitlines() for version in (before, after))
    old_name, new_name = (f"version {version.number}, {version.by}" for version in (before, after))
    print("\n".join(unified_diff(old, new, old_name, new_name, lineterm="")))


@content.command("export", help="Write a text to a file: .md, .html, .docx or .json.")
@click.argument("content_id", metavar="CONTENT")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def export(content_id: str, file: Path) -> None:
    """Export a text."""
    from magicai.operations.subjects.content import download_content

    name = f"text.{file.suffix.removeprefix('.')}"
    asking(lambda asker: asker.save(download_content, file, content_id, name))
    print(f"Wrote {file}.")


@content.command("accept", help="Accept one text, or several. Later runs learn from it.")
@_choosing
@click.option("--despite-findings", is_flag=True, help="Accept also with open findings. The audit log records it.")
def accept(content_ids: tuple[str, ...], *, despite_findings: bool, yes: bool, **wanted: Any) -> None:
    """Accept texts."""
    from magicai.operations.subjects.content import accept_content
    from magicai.operations.subjects.content_many import decide_contents
    from magicai.shapes.subjects.content import ContentAcceptance
    from magicai.shapes.subjects.content_many import TextsDecision

    if _is_one(content_ids, wanted):
        accepted = ask(accept_content, content_ids[0], ContentAcceptance(despite_findings=despite_findings))
        print(f"Accepted “{accepted.title}”.")
        return
    if ids := _ids("Accept", content_ids, wanted, yes=yes):
        given = TextsDecision(content_ids=ids, decision="accept", despite_findings=despite_findings)
        _print_done("Accepted", ask(decide_contents, given))


@content.command("reject", help="Reject one text, or several. Later runs learn from it.")
@_choosing
@click.option("--reason", default="", show_default=False, help="Reason.")
def reject(content_ids: tuple[str, ...], *, reason: str, yes: bool, **wanted: Any) -> None:
    """Reject texts."""
    from magicai.operations.subjects.content import reject_content
    from magicai.operations.subjects.content_many import decide_contents
    from magicai.shapes.subjects.content import ContentRejection
    from magicai.shapes.subjects.content_many import TextsDecision

    if _is_one(content_ids, wanted):
        print(f"Rejected “{ask(reject_content, content_ids[0], ContentRejection(reason=reason)).title}”.")
    elif ids := _ids("Reject", content_ids, wanted, yes=yes):
        _print_done("Rejected", ask(decide_contents, TextsDecision(content_ids=ids, decision="reject", reason=reason)))


@content.command("undo", help="Take back the latest decision about one text, or several.")
@_choosing
def undo(content_ids: tuple[str, ...], *, yes: bool, **wanted: Any) -> None:
    """Undo decisions."""
    from magicai.operations.subjects.content_many import undo_decisions
    from magicai.shapes.subjects.content_many import TextDecided, TextsUndone

    if ids := _ids("Undo the decisions about", content_ids, wanted, yes=yes):
        given = TextsUndone(items=[TextDecided(content_id=one) for one in ids])
        _print_done("Undid the decisions about", ask(undo_decisions, given))


@click.group("template", help=COMMANDS["template"])
def template() -> None:
    """Templates."""


@template.command("list", help="List the templates that come with MagicAI, and your own.")
def list_templates() -> None:
    """List templates."""
    from magicai.operations.subjects.content import list_templates

    for found in all_of(list_templates):
        print(f"{found.content_type:<24} {found.language}  {found.title}: {found.description}")


@template.command("show", help="Show a template's source, to start your own.")
@click.argument("content_type", metavar="CONTENT_TYPE")
@click.option("--language", type=_LANGUAGE, default="en", show_default=True, help="Its language.")
def show_template(content_type: str, language: Any) -> None:
    """Show a template."""
    from magicai.operations.subjects.content import show_template

    print(ask(show_template, content_type, language).source)


@template.command("add", help="Check and save a template. The same name and language adds a new version.")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def add(file: Path) -> None:
    """Add a template."""
    from magicai.operations.subjects.content import save_template
    from magicai.shapes.subjects.content import NewTemplate

    made = ask(save_template, NewTemplate(source=file.read_text(encoding="utf-8")))
    print(f"Saved {made.content_type} ({made.language}), version {made.version}.")


@template.command("remove", help="Delete one of your templates. Texts written with it stay.")
@click.argument("name")
@click.option("--language", type=_LANGUAGE, default="en", show_default=True, help="Its language.")
def remove(name: str, language: Any) -> None:
    """Remove a template."""
    from magicai.operations.subjects.content import remove_template

    ask(remove_template, name, language)
    print(f"Removed {name} ({language}).")


@template.command("preview", help="Show the text for a template's first example, or for VARIABLES (a JSON file).")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("variables", required=False, type=click.File(encoding="utf-8"))
def preview_template(file: Path, variables: Any) -> None:
    """Preview a template."""
    from magicai.errors import Invalid
    from magicai.operations.subjects.content import preview_template
    from magicai.shapes.subjects.content import TemplatePreview

    try:
        given: dict[str, Any] = json.load(variables) if variables else {}
    except ValueError as exc:
        raise Invalid("json_file_invalid", way_out="write_json_object", file=variables.name, reason=exc) from exc
    shown = ask(preview_template, TemplatePreview(source=file.read_text(encoding="utf-8"), variables=given))
    print(shown.text)
    reasons = (f"  {reason}" for reason in shown.quality.reasons)
    print(f"\nQuality  {shown.quality.score:.2f}", *reasons, sep="\n", file=sys.stderr)


def _is_one(content_ids: Sequence[str], wanted: dict[str, Any]) -> bool:
    return len(content_ids) == 1 and not any(wanted.values())


def _ids(verb: str, content_ids: Sequence[str], wanted: dict[str, Any], *, yes: bool) -> list[str]:
    """Texts that somebody named, or all that a filter matches, about which they are asked."""
    from magicai.operations.subjects.content_many import show_content_ids

    if bool(content_ids) == any(wanted.values()):
        raise click.UsageError("Name texts, or narrow them down with options such as --state draft.")
    if content_ids:
        return [*content_ids]
    ids = ask(show_content_ids, **wanted).content_ids
    if not ids:
        print("No matching texts.", file=sys.stderr)
    elif not yes:
        click.confirm(f"{verb} {len(ids)} texts?", abort=True, err=True)
    return ids


def _print_done(verb: str, made: "TextsDone") -> None:
    """Print what became of several texts.

    Raises:
        SystemExit: it failed for some, which are printed too.
    """
    from magicai.messages import message_in

    print(f"{verb} {len(made.done)} texts.")
    for one in made.failed:
        problem = message_in(one.model_dump()["problem_message"]) or one.problem
        print(f"{one.content_id}, {one.title}: {problem}", file=sys.stderr)
    if made.failed:
        raise SystemExit(1)


def _version(versions: "Sequence[VersionShown]", number: int) -> "VersionShown":
    """The version of a number.

    Raises:
        NotFound: the text has none, or does not keep it any more.
    """
    from magicai.errors import NotFound

    found = next((version for version in versions if version.number == number), None)
    if found is None:
        there = ", ".join(str(version.number) for version in versions)
        raise NotFound("text_version_not_found", number=number, names=there)
    return found


def _claim_lines(claims: "Sequence[ClaimShown]", verifier: str) -> list[str]:
    """What is known of statements that are not flagged, a line for each value of the data."""
    said: dict[str, list[str]] = {}
    for claim in claims:
        if not claim.marked and claim.verdict != "not_checked":
            said.setdefault(_verdict(claim, verifier), []).append(f"“{claim.text}”")
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


def _print_short(text: "ContentShown", *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(text.model_dump(mode="json"), ensure_ascii=False))
    else:
        print(f"{text.content_id}  {text.state:<8}  {text.word.replace('_', ' '):<8}  {text.title}")


def _print_whole(text: "ContentWhole") -> None:
    from magicai.values.units import so_many

    print(text.text)
    lines = [
        f"\nState    {text.state}",
        f"By       {_BY.get(text.written_by, text.written_by)}",
        f"Quality  {text.word.replace('_', ' ')}",
    ]
    lines += [f"Instead  {text.instead_of}"] if text.instead_of else []
    lines += [f"Facts    states {text.facts.said} of {text.facts.of}"] if text.facts.of else []
    lines += [f"Lacks    {fact}" for fact in text.facts.missing]
    lines += [f"Checked  by {text.verified_by}"] if text.verified_by else []
    lines += [f"Flag     {flag}" for flag in text.flags]
    lines += [f"Removed  {sentence}" for sentence in text.dropped]
    lines += [f"Missing  {claim}" for claim in text.missing]
    lines += _claim_lines(text.claims, text.verified_by)
    if text.not_checked:
        lines.append(f"Open     {so_many(text.not_checked, 'statements')} not checked. {text.not_verified}".rstrip())
        lines += [f"         “{claim.text}”" for claim in text.claims if claim.verdict == "not_checked"]
    print(*lines, sep="\n", file=sys.stderr)
