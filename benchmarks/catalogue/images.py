"""Images against Pillow, and what bad ones cost: `--images FOLDER` of photos, `--bad-images FOLDER` of broken ones."""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.catalogue._tables import markdown
from integrations.images.child import answered
from integrations.images.vips import load

_GOALS = {"jpeg,webp": 0.65, "avif,webp,jpeg": 0.75}
_MEMORY = 0.45
_MOST_SECONDS, _MOST_MB = 0.2, 100
_ROUNDS, _PHOTOS = 3, 4


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What is asked for."""
    parser.add_argument("--images", type=Path, metavar="FOLDER", help="images: photos, instead of painted ones")
    parser.add_argument("--bad-images", type=Path, metavar="FOLDER", help="images: bombs and broken ones")


def measure(options: argparse.Namespace) -> bool:
    """Processor time and memory, ours and Pillow's."""
    met = True
    with tempfile.TemporaryDirectory() as folder:
        photos = sorted(options.images.iterdir()) if options.images else _painted(Path(folder))
        rows: list[tuple[str, ...]] = []
        for formats, goal in _GOALS.items():
            ours = _took("vips", formats, photos)
            for recipe in ("whole", "best"):
                theirs = _took(recipe, formats, photos)
                ratio, memory = ours[0] / theirs[0], ours[1] / theirs[1]
                met = met and ratio <= goal and memory <= _MEMORY
                rows.append(
                    (
                        "images", formats, recipe, f"{ours[0] / len(photos):.2f} s", f"{theirs[0] / len(photos):.2f} s",
                        f"{ratio:.2f} (goal {goal})", f"{ours[1]:.0f} MB", f"{theirs[1]:.0f} MB",
                        f"{memory:.2f} (goal {_MEMORY})",
                    )
                )  # fmt: skip
    head = ("what", "formats", "Pillow", "ours, a photo", "Pillow", "ratio", "ours, memory", "Pillow", "ratio")
    print(markdown(head, rows))
    if options.bad_images:
        met = _bad(options.bad_images) and met
    return met


def _took(by: str, formats: str, photos: list[Path]) -> tuple[float, float]:
    """Processor seconds and megabytes that reading took beyond the libraries: medians of a few processes."""
    seconds, memory = list[float](), list[float]()
    for _ in range(_ROUNDS):
        command = [sys.executable, "-m", "benchmarks.catalogue._reader", by, formats, *map(str, photos)]
        said = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
        seconds.append(said["seconds"])
        memory.append(said["mb"])
    return statistics.median(seconds), statistics.median(memory)


def _bad(folder: Path) -> bool:
    """What each bad image takes to be refused, or read where it can be."""
    load()
    took: list[tuple[float, float, str, str]] = []
    for path in sorted(folder.iterdir()):
        if path.name == "README":
            continue
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
        before, began = _high_mb(), time.process_time()
        said, _ = answered(path.read_bytes(), {"widths": [1280, 640, 320], "formats": ["avif", "webp", "jpeg"]})
        seconds = time.process_time() - began
        took.append((seconds, _high_mb() - before, path.name, said.get("error", {}).get("what", "read")))
    slowest, largest = max(took), max(took, key=lambda one: one[1])
    read = sum(one[3] == "read" for one in took)
    rows = [
        ("bad images", "read; refused with the reason", f"{read}; {len(took) - read}"),
        ("bad images", f"slowest ({slowest[2]})", f"{slowest[0]:.3f} s (goal {_MOST_SECONDS})"),
        ("bad images", f"largest ({largest[2]})", f"{largest[1]:.0f} MB (goal {_MOST_MB})"),
    ]
    print(markdown(("what", "of", "took"), rows))
    return slowest[0] <= _MOST_SECONDS and largest[1] <= _MOST_MB


def _high_mb() -> float:
    status = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) / 1000 for line in status if line.startswith("VmHWM"))


def _painted(folder: Path) -> list[Path]:
    """Photos of 12 megapixels: soft shapes with some grain."""
    vips = load()
    made: list[Path] = []
    for number in range(_PHOTOS):
        grain = vips.Image.gaussnoise(4000, 3000, sigma=6, mean=0, seed=number)
        shape = vips.Image.perlin(4000, 3000, cell_size=300 + 40 * number, seed=number) * 110 + 128
        bands = [shape + grain, shape.rot180() + grain, shape.flip("horizontal") + grain]
        image = bands[0].bandjoin(bands[1:]).cast("uchar").copy(interpretation="srgb")
        made.append(folder / f"{number}.jpg")
        image.write_to_file(str(made[-1]), Q=90)
    return made
