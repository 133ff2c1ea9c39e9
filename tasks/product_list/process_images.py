from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice

from magicai.brain.steps import StepRun, step
from magicai.catalogue.further_results import Pictured
from magicai.catalogue.images import choosing
from magicai.catalogue.images.choosing import Chosen, Look, choose
from magicai.catalogue.images.describing import with_descriptions
from magicai.catalogue.images.hosts import SILENT, AnsweringHosts
from magicai.catalogue.images.image import (
    KIND,
    READ_KIND,
    ProductImage,
    ProductImages,
    ReadImage,
    images_entity,
    images_in,
    read_entity,
    read_id,
    read_in,
)
from magicai.catalogue.images.reading import read_image
from magicai.catalogue.ports import CatalogueRecords, ImageProcessor
from magicai.catalogue.product import Values
from magicai.catalogue.step_results import Categorised
from magicai.catalogue.stored_products import pages_of_run
from magicai.errors import Missing
from magicai.messages import amount, say
from magicai.ports import Fetcher, Files
from magicai.runs.items import each, results
from magicai.runs.items import failed as each_failed
from magicai.runs.plan import Resources
from magicai.runs.run import JSON
from magicai.stores.entities import find

_AT_ONCE = 8
_PART = 100
_LONGEST_KEY = 500
# Of a product; a page that lists more lists those of other products, too.
_MOST = 24
_DETAILS = ("color", "colour", "material", "颜色", "材质")


@step(provides="pictured", retries=2, resources=Resources(cpu=2.0, memory=500))
async def process_images(
    run: StepRun,
    categorised: Categorised,
    *,
    catalogue: CatalogueRecords,
    files: Files,
    fetcher: Fetcher,
    images: ImageProcessor,
) -> Pictured:
    """Read the products' images, save them as a shop shows them, and tell which ones show the product."""
    try:
        images.check()
    except Missing as exc:
        await run.reporter.problem("images", exc.message, exc.way, missing=False)
        return Pictured(images=0, shown=0, failed=0, without=categorised.products)

    answering = AnsweringHosts(fetcher)

    async def read(_: str, given: JSON) -> JSON:
        url = given["url"]
        made = await read_image(
            url, fetcher=answering, images=images, files=files, before=await _before(catalogue, url, run.owner_id)
        )
        await catalogue.entities.save([read_entity(made, owner_id=run.owner_id)])
        look = Look.of(made)
        return {"url": url, "look": [look.fingerprint, look.smallest_side, look.flat, look.failed]}

    products, others = await _listed(run, catalogue)
    await each(run, _addresses(products, run.owner_id), read, at_once=_AT_ONCE, unit="images", untold=(SILENT,))
    silent = await _report_silent(run)
    looks: dict[str, Look] = {}
    async for _, value in results(run):
        looks[value["url"]] = Look(*value["look"])
    shown, without, done = 0, others.total(), 0
    pictured = choose(products, looks, without=others)
    while part := list(islice(pictured, _PART)):
        for _, chosen in part:
            roles = [one.role for one in chosen]
            shown, without = shown + roles.count("product"), without + ("product" not in roles)
        await _save(catalogue, [(product.product_id, chosen) for product, chosen in part], owner_id=run.owner_id)
        done += len(part)
        await run.reporter.progress(done, len(products), "products")
    failed = sum(look.failed for look in looks.values())
    if failed:
        what = say("images_unusable", n=failed, images=amount(len(looks), "images"))
        await run.reporter.problem("images", what, missing=False)
    return Pictured(images=len(looks), shown=shown, failed=failed + silent, without=without)


async def _report_silent(run: StepRun) -> int:
    """Report each host that was given up once, and answer how many images were not fetched for that."""
    silent = Counter([str(one.said.params["host"]) async for _, one in each_failed(run) if one.said.code == SILENT])
    for host, count in sorted(silent.items()):
        what = say("images_of_silent_host", host=host, images=amount(count, "images"), run_id=run.run_id)
        await run.reporter.problem("images", what, temporary=True)
    return silent.total()


async def _listed(run: StepRun, records: CatalogueRecords) -> tuple[list[choosing.Pictured], Counter[str]]:
    """Products that list images, or did; and by shop how many others there are, of which nothing is to be kept."""
    products: list[choosing.Pictured] = []
    others: Counter[str] = Counter()
    async for page in pages_of_run(records, run.run_id, owner_id=run.owner_id):
        bare = [(KIND, kept.product.product_id) for kept in page if not kept.product.values.images]
        rows = await records.entities.present(bare) if bare else ()
        had = {row.entity_id for row in rows if row.entity is not None and images_in(row.entity).images}
        for kept in page:
            values, product_id = kept.product.values, kept.product.product_id
            if values.images or product_id in had:
                products.append(_pictured(product_id, values))
            else:
                others[values.shop] += 1
    return products, others


def _addresses(products: Iterable[choosing.Pictured], owner_id: str) -> Iterator[tuple[str, JSON]]:
    seen = set[str]()
    for url in (url for product in products for url in product.urls):
        if (key := url if len(url) <= _LONGEST_KEY else read_id(url, owner_id=owner_id)) not in seen:
            seen.add(key)
            yield key, {"url": url}


async def _before(records: CatalogueRecords, url: str, owner_id: str) -> ReadImage | None:
    found = await find(records.entities, READ_KIND, read_id(url, owner_id=owner_id), owner_id=owner_id)
    return read_in(found) if found is not None else None


def _pictured(product_id: str, values: Values) -> choosing.Pictured:
    known = {attribute.name.casefold(): str(attribute.value) for attribute in values.attributes}
    details = tuple(known[name] for name in _DETAILS if name in known)
    urls = values.images[:_MOST]
    return choosing.Pictured(product_id, values.name, values.shop, values.brand or "", details, urls)


async def _save(
    records: CatalogueRecords, products: Sequence[tuple[str, tuple[Chosen, ...]]], *, owner_id: str
) -> None:
    """Keep products' images, and their bodies with them."""
    keys = {read_id(one.url, owner_id=owner_id): one.url for _, chosen in products for one in chosen}
    read = {
        keys[row.entity.entity_id]: read_in(row.entity)
        for row in await records.entities.present([(READ_KIND, key) for key in keys])
        if row.entity is not None
    }
    made = [ProductImages(product_id=product_id, images=_images(chosen, read)) for product_id, chosen in products]
    before = await records.entities.present([(KIND, of.product_id) for of in made])
    described = {row.entity_id: images_in(row.entity) for row in before if row.entity is not None}
    made = [with_descriptions(of, described.get(of.product_id)) for of in made]
    digests = {of.product_id: [kept.digest for image in of.images for kept in image.image.renditions] for of in made}
    await records.images.keep(owner_id, digests)
    await records.entities.save([images_entity(of, owner_id=owner_id) for of in made])


def _images(chosen: Iterable[Chosen], read: Mapping[str, ReadImage]) -> tuple[ProductImage, ...]:
    unread = say("image_not_read").stored()
    return tuple(
        ProductImage(
            image=read.get(one.url, ReadImage(url=one.url, problem=unread)),
            role=one.role,
            alt=one.alt,
            same_as=one.same_as,
        )
        for one in chosen
    )
