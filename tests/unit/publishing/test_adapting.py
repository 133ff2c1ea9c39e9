"""What each target gets of a piece."""

import json
from pathlib import Path

import pytest

from magicai.messages import say
from magicai.publishing.adapting import adapt, graphemes, shown_length
from magicai.publishing.draft import Article, Draft, Media, Note, digest_of_all
from magicai.publishing.target import Platform, Target

LONG = "Linen keeps cool. " * 60


def target(platform: Platform, **options: str) -> Target:
    return Target(name=platform, owner_id="o", platform=platform, address="x", options=options, created_at=1)


def note(draft: Draft, platform: Platform, **options: str) -> str:
    body = adapt(draft, target(platform, **options)).body
    assert isinstance(body, Note)
    return body.text


def article(draft: Draft) -> Article:
    body = adapt(draft, target("wordpress")).body
    assert isinstance(body, Article)
    return body


@pytest.mark.parametrize(("platform", "longest"), [("mastodon", 500), ("bluesky", 300)])
def test_a_note_is_cut_behind_a_sentence_and_keeps_link_and_tags(platform: Platform, longest: int) -> None:
    link = f"https://havn.example/{'a' * 150}"
    draft = Draft(title="Aprons", text=LONG, link=link, tags=("linen", "home wear"))
    made = adapt(draft, target(platform))
    assert isinstance(made.body, Note)
    text = made.body.text
    assert shown_length(text, platform) <= longest
    assert text.endswith(f"keeps cool.\n\n{link}\n\n#linen #homewear")
    assert made.note_messages == (say("post_shortened", limit=longest),)


def test_length_counts_as_the_platform_counts() -> None:
    family = "👨‍👩‍👧‍👦"
    assert graphemes(f"{family}é👍🏽中") == 4
    assert shown_length(f"See https://havn.example/{'a' * 200}", "mastodon") == 4 + 23
    assert note(Draft(text="亚麻围裙透气。" * 100), "bluesky").endswith("。")
    assert len(note(Draft(text="word" * 200), "mastodon")) == 500
    assert len(note(Draft(text=LONG), "mastodon", characters="5000")) > 500


def test_nothing_of_a_text_is_markup() -> None:
    made = article(Draft(title="<b>", text='<script>alert(1)</script> https://x.example/"onclick=1 and [gallery]'))
    assert "<script" not in made.html
    assert made.html.startswith("<p>&lt;script&gt;alert(1)&lt;/script&gt; ")
    assert '<a href="https://x.example/">https://x.example/</a>"onclick' in made.html
    assert made.title == "<b>"


def test_the_title_is_the_first_heading_or_sentence() -> None:
    assert (article(Draft(text="# Aprons\n\nOf linen.")).title, article(Draft(text="# Aprons\n\nOf linen.")).html) == (
        "Aprons",
        "<p>Of linen.</p>",
    )
    assert article(Draft(text="Aprons of linen. They keep cool.")).title == "Aprons of linen."
    assert article(Draft(title="亚麻 围裙", text="x")).slug == "亚麻-围裙"


@pytest.mark.parametrize(
    "change",
    [
        {"text": "Other."},
        {"title": "Other"},
        {"link": "https://other.example"},
        {"tags": ("other",)},
        {"media": (Media(file="f", name="a.png", media_type="image/png", digest="1", parts=(), size=1),)},
    ],
)
def test_whatever_is_sent_is_in_the_digest(change: dict[str, object]) -> None:
    draft = Draft(title="Aprons", text="Of linen.")
    targets = [target("wordpress"), target("mastodon")]
    before = digest_of_all(tuple(adapt(draft, one) for one in targets))
    again = digest_of_all(tuple(adapt(draft, one) for one in reversed(targets)))
    other = draft.model_copy(update=change)
    assert before == again
    assert digest_of_all(tuple(adapt(other, one) for one in targets)) != before
    moved = [targets[0].model_copy(update={"address": "https://elsewhere.example"}), targets[1]]
    assert digest_of_all(tuple(adapt(draft, one) for one in moved)) != before


def test_naughty_strings_are_adapted() -> None:
    path = Path(__file__).parents[4] / "shared" / "data" / "attacks" / "blns.json"
    naughty: list[str] = json.loads(path.read_text()) if path.exists() else ["\u202e", "\ufeff", "0" * 10_000, "a\0b"]
    for text in naughty:
        for platform in ("wordpress", "mastodon", "bluesky", "feed"):
            made = adapt(Draft(title=text, text=text, tags=(text,), link=text), target(platform))
            assert made.digest


def test_a_note_fits_a_server_that_counts_bytes_too() -> None:
    family = "👨\u200d👩\u200d👧\u200d👦"
    assert len(note(Draft(text=f"{family} " * 140), "bluesky").encode()) <= 3000


def test_a_licence_is_checked_and_sent_to_nobody() -> None:
    media = Media(file="f", name="a.png", media_type="image/png", digest="d", parts=("d",), size=1, alt="An apron")
    licensed = media.model_copy(update={"licence": "CC BY 4.0, Jane Doe"})
    with_it, without = (Draft(title="Apron", text="Of linen.", media=(one,)) for one in (licensed, media))
    assert [image.licence for image in with_it.piece.images] == ["CC BY 4.0, Jane Doe"]
    # What was approved without it stays approved.
    assert adapt(with_it, target("wordpress")).digest == adapt(without, target("wordpress")).digest
