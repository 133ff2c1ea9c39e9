"""Alternative texts of a product's images: by a model that sees them, or none."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from magicai.catalogue.images.describing import with_descriptions
from magicai.catalogue.images.image import KeptRendition, ProductImage, ProductImages, ReadImage, images_entity
from magicai.errors import Temporary
from magicai.ports import Message, Spender, TextModel
from tests.api.conftest import Api
from tests.api.test_goods import ask
from tests.api.test_walls import a_product
from tests.scripted import Scripted, ScriptedText

SEEN = '{"alt": "Blue cup with a white handle on a wooden table"}'


def image(name: str, digest: str, width: int = 640, **more: Any) -> ProductImage:
    wide = KeptRendition(format="webp", width=1280, height=960, digest="too wide", bytes=4)
    avif = KeptRendition(format="avif", width=640, height=480, digest="not read by all", bytes=4)
    kept = KeptRendition(format="jpeg", width=width, height=480, digest=digest, bytes=4)
    read = ReadImage(url=f"https://s.example/{name}.jpg", digest=name, renditions=(wide, avif, kept))
    return ProductImage.model_validate({"image": read, "role": "product", "alt": "Cup, picture 1 of 2", **more})


async def pictured(api: Api) -> str:
    """A product of ann's with two images, and a logo."""
    await api.user()
    product = await a_product(api)
    first, second = await api.gateway.ports.files.put([b"first", b"second"])
    images = (image("a", first), image("logo", first, role="shop"), image("b", second))
    kept = ProductImages(product_id=product, images=images)
    await api.records.entities.save([images_entity(kept, owner_id="id-ann")])
    return f"/products/{product}/images"


Let = Callable[..., ScriptedText]


@pytest.fixture
def let_say(api: Api, monkeypatch: pytest.MonkeyPatch) -> Let:
    """Lets a model say something on ann's account alone."""

    def answering(*answers: Scripted) -> ScriptedText:
        model = ScriptedText(answers, name="openai:gpt-4o")

        async def text_model(spender: Spender, *, models: Sequence[str]) -> TextModel:
            del models
            assert (spender.owner_id, spender.role) == ("id-ann", "writer")
            return model

        monkeypatch.setattr(api.gateway.ports, "text_model", text_model)
        return model

    return answering


def shown(asked: Sequence[Sequence[Message]]) -> list[tuple[bytes, str]]:
    return [(picture.body, picture.media_type) for one in asked for message in one for picture in message.pictures]


async def test_each_image_of_a_product_is_shown_to_a_model_that_says_what_it_sees(api: Api, let_say: Let) -> None:
    path = await pictured(api)
    model = let_say(SEEN, SEEN.replace("Blue", "Same blue"))
    status, said = await ask(api, "POST", path.replace("/images", "/describe-images"), {"language": "de"})
    assert status == 200
    assert [(one["alt"][:8], one["described_by"]) for one in said["images"] if one["role"] == "product"] == [
        ("Blue cup", "openai:gpt-4o"),
        ("Same blu", "openai:gpt-4o"),
    ]
    assert shown(model.asked) == [(b"first", "image/jpeg"), (b"second", "image/jpeg")]
    assert "Language: de" in model.asked[0][0].content
    assert (await ask(api, "GET", path))[1] == said


async def test_an_image_that_is_described_is_not_paid_for_again_unless_somebody_asks(api: Api, let_say: Let) -> None:
    path = await pictured(api)
    url = path.replace("/images", "/describe-images")
    model = let_say(SEEN, Temporary("429"), SEEN, *[SEEN] * 4)
    assert (await ask(api, "POST", url, {}))[0] == 503
    for asked, left in (({}, [b"second"]), ({}, []), ({"language": "de"}, [b"first", b"second"])):
        before = len(model.asked)
        assert (await ask(api, "POST", url, asked))[0] == 200
        assert [body for body, _ in shown(model.asked[before:])] == left
    before = len(model.asked)
    assert (await ask(api, "POST", url, {"language": "de", "again": True}))[0] == 200
    assert [body for body, _ in shown(model.asked[before:])] == [b"first", b"second"]
    assert model.asked[before] == model.asked[before - 2], "the same call is the same"


@pytest.mark.parametrize("said", ["x" * 126, "", "Image of a cup", "图片：杯子", "a\nb"])
async def test_what_is_too_long_or_says_nothing_is_asked_for_once_more(api: Api, let_say: Let, said: str) -> None:
    path = await pictured(api)
    wrong = f'{{"alt": "{said}"}}'.replace("\n", "\\n")
    model = let_say(wrong, SEEN, wrong, wrong)
    status, _ = await ask(api, "POST", path.replace("/images", "/describe-images"), {})
    assert (status, len(model.asked)) == (503, 4)
    first, _, second = (await ask(api, "GET", path))[1]["images"]
    assert (first["alt"][:8], second["alt"]) == ("Blue cup", "Cup, picture 1 of 2"), "what was paid for is kept"


async def test_without_a_model_an_image_is_not_described(api: Api) -> None:
    path = await pictured(api)
    status, said = await ask(api, "POST", path.replace("/images", "/describe-images"), {})
    assert (status, "sees it" in said["detail"]) == (501, True)
    assert {one["described_by"] for one in (await ask(api, "GET", path))[1]["images"]} == {""}


async def test_a_model_that_fails_leaves_what_was_there(api: Api, let_say: Let) -> None:
    path = await pictured(api)
    let_say(Temporary("No answer within 180 s."))
    assert (await ask(api, "POST", path.replace("/images", "/describe-images"), {}))[0] == 503
    assert {one["described_by"] for one in (await ask(api, "GET", path))[1]["images"]} == {""}


async def test_another_user_and_a_product_without_images_find_nothing(api: Api, let_say: Let) -> None:
    path = await pictured(api)
    model = let_say(SEEN, SEEN)
    assert (await ask(api, "POST", path.replace("/images", "/describe-images"), {}, who="bob"))[0] == 404
    bare = await a_product(api, sku="K2")
    assert (await ask(api, "POST", f"/products/{bare}/describe-images", {}))[0] == 404
    assert model.asked == []


def test_what_a_model_said_of_an_image_stays_when_the_product_is_imported_again() -> None:
    before = ProductImages(product_id="p", images=(image("a", "1", alt="Blue cup", described_by="m"), image("b", "2")))
    now = ProductImages(product_id="p", images=(image("b", "2"), image("a", "1"), image("c", "3")))
    kept = with_descriptions(now, before).images
    assert [(one.alt, one.described_by) for one in kept] == [
        ("Cup, picture 1 of 2", ""),
        ("Blue cup", "m"),
        ("Cup, picture 1 of 2", ""),
    ]
    assert with_descriptions(now, None) == now
