import shutil

from magicai.settings import Settings


def find_browser(settings: Settings) -> str | None:
    """The browser that would be used, or None."""
    return settings.browser or shutil.which("chromium")
