"""A sentence of the report: words, and slots for what comes from its fact."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

from magicai.shops.report.facts import Fact
from magicai.shops.report.numerals import Language


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True)


class Slot(_Model):
    """A place in a sentence that its fact fills.

    Attributes:
        key: which of the fact's values or names: a role, `subject`, `since`, `currency`, `name0` ..., `count0` ...
        mask: what a language model sees in its place: the number itself, never a crawled name.
        text: what the reader sees.
        alike: other ways to write the same value, which a model may choose; the reader sees `text` all the same.
        href: where a name leads, an http or https address; "" nowhere.
        is_name: whether `text` is crawled text.
        is_number: whether it is a value of the fact.
    """

    key: str
    mask: str
    text: str
    alike: tuple[str, ...] = ()
    href: str = ""
    is_name: bool = False
    is_number: bool = False

    def within(self) -> "Slot":
        """As it is written within a sentence: a number in figures, but for one."""
        if not self.is_number or not self.alike or self.text == self.mask:
            return self
        one = self.alike[0]
        return self.model_copy(update={"text": one if self.text.lower() == "one" else self.mask})


class Sentence(_Model):
    """A fact in words, written by the composer, or by a model and accepted."""

    fact: Fact
    language: Language
    pieces: tuple[str | Slot, ...]
    by: Literal["composer", "model"] = "composer"

    @property
    def text(self) -> str:
        """For the reader."""
        return "".join(piece if isinstance(piece, str) else piece.text for piece in self.pieces)

    @property
    def masked(self) -> str:
        """For a language model."""
        return "".join(piece if isinstance(piece, str) else piece.mask for piece in self.pieces)

    @property
    def slots(self) -> tuple[Slot, ...]:
        """Every slot, in the order in which they are read."""
        return tuple(piece for piece in self.pieces if isinstance(piece, Slot))


def opened(pieces: tuple[str | Slot, ...], language: Language) -> tuple[str | Slot, ...]:
    """The same, where a small number that begins an English sentence is a word: Seven products have sold out."""
    first = pieces[0] if pieces else ""
    if language != "en" or isinstance(first, str) or not first.is_number or not first.alike:
        return pieces
    return first.model_copy(update={"text": first.alike[0].capitalize()}), *pieces[1:]
