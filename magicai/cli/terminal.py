r"""The one way to standard output and standard error: texts of others reach a terminal without what it would obey.

While a command runs, both streams show control characters and marks that reverse a line's direction as `\u001b`.
What is drawn with Rich goes through `console()`, whose own colours and cursor movements pass.
"""

import sys
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TextIO, cast

from magicai.values.printable import printable

if TYPE_CHECKING:
    from rich.console import Console


class _Shown:
    """A stream that shows what a terminal would obey. It has no `buffer`, so that nobody writes past it."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def __getattr__(self, name: str) -> Any:
        if name == "buffer":
            raise AttributeError(name)
        return getattr(self._stream, name)

    @property
    def raw(self) -> TextIO:
        """The stream behind all that was put before it, for what draws with `console()`."""
        return raw(self._stream)

    def write(self, text: str) -> int:
        self._stream.write(printable(text))
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        for line in lines:
            self.write(line)


@contextmanager
def shown_streams() -> Generator[None]:
    """Standard output and standard error as above, while this lasts.

    They stay so after an error, which the interpreter has yet to print.
    """
    before = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = (cast("TextIO", _Shown(stream)) for stream in before)
    try:
        yield
    finally:
        if not isinstance(sys.exception(), Exception):
            sys.stdout, sys.stderr = before


@contextmanager
def raw_output() -> Generator[None]:
    """Standard output as it is, with its bytes: for a protocol that a program reads."""
    before, sys.stdout = sys.stdout, raw(sys.stdout)
    try:
        yield
    finally:
        sys.stdout = before


def raw(stream: TextIO) -> TextIO:
    """The stream itself, without what shows or redirects it."""
    if isinstance(stream, _Shown):
        return stream.raw
    proxied = getattr(stream, "rich_proxied_file", None)
    return stream if proxied is None else raw(proxied)


def console(stream: TextIO) -> "Console":
    """Draw on a stream. Texts are no markup; colours and movements are for terminals alone."""
    from rich.console import Console, ConsoleOptions, RenderableType
    from rich.segment import Segment
    from rich.text import Text

    class Shown(Console):
        def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
            """As it is drawn, its texts without what a terminal would obey."""
            if isinstance(renderable, str):
                renderable = printable(renderable)
            elif isinstance(renderable, Text) and printable(renderable.plain) != renderable.plain:
                renderable = Text(printable(renderable.plain), renderable.style, end=renderable.end)
            return super().render(renderable, options)

    there = raw(stream)
    # No where there is no terminal, whatever FORCE_COLOR says to Rich.
    forced = None if there.isatty() else False
    return Shown(file=there, force_terminal=forced, highlight=False, markup=False, emoji=False)
