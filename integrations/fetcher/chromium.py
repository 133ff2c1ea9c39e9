"""Where a Chromium is, and how it is told to reach the web through our proxy only."""

import os
import shutil
import sys
from importlib.util import find_spec
from pathlib import Path

from magicai.errors import Missing

_COMMANDS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge")
_APPLICATIONS = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "C:/Program Files/Google/Chrome/Application/chrome.exe",
    "C:/Program Files (x86)/Google/Chrome/Application/chrome.exe",
    "C:/Program Files (x86)/Microsoft/Edge/Application/msedge.exe",
)
_PLAYWRIGHT_PLACES = (
    "chromium-*/chrome-linux*/chrome",
    "chromium-*/chrome-mac*/*.app/Contents/MacOS/*",
    "chromium-*/chrome-win*/chrome.exe",
)

FLAGS = (
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-domain-reliability",
    "--disable-sync",
    "--no-pings",
    "--no-first-run",
    "--dns-prefetch-disable",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--blink-settings=imagesEnabled=false",
    "--disable-features=DnsOverHttps,OptimizationHints,MediaRouter,Translate,InterestFeedContentSuggestions",
    # Names are looked up by the proxy, and by nobody else.
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
)


def find(named: str | None) -> Path | None:
    """The browser to use: the one that settings name, else Playwright's own, else one that the system has.

    None where there is none, or the `browser` extra is not installed.
    """
    if find_spec("playwright") is None:
        return None
    if named:
        path = Path(named).expanduser()
        return path if path.is_file() else None
    for pattern in _PLAYWRIGHT_PLACES:
        # The latest revision last.
        for path in sorted(_playwright_folder().glob(pattern), reverse=True):
            if os.access(path, os.X_OK):
                return path
    for command in _COMMANDS:
        if found := shutil.which(command):
            return Path(found)
    return next((Path(path) for path in _APPLICATIONS if Path(path).is_file()), None)


def required(named: str | None) -> Path:
    """The browser to use.

    Raises:
        Missing: there is none; says how to bring one.
    """
    if find_spec("playwright") is None:
        raise Missing("browser_extra_not_installed")
    found = find(named)
    if found is None:
        raise Missing("browser_not_found", path=named) if named else Missing("chromium_not_installed")
    return found


def may_use_sandbox() -> bool:
    """Whether Chromium's sandbox can be on: it refuses to start with it as root."""
    return not (hasattr(os, "geteuid") and os.geteuid() == 0)


def _playwright_folder() -> Path:
    named = os.environ.get("PLAYWRIGHT_BROWSERS_PATH")
    if named and named != "0":
        return Path(named)
    if sys.platform == "darwin":
        return Path.home() / "Library/Caches/ms-playwright"
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", str(Path.home()))) / "ms-playwright"
    return Path(os.environ.get("XDG_CACHE_HOME", str(Path.home() / ".cache"))) / "ms-playwright"
