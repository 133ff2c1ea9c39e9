"""The templates that come with MagicAI, and those of a user, by content type."""

import asyncio
import logging
from collections.abc import Mapping
from difflib import get_close_matches
from functools import cache
from importlib import resources

from magicai.content.languages import Language, of_template
from magicai.content.template import Template, parse_template
from magicai.errors import Invalid, NotFound
from magicai.messages import say
from magicai.messages.validation import InvalidValue
from magicai.ports import EntityRecords, Records
from magicai.stores.entity import Entity

KIND = "template"
_log = logging.getLogger(__name__)
# A user's own template is called so in requests: `own:seasonal-post`.
OWN = "own:"
_PAGE = 200


@cache
def built_in() -> Mapping[tuple[str, Language], Template]:
    """Templates by name and language."""
    found = [_parsed(file) for file in _files()]
    return {(template.name, template.language): template for template in found}


def built_in_template(name: str, language: str) -> Template | None:
    """One of them, for texts in a language; None where it is a user's own."""
    file = f"{name}.{of_template(language)}.md"
    return _parsed(file) if file in _files() else None


@cache
def content_types() -> tuple[str, ...]:
    """Names of the built-in templates: those of their files, since parsing all of them takes a while."""
    return tuple(dict.fromkeys(file.partition(".")[0] for file in _files()))


@cache
def _files() -> tuple[str, ...]:
    """Such as `faq.en.md`."""
    there = resources.files("magicai.content.templates").iterdir()
    return tuple(sorted(file.name for file in there if file.name.endswith(".md")))


@cache
def _parsed(file: str) -> Template:
    text = (resources.files("magicai.content.templates") / file).read_text(encoding="utf-8")
    return parse_template(text, file)


def check_type(name: str) -> str:
    """A content type as it is, if it is built in, or may be a user's own.

    Raises:
        ValueError: it is neither; near ones are named.
    """
    if name.startswith(OWN) or name in content_types():
        return name
    near = get_close_matches(name, content_types(), n=3, cutoff=0.4)
    if near:
        raise InvalidValue("content_type_misspelled", name=name[:80], names=near, own=OWN)
    raise InvalidValue("content_type_unknown", name=name[:80], names=list(content_types()), own=OWN)


async def template_of(records: Records, name: str, language: str, *, owner_id: str) -> Template:
    """The template of a content type.

    Args:
        language: of the text; the template is Chinese for Chinese, and English for any other.

    Raises:
        NotFound: the user has none of that name.
    """
    if name.startswith(OWN):
        return await own_template(records.entities, name.removeprefix(OWN), of_template(language), owner_id=owner_id)
    return _parsed(f"{name}.{of_template(language)}.md")


async def save_template(records: Records, source: str, *, owner_id: str) -> tuple[Template, int]:
    """Keep a user's template as its next version; returns it with its version.

    Raises:
        Invalid: it can't be read, or does what a template may not.
        Conflict: it was saved by somebody else meanwhile.
    """
    template = await asyncio.to_thread(parse_template, source)
    entity = Entity(
        kind=KIND,
        entity_id=_id(owner_id, template.name, template.language),
        owner_id=owner_id,
        title=template.title,
        text=template.description,
        language=template.language,
        data={"schema_version": 1, "name": template.name, "source": source},
        stores=("search",),
    )
    await records.entities.save([entity])
    kept = await records.entities.get(KIND, entity.entity_id, owner_id=owner_id)
    return template, kept.version


async def own_template(entities: EntityRecords, name: str, language: Language, *, owner_id: str) -> Template:
    """A user's template.

    Raises:
        NotFound: there is none; names those that are there.
        Invalid: a newer version refuses it.
    """
    return parse_template(await _own_source(entities, name, language, owner_id=owner_id), name)


async def _own_source(entities: EntityRecords, name: str, language: Language, *, owner_id: str) -> str:
    try:
        found = await entities.get(KIND, _id(owner_id, name, language), owner_id=owner_id)
    except NotFound:
        names = [f"{OWN}{one.name} ({one.language})" for one, _ in await own_templates(entities, owner_id=owner_id)]
        way_out = say("choose_own_one", names=names) if names else "add_template"
        raise NotFound("template_not_found", way_out=way_out, name=name[:80], language=language) from None
    assert found.entity is not None
    return str(found.entity.data["source"])


async def source_of(records: Records, name: str, language: Language, *, owner_id: str) -> str:
    """The source of a template.

    Raises:
        NotFound: the user has none of that name.
        Invalid: there is none of that name.
    """
    if name.startswith(OWN):
        own = await own_templates(records.entities, owner_id=owner_id)
        for template, source in own:
            if (template.name, template.language) == (name.removeprefix(OWN), language):
                return source
    template = await template_of(records, check_name(name), language, owner_id=owner_id)
    file = resources.files("magicai.content.templates") / f"{template.name}.{language}.md"
    return file.read_text(encoding="utf-8")


def check_name(name: str) -> str:
    """As `check_type`, for whoever has no model around it.

    Raises:
        Invalid: it is no content type.
    """
    try:
        return check_type(name)
    except InvalidValue as exc:
        raise Invalid(exc.message) from exc


async def own_templates(entities: EntityRecords, *, owner_id: str) -> list[tuple[Template, str]]:
    """All templates of a user, by name, each with its source; without those that a newer version refuses.

    Whoever names one of these is told why.
    """
    found: list[tuple[Template, str]] = []
    after = ""
    while True:
        page = await entities.listed(owner_id, KIND, after=after, limit=_PAGE)
        for item in page.items:
            if item.entity is None:
                continue
            source = str(item.entity.data["source"])
            try:
                found.append((parse_template(source, item.entity.title), source))
            except Invalid as exc:
                _log.warning("a template was left out: %s", exc)
        if page.next is None:
            return found
        after = page.next


async def remove_template(records: Records, name: str, language: Language, *, owner_id: str) -> None:
    """Delete a user's template; texts that were written from it stay.

    Raises:
        NotFound: there is none.
    """
    await _own_source(records.entities, name, language, owner_id=owner_id)
    await records.entities.delete(KIND, [_id(owner_id, name, language)])


def _id(owner_id: str, name: str, language: str) -> str:
    return f"{owner_id}/{name}.{language}"
