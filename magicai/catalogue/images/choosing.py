"""Which images show a product: not those that it has twice, and not the shop's own that many products have."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from magicai.catalogue.images.alternatives import alt_text
from magicai.catalogue.images.image import SMALLEST_SIDE, ProductImage, ProductImages, ReadImage, Role
from magicai.catalogue.images.likeness import Likeness

# So many of a shop's products, and at least so many, have a logo or a placeholder.
_SHARE, _LEAST = 0.2, 5
_NAMED = 20


@dataclass(frozen=True, slots=True)
class Pictured:
    """A product and the addresses of its images, in its page's order.

    Attributes:
        shop: its host.
        details: facts for the alternative text.
    """

    product_id: str
    name: str
    shop: str = ""
    brand: str = ""
    details: Sequence[str] = ()
    urls: Sequence[str] = field(default=())


def choose(products: Iterable[Pictured], read: Mapping[str, ReadImage]) -> list[ProductImages]:
    """The images of all products of a run, with their roles.

    Args:
        products: all together, since repetition tells what is the shop's own.
        read: by address.
    """
    listed = list(products)
    likeness = Likeness()
    group = {url: likeness.group_of(one.fingerprint) for url, one in read.items() if one.fingerprint and not one.flat}
    having: defaultdict[int, list[str]] = defaultdict(list)
    by_shop: defaultdict[str, Counter[int]] = defaultdict(Counter)
    sizes = Counter(product.shop for product in listed)
    for product in listed:
        for one in {group[url] for url in product.urls if url in group}:
            having[one].append(product.product_id)
            by_shop[product.shop][one] += 1

    def is_of_shop(product: Pictured, number: int) -> bool:
        return by_shop[product.shop][number] >= max(_LEAST, _SHARE * sizes[product.shop])

    chosen: list[ProductImages] = []
    for product in listed:
        roles: list[tuple[ReadImage, Role, int]] = []
        seen = set[int]()
        for url in dict.fromkeys(product.urls):
            image = read.get(url, ReadImage(url=url, problem=f"{url} was not read. Resume the run."))
            number = group.get(url, -1)
            roles.append((image, _role(image, of_shop=is_of_shop(product, number), seen=number in seen), number))
            seen.add(number)
        count = sum(role == "product" for _, role, _ in roles)
        chosen.append(ProductImages(product_id=product.product_id, images=_shown(product, roles, count, having)))
    return chosen


def _role(image: ReadImage, *, of_shop: bool, seen: bool) -> Role:
    if image.problem:
        return "failed"
    if min(image.width, image.height) < SMALLEST_SIDE:
        return "small"
    if image.flat:
        return "blank"
    if of_shop:
        return "shop"
    return "repeated" if seen else "product"


def _shown(
    product: Pictured, roles: Sequence[tuple[ReadImage, Role, int]], count: int, having: Mapping[int, Sequence[str]]
) -> tuple[ProductImage, ...]:
    shown: list[ProductImage] = []
    number = 0
    for image, role, group in roles:
        if role != "product":
            shown.append(ProductImage(image=image, role=role))
            continue
        number += 1
        alt = alt_text(product.name, brand=product.brand, details=product.details, number=number, of=count)
        others = tuple(one for one in having[group] if one != product.product_id)[:_NAMED]
        shown.append(ProductImage(image=image, role=role, alt=alt, same_as=others))
    return tuple(shown)
