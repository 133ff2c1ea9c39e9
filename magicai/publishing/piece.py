"""What is checked and published: texts by field, and images."""

from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict, Field


class Image(BaseModel):
    """An image of a piece.

    Attributes:
        name: what people and findings call it: a file's name or an address.
        alt: what a screen reader says.
        licence: what allows its use: `own`, `CC BY 4.0, Jane Doe`, an order number.
        width, height: pixels; 0 where nobody measured.
        size: bytes; 0 where nobody measured.
    """

    model_config = ConfigDict(frozen=True)

    name: str
    alt: str = ""
    licence: str = ""
    width: int = 0
    height: int = 0
    size: int = 0


class Piece(BaseModel):
    """A text to be published.

    Attributes:
        fields: each text by its name, such as `title`, `text`, `tags`.
        language: BCP 47; "" is another than those that are known. None: told from the words.
    """

    model_config = ConfigDict(frozen=True)

    fields: Mapping[str, str] = Field(default_factory=dict)
    language: str | None = None
    images: tuple[Image, ...] = ()
