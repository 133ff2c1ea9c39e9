"""What was fetched or built once, for all labs of this machine; it may be deleted at any time that no lab runs."""

import hashlib
import os
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path


def default_cache() -> Path:
    """The cache's folder: the system's for root, since servers that refuse root must reach it; else the user's."""
    if named := os.environ.get("MAGICAI_LAB_CACHE"):
        return Path(named)
    if os.geteuid() == 0:
        return Path("/var/cache/magicai-lab")
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "magicai-lab"


def built(cache: Path, name: str, sources: Iterable[Path], build: Callable[[Path], None]) -> Path:
    """The folder that `build` fills, kept until one of its sources changes.

    It is built beside its place and then moved: what is there is whole, also where two build at the same time.
    """
    digest = hashlib.sha256(b"\0".join(path.read_bytes() for path in sources)).hexdigest()[:12]
    place = cache / f"{name}-{digest}"
    if place.is_dir():
        return place
    cache.mkdir(mode=0o755, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{name}-", dir=cache) as scratch:
        made = Path(scratch, name)
        made.mkdir()
        build(made)
        try:
            made.rename(place)
        except OSError:
            if not place.is_dir():
                raise
    return place
