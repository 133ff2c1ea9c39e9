"""What site generators keep above a text, YAML between `---` or TOML between `+++`: its title is the document's."""

import tomllib
from collections.abc import Mapping, Sequence
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
    between = lines[1:end]
    read = _read("\n".join(between), mark)
    if read is None:  # two rules, and a text between them
        return "", ["", *between, "", *lines[end + 1 :]]
    title = read.get("title")
    return title.strip() if isinstance(title, str) else "", lines[end + 1 :]


def _read(text: str, mark: str) -> Mapping[str, object] | None:
    """The fields whose values are a text; None of what is no front matter."""
    try:
        return _fields(yaml.BaseLoader(text).get_single_node()) if mark == "---" else tomllib.loads(text)
    except (yaml.YAMLError, tomllib.TOMLDecodeError, ValueError, RecursionError):
        return None


def _fields(root: Any) -> Mapping[str, str] | None:
    """Of YAML as it is written: nothing is built, so that no alias is multiplied."""
    if root is None:
        return {}
    if not isinstance(root, yaml.MappingNode):
        return None
    pairs = cast("list[tuple[yaml.Node, yaml.Node]]", root.value)
    return {
        str(name.value): str(value.value)
        for name, value in pairs
        if isinstance(name, yaml.ScalarNode) and isinstance(value, yaml.ScalarNode)
    }
