"""Make requirements/*.txt anew from pyproject.toml, by uv's resolver: `python3 start.py lock [WORDS]`.

Pins stay as they are while pyproject.toml allows them; `python3 start.py lock --upgrade` looks for newer ones.
"""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
sys.path.insert(0, str(FOLDER.parent))

import start  # noqa: E402 - run as a file
from requirements import network  # noqa: E402 - likewise

# Where every package must have a wheel: the oldest glibc and macOS that docs/start/install.md names.
PLATFORMS = ("x86_64-manylinux_2_28", "aarch64-manylinux_2_28", "aarch64-apple-darwin", "x86_64-pc-windows-msvc")
MACOS = {"MACOSX_DEPLOYMENT_TARGET": "14.0"}
PYTHONS = ("3.11", "3.12", "3.13", "3.14")


def resolve(words: Sequence[str], environ: Mapping[str, str]) -> None:
    """Call uv's resolver."""
    sources = [word for name in start.SOURCES for word in ("--no-binary", name)]
    command = [sys.executable, "-m", "uv", "pip", "compile", "--no-config", "--quiet", "--only-binary", ":all:"]
    if status := subprocess.run([*command, *sources, *words], cwd=FOLDER.parent, env=environ, check=False).returncode:
        raise SystemExit(status)


def main(words: Sequence[str]) -> None:
    """Make the locks, with WORDS for uv, and try them for every system and Python that is supported."""
    settings = network.pip_settings(Path(sys.executable))
    environ, no_index = network.variables(os.environ, settings), network.options(settings)
    extras = [word for extra in start.optional_packages() for word in ("--extra", extra)]
    groups = [word for group in start.GROUPS for word in ("--group", group)]
    sources = {
        "run": ["pyproject.toml", *extras],
        "dev": ["pyproject.toml", *extras, *groups, "--constraints", "requirements/run.txt"],
        "start": ["--group", "start", "--constraints", "requirements/dev.txt"],
    }
    how = ["--universal", "--python-version", PYTHONS[0], "--generate-hashes", "--emit-build-options"]
    how += ["--excludes", "requirements/excluded.txt", "--custom-compile-command", "python3 start.py lock", *no_index]
    for name, source in sources.items():
        resolve([*source, *how, *words, "--output-file", f"requirements/{name}.txt"], environ)
        path = FOLDER / f"{name}.txt"
        options, _, packages = path.read_text(encoding="utf-8").partition("\n\n")
        # The constraints' options are repeated among the lock's own.
        text = "\n".join(dict.fromkeys(options.splitlines())) + "\n\n" + packages
        path.write_text(text, encoding="utf-8", newline="\n")
    for name, platform, python in ((n, s, p) for n in ("start", "dev") for s in PLATFORMS for p in PYTHONS):
        print(f"requirements/{name}.txt on {platform}, Python {python}", flush=True)
        try_out = ["--no-deps", "--python-platform", platform, "--python-version", python, *no_index]
        resolve([*try_out, f"requirements/{name}.txt", "--output-file", os.devnull], {**environ, **MACOS})


if __name__ == "__main__":
    main(sys.argv[1:])
