"""A sentence of the report: words, and slots for what comes from its fact."""

from magicai.shops.report.facts import Fact
from magicai.shops.report.numerals import Language
from magicai.values.frozen import Frozen


class Slot(Frozen):
    """A place in a sentence that its fact fills.

    Attributes:
        href: where a name leads, an http or https address; "" nowhere.
        is_name: whether `text` is crawled text.
        is_number: whether it is a value of the fact.
    """

    text: str
    href: str = ""
    is_name: bool = False
    is_number: bool = False


class Sentence(Frozen):
    """A fact in words."""

    fact: Fact
    language: Language
    pieces: tuple[str | Slot, ...]

    @property
    def text(self) -> str:
        """For the reader."""
        return "".join(piece if isinstance(piece, str) else piece.text for piece in self.pieces)
