"""Which images show a product: not those that it has twice, and not the shop's own that many products have."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from magicai.catalogue.images.alternatives import alt_text
from magicai.catalogue.images.image import SMALLEST_SIDE, ReadImage, Role
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


@dataclass(frozen=True, slots=True)
class Look:
    """What the choice rests on, of each address that was read: small, since there are many."""

    fingerprint: str
    smallest_side: int
    flat: bool
    failed: bool

    @classmethod
    def of(cls, image: ReadImage) -> "Look":
        """How an image looks."""
        return cls(image.fingerprint, min(image.width, image.height), image.flat, bool(image.problem))


@dataclass(frozen=True, slots=True)
class Chosen:
    """What an address of a product shows."""

    url: str
    role: Role
    alt: str = ""
    same_as: tuple[str, ...] = ()


def choose(
    products: Sequence[Pictured], looks: Mapping[str, Look], *, without: Mapping[str, int] | None = None
) -> Iterator[tuple[Pictured, tuple[Chosen, ...]]]:
    """The images of all products of a run, with their roles.

    Args:
        products: all together, since repetition tells what is the shop's own.
        looks: by address; what is not there was not read.
        without: how many other products each shop has, which list no image.
    """
    likeness = Likeness()
    group = {url: likeness.group_of(one.fingerprint) for url, one in looks.items() if one.fingerprint and not one.flat}
    having: defaultdict[int, list[str]] = defaultdict(list)
    by_shop: defaultdict[str, Counter[int]] = defaultdict(Counter)
    sizes = Counter(without or {})
    sizes.update(product.shop for product in products)
    for product in products:
        for number in {group[url] for url in product.urls if url in group}:
            having[number].append(product.product_id)
            by_shop[product.shop][number] += 1
    for product in products:
        roles: list[tuple[str, Role]] = []
        seen = set[int]()
        for url in dict.fromkeys(product.urls):
            number = group.get(url, -1)
            of_shop = by_shop[product.shop][number] >= max(_LEAST, _SHARE * sizes[product.shop])
            roles.append((url, _role(looks.get(url), of_shop=of_shop, seen=number in seen)))
            seen.add(number)
        yield product, _shown(product, roles, lambda url: having[group[url]])


def _role(look: Look | None, *, of_shop: bool, seen: bool) -> Role:
    if look is None or look.failed:
        return "failed"
    if look.smallest_side < SMALLEST_SIDE:
        return "small"
    if look.flat:
        return "blank"
    if of_shop:
        return "shop"
    return "repeated" if seen else "product"


def _shown(
    product: Pictured, roles: Sequence[tuple[str, Role]], having: Callable[[str], Sequence[str]]
) -> tuple[Chosen, ...]:
    shown: list[Chosen] = []
    count, number = sum(role == "product" for _, role in roles), 0
    for url, role in roles:
        if role != "product":
            shown.append(Chosen(url, role))
            continue
        number += 1
        alt = alt_text(product.name, brand=product.brand, details=product.details, number=number, of=count)
        others = tuple(one for one in having(url) if one != product.product_id)[:_NAMED]
        shown.append(Chosen(url, role, alt, others))
    return tuple(shown)
