"""The lab's command line: `python -m tests.lab up [NAME ...] [--folder DIR]`.

`fetch` runs on a bare Python of version 3.11 or later, before anything is installed.
"""

import argparse
import os
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from magicai.errors import MagicError
from tests.lab.cached import default_cache
from tests.lab.servers import SERVERS, STORES

_ALL, _ONE = ("up", "fetch"), ("pause", "resume", "kill", "start", "wipe")
_WORDS = {
    "up": "start servers, and print the file to source",
    "down": "end all servers, and delete what was theirs",
    "status": "say how each one is",
    "fetch": "get programs, and start nothing",
    "pause": "let a server hear nothing",
    "resume": "let a paused one go on",
    "kill": "end a server as a power failure does",
    "start": "start it again, with its data",
    "wipe": "kill it, and start it empty",
}


def main(words: list[str]) -> int:
    """Do what WORDS say; 0 done, 1 failed, 3 some servers were left out."""
    asked = _parser().parse_args(words)
    try:
        return fetch(asked.names) if asked.word == "fetch" else command(asked)
    except MagicError as exc:
        say(str(exc))
        return 1


def command(asked: argparse.Namespace) -> int:
    """Do something to a lab."""
    from tests.lab.lab import Lab

    lab = Lab(asked.folder, say=say)
    if asked.word == "up":
        left_out = lab.up(asked.names)
        sys.stdout.write(f"{lab.addresses}\n")
        return 3 if left_out else 0
    if asked.word == "down":
        lab.down()
    elif asked.word == "status":
        sys.stdout.writelines(f"{name}: {state}\n" for name, state in lab.status().items())
    else:
        getattr(lab, asked.word)(asked.name)
    return 0


def fetch(names: list[str]) -> int:
    """Get the programs of servers, side by side."""
    wanted = [SERVERS[name] for name in names or STORES]

    def get(name: str) -> bool:
        try:
            SERVERS[name].fetch(default_cache())
        except MagicError as exc:
            say(f"{name}: left out: {exc}")
            return False
        say(f"{name}: is here")
        return True

    with ThreadPoolExecutor(len(wanted)) as pool:
        return 0 if all(list(pool.map(get, [server.name for server in wanted]))) else 3


def say(line: str) -> None:
    """Tell of progress."""
    sys.stderr.write(f"{line}\n")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.lab", description="Real servers on this machine.")
    subparsers = parser.add_subparsers(dest="word", required=True)
    default = Path(tempfile.gettempdir(), f"magicai-lab-{os.getuid()}")
    for word, meaning in _WORDS.items():
        one = subparsers.add_parser(word, help=meaning, description=meaning)
        one.add_argument("--folder", type=Path, default=default, help="the lab's folder; %(default)s")
        if word in _ALL:
            one.add_argument(
                "names", nargs="*", metavar="NAME", help=f"of {', '.join(SERVERS)}; {', '.join(STORES)} where none"
            )
        elif word in _ONE:
            one.add_argument("name", choices=list(SERVERS), metavar="NAME", help=", ".join(SERVERS))
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
