#!/usr/bin/env python3
"""Install what MagicAI needs, once, and start it.

    python3 start.py                  write a report on the sample shop
    python3 start.py COMMAND [...]    run a command of MagicAI: magicai COMMAND
    python3 start.py install [EXTRA]  only install MagicAI, and the given extras, or all
    python3 start.py test [WORDS]     install everything, and run the checks and the tests; WORDS go to pytest
    python3 start.py check [NAMES]    run the checks without the tests
    python3 start.py lock [WORDS]     update the locks in requirements/

Everything is installed in the folder .venv beside this file, or in the one that MAGICAI_VENV names.
docs/start/install.md describes the steps, and what to do if one fails.
"""

# Pythons as old as 3.6 read this file, so that it can say what is needed: no newer syntax or library, annotations in
# quotes.
import os
import sys

ROOT = os.path.dirname(os.path.abspath(__file__))
FOREIGN = ("PYTHONPATH", "PYTHONHOME")  # another program's modules: before anything is imported, and for good
MAIN_JOB = ["run", "crawl-analyze-generate", "--sample"]
OLDEST, NEWEST = (3, 11), (3, 14)
PREFERRED = ("3.13", "3.12", "3.11", "3.14")  # the newest last: its wheels are the least tried
LOCKS = ("run", "dev")  # each holds all that the one before it holds
OWN = ("install", "test", "check", "lock")  # what is done here, and is no command of the product
STAMP = "magicai-start.json"


def command(words: "list[str]") -> "tuple[str, list[str]]":
    """Say which lock WORDS need, and what the environment's Python is to be called with."""
    first, rest = (words or [""])[0], words[1:]
    if first in ("test", "check"):
        return "dev", [os.path.join(ROOT, "requirements", "check.py"), *words]
    if first == "lock":
        return "run", [os.path.join(ROOT, "requirements", "lock.py"), *rest]
    return "run", ["-m", "magicai", *(words or MAIN_JOB)]


def commands() -> "dict[str, str]":
    """Read the product's commands, and what they do, from their tables in its sources: nothing is installed for that.

    Empty on a Python too old to read them.
    """
    import ast
    import glob

    # Pythons that are too old to run the rest must read this file: they know no annotations of variables.
    found = {}  # type: dict[str, str]  # pyright: ignore[reportTypeCommentUsage]
    folder = os.path.join(ROOT, "magicai", "cli")
    tables = [(os.path.join(folder, "root.py"), "_COMMANDS")]
    tables += [(path, "COMMANDS") for path in sorted(glob.glob(os.path.join(glob.escape(folder), "subjects", "*.py")))]
    try:
        for path, name in tables:
            with open(path, encoding="utf-8") as file:
                lines = ast.parse(file.read()).body
            for line in lines:
                if isinstance(line, ast.Assign) and getattr(line.targets[0], "id", "") == name:
                    table = ast.literal_eval(line.value)
                    found.update({word: said if isinstance(said, str) else said[1] for word, said in table.items()})
    except (OSError, SyntaxError, ValueError):
        return {}
    return found


def version() -> "str":
    """Read the product's version."""
    import re

    with open(os.path.join(ROOT, "pyproject.toml"), encoding="utf-8") as file:
        return "".join(re.findall(r'^version = "(.+)"$', file.read(), re.MULTILINE)[:1])


def answer(words: "list[str]") -> "int | None":
    """Answer what needs no installation: help, the version, a mistyped command; the exit status, or None."""
    first = (words or [""])[0]
    if first == "--version":
        sys.stdout.write(f"magicai {version()}\n")
        return 0
    known = commands()
    if first in ("-h", "--help", "help"):
        width = max(map(len, known), default=0)
        listed = "".join(f"    {word:<{width}}  {said}\n" for word, said in known.items())
        sys.stdout.write(f"{__doc__}\nCommands:\n\n{listed}" if listed else f"{__doc__}")
        return 0
    if not first or first.startswith("-") or not known or first in known or first in OWN:
        return None
    import difflib

    near = difflib.get_close_matches(first, [*known, *OWN], 1)
    asked = f" Did you mean {near[0]}?" if near else ""
    sys.stderr.write(f"start.py: there is no command {first!r}.{asked} To list them: python3 start.py --help\n")
    return 2


def python_of(venv: "str") -> "str":
    """Name an environment's Python, whether or not it is there."""
    return os.path.join(venv, "Scripts", "python.exe") if os.name == "nt" else os.path.join(venv, "bin", "python")


def site_packages(venv: "str") -> "str":
    """Name the folder where an environment's packages are; empty where there is none."""
    import glob

    lib = "Lib" if os.name == "nt" else os.path.join("lib", "python3.*")
    return "".join(sorted(glob.glob(os.path.join(glob.escape(venv), lib, "site-packages")))[:1])


def fingerprint(venv: "str", lock: "str") -> "str":
    """Digest what an installation is made from, where it is, and which packages are there."""
    import hashlib

    with open(os.path.join(ROOT, "pyproject.toml"), "rb") as project, open(lock_file(lock), "rb") as locked:
        digest = hashlib.sha256(project.read().partition(b"\n[tool.")[0] + locked.read())
    installed = sorted(name for name in os.listdir(site_packages(venv)) if name.endswith(".dist-info"))
    for part in (ROOT, venv, os.path.realpath(python_of(venv)), *installed):
        digest.update(b"\n" + os.fsencode(part))
    return digest.hexdigest()


def lock_file(lock: "str") -> "str":
    """Name the file of a lock."""
    return os.path.join(ROOT, "requirements", lock + ".txt")


def read_stamp(venv: "str") -> "dict[str, str] | None":
    """Read which locks an environment had at the end of its installation; empty where there is half a stamp."""
    import json

    try:
        with open(os.path.join(venv, STAMP), encoding="utf-8") as file:
            found = json.load(file)
        return {str(name): str(value) for name, value in found.items()}
    except OSError:
        return None
    except (ValueError, AttributeError):
        return {}


def is_ready(venv: "str", lock: "str") -> "bool":
    """Is the environment as the installation of this lock left it?"""
    try:
        told = (read_stamp(venv) or {}).get(lock)
        return bool(told) and os.path.exists(python_of(venv)) and told == fingerprint(venv, lock)
    except OSError:
        return False


def fault() -> "str":
    """Say in half a sentence why MagicAI cannot run on this Python; empty where it can."""
    import sysconfig

    name = "Python {}.{}.{} ({})".format(*sys.version_info[:3], sys.executable)
    if sys.implementation.name != "cpython":
        return f"{name} is {sys.implementation.name}, but MagicAI's packages require CPython"
    if sys.version_info[:2] < OLDEST:
        return f"{name} is too old"
    if sys.version_info[:2] > NEWEST:
        return f"{name} is too new"
    if sysconfig.get_config_var("Py_GIL_DISABLED"):
        return f"{name} is the free-threaded build, for which several packages have no wheels"
    if sys.maxsize < 2**32:
        return f"{name} is a 32-bit build, for which several packages have no wheels"
    return ""


def is_fit(python: "str") -> "bool":
    """Ask a Python by running it: a pyenv shim, or a Microsoft Store alias, is there and is none."""
    import subprocess

    question = "import sys; sys.path.insert(0, sys.argv[1]); import start; sys.exit(bool(start.fault()))"
    try:
        # Not subprocess.run(capture_output=...): 3.6 lacks it.
        words = [python, "-I", "-B", "-c", question, ROOT]
        subprocess.check_output(words, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=20)
    except (OSError, subprocess.SubprocessError):
        return False
    return True


def candidates() -> "list[str]":
    """List the files that may be a fit Python, the preferred first: on the PATH, and where installers put them."""
    import glob

    home = os.path.expanduser("~")
    folders = [folder for folder in os.environ.get("PATH", os.defpath).split(os.pathsep) if folder]
    folders = [glob.escape(folder) for folder in (*folders, "/usr/local/bin", "/usr/bin", "/opt/homebrew/bin")]
    pyenv = glob.escape(os.environ.get("PYENV_ROOT", os.path.join(home, ".pyenv")))
    local = glob.escape(os.environ.get("LOCALAPPDATA", home))
    patterns: list[str] = []
    for version in PREFERRED:
        patterns += [f"{folder}/python{version}" for folder in folders]
        patterns += [
            f"{pyenv}/versions/{version}.*/bin/python{version}",
            f"{glob.escape(home)}/.local/share/uv/python/cpython-{version}.*/bin/python{version}",
            f"/Library/Frameworks/Python.framework/Versions/{version}/bin/python{version}",
            "{}/Programs/Python/Python{}/python.exe".format(local, version.replace(".", "")),
        ]
    for name in ("python3", "python", "python.exe"):
        patterns += [f"{folder}/{name}" for folder in folders]
    return [path for pattern in patterns for path in sorted(glob.glob(pattern))]


def continue_with_another(why: "str", words: "list[str]") -> "int":
    """Call a fit Python of this machine instead of this one, or say how to get one."""
    other = next((path for path in candidates() if is_fit(path)), None)
    if other:
        sys.stderr.write(f"start.py: {why}: continuing with {other}\n")
        return become([other, os.path.abspath(__file__), *words])
    needed = "CPython {}.{} to {}.{}".format(*OLDEST, *NEWEST)
    sys.stderr.write(
        f"start.py: {why}: MagicAI needs {needed}, and none was found on this machine; install one (from your system's "
        f"packages, python.org, or `uv python install 3.13`) and run it by name: python3.13 {__file__}\n"
    )
    return 1


def called_as() -> "str":
    """The words that called this file, for the commands that the product suggests."""
    import shlex

    return "{} {}".format("python" if os.name == "nt" else "python3", shlex.quote(sys.argv[0]))


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


def prepare(venv: "str", lock: "str", words: "list[str]") -> "int | None":
    """Install what is missing; the exit status, or None where the product is to be started."""
    installs = words[:1] == ["install"]
    if is_ready(venv, lock) and not installs:
        return None
    why = fault()
    if why:
        return continue_with_another(why, words)
    if ROOT not in sys.path:  # PYTHONSAFEPATH leaves it out
        sys.path.insert(0, ROOT)
    from requirements import install

    try:
        install.install(venv, lock, words[1:] if installs else [])
    except install.InstallationError as error:
        sys.stderr.write(f"start.py: {error}\n")
        return 1
    except KeyboardInterrupt:
        sys.stderr.write("\nstart.py: stopped. Run the same command again to continue.\n")
        return 130
    return 0 if installs else None


def main(words: "list[str]") -> "int":
    """Do what WORDS say; where processes can be handed over this becomes the product, and does not return."""
    if any(name in os.environ for name in FOREIGN):
        for name in FOREIGN:
            os.environ.pop(name, None)
        return become([sys.executable, os.path.abspath(__file__), *words])
    answered = answer(words)
    if answered is not None:
        return answered
    lock, arguments = command(words)
    venv = os.path.abspath(os.path.expanduser(os.environ.get("MAGICAI_VENV") or os.path.join(ROOT, ".venv")))
    status = prepare(venv, lock, words)
    if status is not None:
        return status
    # The activated environment's variables. The folder that the user is in stays off the path of every Python started
    # from here: it may well hold a folder "flows" or "tasks" of its own.
    python = python_of(venv)
    os.environ.update(
        VIRTUAL_ENV=venv,
        PATH=os.path.dirname(python) + os.pathsep + os.environ.get("PATH", os.defpath),
        PYTHONSAFEPATH="1",
        MAGICAI_CALLED_AS=called_as(),
    )
    os.environ.pop("__PYVENV_LAUNCHER__", None)
    return become([python, *arguments])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
