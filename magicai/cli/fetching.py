"""Download what is too large to come along."""

import asyncio
import subprocess
import sys

import click

from magicai.extras import bring


@click.group("model", help="Download language models.")
def model() -> None:
    """Language models on this machine."""


@model.command("get", help="Download a language model. An interrupted download is resumed.")
@click.argument("name", required=False)
def model_get(name: str | None) -> None:
    """Download a model."""
    bring(["model"])
    asyncio.run(_get(name))


async def _get(name: str | None) -> None:
    from rich.progress import BarColumn, DownloadColumn, Progress, TimeRemainingColumn, TransferSpeedColumn

    from integrations.text.open import fetch_model, what_fetching_means
    from integrations.text.progress import Progress as Fetched
    from magicai.cli.terminal import console
    from magicai.settings import load

    columns = ("{task.description}", BarColumn(), DownloadColumn(), TransferSpeedColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console(sys.stderr)) as progress:
        bar = progress.add_task("Language model", total=None)

        def on_progress(now: Fetched) -> None:
            if now.note:
                progress.console.print(now.note)
            progress.update(bar, completed=now.done, total=now.total, description=f"{now.stage} {now.source}")

        settings = load()
        progress.console.print(what_fetching_means(settings, name))
        path = await fetch_model(settings, name, on_progress=on_progress)
    print(path)


@click.group("browser", help="Download the browser for pages that are drawn by scripts.")
def browser() -> None:
    """The browser that reads pages made by scripts."""


@browser.command("get", help="Download Playwright's driver, and Chromium if no Chromium or Chrome is installed.")
def browser_get() -> int:
    """Download a browser."""
    from integrations.fetcher.open import find_browser
    from magicai.errors import Missing, Temporary
    from magicai.private import users_umask
    from magicai.settings import load

    bring(["browser"])
    found = find_browser(load())
    if found is not None:
        print(found)
        return 0
    try:
        import playwright  # noqa: F401  # pyright: ignore[reportUnusedImport]
    except ImportError as exc:
        raise Missing("playwright_not_installed") from exc
    said = list[str]()
    # Not of MAGICAI_HOME: whoever fetches it for an image is not who runs it.
    words = [sys.executable, "-m", "playwright", "install", "chromium"]
    with subprocess.Popen(  # noqa: S603 - our own interpreter
        words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, umask=users_umask()
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            said.append(line.strip())
            if "% of" in line:  # the rest names addresses, and traces of each attempt
                print(line, end="", file=sys.stderr, flush=True)
    if process.returncode:
        why = next((line for line in said if line.startswith("Error:")), said[-1] if said else "")
        raise Temporary("browser_download_failed", reason=why.removeprefix("Error:").strip())
    return 0
