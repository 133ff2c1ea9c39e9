"""What site generators keep above a text, YAML between `---` or TOML between `+++`: its title is the document's."""

import tomllib
from collections.abc import Sequence
from typing import Any, cast

import yaml

_MARKS = ("---", "+++")
_LONGEST = 500


def without_front_matter(lines: Sequence[str]) -> tuple[str, Sequence[str]]:
    """The title that is stated there, "" where none is, and the lines of the text."""
    mark = lines[0].strip() if lines else ""
    if mark not in _MARKS:
        return "", lines
    end = next((at for at, line in enumerate(lines[1 : _LONGEST + 1], 1) if line.strip() == mark), None)
    if end is None:
        return "", lines
    read = _read("\n".join(lines[1:end]), mark)
    if read is None:  # two rules, and a text between them
        return "", lines
    title = read.get("title")
    return title.strip() if isinstance(title, str) else "", lines[end + 1 :]


def _read(text: str, mark: str) -> dict[str, Any] | None:
    """The fields; none of what is damaged, and None of what is no front matter."""
    try:
        found: Any = yaml.safe_load(text) if mark == "---" else tomllib.loads(text)
    except (yaml.YAMLError, tomllib.TOMLDecodeError, ValueError):
        return {}
    if found is None:
        return {}
    return cast("dict[str, Any]", found) if isinstance(found, dict) else None
