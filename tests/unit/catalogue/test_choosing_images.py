from collections.abc import Mapping

from magicai.catalogue.images.alternatives import alt_text
from magicai.catalogue.images.choosing import Chosen, Look, Pictured, choose
from magicai.catalogue.images.image import (
    ProductImage,
    ProductImages,
    ReadImage,
    images_entity,
    images_in,
    read_entity,
    read_in,
)


def image(url: str, fingerprint: str, **more: object) -> ReadImage:
    return ReadImage.model_validate({"url": url, "fingerprint": fingerprint, "width": 400, "height": 300, **more})


def chosen(products: list[Pictured], read: Mapping[str, ReadImage]) -> list[tuple[Chosen, ...]]:
    return [one for _, one in choose(products, {url: Look.of(image) for url, image in read.items()})]


def looks(number: int) -> str:
    """Fingerprints that are far from each other."""
    return f"{number * 0x9E3779B97F4A7C15 % 2**64:016x}"


def test_what_many_products_of_a_shop_have_is_the_shops_own() -> None:
    read = {f"p{n}": image(f"p{n}", looks(n)) for n in range(1, 21)}
    near = f"{int(looks(99), 16) ^ 0b101:016x}"
    read |= {"logo.png": image("logo.png", looks(99)), "logo.webp": image("logo.webp", near)}
    products = [
        Pictured(f"id{n}", f"Tea {n}", shop="s.example", urls=["logo.png" if n % 2 else "logo.webp", f"p{n}"])
        for n in range(1, 21)
    ]
    for number, one in enumerate(chosen(products, read), start=1):
        assert [(shown.role, shown.url) for shown in one][1] == ("product", f"p{number}")
        assert one[0].role == "shop"


def test_two_products_with_one_picture_know_of_each_other_and_keep_it() -> None:
    read = {"a": image("a", looks(1)), "b": image("b", looks(1)), "c": image("c", looks(2))}
    first, second = chosen([Pictured("x", "Red cup", urls=["a", "c"]), Pictured("y", "Blue cup", urls=["b"])], read)
    assert [(one.role, one.same_as) for one in first] == [("product", ("y",)), ("product", ())]
    assert second[0].same_as == ("x",)


def test_repeated_small_blank_and_failed_images_are_not_shown() -> None:
    read = {
        "a": image("a", looks(1)),
        "a2": image("a2", looks(1)),
        "dot": image("dot", looks(2), width=1, height=1),
        "blank": image("blank", looks(3), flat=True),
        "gone": ReadImage(url="gone", problem="gone is gone (404)."),
    }
    (one,) = chosen([Pictured("x", "Cup", urls=["a", "a2", "dot", "blank", "gone", "never"])], read)
    assert [shown.role for shown in one] == ["product", "repeated", "small", "blank", "failed", "failed"]


def test_what_is_kept_is_read_back() -> None:
    one = image("a", looks(1), problem="")
    assert read_in(read_entity(one, owner_id="ann")) == one
    images = ProductImages(product_id="x", images=(ProductImage(image=one, role="product", alt="Cup"),))
    assert images_in(images_entity(images, owner_id="ann")) == images
    assert images.shown == images.images


def test_alternative_text_says_only_facts() -> None:
    assert alt_text("Linen apron", brand="Fira", details=["blue"]) == "Fira Linen apron, blue"
    assert alt_text("Fira apron, blue", brand="Fira", details=["Blue"], number=2, of=3) == (
        "Fira apron, blue, picture 2 of 3"
    )
    assert alt_text("亚麻围裙", brand="Fira", details=["蓝色"], number=1, of=2) == (
        "Fira 亚麻围裙，蓝色，第 1 张，共 2 张"
    )
    assert len(alt_text("very " * 80, number=1, of=2)) <= 125


def test_a_picture_of_few_of_a_shops_products_is_theirs_however_many_have_none() -> None:
    read = {"set.jpg": image("set.jpg", looks(1))}
    products = [Pictured(f"id{n}", f"Tea {n}", shop="s.example", urls=["set.jpg"]) for n in range(5)]
    looked = {url: Look.of(one) for url, one in read.items()}
    roles = {one.role for _, chosen in choose(products, looked, without={"s.example": 40}) for one in chosen}
    assert roles == {"product"}
    assert {one.role for _, chosen in choose(products, looked) for one in chosen} == {"shop"}
