"""Shops: their names and addresses, their pages, and the sample shop, which is a day later at each run."""

import asyncio
import contextlib
import os
import signal
import sys
import time
from collections.abc import Generator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import click

from magicai.cli.command_name import command
from magicai.cli.local import check_local
from magicai.cli.samples import Sampling

if TYPE_CHECKING:
    from magicai.settings import Settings
    from magicai.shops.sample import SampleShop
    from magicai.shops.sample.serving import NextDay

# What `magicai --help` says of the commands here.
COMMANDS = {
    "shops": "Shops that were crawled: their names and addresses.",
    "sample-shop": "Serve the sample shop.",
    "pages": "Write the product pages of a run as Markdown.",
}


@dataclass(slots=True)
class RunningSample:
    """The shop while it runs, and which day it shows."""

    shop: "SampleShop"
    today: "NextDay"

    def enter_environment(self) -> None:
        """Let the run read it, into the embedded stores, whatever other addresses the shell holds."""
        from integrations.store_roles import ADDRESSES
        from magicai.settings import load

        left_out = [name for name in ADDRESSES.values() if os.environ.pop(name, None)]
        if left_out:
            print(f"This run is kept in {load().home}. To show it later, unset {', '.join(left_out)}.", file=sys.stderr)
        allowed = [host for host in os.environ.get("MAGICAI_CRAWL_ALLOW_HOSTS", "").split(",") if host]
        # A shop of one's own needs no manners.
        os.environ.setdefault("MAGICAI_CRAWL_DELAY", "0.01")
        if self.shop.host not in allowed:
            os.environ["MAGICAI_CRAWL_ALLOW_HOSTS"] = ",".join([*allowed, self.shop.host])

    def completed(self) -> None:
        """The next run of the sample finds the shop a day later."""
        self.today.completed()


@contextlib.contextmanager
def sample_of_a_shop(values: dict[str, Any]) -> Generator[RunningSample]:
    """Serve the sample shop, and add its address to the parameters of a run that imports a shop.

    Raises:
        Invalid: they name something else to read.
    """
    from magicai.errors import Invalid
    from magicai.settings import load

    given = [name for name in ("urls", "file", "feed", "shop", "run_id") if values.get(name)]
    if given:
        raise Invalid("sample_import_conflict", option=given[0])
    with _serve(load()) as running:
        values["shop"] = running.shop.url
        yield running


@contextlib.contextmanager
def _begin(values: dict[str, Any]) -> Generator[RunningSample]:
    from integrations.fetcher.open import find_browser
    from magicai.errors import Invalid
    from magicai.settings import load

    if values.get("competitor_url"):
        raise Invalid("sample_crawl_conflict")
    settings = load()
    with _serve(settings) as running:
        values["competitor_url"] = (running.shop.url,)
        if find_browser(settings) is None:  # a first run succeeds all the same, and says what it left out
            values.setdefault("render", "never")
        yield running


@contextlib.contextmanager
def again(settings: "Settings", request: Mapping[str, Any]) -> Generator[RunningSample | None]:
    """Serve the sample shop once more, if that is what a run has been reading."""
    from magicai.shops.sample.serving import NextDay, urls_of

    hosts = {urlsplit(url).netloc for url in urls_of(request)}
    if hosts.isdisjoint(NextDay.of(settings.home).hosts):
        yield None
        return
    with _serve(settings) as running:
        yield running


@contextlib.contextmanager
def _serve(settings: "Settings") -> Generator[RunningSample]:
    from magicai.shops.sample import SampleShop
    from magicai.shops.sample.serving import NextDay, is_taken

    kept = NextDay.of(settings.home)
    with SampleShop(day=kept.day, port=0 if is_taken(kept.port) else kept.port) as shop:
        today = kept.on(int(shop.host.rpartition(":")[2]))
        today.keep()
        yield RunningSample(shop, today)


SAMPLES = {"crawl-analyze-generate": Sampling(begin=_begin, again=again)}


@click.command("sample-shop", help="Serve the sample shop on this machine until Ctrl-C.")
@click.option("--day", type=click.IntRange(min=1), default=1, show_default=True, help="The day to serve.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8765,
    show_default=True,
    help="Port to listen on. 0 picks a free port.",
)
def sample_shop(day: int, port: int) -> None:
    """Serve the sample shop."""
    from magicai.errors import Invalid
    from magicai.shops.sample import SampleShop

    check_local()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        shop = SampleShop(day=day, port=port)
    except OSError as exc:
        raise Invalid("port_unavailable", port=port, reason=exc.strerror) from exc
    with shop:
        print(f"The sample shop, day {day}: {shop.url}", flush=True)
        words = command("run", "crawl-analyze-generate", shop.url)
        print(f"To crawl it: MAGICAI_CRAWL_ALLOW_HOSTS={shop.host} {words}", flush=True)
        try:
            while True:
                time.sleep(3600)
        except KeyboardInterrupt:
            print()


@click.group("shops", help=COMMANDS["shops"])
def shops() -> None:
    """Shops."""


@shops.command("list", help="List the shops that runs have crawled.")
def list_shops() -> None:
    """List shops."""
    from magicai.cli.asking import all_of
    from magicai.cli.tables import local_times, print_table
    from magicai.operations.subjects import shops as operations

    found = all_of(operations.list_shops)
    if not found:
        print(f"No shops yet. To crawl one: {command('run', 'crawl-analyze-generate', 'https://shop.example')}")
        return
    times = local_times([one.last_read_at for one in found])
    rows = [[one.shop, one.name, one.address, str(one.readings), at] for one, at in zip(found, times, strict=True)]
    print_table([["SHOP", "NAME", "ADDRESS", "CRAWLS", "LATEST"], *rows])


@shops.command("rename", help="Name a shop. An empty name takes its name away.")
@click.argument("shop")
@click.argument("name")
def rename_shop(shop: str, name: str) -> None:
    """Name a shop."""
    _change(shop, name=name)


@shops.command("move", help="Say that a shop moved. Its crawls, prices and matches continue under its new address.")
@click.argument("shop")
@click.argument("address")
def move_shop(shop: str, address: str) -> None:
    """Say that a shop moved."""
    _change(shop, address=address)


def _change(shop: str, **change: str) -> None:
    from magicai.cli.asking import ask
    from magicai.operations.subjects import shops as operations
    from magicai.shapes.subjects.shops import ShopChange

    made = ask(operations.change_shop, ShopChange.model_validate({"shop": shop, **change}))
    print(f"{made.name or made.shop}: {made.address}")


@click.command("pages", help=COMMANDS["pages"])
@click.argument("run_id", metavar="RUN")
@click.option(
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for a file per page. Default: standard output.",
)
def pages(run_id: str, output: Path | None) -> None:
    """Write product pages as Markdown."""
    if output is not None:
        output.mkdir(parents=True, exist_ok=True)
    asyncio.run(_write_pages(run_id, output))


async def _write_pages(run_id: str, output: Path | None) -> None:
    from magicai.cli.asking import each
    from magicai.cli.installation import open_installation
    from magicai.operations.subjects.shops import list_pages

    async with open_installation() as installation:
        run = await installation.find(run_id)
        async for page in each(installation.asker, list_pages, run.run_id):
            text = f"<{page.url}>\n\n{page.markdown}"
            if output is None:
                print(text)
            else:
                path = output / f"{page.product_id}.md"
                path.write_text(text, encoding="utf-8")
                print(path)
