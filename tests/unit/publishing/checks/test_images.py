"""Images need a licence and words; sizes that platforms refuse are found."""

from magicai.publishing.checks import images
from magicai.publishing.checks.context import Context
from magicai.publishing.checks.manuscript import manuscript
from magicai.publishing.piece import Image, Piece


def rules(image: Image) -> set[str]:
    return {one.rule for one in images.find(manuscript(Piece(images=(image,))), Context())}


def test_what_an_image_lacks_is_named() -> None:
    fine = Image(name="lamp.jpg", alt="A lamp", licence="own", width=1200, height=800, size=200_000)
    assert rules(fine) == set()
    changes = {
        "images.licence": {"licence": " "},
        "images.alt": {"alt": "lamp.jpg"},
        "images.small": {"width": 90},
        "images.large": {"width": 20_000},
        "images.heavy": {"size": 20_000_000},
    }
    for rule, change in changes.items():
        assert rules(fine.model_copy(update=change)) == {rule}
