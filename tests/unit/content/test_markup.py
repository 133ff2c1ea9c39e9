"""Text that came as HTML is read as its author would write it."""

import pytest

from magicai.content.markup import written_from


@pytest.mark.parametrize(
    ("text", "written"),
    [
        (
            '<p>See <a href="https://havn.example/care">our guide</a>.</p>',
            "See [our guide](https://havn.example/care).",
        ),
        ('<p><a href="javascript:alert(1)">Read</a></p>', "Read"),
        (
            "<table><tr><td>Weight</td><td>2 kg</td></tr><tr><td>Height</td><td>42 cm</td></tr></table>",
            "Weight 2 kg\n\nHeight 42 cm",
        ),
        ("<dl><dt>Weight</dt><dd>3 kg</dd></dl><p>x</p>", "Weight: 3 kg\n\nx"),
        ("<p>a</p><img src='x.png' alt='A mug'><p>b</p>", "a\n\nA mug\n\nb"),
        (
            "<h1>Linen &amp; wool</h1><p onclick=x>Soft, <b>warm</b>.</p><ul><li>Wash</li><li>Dry</li></ul><script>x()",
            "# Linen & wool\n\nSoft, warm.\n\n- Wash\n- Dry",
        ),
        ("I <3 it", "I <3 it"),
        ("Sizes <S> to <XL>", "Sizes <S> to <XL>"),
        ("a\n\n\n\nb", "a\n\n\n\nb"),
    ],
)
def test_paragraphs_items_terms_images_and_links_are_kept(text: str, written: str) -> None:
    assert written_from(text, with_links=True) == written


def test_a_link_of_a_text_in_blocks_keeps_its_words() -> None:
    assert written_from('<p>See <a href="https://havn.example/care">our guide</a>.</p>') == "See our guide."
