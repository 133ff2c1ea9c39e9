"""What readers will see, before it is posted, where a platform has a look of its own; nothing is from elsewhere."""

import html
import re
from collections.abc import Sequence

from magicai.publishing.adapting import linked
from magicai.publishing.draft import Article, Note
from magicai.publishing.ports import Picture

_STYLE = (
    "body{font:1rem/1.6 system-ui,sans-serif;max-width:42rem;margin:0 auto;padding:1.25rem;color:#1c1c1e;"
    "background:#fff;overflow-wrap:break-word}h1{font-size:1.75rem;line-height:1.2;margin:0 0 1rem}"
    "img{max-width:100%;height:auto;border-radius:.5rem}figure{margin:1rem 0}a,.tag{color:#1a56c4}"
    ".note{border:1px solid #d9d9de;border-radius:.75rem;padding:1rem;white-space:pre-wrap}"
    ".by{color:#5f6368;margin:0 0 .5rem}.images{display:grid;grid-template-columns:1fr 1fr;gap:.5rem;margin-top:.75rem}"
    ".card{display:block;border:1px solid #d9d9de;border-radius:.5rem;padding:.75rem;margin-top:.75rem;"
    "white-space:normal}"
)
_PAGE = """<!doctype html>
<html{language}>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
{body}
</body>
</html>
"""
_TAG = re.compile(r"(?<![\w&/#])#\w+")


def article_preview(article: Article, content: str, images: Sequence[Picture]) -> str:
    """An article as its platform is sent it.

    Args:
        content: its HTML, as it is sent.
        images: those that stand above it.
    """
    parts = [f"<h1>{html.escape(article.title)}</h1>", *map(figure, images), content]
    return _made(article.title, "\n".join(parts), article.language)


def note_preview(note: Note, images: Sequence[Picture], *, by: str, card: str = "") -> str:
    """A note as a card.

    Args:
        by: who posts it, or where.
        card: the address of which the platform shows a card below it; "" for none.
    """
    text = _TAG.sub(lambda found: f'<span class="tag">{found[0]}</span>', linked(html.escape(note.text)))
    shown = "".join(f'<img src="{html.escape(one.address)}" alt="{html.escape(one.alt)}">' for one in images)
    parts = [f'<p class="by">{html.escape(by)}</p>', f'<div class="note">{text}']
    parts += [f'<div class="images">{shown}</div>'] if shown else []
    parts += [f'<span class="card">{html.escape(card)}</span>'] if card else []
    return _made(by, "".join(parts) + "</div>", note.language)


def figure(image: Picture) -> str:
    """An image in an article's HTML."""
    return f'<figure><img src="{html.escape(image.address)}" alt="{html.escape(image.alt)}"></figure>'


def _made(title: str, body: str, language: str) -> str:
    lang = f' lang="{html.escape(language)}"' if language else ""
    return _PAGE.format(language=lang, title=html.escape(title), style=_STYLE, body=body)
