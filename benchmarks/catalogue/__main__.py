"""product-list, measured: `python -m benchmarks.catalogue`; each subject is a module of this folder.

A subject's module has `add_arguments(parser)` and `measure(options)`, which prints its table and answers whether its
goals were reached, or None where it was not asked for.
"""

import argparse
import importlib
from collections.abc import Callable
from pathlib import Path
from types import ModuleType


def main() -> int:
    """Print the tables; 0 where every goal was reached."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.catalogue", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="smaller sizes")
    subjects = _subjects()
    parser.add_argument(
        "--only", nargs="+", choices=list(subjects), metavar="SUBJECT", help=f"of {', '.join(subjects)}"
    )
    for subject in subjects.values():
        subject.add_arguments(parser)
    options = parser.parse_args()
    met = True
    for name, subject in subjects.items():
        if not options.only or name in options.only:
            measure: Callable[[argparse.Namespace], bool | None] = subject.measure
            met = measure(options) is not False and met
    return 0 if met else 1


def _subjects() -> dict[str, ModuleType]:
    names = sorted(path.stem for path in Path(__file__).parent.glob("*.py") if not path.stem.startswith("_"))
    modules = {name: importlib.import_module(f"benchmarks.catalogue.{name}") for name in names}
    return {name: module for name, module in modules.items() if hasattr(module, "measure")}


if __name__ == "__main__":
    raise SystemExit(main())
