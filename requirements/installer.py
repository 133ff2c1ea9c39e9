"""pip: found wherever it is, called with the user's network settings and none of the others, its errors explained."""

import ast
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from requirements import failures
from requirements.failures import InstallationError
from requirements.progress import MB
from requirements.pythons import Python

NO_PIP = (
    f"this Python ({sys.executable}) comes without pip and without what makes virtual environments (Debian and Ubuntu "
    "ship both apart): apt install python3-venv, or call start.py with another Python"
)
# Of pip's settings those that say where packages come from and how they are reached; a "user" or "target" of the
# user's shell or pip.conf would put ours somewhere else. How often it tries again is left to pip: without a second try
# it does not say that there was no connection.
NETWORK_SETTINGS = frozenset(
    {
        "cache-dir",
        "cert",
        "client-cert",
        "default-timeout",
        "extra-index-url",
        "find-links",
        "index-url",
        "keyring-provider",
        "no-cache-dir",
        "no-index",
        "proxy",
        "timeout",
        "trusted-host",
    }
)


def find(python: Python) -> list[str]:
    """Find a pip that installs into an environment, given its Python: the words that call it.

    The wheel that Python carries runs as it is. Without it, the pip of the Python that runs this, or one on the PATH,
    does it from outside.

    Raises:
        InstallationError: there is none on this machine.
    """
    for wheel in Path(python.pip_folder).glob("pip-*.whl"):
        return [python.path, "-I", "-u", str(wheel / "pip")]
    others = [[path] for path in (shutil.which(name) for name in ("pip3", "pip")) if path]
    for called in ([sys.executable, "-I", "-m", "pip"], *others):
        words = [*called, "--python", python.path]
        # It runs itself in the environment's Python, for which it may be too old.
        if subprocess.run([*words, "--version"], capture_output=True, check=False).returncode == 0:
            return words
    raise InstallationError(NO_PIP)


@dataclass(frozen=True)
class Job:
    """One call of pip.

    Attributes:
        command: the words that call pip.
        requirements: files with hashes; all that they name is installed, and nothing else.
        wheels: folders to look in before the package index.
        log: the file that gets all that pip says.
        scratch: a folder for pip's temporary files, on the environment's disk, whose room was checked.
    """

    command: Sequence[str]
    requirements: Sequence[Path]
    wheels: Sequence[Path]
    log: Path
    scratch: Path

    def run(self, guard: int) -> Generator[None]:
        """Install; gives control back several times a second until it is done.

        Args:
            guard: the descriptor of the lock that keeps other starts away. pip holds it too: a start that is killed
                leaves its pip behind, and the next one waits for that.

        Raises:
            InstallationError: pip could not do it.
        """
        words = [
            *self.command,
            "install",
            "--require-hashes",
            "--only-binary",
            ":all:",
            "--no-deps",
            "--no-input",
        ]
        words += ["--disable-pip-version-check", "--no-warn-script-location", "--progress-bar", "off"]
        words += [word for folder in self.wheels for word in ("--find-links", str(folder))]
        words += [word for file in self.requirements for word in ("-r", str(file))]
        with self.log.open("w", encoding="utf-8") as said:
            process = subprocess.Popen(
                words,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=subprocess.STDOUT,
                env=variables(os.environ, settings(self.command), self.scratch),
                cwd=self.scratch,
                pass_fds=(guard,) if os.name == "posix" else (),
            )
        try:
            while process.poll() is None:
                yield
                time.sleep(0.2)
        finally:
            if process.poll() is None:
                process.terminate()
                process.wait()
        if process.returncode:
            said = self.log.read_text(encoding="utf-8", errors="replace")
            if shutil.disk_usage(self.scratch).free < MB:  # then it may not even have room to say so
                said += "\nNo space left on device"
            raise failures.of_pip(said, self.log)

    def is_trying_again(self) -> bool:
        """Is the package index not answering just now?"""
        return bool(re.search(r"Retrying \([^\n]*\n?\Z", self.log.read_text(encoding="utf-8", errors="replace")))


def settings(command: Sequence[str]) -> dict[str, str]:
    """Read pip's own settings (its files, and PIP_ variables) as it does for `pip install`, by their long names."""
    answer = subprocess.run([*command, "config", "list"], capture_output=True, text=True, check=False)
    found: dict[str, dict[str, str]] = {"global": {}, "install": {}, ":env:": {}}
    for section, name, value in re.findall(r"^(global|install|:env:)\.([\w.-]+?)=(.*)$", answer.stdout, re.MULTILINE):
        found[section][name.removeprefix(".")] = str(ast.literal_eval(value))
    return found["global"] | found["install"] | found[":env:"]


def variables(environ: Mapping[str, str], found: Mapping[str, str], scratch: Path) -> dict[str, str]:
    """Make pip's environment variables: the user's, with only those settings of pip that concern the network."""
    kept = {name: value for name, value in environ.items() if not name.startswith(("PIP_", "PYTHON"))}
    for name in NETWORK_SETTINGS & found.keys():
        kept["PIP_" + name.upper().replace("-", "_")] = found[name]
    return kept | {"PIP_CONFIG_FILE": os.devnull} | dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(scratch))
