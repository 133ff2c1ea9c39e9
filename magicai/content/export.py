"""Texts as files: HTML, Markdown, Word, CSV and JSON; written as they come, however many they are."""

import csv
import html
import json
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from magicai.content.content import Content, as_markdown
from magicai.content.languages import of_template
from magicai.content.shop_tables import html_cell
from magicai.content.text import as_html, written
from magicai.errors import Invalid
from magicai.values.cells import harmless

FORMATS = ("html", "md", "csv", "json", "docx")
COLUMNS = (
    *("content_id", "item", "sku", "product", "content_type", "language", "state", "written_by", "quality", "flags"),
    *("text", "html"),
)
# Word opens no more at once with pleasure.
_MOST_IN_WORD = 1_000
_HEAD = (
    '<!doctype html><html lang="{language}"><meta charset="utf-8"><title>{title}</title>'
    "<style>html{{color-scheme:light dark}}"
    "body{{font:16px/1.6 system-ui,sans-serif;max-width:44rem;margin:2rem auto;padding:0 1rem}}"
    "article+article{{border-top:1px solid #8886;margin-top:2rem;padding-top:1rem}}"
    "aside{{border-left:3px solid #c60;padding-left:.8rem;font-size:.9em}}</style>\n"
)
_TITLES = {"en": "Texts", "zh": "文案"}
_FLAGGED = {"en": "Read this before you use it:", "zh": "使用前请先审阅："}


MEDIA_TYPES = {
    "html": "text/html; charset=utf-8",
    "md": "text/markdown; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


def exported(content: Content, file_format: str) -> bytes:
    """One text as a file.

    Raises:
        Invalid: there is no such format.
    """
    if file_format not in FORMATS:
        raise Invalid("unknown_file_format", file_format=file_format[:80], names=", ".join(FORMATS))
    with Exporter(content.language) as exporter:
        exporter.add(content)
        return exporter.file(file_format).read_bytes()


class Exporter:
    """Writes texts to files of its own, which are gone once it is left.

    with Exporter("en") as exporter:
        exporter.add(content)
        file = exporter.file("html")
    """

    def __init__(self, language: str) -> None:
        self._language = language
        self._folder = tempfile.TemporaryDirectory(prefix="magicai-")
        self._count = 0
        self._files = {name: self._path(name).open("w", encoding="utf-8", newline="") for name in FORMATS[:-1]}
        self._rows = csv.writer(self._files["csv"])
        self._rows.writerow(COLUMNS)
        self._files["html"].write(_HEAD.format(language=language, title=_TITLES[of_template(language)]))
        self._files["json"].write("[")
        self._document: Any = None

    def __enter__(self) -> Self:
        """Write to it."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Remove its files."""
        for file in self._files.values():
            file.close()
        self._folder.cleanup()

    def add(self, content: Content) -> None:
        """Write one text to every file."""
        latest = content.latest
        flags = "; ".join(latest.flags)
        values = (content.content_id, content.item, content.sku, content.product)
        values += (content.content_type, content.language, str(content.state))
        # No dash before items: a spreadsheet takes it for a formula.
        row = (*values, latest.by, f"{latest.quality.score:.2f}", flags, written(latest.blocks, "•"))
        self._rows.writerow([*map(harmless, row), html_cell(latest.blocks)])
        between = "\n\n---\n\n" if self._count else ""
        self._files["md"].write(f"{between}{as_markdown(content)}")
        self._files["html"].write(_article(content, self._language))
        said = dict(zip(COLUMNS[:-1], row, strict=True)) | {"quality": latest.quality.score, "flags": [*latest.flags]}
        said |= {"text": written(latest.blocks), "html": as_html(latest.blocks)}
        said |= {"claims": [claim.model_dump() for claim in latest.claims]}
        self._files["json"].write((",\n" if self._count else "\n") + json.dumps(said, ensure_ascii=False))
        if self._count < _MOST_IN_WORD:
            self._add_to_word(content)
        self._count += 1

    def file(self, name: str) -> Path:
        """A format's file, complete."""
        if name == "docx":
            document = self._word()
            document.save(str(self._path(name)))
        else:
            file = self._files[name]
            if not file.closed:
                file.write({"json": "\n]\n", "md": "\n"}.get(name, ""))
                file.close()
        return self._path(name)

    def _path(self, name: str) -> Path:
        return Path(self._folder.name) / f"texts.{name}"

    def _word(self) -> Any:
        if self._document is None:
            from docx import Document

            self._document = Document()
        return self._document

    def _add_to_word(self, content: Content) -> None:
        document = self._word()
        if self._count:
            document.add_page_break()
        for block in content.latest.blocks:
            if block.kind == "heading":
                document.add_heading(block.text, level=min(block.level, 4))
            else:
                document.add_paragraph(block.text, style="List Bullet" if block.kind == "item" else None)


def _article(content: Content, language: str) -> str:
    latest = content.latest
    flags = "".join(f"<li>{html.escape(flag)}</li>" for flag in latest.flags)
    aside = f"<aside>{_FLAGGED[of_template(language)]}<ul>{flags}</ul></aside>" if flags else ""
    return f"<article>{aside}{as_html(latest.blocks)}</article>\n"
