"""What a side found, and what it used from its first request on."""

import gc
import json
import re
import sys
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import psutil

# The product leaves out what cannot be seen, and the end of a description that fills pages.
_INVISIBLE = re.compile("[\u00ad\ufeff]")
_LONGEST_DESCRIPTION = 5000


@dataclass(frozen=True, slots=True, order=True)
class Found:
    """A product as all sides state it; prices are decimal strings, availability the last word of schema.org's."""

    sku: str
    name: str
    price: str
    currency: str
    availability: str
    gtin: str
    brand: str
    category: str
    rating: float
    description: str
    url: str


class Meter:
    """Seconds, processor seconds and memory of this process from now on.

    Memory is the peak of the resident set, above what it was when everything was loaded and nothing asked for yet.
    """

    def __init__(self) -> None:
        gc.collect()
        with suppress(OSError):
            Path("/proc/self/clear_refs").write_text("5")  # Linux forgets the peak so far
        self._idle = psutil.Process().memory_info().rss
        self._wall, self._processor = time.perf_counter(), time.process_time()

    def stop(self, pages: int) -> dict[str, float]:
        """What was used for so many pages."""
        seconds, processor = time.perf_counter() - self._wall, time.process_time() - self._processor
        peak = _peak()
        return {
            "pages": pages,
            "seconds": seconds,
            "processor": processor,
            "idle_mb": self._idle / 1e6,
            "peak_mb": peak / 1e6,
            "above_idle_mb": (peak - self._idle) / 1e6,
        }


def from_json_ld(objects: Iterable[Any]) -> Found | None:
    """The product in a page's JSON-LD, as a spider written for this shop takes it."""
    product: dict[str, Any] | None = None
    category = ""
    for found in objects:
        if found.get("@type") == "Product":
            product = found
        elif found.get("@type") == "BreadcrumbList":
            category = found["itemListElement"][1]["name"]
    if product is None:
        return None
    offer = product["offers"]
    return Found(
        sku=product["sku"],
        name=product["name"],
        price=offer["price"],
        currency=offer["priceCurrency"],
        availability=offer["availability"].rpartition("/")[2],
        gtin=product["gtin13"],
        brand=product["brand"]["name"],
        category=category,
        rating=float(product["aggregateRating"]["ratingValue"]),
        description=product["description"],
        url=product["url"],
    )


def tell(measured: dict[str, float], found: Iterable[Found]) -> None:
    """Print what was measured, and what was found, for whoever compares the sides."""
    comparable = sorted(
        replace(one, description=_INVISIBLE.sub("", one.description)[:_LONGEST_DESCRIPTION]) for one in found
    )
    json.dump({"measured": measured, "found": [asdict(one) for one in comparable]}, sys.stdout)


def _peak() -> int:
    with suppress(OSError):
        for line in Path("/proc/self/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
