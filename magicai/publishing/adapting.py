"""What each target gets of a piece: adapted to its platform before anybody reviews it."""

import html
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from urllib.parse import urlsplit

from magicai.claims.reading import sentences
from magicai.content.text import Block, as_html, parse, plain
from magicai.messages import Message, say
from magicai.publishing.draft import Article, Draft, Media, Note, Payload
from magicai.publishing.html import cleaned
from magicai.publishing.target import Platform, Target

# Source: the platforms' documentation. Mastodon counts every link as 23 characters; Bluesky counts graphemes, and takes
# ten bytes for each of them at most.
_LONGEST = {"mastodon": 500, "bluesky": 300}
# Whose pages name the piece's link as the original.
WITH_CANONICAL = ("folder", "ghost")
_LINK_COUNTS, _BYTES = 23, 10
_MOST_IMAGES = 4
_EXCERPT = 300
_SLUG = 60
_MOST_TAGS = 10
_ADDRESS = re.compile(r"https?://[^\s<>\"'{}|\\^`\[\]]+")
_ESCAPED_ADDRESS = re.compile(r"https?://(?:(?!&quot;|&lt;|&gt;|&#x27;)[^\s<>\"'{}|\\^`\[\]])+")
_NOT_SLUG = re.compile(r"[^\w]+", re.UNICODE)
_NOT_TAG = re.compile(r"[^\w]", re.UNICODE)
_TRAILING = ".,;:!?)。，；：！？）"


def adapt(draft: Draft, target: Target, *, counted: str = "", asked: str = "") -> Payload:
    """What a target gets of a piece; the same piece gives the same payload.

    Args:
        counted: an address that counts clicks and leads to the piece's link, which a note then has instead.
        asked: an address where readers say whether it was helpful, which an article then ends with.
    """
    made, notes = _note(draft, target, counted or draft.link) if target.form == "note" else _article(draft, asked)
    return Payload(
        target=target.name,
        platform=target.platform,
        address=target.address,
        body=made,
        notes=tuple(map(str, notes)),
        note_messages=tuple(notes),
        account=target.account,
        link=draft.link,
    )


def adapt_all(
    draft: Draft,
    targets: Sequence[Target],
    *,
    counted: Callable[[str], str] = lambda _target: "",
    asked: Callable[[str], str] = lambda _target: "",
) -> tuple[Payload, ...]:
    """What each of some targets gets, in their order.

    Args:
        counted, asked: as `adapt` takes them, by the target's name.
    """
    return tuple(
        adapt(draft, one, counted=counted(one.name) if draft.link else "", asked=asked(one.name)) for one in targets
    )


def shown_length(text: str, platform: str) -> int:
    """How long a note is, as its platform counts."""
    if platform == "mastodon":
        return len(_ADDRESS.sub("x" * _LINK_COUNTS, text))
    return max(graphemes(text), -(-len(text.encode()) // _BYTES))


def graphemes(text: str) -> int:
    """How many characters people see; a letter with its marks, and an emoji of several, are one each."""
    count, joined = 0, False
    for char in text:
        if char == "\u200d":
            joined = True
            continue
        extends = unicodedata.combining(char) or unicodedata.category(char) in ("Mn", "Me") or char in "\ufe0e\ufe0f"
        if not extends and not joined and not "\U0001f3fb" <= char <= "\U0001f3ff":
            count += 1
        joined = False
    return count


def _article(draft: Draft, asked: str) -> tuple[Article, list[Message]]:
    blocks = parse(draft.text)
    title, rest = _titled(draft, blocks)
    tags = draft.tags[:_MOST_TAGS]
    notes = [say("tags_left_out", limit=_MOST_TAGS)] if len(draft.tags) > _MOST_TAGS else []
    return (
        Article(
            form="article",
            title=title,
            html=cleaned(linked(as_html(rest)) + _question(draft, asked)),
            text=plain(rest),
            excerpt=draft.summary or _shortened(plain(rest), _EXCERPT)[0],
            slug=slug_of(title),
            tags=tags,
            link=draft.link,
            language=draft.spoken,
            media=draft.media,
        ),
        notes,
    )


def _question(draft: Draft, asked: str) -> str:
    if not asked:
        return ""
    words = "这篇内容对您有帮助吗？" if draft.spoken.partition("-")[0] == "zh" else "Was this helpful?"
    return f'<p><a href="{html.escape(asked)}" rel="nofollow">{words}</a></p>'


def _note(draft: Draft, target: Target, link: str) -> tuple[Note, list[Message]]:
    longest = longest_note(target.platform, target.options)
    notes: list[Message] = []
    tags = tuple(tag for one in draft.tags[:_MOST_TAGS] if (tag := _NOT_TAG.sub("", one)))
    media = _first(draft.media, notes)
    end = "\n\n".join(part for part in (link, " ".join(f"#{tag}" for tag in tags)) if part)
    blocks = parse(draft.text)
    title, rest = _titled(draft, blocks)
    # A title that is made of the text would be said twice.
    given = title if draft.title or rest is not blocks else ""
    whole = draft.summary or "\n\n".join(part for part in (given, plain(rest)) if part)
    room = longest - (shown_length(f"\n\n{end}", target.platform) if end else 0)
    text, is_cut = _shortened(whole, max(room, 1), target.platform)
    if is_cut:
        notes.append(say("post_shortened", limit=longest))
    body = "\n\n".join(part for part in (text, end) if part)
    return Note(form="note", text=body, tags=tags, link=link, language=draft.spoken, media=media), notes


def longest_note(platform: str, options: Mapping[str, str]) -> int:
    """The most characters of a note. Servers of Mastodon may allow more; whoever adds the target says so."""
    given = options.get("characters", "")
    return int(given) if given.isdecimal() and 0 < int(given) <= 100_000 else _LONGEST[platform]  # noqa: PLR2004


def _first(media: Sequence[Media], notes: list[Message]) -> tuple[Media, ...]:
    if len(media) > _MOST_IMAGES:
        notes.append(say("images_left_out", limit=_MOST_IMAGES))
    return tuple(media[:_MOST_IMAGES])


def _titled(draft: Draft, blocks: Sequence[Block]) -> tuple[str, Sequence[Block]]:
    """The title, which may be the text's first heading, and the other blocks."""
    if blocks and blocks[0].kind == "heading" and draft.title in ("", blocks[0].text):
        return blocks[0].text, blocks[1:]
    if draft.title:
        return draft.title, blocks
    first = next((sentence.text for sentence in sentences(blocks[0].text)), blocks[0].text) if blocks else ""
    return _shortened(first, 120)[0], blocks


def _shortened(text: str, longest: int, platform: Platform = "folder") -> tuple[str, bool]:
    """A text within a length, cut behind a sentence where there is one, else behind a word."""
    if shown_length(text, platform) <= longest:
        return text, False
    kept = ""
    for sentence in sentences(text):
        if shown_length(text[: sentence.end], platform) > longest:
            break
        kept = text[: sentence.end]
    if kept.strip():
        return kept.rstrip(), True
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if shown_length(text[:middle] + "…", platform) <= longest else (low, middle - 1)
    cut = text[:low]
    words = cut.rsplit(None, 1)
    return (words[0] if len(words) > 1 and cut.isascii() else cut).rstrip() + "…", True


def linked(made: str) -> str:
    """Escaped HTML with its web addresses as links."""

    def link(found: re.Match[str]) -> str:
        address = found[0].rstrip(_TRAILING)
        rest = found[0][len(address) :]
        if not urlsplit(html.unescape(address)).hostname:
            return found[0]
        return f'<a href="{address}">{address}</a>{rest}'

    return _ESCAPED_ADDRESS.sub(link, made)


def slug_of(title: str) -> str:
    """The last part of an address, of what letters and digits a title has."""
    return _NOT_SLUG.sub("-", unicodedata.normalize("NFKC", title).casefold()).strip("-_")[:_SLUG].strip("-_") or "post"
