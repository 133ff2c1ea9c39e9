"""What is published: a draft as its author wrote it, and what each target gets of it."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from magicai.messages import Message
from magicai.publishing.language import language_of
from magicai.publishing.piece import Image, Piece
from magicai.runs.run import JSON
from magicai.values.digest import digest_of

# How a target shows a piece: as a page of its own, or as a short note.
Form = Literal["article", "note"]


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True)


class Media(_Model):
    """An image that is published with a piece.

    Attributes:
        file: its id among the owner's uploads.
        digest: SHA-256 of its body.
        parts: digests of the bodies in Files, in order.
        alt: what it shows, for those who don't see it.
        licence: whose it is, or why it may be used; no target gets it.
    """

    file: str
    name: str
    media_type: str
    digest: str
    parts: tuple[str, ...]
    size: int
    alt: str = ""
    licence: str = ""


class Draft(_Model):
    """A piece as its author wrote it, and all that is known about it.

    Attributes:
        text: blocks as magicai/content/text.py reads them: headings, paragraphs, lists.
        summary: what notes and previews say of it; made from the text where it is empty.
        link: the address that the piece belongs to, such as a product's page.
        language: BCP 47; "" where nobody said it, and the words tell.
        media: images, in order.
    """

    title: str = ""
    text: str = ""
    summary: str = ""
    tags: tuple[str, ...] = ()
    link: str = ""
    language: str = ""
    media: tuple[Media, ...] = ()

    @property
    def fields(self) -> dict[str, str]:
        """Everything in words, by field: what is checked and edited."""
        alts = {f"media.{place}.alt": one.alt for place, one in enumerate(self.media)}
        words = {"title": self.title, "text": self.text, "summary": self.summary, "tags": " ".join(self.tags)}
        return {**words, "link": self.link, **alts}

    @property
    def spoken(self) -> str:
        """The language, as it was said or as the words tell; "" where nothing tells."""
        return self.language or language_of(f"{self.title}\n{self.text}\n{self.summary}")

    @property
    def piece(self) -> Piece:
        """What is checked."""
        images = tuple(Image(name=one.name, alt=one.alt, licence=one.licence, size=one.size) for one in self.media)
        return Piece(fields=self.fields, language=self.spoken, images=images)

    def with_fields(self, fields: dict[str, str]) -> "Draft":
        """The same piece, in other words."""
        media = tuple(
            one.model_copy(update={"alt": fields.get(f"media.{place}.alt", one.alt)})
            for place, one in enumerate(self.media)
        )
        words = {name: fields.get(name, getattr(self, name)) for name in ("title", "text", "summary", "link")}
        tags = tuple(fields["tags"].split()) if "tags" in fields else self.tags
        return self.model_copy(update={**words, "tags": tags, "media": media})


class Article(_Model):
    """A piece as a page of its own.

    Attributes:
        html: of the text, without the title.
        slug: the last part of its address.
    """

    form: Literal["article"]
    title: str
    html: str
    text: str
    excerpt: str
    slug: str
    tags: tuple[str, ...] = ()
    link: str = ""
    language: str = "en"
    media: tuple[Media, ...] = ()


class Note(_Model):
    """A piece as a short note.

    Attributes:
        text: all of it, with the link and tags in their places.
    """

    form: Literal["note"]
    text: str
    tags: tuple[str, ...] = ()
    link: str = ""
    language: str = "en"
    media: tuple[Media, ...] = ()


Body = Annotated[Article | Note, Field(discriminator="form")]


class Account(_Model):
    """As whom a target posts, and how.

    Attributes:
        user: whom it signs in as, where the platform asks.
        options: of the target, such as `visibility` of Mastodon.
        secret: a keyed hash of its secret; "" where it has none.
    """

    user: str = ""
    options: dict[str, str] = {}
    secret: str = ""


class Payload(_Model):
    """All that a target gets of a piece.

    Attributes:
        target: its name; `platform` is its kind, `address` where it is.
        notes: what was changed to fit the platform, in English; `note_messages` are their codes, in this order.
        account: None of a payload that was kept before payloads had one: no approval of it holds.
        link: where the piece's link leads, also where the body has an address that counts clicks.
    """

    target: str
    platform: str
    address: str
    body: Body
    notes: tuple[str, ...] = ()
    note_messages: tuple[Message, ...] = ()
    account: Account | None = None
    link: str = ""

    @property
    def digest(self) -> str:
        """SHA-256 of what is sent, where to and as whom, and where its link leads."""
        return digest_of(self._sent)

    @property
    def _sent(self) -> JSON:
        sent = {"target": self.target, "platform": self.platform, "address": self.address, "body": _plain(self.body)}
        if self.account is None:
            return sent
        return {**sent, "account": self.account.model_dump(mode="json"), "link": self.link}


def digest_of_all(payloads: tuple[Payload, ...]) -> str:
    """SHA-256 of everything that is sent to any target: what an approval is bound to."""
    return digest_of([payload.digest for payload in sorted(payloads, key=lambda one: one.target)])


def _plain(body: Article | Note) -> JSON:
    # A file uploaded again is another row with the same body.
    return body.model_dump(mode="json", exclude={"media": {"__all__": {"file", "parts", "licence"}}})
