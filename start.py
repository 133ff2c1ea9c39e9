#!/usr/bin/env python3
"""Install what MagicAI needs, once, and start it.

    python3 start.py                the main job on the sample shop
    python3 start.py test [WORDS]   the checks and the tests; with words only pytest, which gets them
    python3 start.py check [NAMES]  the checks without the tests
    python3 start.py lock [WORDS]   make the locks in requirements/ anew
    python3 start.py WORDS          magicai WORDS

Everything goes into the folder .venv beside this file, or into the one that MAGICAI_VENV names.
docs/install.md tells what is done, and what to do where it fails.
"""

# Pythons as old as 3.6 read this file, requirements/stamp.py and requirements/pythons.py, to be told what is needed:
# no newer syntax or library there, and annotations in quotes.
import os
import sys

ROOT = os.path.dirname(os.path.abspath(__file__))
FOREIGN = ("PYTHONPATH", "PYTHONHOME")  # another program's modules: before anything is imported, and for good
MAIN_JOB = ["run", "crawl-analyze-generate", "--sample"]


def command(words: "list[str]") -> "tuple[str, list[str]]":
    """Say which lock WORDS need, and what the environment's Python is to be called with."""
    first, rest = (words or [""])[0], words[1:]
    if first in ("test", "check"):
        return "dev", [os.path.join(ROOT, "requirements", "check.py"), *words]
    if first == "lock":
        return "dev", [os.path.join(ROOT, "requirements", "lock.py"), *rest]
    return "run", ["-m", "magicai", *(words or MAIN_JOB)]


def become(words: "list[str]") -> "int":
    """Hand this process over to a program; on Windows, which cannot, wait for it and return its exit status."""
    sys.stdout.flush()
    sys.stderr.flush()
    if os.name != "nt":
        os.execv(words[0], words)
    import subprocess

    process = subprocess.Popen(words)
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:  # the console tells the child as well, and the child knows how to stop
            continue


def main(words: "list[str]") -> "int":
    """Do what WORDS say; where processes can be handed over this becomes the product, and does not return."""
    if any(name in os.environ for name in FOREIGN):
        for name in FOREIGN:
            os.environ.pop(name, None)
        return become([sys.executable, os.path.abspath(__file__), *words])
    if ROOT not in sys.path:  # PYTHONSAFEPATH leaves it out
        sys.path.insert(0, ROOT)
    from pathlib import Path

    from requirements import stamp

    root, (lock, arguments) = Path(ROOT), command(words)
    venv = stamp.folder(root, os.environ)
    python = stamp.python_of(venv, root, lock)
    if python is None:
        from requirements import pythons

        fault = pythons.fault(pythons.this())
        if fault:
            other = pythons.another()
            sys.stderr.write(f"start.py: {fault}: {pythons.advice(other, __file__)}\n")
            return become([other, os.path.abspath(__file__), *words]) if other else 1
        from requirements.failures import InstallationError
        from requirements.install import install

        try:
            python = install(root, venv, lock)
        except InstallationError as error:
            sys.stderr.write(f"start.py: {error}\n")
            return 1
        except KeyboardInterrupt:
            sys.stderr.write("\nstart.py: stopped; the same command goes on where it was.\n")
            return 130
    stamp.enter(venv, os.environ)
    return become([python, *arguments])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
